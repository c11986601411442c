// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Networks
import Optimizers
import Records
import Statistics
import Testing

@testable import Experiments

/// Symmetries of whole runs (theory notes, B10). Each test prints the seed that it failed with; the seed decides data, order and start.
@Suite("Invariances of runs")
struct RunInvarianceTests {
    private let folder: RunFolder

    init() throws { folder = try RunFolder() }

    /// Random inputs and real targets, scaled by `scale`.
    private func regression(seed: UInt64, scale: Double = 1, as name: String) throws -> DataSource {
        var stream = RandomStream(seed: seed, name: "test.data")
        let (inputs, targets) = ((0..<24 * 5).map { _ in stream.normal() }, (0..<24 * 3).map { _ in stream.normal() * scale })
        try NPY.write(TensorRecord(inputs, shape: [24, 5]), to: folder["\(name).inputs.npy"])
        try NPY.write(TensorRecord(targets, shape: [24, 3]), to: folder["\(name).targets.npy"])
        return .npy(inputs: folder["\(name).inputs.npy"], targets: folder["\(name).targets.npy"], testInputs: nil, testTargets: nil)
    }

    /// A run with a start drawn from the seed that has been trained a little, so that weights, moments and step counts are all non-zero.
    private func started(_ configuration: RunConfiguration) throws -> (model: URL, optimizer: URL) {
        var start = configuration
        start.length = .steps(7)
        let run = try folder.run(start, as: "start")
        return (run.model, run.optimizer)
    }

    /// The run's final state from the given files, after a change of each tensor.
    private func final(
        _ configuration: RunConfiguration, from start: (model: URL, optimizer: URL), as name: String,
        change: (String, [Double], [Int]) -> [Double] = { _, values, _ in values }
    ) throws -> [String: [Double]] {
        func planted(_ url: URL, _ suffix: String) throws -> URL {
            let tensors = try SafetensorsFile.read(url).tensors.map { name, tensor -> (name: String, tensor: TensorRecord) in
                guard tensor.elementType != .int64 else { return (name, tensor) }
                return (name, TensorRecord(change(name, try tensor.values(as: Double.self), tensor.shape), shape: tensor.shape))
            }
            let target = folder["\(name).\(suffix).safetensors"]
            try SafetensorsFile(tensors).write(to: target)
            return target
        }
        var configuration = configuration
        configuration.initial = .planted(model: try planted(start.model, "model"), optimizer: try planted(start.optimizer, "optimizer"))
        let run = try folder.run(configuration, as: name)
        var state: [String: [Double]] = [:]
        for file in [run.model, run.optimizer] {
            for (name, tensor) in try SafetensorsFile.read(file).tensors { state[name] = try tensor.values(as: Double.self) }
        }
        return state
    }

    private static let digits: [LayerSpecification] = [.dense(units: 6), .batchNorm(), .activation(.relu()), .dense(units: 10)]

    private func isMoment(_ name: String) -> Bool { name.hasSuffix(".exp_avg") }

    private func isSecondMoment(_ name: String) -> Bool { name.hasSuffix(".exp_avg_sq") }

