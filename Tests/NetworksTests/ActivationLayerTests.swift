// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Networks

@Suite("Activations")
struct ActivationLayerTests {
    /// Two evaluations of one formula, their exponentials within an ulp or two of each other; measured at most 4.5e-16.
    static let tolerance = 2e-15
    /// Where the formula has no cancellation, tails too agree to their last digits; the largest difference measured is 2e-16 of the value.
    static let relativeTolerance = 1e-14
    /// The same in float32, beside the float64 values: measured at most 4.8e-7.
    static let floatTolerance = 1e-6

    static let named: [(name: String, activation: Activation)] = [
        ("relu", .relu()), ("leakyReLU", .leakyReLU()), ("leakyReLU.slope", .leakyReLU(slope: 0.3)), ("elu", .elu()),
        ("elu.alpha", .elu(alpha: 0.7)), ("selu", .selu), ("gelu", .gelu()), ("gelu.tanh", .gelu(tanhApproximation: true)),
        ("silu", .silu), ("softplus", .softplus()), ("softplus.beta", .softplus(beta: 2.5, threshold: 10)), ("tanh", .tanh),
        ("sigmoid", .sigmoid), ("identity", .identity),
    ]

    /// φ, φ′ and the counts of active samples for one sample per node.
    static func curve<Scalar: NetworkScalar>(_ activation: Activation, at z: [Scalar]) -> (y: [Scalar], slope: [Scalar], active: [Scalar]) {
        let layer = ActivationLayer<Scalar>(activation, shape: [z.count])
        let tensors = (0..<4).map { _ in Tensor<Scalar>(shape: [1, z.count], repeating: 1) }
        tensors[0].assign(z)
        layer.forward(tensors[0], into: tensors[1], batch: 1, mode: .training)
        layer.backward(input: tensors[0], output: tensors[1], outputGradient: tensors[2], inputGradient: tensors[3], batch: 1)
        return (tensors[1].values, tensors[3].values, layer.activeSamples.values)
    }

    @Test("every activation and its slope are PyTorch's, at ±1000 too", arguments: named)
    func reference(_ named: (name: String, activation: Activation)) throws {
        let expected = try #require(Reference.values.activations[named.name])
        let found = Self.curve(named.activation, at: expected.z)
        #expect(difference(found.y, expected.y) < Self.tolerance)
        #expect(difference(found.slope, expected.slope) < Self.tolerance)
        let float = Self.curve(named.activation, at: expected.z.map(Float.init))
        #expect(difference(float.y, expected.y) < Self.floatTolerance)
        #expect(difference(float.slope, expected.slope) < Self.floatTolerance)
        #expect(Reference.values.activations.count == Self.named.count)
    }

    @Test(
        "a tail that is not 0 in PyTorch is not 0 here, to full relative precision",
        arguments: named.filter { ["elu", "elu.alpha", "selu", "softplus", "softplus.beta"].contains($0.name) })
    func tails(_ named: (name: String, activation: Activation)) throws {
        let expected = try #require(Reference.values.activations[named.name])
        let found = Self.curve(named.activation, at: expected.z)
        for (slope, reference) in zip(found.slope, expected.slope) where reference.isNormal {
            #expect(abs(slope - reference) <= Self.relativeTolerance * abs(reference))
        }
        for (active, reference) in zip(found.active, expected.slope) { #expect((active != 0) == (reference != 0)) }
    }

    @Test("ReLU's derivative at 0 is what was chosen, for both zeros", arguments: [0, 0.5, 1])
    func derivativeAtZero(choice: Double) {
        let found = Self.curve(.relu(derivativeAtZero: choice), at: [-1, -0.0, 0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1])
        #expect(found.slope == [0, choice, choice, 1, 0, 1])
        #expect(found.y == [0, 0, 0, .leastNonzeroMagnitude, 0, 1])
        #expect(found.active == [0, choice == 0 ? 0 : 1, choice == 0 ? 0 : 1, 1, 0, 1])
    }

    @Test("NaN passes through every activation, and its node is not silent", arguments: named + [("relu at 0", .relu(derivativeAtZero: 1))])
    func notANumber(_ named: (name: String, activation: Activation)) {
        func check<Scalar: NetworkScalar>(_: Scalar.Type) {
            let found = Self.curve(named.activation, at: [Scalar.nan])
            #expect(found.y[0].isNaN)
            #expect(found.active == [1])
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("a gradient of infinity or NaN does not get past a slope of 0")
    func exactZero() {
        let layer = ActivationLayer<Float>(.relu(), shape: [2])
        let (z, y, delta, result) = (
            Tensor<Float>(shape: [2, 2]), Tensor<Float>(shape: [2, 2]), Tensor<Float>(shape: [2, 2]), Tensor<Float>(shape: [2, 2], repeating: 7)
        )
        z.assign([-1, 1, 0, -1])
        delta.assign([.infinity, 3, .nan, 2])
        layer.forward(z, into: y, batch: 2, mode: .training)
        layer.backward(input: z, output: y, outputGradient: delta, inputGradient: result, batch: 2)
        #expect(result.values == [0, 3, 0, 0])
        #expect(layer.activeSamples.values == [0, 1])
    }

    @Test("counts of active samples are those of the last backward pass's batch, and stay where no input gradient is asked for")
    func counts() {
        let layer = ActivationLayer<Double>(.relu(), shape: [3])
        let (z, y, delta) = (Tensor<Double>(shape: [4, 3]), Tensor<Double>(shape: [4, 3]), Tensor<Double>(shape: [4, 3], repeating: 1))
        let result = Tensor<Double>(shape: [4, 3])
        z.assign([1, -1, 1, 1, -1, -1, 1, -1, 1, 1, 9, 9])
        for (batch, expected) in [(4, [4.0, 1, 3]), (3, [3, 0, 2])] {
            layer.forward(z, into: y, batch: batch, mode: .training)
            layer.backward(input: z, output: y, outputGradient: delta, inputGradient: result, batch: batch)
            #expect(layer.activeSamples.values == expected)
        }
        layer.backward(input: z, output: y, outputGradient: delta, inputGradient: nil, batch: 1)
        #expect(layer.activeSamples.values == [3, 0, 2])
    }
}
