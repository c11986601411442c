// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Networks
import Optimizers
import Probes
import Records
import Testing

@testable import Experiments

/// A probe of one's own that looks at everything there is to see.
private final class Gaze<Scalar: TrainingScalar>: Probe {
    private(set) var sum = 0.0

    func beforeUpdate(_ view: StepView<Scalar>) throws { look(view) }

    func afterUpdate(_ view: StepView<Scalar>) throws { look(view) }

    private func look(_ view: StepView<Scalar>) {
        for layer in view.layers {
            for node in 0..<layer.nodeCount {
                sum += Double(layer.incomingWeights(of: node).reduce(0, +)) + Double(layer.incomingGradient(of: node).reduce(0, +))
            }
            sum += Double(layer.preactivation(batch: view.batch).reduce(0, +))
        }
    }
}

@Suite("The same configuration gives the same bits")
struct ReproducibilityTests {
    static let rules: [any UpdateRule] = [Adam(), RMSprop(momentum: 0.9, centered: true), NAdam(), Lion()]

    private func configuration(
        _ precision: Precision, rule: any UpdateRule = Adam(), probe: ProbeConfiguration = .off, threads: Int = 1
    ) -> RunConfiguration {
        RunConfiguration(
            seed: 11, precision: precision, data: .digits,
            network: [.dense(units: 12), .batchNorm(), .activation(.relu()), .dense(units: 8), .activation(.gelu()), .dense(units: 10)],
            optimizer: rule, l2: CoupledL2(weights: 1e-3), schedule: .step(everyEpochs: 1, factor: 0.7), batch: 50, length: .steps(40),
            probe: probe, threads: threads)
    }

    private static let everyProbe = ProbeConfiguration(
        cadence: Cadence(every: 1, samplesPerDecade: 10, windows: [3...7]), thresholds: [10, 1e-3], quantiles: [0, 0.3, 1],
        observed: [NodeReference(layer: "0", node: 3), NodeReference(layer: "3", node: 0, input: 2)])

    @Test("Every probe on, and none: identical model and optimiser files", arguments: Precision.allCases, rules.indices)
    func probes(precision: Precision, rule: Int) throws {
        let folder = try RunFolder()
        let bare = try folder.run(configuration(precision, rule: Self.rules[rule]), as: "bare")
        let (single, double) = (Gaze<Float>(), Gaze<Double>())
        let probed = try folder.run(
            configuration(precision, rule: Self.rules[rule], probe: Self.everyProbe), as: "probed",
            probes: ExtraProbes(float32: [single], float64: [double]))
        #expect(single.sum != 0 || double.sum != 0)
        #expect(try bare.finalState() == probed.finalState())
        #expect(try NPY.read(probed.probe.appendingPathComponent("steps.npy")).count == 41)
        #expect(try FileManager.default.contentsOfDirectory(atPath: bare.probe.path).isEmpty)
    }

    @Test("Twice the same run: identical files, the digests of the probes' too", arguments: Precision.allCases)
    func twice(precision: Precision) throws {
        let folder = try RunFolder()
        let runs = try ["first", "second"].map { try folder.run(configuration(precision, probe: Self.everyProbe), as: $0) }
        let digests = try runs.map { run in
            let files = try #require(try JSONValue.read(run.manifest)["files"]?.object)
            // Times differ from run to run.
            return files.members.filter { !["summary.json", "metrics.csv"].contains($0.key) }.map { "\($0.key) \($0.value)" }
        }
        #expect(digests[0] == digests[1])
        #expect(digests[0].count > 2 * (11 + 9))
    }

    @Test("Another seed, rate or L2 gives other bits")
    func different() throws {
        let folder = try RunFolder()
        let original = configuration(.float32)
        var (seed, rate, l2) = (original, original, original)
        seed.seed = 12
        rate.optimizer = Adam(learningRate: 0.0010001)
        l2.l2 = CoupledL2(weights: 1.001e-3)
        let first = try folder.run(original, as: "first").finalState()
        for (name, other) in [("seed", seed), ("rate", rate), ("l2", l2)] {
            #expect(try folder.run(other, as: name).finalState() != first, "\(name)")
        }
    }

