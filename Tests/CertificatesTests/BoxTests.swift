// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Testing

@testable import Certificates

@Suite("Box")
struct BoxTests {
    static let activations: [Activation] = [
        .relu(), .leakyReLU(), .elu(), .elu(alpha: 0.1), .elu(alpha: -0.3), .selu, .gelu(), .gelu(tanhApproximation: true), .silu, .softplus(),
        .softplus(beta: 3, threshold: 5), .tanh, .sigmoid, .identity,
    ]

    /// From −2000 to 2000, and densely where GELU and SiLU have their minima.
    static let arguments = stride(from: -2000.0, through: 2000, by: 12.5).map(\.self) + stride(from: -40.0, through: 40, by: 0.03125).map(\.self)

    private func outputs<Scalar: NetworkScalar>(of activation: Activation, _: Scalar.Type) throws -> [Double] {
        let network = try Network<Scalar>([.activation(activation)], inputCount: 1, capacity: Self.arguments.count)
        network.input.assign(Self.arguments.map { Scalar($0) })
        try network.forward(batch: Self.arguments.count, mode: .evaluation)
        return network.output.values.map { Double($0) }
    }

    @Test("what an activation puts out in a network of either precision lies in its box, which is tight", arguments: activations)
    func outputs(of activation: Activation) throws {
        let box = Box(outputsOf: activation, count: 2)
        #expect(box.lower.count == 2)
        let found = try outputs(of: activation, Float.self) + outputs(of: activation, Double.self)
        #expect(found.allSatisfy { $0 >= box.lower[0] && $0 <= box.upper[0] })
        if case .elu(let alpha) = activation, alpha < 0 { return }  // |alpha| serves both signs.
        let (lowest, highest) = (found.min() ?? 0, found.max() ?? 0)
        // A bound of infinity stands for outputs that grow with their arguments, at least as the leak of 0.01 does.
        #expect(box.lower[0] == -.infinity ? lowest <= -20 : lowest <= box.lower[0] + 0.002)
        #expect(box.upper[0] == .infinity ? highest >= 20 : highest == box.upper[0])
    }

    @Test("a box of unequal sides knows the largest magnitude of each feature")
    func magnitude() {
        let box = Box(lower: [-3, 1, 0], upper: [2, 5, 0])
        #expect((0..<3).map(box.magnitude) == [3, 5, 0])
        #expect(Box(count: 1, lower: -.infinity, upper: 1).magnitude(0) == .infinity)
    }

    @Test("bounds out of order, of different counts, or NaN stop the process")
    func checks() async {
        await #expect(processExitsWith: .failure) { _ = Box(lower: [1], upper: [0]) }
        await #expect(processExitsWith: .failure) { _ = Box(lower: [1], upper: [1, 2]) }
        await #expect(processExitsWith: .failure) { _ = Box(lower: [.nan], upper: [1]) }
    }
}
