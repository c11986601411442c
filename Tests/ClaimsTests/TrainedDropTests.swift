// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Records
import Testing
import Theory

@testable import Claims

@Suite struct TrainedDropTests {
    private static let plots = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("plots")

    @Test(arguments: ["mnist-known", "mnist-constant", "mnist-lambda", "mnist-epsilon"])
    func theConfigurationsAreThoseOfTheCommittedRuns(name: String) throws {
        let manifest = try JSONValue.read(Self.plots.appendingPathComponent("\(name)/manifest.json"))
        #expect(try RunConfiguration.bundled(name, of: "C7").resolved == manifest["configuration"])
    }

    /// What was measured on the committed runs: the law's statements hold where nothing was forgotten.
    @Test(arguments: [
        ("mnist-known", ["zero@1e-8"]), ("mnist-constant", ["zero@1e-8"]), ("mnist-lambda", ["zero@1e-15", "zero@1e-8"]), ("mnist-epsilon", []),
    ])
    func theCommittedStatementsFailWhereARevivalOrADipWasForgotten(name: String, broken: [String]) throws {
        let metrics = try CSVTable.read(Self.plots.appendingPathComponent("\(name)/metrics.csv"))
        let statements = try #require(try CommittedPrediction.bundled(name, of: "C7").statements)
        let failed = try statements.filter { try $0.compared(with: metrics, run: name).decision == .exact(holds: false) }
        #expect(failed.map(\.column) == broken)
    }

    @Test func aThresholdMayBeSpelledInAnyWay() {
        #expect(CensusStatement.spelled("zero@1e-8") == "zero@1e-08")
        #expect(CensusStatement.spelled("zero@0.001") == "zero@0.001")
        #expect(CensusStatement.spelled("dead") == "dead")
    }

    @Test func aStatementIsBrokenByOneEpochAndByAMissingOne() throws {
        let metrics = try CSVTable(decoding: Data("epoch,zero@1e-15,zero@0.001\n0,0,0\n1,5,10\n2,8,10\n".utf8))
        func holds(_ json: String) throws -> Bool {
            let statement = try JSONDecoder().decode(CensusStatement.self, from: Data(json.utf8))
            return try statement.compared(with: metrics, run: "run").decision == .exact(holds: true)
        }
        #expect(try holds(#"{"column": "zero@1e-15", "from": 1, "to": 2, "atLeast": 5}"#))
        #expect(try !holds(#"{"column": "zero@1e-15", "from": 0, "to": 2, "atLeast": 5}"#))
        #expect(try !holds(#"{"column": "zero@1e-15", "from": 1, "to": 3, "atLeast": 5}"#))
        #expect(try holds(#"{"column": "zero@1e-15", "from": 2, "to": 2, "atLeastShare": 0.8, "of": "zero@0.001", "at": 1}"#))
        #expect(try !holds(#"{"column": "zero@1e-15", "from": 1, "to": 2, "atMostShare": 0.7, "of": "zero@0.001", "at": 1}"#))
        #expect(try !holds(#"{"column": "zero@1e-15", "from": 1, "to": 2}"#))
    }

    @Test(arguments: [("digits-half", "digits-half", 0.5), ("digits-quarter", "digits-quarter", 0.25), ("mnist-lambda", "mnist-lambda-revival", 0.5)])
    func theLawSaysWhatWasCommitted(configuration: String, prediction: String, factor: Double) throws {
        let committed = try #require(try CommittedPrediction.bundled(prediction, of: "C7").revival)
        let law = try Claim.revival(.bundled(configuration, of: "C7"), factor: factor, threshold: committed.threshold)
        #expect((law.steps.value - committed.stepsAfterDrop).magnitude <= 1)
        // Committed with a bound that was rounded up by hand.
        #expect((0...4).contains(committed.within - law.steps.errorBound))
    }

    @Test func theRevivalComesAfterTheForgettingAndOnlyAboveTheEdge() throws {
        let configuration = try RunConfiguration.bundled("digits-half", of: "C7")
        let law = try Claim.revival(configuration, factor: 0.5, threshold: 1e-15)
        let (before, after) = (1e-6 / 38 - 5e-9, 0.5e-6 / 38 - 5e-9)
        let forgetting = 2 / -log(0.999) * log(before / after)
        #expect(law.steps.value > forgetting && law.steps.value < 1.2 * forgetting)
        #expect(throws: LawError.self) { try Claim.revival(configuration, factor: 0.1, threshold: 1e-15) }
    }

    @Test func aTransientIsALastingStretchUnderTheThreshold() {
        let norms: [Double] = [1, 1e-20, 1, 1, 1e-20, 1e-20, 1e-20, 1e-20, 1, 1e-20]
        let history = NodeNormHistory(steps: norms.indices.map { 25 * $0 }, norms: norms.map { [$0] }, deathSteps: [1], inputCount: 1)
        func transient(after drop: Int, persistence: Int = 60) -> NodeNormHistory.Transient {
            history.transient(of: 0, after: drop, threshold: 1e-15, persistence: persistence)
        }
        #expect(transient(after: 0) == .init(fall: 100, rise: 175...200))
        #expect(transient(after: 0, persistence: 0) == .init(fall: 25, rise: 25...50))
        #expect(transient(after: 75) == .init(fall: 25, rise: 100...125))
        #expect(transient(after: 0, persistence: 100) == .init())
    }
}
