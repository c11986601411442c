// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Optimizers
import Records
import Testing
import Theory

@testable import Experiments

/// Forecasts from the states at death alone, against the ledger of the run that left them.
@Suite("Forecasts from a run's records of deaths")
struct DeathRecordsTests {
    /// A run in which nodes die.
    struct Case: CustomTestStringConvertible {
        let name: String
        let optimizer: any UpdateRule
        let l2: Double
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "adam", optimizer: Adam(learningRate: 0.02, epsilon: 1e-6), l2: 0.01),
        Case(name: "amsgrad", optimizer: AMSGrad(learningRate: 0.02, epsilon: 1e-6), l2: 0.1),
        Case(name: "adamw", optimizer: AdamW(learningRate: 0.02, weightDecay: DecoupledDecay(weights: 1)), l2: 0.01),
        Case(name: "rmsprop with momentum", optimizer: RMSprop(learningRate: 0.003, epsilon: 1e-6, momentum: 0.9), l2: 0.01),
        Case(name: "centred rmsprop", optimizer: RMSprop(learningRate: 0.02, epsilon: 1e-6, centered: true), l2: 0.01),
        Case(name: "nadam", optimizer: NAdam(learningRate: 0.02, epsilon: 1e-6), l2: 0.01),
        Case(name: "adamax", optimizer: AdaMax(learningRate: 0.03, epsilon: 1e-6), l2: 0.01),
        Case(name: "adagrad", optimizer: AdaGrad(learningRate: 0.3), l2: 0.1),
        Case(name: "adadelta", optimizer: Adadelta(learningRate: 10), l2: 0.05),
        Case(name: "sgd with momentum", optimizer: HeavyBall(learningRate: 0.3), l2: 0.03),
        Case(name: "nesterov", optimizer: Nesterov(learningRate: 0.3), l2: 0.03),
        Case(name: "lion", optimizer: Lion(learningRate: 0.003), l2: 0.1),
    ]
    private static let (nodes, steps) = (16, 350)

    private func configuration(
        _ example: Case, _ precision: Precision, flushToZero: Bool = false, thresholds: [Double] = [1e-15, 1e-8, 1e-3, 0.3]
    ) -> RunConfiguration {
        RunConfiguration(
            seed: 2, precision: precision, data: .digits, network: [.dense(units: Self.nodes), .activation(.relu()), .dense(units: 10)],
            optimizer: example.optimizer, l2: CoupledL2(weights: example.l2), schedule: .step(everyEpochs: 10, factor: 0.5),
            length: .steps(Self.steps), probe: ProbeConfiguration(thresholds: thresholds), flushToZero: flushToZero)
    }

    /// The same under batch normalisation, β planted so low that some nodes fall silent.
    private func normalized(_ example: Case, _ precision: Precision, in folder: RunFolder) throws -> RunConfiguration {
        var configuration = configuration(example, precision)
        configuration.network.insert(.batchNorm(), at: 1)
        let network = try Network<Double>(configuration.network, inputCount: 64, capacity: 1)
        network.initialize(.heNormal, seed: 3)
        var model = ModelFiles.model(of: network)
        model["1.bias"] = TensorRecord((0..<Self.nodes).map { -0.5 * Double($0) })
        try model.write(to: folder["start.safetensors"])
        configuration.initial = .planted(model: folder["start.safetensors"])
        return configuration
    }

    /// Compares every dead node of a run; returns how many there were, and how many events of their norms were foretold.
    @discardableResult
    private func check(_ run: RunDirectory) throws -> (dead: Int, events: Int) {
        let records = try DeathRecords(run: run.url)
        let ledger = try NodeLedger(run: run.url, thresholds: records.thresholds)
        let model = try SafetensorsFile.read(run.model).tensor(named: "0.weight").values(as: Double.self)
        var (dead, events) = (0, 0)
        for entry in ledger.entries {
            guard entry.deathStep != nil else {
                // A node that was silent and is active again has a record that is no death.
                if let record = records.record(layer: entry.layer, node: entry.node) { #expect(!entry.isDead(at: record)) }
                continue
            }
            dead += 1
            let record = try #require(records.record(layer: entry.layer, node: entry.node), "every dead node has a record")
            // A node that was revived died again: the record is that of its last death.
            #expect(entry.isDead(at: record))
            let forecast = try records.exact(record)
            #expect(entry.differences(from: forecast, of: record).isEmpty)
            let row = entry.node * records.records[0].state.weights.count
            #expect(try records.finalWeights(record) == Array(model[row..<row + record.state.weights.count]))
            events += forecast.crossings.count { ($0.dip ?? 0) > 0 } + forecast.crossings.count { ($0.passage ?? 0) > 0 }
            events += forecast.crossings.count { $0.rise != nil }
        }
        return (dead, events)
    }

    @Test("Every dead node does what its state at death foretells, to the very step and the last bit", arguments: cases, Precision.allCases)
    func plain(_ example: Case, _ precision: Precision) throws {
        let folder = try RunFolder()
        let (dead, events) = try check(try folder.run(configuration(example, precision)))
        #expect(dead >= 1 && events >= 1, "found \(dead) dead nodes with \(events) events")
    }

    @Test("Under batch normalisation too", arguments: cases, Precision.allCases)
    func batchNorm(_ example: Case, _ precision: Precision) throws {
        let folder = try RunFolder()
        let (dead, events) = try check(try folder.run(try normalized(example, precision, in: folder)))
        #expect(dead >= 1 && events >= 1, "found \(dead) dead nodes with \(events) events")
    }

    @Test("Among the subnormals too, with and without flush-to-zero", arguments: [false, true])
    func subnormals(flushToZero: Bool) throws {
        let folder = try RunFolder()
        var configuration = configuration(Self.cases[0], .float32, flushToZero: flushToZero, thresholds: [1e-30, 1e-36, 1e-40])
        configuration.length = .steps(900)
        #expect(try check(try folder.run(configuration)).dead >= 1)
    }

    @Test("A run that went on from planted moments counts its steps, and NAdam's product, from there")
    func plantedState() throws {
        let folder = try RunFolder()
        let example = try #require(Self.cases.first { $0.name == "nadam" })
        var configuration = configuration(example, .float64)
        configuration.length = .steps(60)
        let first = try folder.run(configuration, as: "first")
        configuration.length = .steps(Self.steps)
        configuration.initial = .planted(model: first.model, optimizer: first.optimizer)
        let second = try folder.run(configuration, as: "second")
        let (dead, events) = try check(second)
        #expect(dead >= 1 && events >= 1)
        #expect(try DeathRecords(run: second.url).records.allSatisfy { $0.state.step == $0.lastStep + 60 })
        try FileManager.default.removeItem(at: first.optimizer)
        #expect(throws: RecordsError.self) { try DeathRecords(run: second.url) }
    }

    @Test("Frozen weights stay what they are")
    func frozen() throws {
        let folder = try RunFolder()
        var configuration = configuration(Self.cases[0], .float64)
        configuration.freeze = ["0.weight"]
        configuration.optimizer = Adam(learningRate: 0.2)
        let run = try folder.run(configuration)
        #expect(try check(run).dead >= 1)
        #expect(try DeathRecords(run: run.url).records.allSatisfy(\.isFrozen))
    }

    @Test("Runs without deaths and damaged files are refused by file, tensor and key")
    func refusals() throws {
        let folder = try RunFolder()
        func refusal(_ url: URL) -> String { "\(#expect(throws: (any Error).self) { try DeathRecords(run: url) }.map { "\($0)" } ?? "")" }
        #expect(refusal(folder["nowhere"]).contains("is not a run directory"))
        var silent = configuration(Self.cases[0], .float64)
        (silent.probe, silent.length) = (.off, .steps(1))
        #expect(refusal(try folder.run(silent, as: "off").url).contains("probe: none"))

        let run = try folder.run(configuration(Self.cases[0], .float64))
        let good = try SafetensorsFile.read(run.deaths)
        func expect(_ words: String, _ change: (inout SafetensorsFile) throws -> Void) throws {
            var bad = good
            try change(&bad)
            try bad.write(to: run.deaths)
            let message = refusal(run.url)
            #expect(message.contains("deaths.safetensors: ") && message.contains(words), "\(message)")
        }
        try expect("'0.incoming.exp_avg' is missing") { $0["0.incoming.exp_avg"] = nil }
        try expect("'0.incoming.exp_avg_sq' has shape [3]") { $0["0.incoming.exp_avg_sq"] = TensorRecord([1.0, 2, 3]) }
        let steps = try good.tensor(named: "0.steps")
        try expect("'0.steps' holds 351; accepted: 0 to 350") {
            $0["0.steps"] = TensorRecord(Array(repeating: Self.steps + 1, count: steps.count), shape: steps.shape)
        }
        try expect("'0.nodes' names a node twice") { $0["0.nodes"] = TensorRecord(Array(repeating: 0, count: steps.count), shape: steps.shape) }
        let second = try good.tensor(named: "0.incoming.exp_avg_sq")
        try expect("has a negative number") {
            $0["0.incoming.exp_avg_sq"] = TensorRecord(Array(repeating: -1.0, count: second.count), shape: second.shape)
        }
        try Data("short".utf8).write(to: run.deaths)
        #expect(refusal(run.url).contains("deaths.safetensors"))
        try FileManager.default.removeItem(at: run.deaths)
        #expect(refusal(run.url).contains("it has no deaths.safetensors"))

        try good.write(to: run.deaths)
        let manifest = try String(contentsOf: run.manifest, encoding: .utf8)
        try manifest.replacingOccurrences(of: "\"adam\"", with: "\"mine\"").write(to: run.manifest, atomically: true, encoding: .utf8)
        #expect(refusal(run.url).contains("the theory has no rule for the optimiser 'mine'"))
        try manifest.replacingOccurrences(of: "\"totalSteps\": 350", with: "\"totalSteps\": -1").write(
            to: run.manifest, atomically: true, encoding: .utf8)
        #expect(refusal(run.url).contains("'totalSteps' is no count"))
    }
}
