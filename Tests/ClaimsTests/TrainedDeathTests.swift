// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Statistics
import Testing
import Theory

@testable import Claims

@Suite struct TrainedDeathTests {
    /// A small network under a large λ, many of whose nodes die within seconds.
    private static func smallRun(_ precision: String) throws -> RunConfiguration {
        try RunConfiguration.parse(
            yaml: """
                seed: 1
                precision: \(precision)
                data: {source: digits}
                network: [{dense: 24}, relu, {dense: 10}]
                optimizer: {adam: {learningRate: 0.01, beta2: 0.99, epsilon: 1e-6}}
                l2: 1e-3
                steps: 1000
                probe: {every: 1000, thresholds: [1e-15, 1e-8]}
                """)
    }

    @Test(arguments: ["float32", "float64"])
    func theStateAtDeathForetellsTheLedgerAndAnotherNodesDoesNot(precision: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adamprobe-claims-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = try Self.smallRun(precision)
        let directory = try Trial(runs: folder, threads: 1).perform([configuration], for: "B0")[0]
        let run = try TrainedDeaths.read(directory, of: configuration)
        try #require(run.deaths.count >= 2)
        for death in run.deaths {
            let forecast = try run.records.exact(death.record)
            #expect(death.entry.differences(from: forecast, of: death.record) == [])
        }
        let other = try run.records.exact(run.deaths[1].record)
        #expect(run.deaths[0].entry.differences(from: other, of: run.deaths[0].record) != [])
    }

    private static func tally(factor: Double) -> PassageTally {
        var tally = PassageTally()
        for index in 1...60 {
            let predicted = Double(400 + 50 * index)
            let noise = 1 + 0.01 * Double(index % 5 - 2)
            tally.add(measured: Int(predicted * factor * noise), predicted: Prediction(predicted, errorBound: 0.03 * predicted), label: [])
        }
        return tally
    }

    private static func smallestPValue(_ tally: PassageTally) throws -> Double {
        try tally.comparisons(threshold: 1e-15).compactMap(\.pValue).min() ?? 1
    }

    @Test func passagesThatFollowTheLawAreAcceptedAndLateOnesAreNot() throws {
        #expect(try Self.smallestPValue(Self.tally(factor: 1)) > 0.05)
        #expect(try Self.smallestPValue(Self.tally(factor: 1.08)) < 1e-6)
    }

    @Test func aPassageThatOnlyTheLawOrOnlyTheLedgerSeesCountsAgainstIt() throws {
        var tally = Self.tally(factor: 1)
        for _ in 0..<30 { tally.add(measured: nil, predicted: Prediction(500, errorBound: 1), label: []) }
        #expect(try Self.smallestPValue(tally) < 1e-6)
    }

    @Test func nodesUnderTheThresholdBeforeAndUnfinishedOnesAreLeftOutWithTheReason() {
        var tally = Self.tally(factor: 1)
        tally.add(measured: -5, predicted: nil, label: [])
        tally.add(measured: nil, predicted: nil, label: [])
        #expect(tally.exclusions(threshold: 1e-15).map(\.count) == [1, 1])
        #expect(tally.exclusions(threshold: 1e-15).map(\.of) == [62, 62])
        #expect(tally.pairs.count == 60)
    }

    @Test func aTallyFromTheEdgeSaysSoAndANodelessOneSaysNothing() throws {
        var tally = PassageTally(origin: "the edge")
        #expect(tally.exclusions(threshold: 1e-15).isEmpty)
        for index in 1...10 { tally.add(measured: 400 + index, predicted: Prediction(Double(400 + index), errorBound: 9), label: []) }
        #expect(try tally.comparisons(threshold: 1e-15).allSatisfy { $0.quantity.contains("steps from the edge") })
        #expect(tally.exclusions(threshold: 1e-15).map(\.reason)[0] == "under 1e-15 at the edge or before")
    }

    @Test func theKnownSetUpEndsBelowTheEdgeAndAConstantRateDoesNot() throws {
        let claim = Claim.adiabaticDeathsOnMNIST
        let known = try RunConfiguration.bundled("mnist-known", of: "C7")
        let constant = try RunConfiguration.bundled("mnist-constant", of: "C7")
        #expect(claim.hypotheses.allSatisfy { $0.holds(known) })
        #expect(claim.hypotheses.filter { !$0.holds(constant) }.map(\.statement) == ["αλ/ε ends below η* = 2(1+β₁)/(1−β₁)"])
    }
}
