// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Figures

@Suite struct NodeCensusFigureTests {
    @Test func theRowsAreTheDeadAndThenTheNodesUnderEachThresholdTheLargestFirst() throws {
        let run = try TinyRun()
        let source = try run.figures.source(of: .nodeCensus)
        #expect(source.blocks == [[[0, 0, 0, 0], [200, 3, 2, 1], [400, 3, 3, 2]]])
    }

    @Test func aDropOfTheLearningRateIsMarkedAtTheEndOfTheEpochBeforeIt() throws {
        let run = try TinyRun()
        #expect(try run.figures.source(of: .nodeCensus).commands.contains("set arrow from first 200, graph 0 to first 200, graph 1"))
        #expect(NodeCensusFigure.drops([0, 10, 20, 30], [1, 1, 0.5, 0.25]) == [10, 20])
    }

    @Test func aGradualScheduleIsNotMarked() {
        #expect(NodeCensusFigure.drops(Array(0..<100), (0..<100).map { 1 / Double($0 + 1) }).isEmpty)
    }

    @Test func aRunThatKeptNoLedgerHasNoCensus() throws {
        let run = try TinyRun()
        try run.write("metrics.csv", "step,epoch,learningRate,alive,dead\n0,0,0.1,6,0\n200,1,0.1,3,3\n")
        #expect(throws: FigureError.nothingToShow("the run kept no ledger")) { try run.figures.source(of: .nodeCensus) }
    }

    @Test func aRunInWhichNothingDiesHasNoCensus() throws {
        let run = try TinyRun()
        try run.write("metrics.csv", "step,epoch,learningRate,alive,dead,zero@1e-15\n0,0,0.1,6,0,0\n200,1,0.1,6,0,0\n")
        #expect(throws: FigureError.nothingToShow("no node was dead, and no norm under a threshold, at the end of any epoch")) {
            try run.figures.source(of: .nodeCensus)
        }
    }
}
