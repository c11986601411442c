// SPDX-License-Identifier: GPL-3.0-or-later
import Records
import Testing

@testable import Figures

@Suite struct NodeHistoryTests {
    @Test func theLedgerTellsFatesDeathsPassagesAndThresholds() throws {
        let run = try TinyRun()
        let ledger = try Ledger(run.file("nodes.csv"))
        #expect(ledger.thresholds.map(\.name) == ["1e-15", "1e-05"])
        #expect(ledger.histories.map(\.fate.rawValue) == TinyRun.fates)
        #expect(ledger.histories.map(\.finalDeath) == [100, nil, 50, nil, 200, nil])
        #expect(ledger.histories.map { $0.passages[ledger.thresholds[0]] } == [190, nil, nil, nil, 300, nil])
        #expect(ledger.histories.map { $0.finalNorm ?? -1 } == TinyRun.finalNorms)
    }

    @Test func statesAloneTellTheSameDeathsToTheNextSample() throws {
        let run = try TinyRun()
        try run.remove("nodes.csv")
        let histories = try RecordedRun(folder: run.folder).histories()
        #expect(histories.map(\.finalDeath) == [100, nil, 50, nil, 200, nil])
        #expect(histories.map(\.fate) == [.zero, .alive, .certified, .alive, .dead, .alive])
        #expect(histories.map(\.censoredAt) == [nil, 400, nil, 400, nil, 400])
    }

    @Test func aFateWithoutANameIsAnErrorThatListsTheFates() throws {
        let run = try TinyRun()
        try run.write("nodes.csv", "layer,node,fate,deathStep,censoredAt,finalNorm\n0,0,asleep,,400,1\n")
        let error = #expect(throws: FigureError.self) { try run.figures.source(of: .survival) }
        #expect("\(error!)".contains("\"asleep\"; accepted: alive, dead, certified, zero"))
    }

    @Test func anInterruptedRunTakesNormsFromTheSampleThatItsStatesEndWith() throws {
        let run = try TinyRun()
        try run.remove("nodes.csv")
        // Norms reached the disk up to step 400, states up to 100.
        let states = (0...10).flatMap { sample in (0..<TinyRun.nodeCount).map { Int8(TinyRun.state(node: $0, step: 10 * sample)) } }
        try NPY.write(TensorRecord(states, shape: [11, TinyRun.nodeCount]), to: run.file("probe/0.state.npy"))
        let histories = try RecordedRun(folder: run.folder).histories()
        #expect(histories.map(\.fate) == [.dead, .alive, .certified, .alive, .alive, .alive])
        #expect(histories.map { $0.finalNorm ?? -1 } == [1, 0.5, 1e-10, 0.5, 1, 0.5])
    }

    @Test func aRunWithoutAnyRecordOfItsNodesSaysSo() throws {
        let run = try TinyRun()
        try run.remove("nodes.csv")
        try NPY.write(TensorRecord([Int](), shape: [0]), to: run.file("probe/steps.npy"))
        for kind in FigureKind.allCases where kind != .nodeCensus {
            let error = #expect(throws: FigureError.self) { try run.figures.source(of: kind) }
            #expect("\(error!)".contains("before the probe had written its first samples"))
        }
        try run.remove("probe/steps.npy")
        for kind in FigureKind.allCases where kind != .nodeCensus {
            let error = #expect(throws: FigureError.self) { try run.figures.source(of: kind) }
            #expect("\(error!)".contains("probe: none"))
        }
    }
}
