// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Figures

@Suite struct SecondMomentFigureTests {
    /// The file has six significant digits.
    static let tolerance = 1e-5

    @Test func eachDyingNodeHasABlockAlignedOnItsDeath() throws {
        let run = try TinyRun()
        let blocks = try run.figures.source(of: .secondMomentAtDeath).blocks
        let nodes = [2, 0, 4]
        #expect(blocks.count == nodes.count)
        for (block, node) in zip(blocks, nodes) {
            let death = try #require(TinyRun.deaths[node])
            for row in block {
                let step = row[0] + Double(death)
                for level in 0..<3 {
                    let moment = Double((level + 1) * (node + 1)) * pow(10, -step / 100)
                    #expect(abs(row[1 + level] / moment - 1) < Self.tolerance)
                    let decay = Double((level + 1) * (node + 1)) * pow(10, step / 100) * 1e-5
                    #expect(abs(row[4 + level] / decay - 1) < Self.tolerance)
                }
            }
            #expect(block.contains { $0[0] == 0 })
        }
    }

    @Test(arguments: ["adam", "sgd"])
    func theStabilityEdgeIsDrawnForAdamAlone(optimizer: String) throws {
        let run = try TinyRun(optimizer: optimizer)
        #expect(try RecordedRun(folder: run.folder).stabilityEdge().map { ($0 * 1e9).rounded() / 1e9 } == (optimizer == "adam" ? TinyRun.edge : nil))
        #expect(try run.figures.source(of: .secondMomentAtDeath).commands.contains("'edge 38'") == (optimizer == "adam"))
    }

    @Test func aNormThatPassedTheThresholdBeforeDeathIsNoTrouble() throws {
        let run = try TinyRun()
        try run.write(
            "nodes.csv", "layer,node,fate,deathStep,censoredAt,finalNorm,passage@1e-15\n" + "0,0,zero,100,,0,20\n0,1,zero,400,,0,30\n")
        let source = try run.figures.source(of: .secondMomentAtDeath)
        // Node 1 dies with the last sample and has nothing to show after it.
        #expect(source.blocks.count == 1)
        #expect(source.commands.contains("set arrow 2 from -80"))
    }

    @Test func aVanishedMomentEndsTheLineInsteadOfBreakingTheLogAxis() throws {
        let run = try TinyRun()
        try run.quantity("0.rootSecondMoment.q25") { _, step in step > 300 ? 0 : 1e-3 }
        let blocks = try run.figures.source(of: .secondMomentAtDeath).blocks
        #expect(blocks[0].last?[0] == 250)
    }
}