    @Test(
        "(i) λ, m, v, ε and the data gradient scaled by 2ᵏ, 2ᵏ, 4ᵏ, 2ᵏ (4ᵏ inside the root), 2ᵏ: the same weights, bit for bit",
        arguments: Precision.allCases,
        [
            (k: 3, seed: 1, placement: .outsideRoot), (-5, 2, .outsideRoot), (7, 3, .epsilonHat), (-4, 16, .insideRoot), (6, 17, .insideRoot),
        ] as [(k: Int, seed: UInt64, placement: EpsilonPlacement)])
    func gradientScale(precision: Precision, _ draw: (k: Int, seed: UInt64, placement: EpsilonPlacement)) throws {
        let placement = draw.placement
        let factor = pow(2, Double(draw.k))
        func configuration(_ scale: Double, as name: String) throws -> RunConfiguration {
            RunConfiguration(
                seed: draw.seed, precision: precision, data: try regression(seed: draw.seed, scale: scale, as: name),
                network: [.dense(units: 4), .activation(.relu()), .dense(units: 3)], loss: .linear,
                optimizer: Adam(
                    learningRate: 0.01, epsilon: 1e-3 * (placement == .insideRoot ? scale * scale : scale), epsilonPlacement: placement),
                l2: CoupledL2(weights: 0.01 * scale, biases: 0.02 * scale), batch: 8, length: .steps(60), probe: .off)
        }
        let original = try configuration(1, as: "original")
        let start = try started(original)
        let expected = try final(original, from: start, as: "original")
        let scaled = try final(try configuration(factor, as: "scaled"), from: start, as: "scaled") { name, values, _ in
            values.map { isMoment(name) ? $0 * factor : isSecondMoment(name) ? $0 * factor * factor : $0 }
        }
        for (name, values) in expected where !isMoment(name) && !isSecondMoment(name) {
            #expect(scaled[name] == values, "\(name), seed \(draw.seed)")
        }
        for (name, values) in expected where isMoment(name) { #expect(scaled[name] == values.map { $0 * factor }, "\(name), seed \(draw.seed)") }
        // The factor is not without effect: without the scaled moments it is another run.
        #expect(try final(try configuration(factor, as: "unscaled"), from: start, as: "unscaled")["0.weight"] != expected["0.weight"])
    }

    @Test(
        "(ii) Silent weights, α and ε scaled by 2ᵏ, moments by 2ᵏ and 4ᵏ: the path is scaled by 2ᵏ, bit for bit", arguments: Precision.allCases,
        [
            (k: 4, seed: 4), (-6, 5),
        ])
    func weightScale(precision: Precision, _ draw: (k: Int, seed: UInt64)) throws {
        let factor = pow(2, Double(draw.k))
        func configuration(_ scale: Double, target: Double) throws -> RunConfiguration {
            RunConfiguration(
                seed: draw.seed, precision: precision, data: try regression(seed: draw.seed, scale: target, as: "data"),
                network: [.dense(units: 4), .activation(.relu()), .dense(units: 3)], loss: .linear,
                optimizer: Adam(learningRate: 0.01 * scale, epsilon: 1e-3 * scale), l2: CoupledL2(weights: 0.3), batch: 8, length: .steps(60),
                probe: .off)
        }
        let start = try started(configuration(1, target: 1))
        let expected = try final(configuration(1, target: 0), from: start, as: "original")
        let scaled = try final(configuration(factor, target: 0), from: start, as: "scaled") { name, values, _ in
            name.hasSuffix(".step") ? values : values.map { $0 * (isSecondMoment(name) ? factor * factor : factor) }
        }
        for name in ["0.weight", "2.weight", "0.weight.exp_avg"] {
            #expect(scaled[name] == expected[name]?.map { $0 * factor }, "\(name), seed \(draw.seed)")
        }
    }

    @Test(
        "(iii) Nodes of an odd activation with all their weights and first moments negated: the same run, negated", arguments: Precision.allCases,
        [
            (.tanh, 6), (.identity, 7), (.tanh, 18),
        ] as [(Activation, UInt64)])
    func signFlip(precision: Precision, _ draw: (activation: Activation, seed: UInt64)) throws {
        let (activation, seed) = draw
        let configuration = RunConfiguration(
            seed: seed, precision: precision, data: .digits, network: [.dense(units: 6), .activation(activation), .dense(units: 10)],
            optimizer: Adam(learningRate: 0.003), l2: CoupledL2(weights: 0.01), batch: 64, length: .steps(40), probe: .off)
        let start = try started(configuration)
        let flipped: Set = [1, 4, 5]
        func flip(_ name: String, _ values: [Double], _ shape: [Int]) -> [Double] {
            guard !isSecondMoment(name), !name.hasSuffix(".step"), !name.hasPrefix("2.bias") else { return values }
            // Rows of layer 0 and its bias, columns of layer 2.
            let columns = name.hasPrefix("2.weight") ? shape[1] : 0
            let row = name.hasPrefix("0.weight") ? shape[1] : 1
            return values.enumerated().map { index, value in flipped.contains(columns > 0 ? index % columns : index / row) ? -value : value }
        }
        let expected = try final(configuration, from: start, as: "original")
        let negated = try final(configuration, from: start, as: "flipped", change: flip)
        let shapes = ["0.weight": [6, 64], "0.bias": [6], "2.weight": [10, 6], "2.bias": [10]]
        #expect(expected.count == 4 * 4)
        for (name, values) in expected {
            let parameter = name.split(separator: ".").prefix(2).joined(separator: ".")
            #expect(negated[name] == flip(name, values, try #require(shapes[parameter])), "\(name), seed \(seed)")
        }
    }

    /// The run of a network whose hidden nodes are permuted, with its expectation from the unpermuted one.
    private func permuted(
        _ configuration: RunConfiguration, nodes: Int, seed: UInt64
    ) throws -> (found: [String: [Double]], expected: [String: [Double]], original: [String: [Double]]) {
        let start = try started(configuration)
        var stream = RandomStream(seed: seed, name: "test.permutation")
        let order = nodes == 2 ? [1, 0] : stream.permutation(of: nodes)
        let last = "\(configuration.network.count - 1)"
        func permute(_ name: String, _ values: [Double], _ shape: [Int]) -> [Double] {
            if name.hasSuffix(".step") || name.hasPrefix("\(last).bias") || values.count < nodes { return values }
            if name.hasPrefix("\(last).weight") {
                return values.indices.map { values[$0 / nodes * nodes + order[$0 % nodes]] }
            }
            let row = values.count / nodes
            return values.indices.map { values[order[$0 / row] * row + $0 % row] }
        }
        let original = try final(configuration, from: start, as: "original")
        let found = try final(configuration, from: start, as: "permuted", change: permute)
        return (found, original.reduce(into: [:]) { $0[$1.key] = permute($1.key, $1.value, []) }, original)
    }

    @Test("(iv) Two nodes exchanged: the run is exchanged bit for bit, since a + b = b + a", arguments: Precision.allCases, [8, 9] as [UInt64])
    func exchange(precision: Precision, seed: UInt64) throws {
        // Small enough for the plain product, which sums in rising order.
        let configuration = RunConfiguration(
            seed: seed, precision: precision, data: .digits, network: [.dense(units: 2), .batchNorm(), .activation(.relu()), .dense(units: 10)],
            optimizer: Adam(learningRate: 0.003), l2: CoupledL2(weights: 0.01), batch: 16, length: .steps(40), probe: .off)
        let (found, expected, original) = try permuted(configuration, nodes: 2, seed: seed)
        #expect(found == expected, "seed \(seed)")
        #expect(found != original)
    }

    @Test("(iv) Many nodes permuted: the run is permuted, to rounding", arguments: Precision.allCases, [10, 11] as [UInt64])
    func permutation(precision: Precision, seed: UInt64) throws {
        // Gradient descent, which does not amplify the rounding of sums taken in another order: a few roundings a step.
        let configuration = RunConfiguration(
            seed: seed, precision: precision, data: .digits, network: [.dense(units: 9), .activation(.relu()), .dense(units: 10)],
            optimizer: HeavyBall(learningRate: 0.01), l2: CoupledL2(weights: 0.01), batch: 64, length: .steps(40), probe: .off)
        let tolerance = 40 * 8 * (precision == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne)
        let (found, expected, original) = try permuted(configuration, nodes: 9, seed: seed)
        for (name, values) in expected {
            #expect(relativeDifference(try #require(found[name]), values) <= tolerance, "\(name), seed \(seed)")
        }
        #expect(relativeDifference(try #require(original["0.weight"]), try #require(expected["0.weight"])) > 0.1)
    }

    @Test("(v) No step of Adam is longer than α(1−β₁)/√((1−β₂)(1−β₁²/β₂)) once bias corrections are gone", arguments: [12, 13] as [UInt64])
    func stepBound(seed: UInt64) throws {
        let (rate, beta1, beta2) = (0.01, 0.9, 0.999)
        var configuration = RunConfiguration(
            seed: seed, data: .digits, network: Self.digits, optimizer: Adam(learningRate: rate, beta1: beta1, beta2: beta2),
            l2: CoupledL2(weights: 0.01), batch: 64, length: .steps(200), probe: ProbeConfiguration(cadence: .init(every: 1)))
        configuration.probe.observed = (0..<6).map { .init(layer: "0", node: $0) }
        let start = try started(configuration)
        // From planted step counts far on, so that m̂ = m and v̂ = v.
        _ = try final(configuration, from: start, as: "late") { name, values, _ in name.hasSuffix(".step") ? values.map { _ in 100_000 } : values }
        let bound = (1 - beta1) / ((1 - beta2) * (1 - beta1 * beta1 / beta2)).squareRoot()
        #expect(abs(bound - 7.27) < 0.01)
        var largest = 0.0
        for node in 0..<6 {
            let values = try RunDirectory(folder["late"]).samples("observations.0.\(node)").values(as: Double.self)
            for start in stride(from: 0, to: values.count, by: 5) { largest = max(largest, abs(values[start + 4] - values[start])) }
        }
        #expect(largest <= rate * bound * (1 + 1e-9) && largest > rate, "\(largest), seed \(seed)")
    }

    @Test(
        "(vi) Without batch norm, incoming weights and bias times 2ᵏ and outgoing ones by it: the same function", arguments: Precision.allCases,
        [14, 15] as [UInt64])
    func homogeneity(precision: Precision, seed: UInt64) throws {
        var configuration = RunConfiguration(
            seed: seed, precision: precision, data: .digits, network: [.dense(units: 6), .activation(.relu()), .dense(units: 10)],
            optimizer: Adam(), batch: 64, length: .steps(0), probe: .off)
        let start = try started(configuration)
        configuration.length = .steps(0)
        _ = try final(configuration, from: start, as: "original")
        _ = try final(configuration, from: start, as: "scaled") { name, values, _ in
            name == "0.weight" || name == "0.bias" ? values.map { $0 * 8 } : name == "2.weight" ? values.map { $0 / 8 } : values
        }
        let losses = try ["original", "scaled"].map { try JSONValue.read(RunDirectory(folder[$0]).summary)["testLoss"]?.double }
        #expect(losses[0] != nil && losses[0] == losses[1], "seed \(seed)")
    }
}