    @Test("One thread and two: identical files", arguments: Precision.allCases, [false, true])
    func threads(precision: Precision, flushToZero: Bool) throws {
        let folder = try RunFolder()
        let states = try [1, 2].map { threads in
            var configuration = configuration(precision, threads: threads)
            // Wide enough for a product to be cut into tiles, and weights so small that products of float32 are subnormal.
            configuration.network = [.dense(units: 600), .activation(.relu()), .dense(units: 10)]
            configuration.length = .steps(4)
            configuration.flushToZero = flushToZero
            let model = folder["tiny.safetensors"]
            let subnormal = Float(sign: .plus, exponent: -136, significand: 1)
            let tiny: [Float] = (0..<600 * 64).map { Float($0 * 7919 % 2001 - 1000) * subnormal }
            let outgoing: [Float] = (0..<6_000).map { Float($0 % 7) - 3 }
            let tensors: [(name: String, tensor: TensorRecord)] = [
                ("0.weight", TensorRecord(tiny, shape: [600, 64])), ("0.bias", TensorRecord([Float](repeating: 0, count: 600))),
                ("2.weight", TensorRecord(outgoing, shape: [10, 600])), ("2.bias", TensorRecord([Float](repeating: 0, count: 10))),
            ]
            try SafetensorsFile(tensors).write(to: model)
            configuration.initial = .planted(model: model)
            configuration.optimizer = StochasticGradientDescent(learningRate: 1e-38)
            return try folder.run(configuration, as: "threads-\(threads)").finalState()
        }
        #expect(states[0] == states[1])
    }

    @Test("Flush-to-zero decides what becomes of a subnormal weight, and is recorded", arguments: [false, true])
    func flushToZero(isOn: Bool) throws {
        let folder = try RunFolder()
        let model = folder["initial.safetensors"]
        try SafetensorsFile([("0.weight", TensorRecord([Float(1e-40)], shape: [1, 1]))]).write(to: model)
        let configuration = RunConfiguration(
            precision: .float32, data: .planted(PlantedSpecification(features: 1, target: 0)), network: [.dense(units: 1, bias: false)],
            initial: .planted(model: model), loss: .linear, optimizer: StochasticGradientDescent(learningRate: 0.1), l2: CoupledL2(weights: 0.1),
            batch: 1, length: .steps(3), flushToZero: isOn)
        let run = try folder.run(configuration)
        let weight = try #require(try SafetensorsFile.read(run.model).tensor(named: "0.weight").values(as: Float.self).first)
        #expect((weight == 0) == isOn)
        #expect(try JSONValue.read(run.manifest)["configuration"]?["flushToZero"]?.bool == isOn)
        #expect(Float(1e-40) * 1 != 0, "the test's own thread keeps subnormals")
    }

    @Test("N steps and M more from the files that they left equal N + M steps", arguments: Precision.allCases, rules.indices)
    func continued(precision: Precision, rule: Int) throws {
        let folder = try RunFolder()
        let rows = (0..<40 * 50).map { Int64($0 * 7919 % 1437) }
        try NPY.write(TensorRecord(rows, shape: [40, 50]), to: folder["all.npy"])
        try NPY.write(TensorRecord(Array(rows[..<(15 * 50)]), shape: [15, 50]), to: folder["first.npy"])
        try NPY.write(TensorRecord(Array(rows[(15 * 50)...]), shape: [25, 50]), to: folder["rest.npy"])
        var whole = configuration(precision, rule: Self.rules[rule])
        whole.schedule = .constant
        whole.order = .file(folder["all.npy"])
        let expected = try folder.run(whole, as: "whole").finalState()
        var first = whole
        (first.order, first.length) = (.file(folder["first.npy"]), .steps(15))
        let half = try folder.run(first, as: "first")
        var rest = whole
        (rest.order, rest.length) = (.file(folder["rest.npy"]), .steps(25))
        rest.initial = .planted(model: half.model, optimizer: half.optimizer)
        #expect(try folder.run(rest, as: "rest").finalState() == expected)
        // Without the moments it is another run.
        rest.initial = .planted(model: half.model)
        #expect(try folder.run(rest, as: "forgetful").finalState() != expected)
    }
}
