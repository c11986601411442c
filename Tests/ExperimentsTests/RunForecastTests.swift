// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Optimizers
import Probes
import Testing
import Theory

@testable import Experiments

/// What the theory says of a run in a row of results.
@Suite("Forecasts of runs")
struct RunForecastTests {
    private let folder: RunFolder

    init() throws { folder = try RunFolder() }

    private func made(_ optimizer: any UpdateRule, l2: Double, schedule: Schedule) throws -> (run: RunDirectory, configuration: RunConfiguration) {
        let configuration = RunConfiguration(
            seed: 2, data: .digits, network: [.dense(units: 32), .activation(.relu()), .dense(units: 10)], optimizer: optimizer,
            l2: CoupledL2(weights: l2), schedule: schedule, length: .steps(Self.steps), probe: ProbeConfiguration(thresholds: [0.3, 1e-3]))
        return (try folder.run(configuration), configuration)
    }

    private static let steps = 700

    private func zeroNodes(
        _ made: (run: RunDirectory, configuration: RunConfiguration), mostWork: Double = RunForecast.mostWork
    ) throws -> Int? {
        try RunForecast(run: made.run, configuration: made.configuration, stepsPerEpoch: 23, steps: Self.steps, mostWork: mostWork).zeroNodes
    }

    /// αλ/ε of 200 lies past Adam's edge of 38, 20 does not.
    @Test(
        "The zero nodes foretold are those with which the law's whole forecast ends, whatever the work",
        arguments: [(1e-6, Schedule.constant), (1e-5, .constant), (1e-6, .step(everyEpochs: 15, factor: 0.1))])
    func lawful(_ epsilon: Double, _ schedule: Schedule) throws {
        let made = try made(Adam(learningRate: 0.02, epsilon: epsilon), l2: 0.01, schedule: schedule)
        let records = try DeathRecords(run: made.run.url)
        let ledger = try NodeLedger(run: made.run.url, thresholds: records.thresholds)
        let dead = records.records.filter { ledger.entry(layer: $0.layer, node: $0.node)?.isDead(at: $0) == true }
        let whole = try dead.count { try records.adiabatic($0).crossings.last?.isBelow == true }
        #expect(!dead.isEmpty)
        #expect(try zeroNodes(made) == whole)
        #expect(try zeroNodes(made, mostWork: 0) == whole)
    }

    @Test("A rule without a linear regime is followed weight by weight, unless that takes too long")
    func withoutALaw() throws {
        let made = try made(Lion(learningRate: 0.003), l2: 0.1, schedule: .constant)
        #expect(try !DeathRecords(run: made.run.url).records.isEmpty)
        #expect(try zeroNodes(made) != nil)
        #expect(try zeroNodes(made, mostWork: 0) == nil)
    }

    @Test(
        "Between the changes that a schedule announces α stays",
        arguments: [
            Schedule.constant, .step(everyEpochs: 3, factor: 0.5), .exponential(factor: 0.9), .cosine(epochs: 8, minimumFactor: 0.1),
            .warmup(steps: 17), .warmup(steps: 17, then: .warmup(steps: 33, then: .exponential(factor: 0.5))),
        ], [0, 13])
    func changes(_ schedule: Schedule, offset: Int) {
        let rate = LearningRate(0.1, schedule: schedule, stepsPerEpoch: 7, offset: offset)
        var step = offset
        while step < 100 {
            let next = rate.nextChange(after: step) ?? 100
            #expect(next > step && (step..<next).allSatisfy { rate[$0] == rate[step] })
            step = next
        }
    }
}
