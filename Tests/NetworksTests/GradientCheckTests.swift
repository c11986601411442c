// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Networks

/// Backward passes against central differences of the loss, in double precision.
///
/// A difference taken across a kink (ReLU's at 0, softplus's small step at its threshold) says nothing about either slope: a parameter whose
/// shift by ±h carries any pre-activation over a kink is skipped, and counted.
@Suite("Gradient check")
struct GradientCheckTests {
    struct Model: Sendable, CustomStringConvertible {
        let name: String
        let activation: Activation
        let hasBatchNorm: Bool
        var description: String { "\(name)\(hasBatchNorm ? " behind batch norm" : "")" }
        var layers: [LayerSpecification] {
            [.dense(units: 4, bias: !hasBatchNorm)] + (hasBatchNorm ? [.batchNorm()] : []) + [.activation(activation)]
                + [.dense(units: 3), .activation(activation), .dense(units: 3)]
        }
    }

    static let models = ActivationLayerTests.named.flatMap { named in
        [false, true].map { Model(name: named.name, activation: named.activation, hasBatchNorm: $0) }
    }

    /// h: the rounding of the loss, 1e-16/h, is 1e-11; the truncation h²f‴/6 is larger where a batch norm divides by a small deviation.
    static let step = 1e-5
    /// Over the largest gradient of a tensor, at least 1; measured at most 4e-8, by truncation.
    static let tolerance = 1e-7
    static let batch = 6

    /// A planted network with its loss, whose parameters can be shifted.
    struct Check {
        let network: Network<Double>
        let loss: Loss
        let activation: Activation
        let classes: [Int32]
        let values: [Double]

        init(_ layers: [LayerSpecification], activation: Activation, loss: Loss, seed: UInt64) throws {
            var draws = Draws(seed: seed)
            network = try Network(layers, inputCount: 3, capacity: GradientCheckTests.batch)
            network.plant(&draws)
            classes = draws.classes(GradientCheckTests.batch, under: network.outputCount)
            values = draws.normal(GradientCheckTests.batch * network.outputCount)
            (self.loss, self.activation) = (loss, activation)
        }

        /// The loss of a training pass; its gradient goes to the network's output gradient.
        func evaluate() throws -> Double {
            try network.forward(batch: GradientCheckTests.batch, mode: .training)
            return classes.withUnsafeBufferPointer { classes in
                values.withUnsafeBufferPointer { values in
                    loss.evaluate(
                        network.output, targets: loss == .crossEntropy ? .classes(classes) : .values(values),
                        batch: GradientCheckTests.batch, gradient: network.gradients[network.layers.count]
                    ).mean
                }
            }
        }

        func gradients() throws -> [[Double]] {
            _ = try evaluate()
            network.backward(batch: GradientCheckTests.batch)
            return network.parameters.map(\.gradient.values)
        }

        /// On which side of its activation's kink each pre-activation of the last pass lies.
        private func sides() -> [Bool] {
            guard let kink = activation.kink else { return [] }
            return network.layers.indices.filter { network.layers[$0] is ActivationLayer<Double> }
                .flatMap { network.activations[$0].values.map { $0 > kink } }
        }

        struct Result {
            var worst = 0.0
            var checked = 0
            var skipped = 0
        }

        /// The largest difference of `gradients` from central differences, relative to the largest gradient of each tensor.
        func compare(_ gradients: [[Double]], knowsKinks: Bool = true) throws -> Result {
            var result = Result()
            for (parameter, gradient) in zip(network.parameters, gradients) {
                let scale = max(1, gradient.map(\.magnitude).max() ?? 1)
                for index in gradient.indices {
                    let value = parameter.value.values[index]
                    parameter.value.mutableElements[index] = value + GradientCheckTests.step
                    let (up, upper) = (try evaluate(), sides())
                    parameter.value.mutableElements[index] = value - GradientCheckTests.step
                    let (down, lower) = (try evaluate(), sides())
                    parameter.value.mutableElements[index] = value
                    if knowsKinks, upper != lower {
                        result.skipped += 1
                        continue
                    }
                    result.checked += 1
                    result.worst = max(result.worst, abs((up - down) / (2 * GradientCheckTests.step) - gradient[index]) / scale)
                }
            }
            return result
        }
    }

    @Test("backward passes give the derivative of the loss", arguments: models, [Loss.crossEntropy, .meanSquaredError, .linear])
    func derivative(_ model: Model, _ loss: Loss) throws {
        for seed in Draws.seeds.prefix(3) {
            let check = try Check(model.layers, activation: model.activation, loss: loss, seed: seed)
            let result = try check.compare(check.gradients())
            #expect(result.worst < Self.tolerance, "seed \(seed)")
            #expect(result.skipped * 10 <= result.checked, "seed \(seed)")
        }
    }

    @Test("the check sees one entry that is wrong by a part in 10,000 of its tensor's largest", arguments: models)
    func sensitivity(_ model: Model) throws {
        let check = try Check(model.layers, activation: model.activation, loss: .crossEntropy, seed: 1)
        let gradients = try check.gradients()
        for tensor in gradients.indices {
            var wrong = gradients
            wrong[tensor][0] += 1e-4 * max(1, gradients[tensor].map(\.magnitude).max() ?? 1)
            #expect(try check.compare(wrong).worst > Self.tolerance)
        }
    }

    @Test(
        "a kink within h is skipped; not skipped, it would pass for a wrong gradient",
        arguments: [Activation.relu(), .leakyReLU(), .elu(alpha: 0.7), .selu])
    func kink(_ activation: Activation) throws {
        let check = try Check([.dense(units: 1), .activation(activation), .dense(units: 3)], activation: activation, loss: .linear, seed: 2)
        // Zero inputs and a bias just above the kink: z = h/10 for every sample.
        check.network.input.assign(Array(repeating: 0, count: check.network.input.count))
        check.network.parameters[1].value.assign([Self.step / 10])
        let gradients = try check.gradients()
        let result = try check.compare(gradients)
        #expect(result.worst < Self.tolerance)
        #expect(result.skipped == 1)
        #expect(try check.compare(gradients, knowsKinks: false).worst > 1000 * Self.tolerance)
    }

    @Test("a dense layer without bias, two batch norms and batch norm as last and first layer have right gradients too")
    func otherArchitectures() throws {
        let architectures: [[LayerSpecification]] = [
            [.batchNorm(), .dense(units: 4, bias: false), .activation(.tanh), .batchNorm(), .dense(units: 3), .batchNorm()],
            [.dense(units: 5), .activation(.silu), .batchNorm(), .batchNorm(epsilon: 0.5), .dense(units: 2), .activation(.gelu())],
            [.dense(units: 2)],
        ]
        for layers in architectures {
            let check = try Check(layers, activation: .identity, loss: .meanSquaredError, seed: 4)
            #expect(try check.compare(check.gradients()).worst < Self.tolerance, "\(layers)")
        }
    }
}

extension Activation {
    /// Where φ′ jumps; nil if nowhere.
    fileprivate var kink: Double? {
        switch self {
        case .relu, .leakyReLU, .elu, .selu: 0
        case .softplus(let beta, let threshold): threshold / beta
        case .gelu, .silu, .tanh, .sigmoid, .identity: nil
        }
    }
}
