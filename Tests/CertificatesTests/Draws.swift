// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Statistics

/// Random numbers of a test: the same for the same seed, which a failing test names as its argument.
struct Draws {
    /// The seeds that property tests run with; `ADAMPROBE_TEST_SEED` replays or adds a single one.
    static let seeds: [UInt64] = ProcessInfo.processInfo.environment["ADAMPROBE_TEST_SEED"].flatMap(UInt64.init).map { [$0] } ?? Array(1...12)

    private var stream: RandomStream

    init(seed: UInt64) { stream = RandomStream(seed: seed, name: "certificates") }

    mutating func uniform() -> Double { stream.uniform() }
    mutating func normal() -> Double { stream.normal() }
    mutating func integer(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(stream.integer(below: UInt64(range.count))) }
    mutating func choose<Element>(_ elements: [Element]) -> Element { elements[integer(0...elements.count - 1)] }

    /// A power of two between 2^lowest and 2^highest.
    mutating func power(_ exponents: ClosedRange<Int>) -> Double { Double(sign: .plus, exponent: integer(exponents), significand: 1) }
}

/// A node of a network: dense, perhaps behind batch normalisation, ReLU; with everything that decides whether it is silent.
struct Node<Scalar: NetworkScalar> {
    var weights: [Scalar]
    var bias: Scalar
    /// γ and β; nil without batch normalisation.
    var norm: (scale: Scalar, shift: Scalar, epsilon: Double)?
    /// r and v, for evaluation.
    var running: (mean: Scalar, variance: Scalar) = (0, 1)

    init(weights: [Scalar], bias: Scalar, norm: (scale: Scalar, shift: Scalar, epsilon: Double)? = nil) {
        (self.weights, self.bias, self.norm) = (weights, bias, norm)
    }

    /// z of every sample, as the network computes it; `copies` of the node side by side make the product a large one, run by OpenBLAS.
    func preactivations(of inputs: [[Double]], mode: PassMode, copies: Int = 1, state: FloatingPointState = .current) throws -> [Scalar] {
        let layers: [LayerSpecification] = [.dense(units: copies)] + (norm.map { [.batchNorm(epsilon: $0.epsilon)] } ?? []) + [.activation(.relu())]
        let network = try Network<Scalar>(layers, inputCount: weights.count, capacity: inputs.count)
        for parameter in network.parameters {
            switch parameter.role {
            case .weight: parameter.value.assign((0..<copies).flatMap { _ in weights })
            case .bias: parameter.value.assign(Array(repeating: bias, count: copies))
            case .batchNormScale: parameter.value.assign(Array(repeating: norm?.scale ?? 1, count: copies))
            case .batchNormShift: parameter.value.assign(Array(repeating: norm?.shift ?? 0, count: copies))
            }
        }
        for buffer in network.buffers {
            buffer.tensor.assign(Array(repeating: buffer.name.hasSuffix("mean") ? running.mean : running.variance, count: copies))
        }
        network.input.assign(inputs.joined().map { Scalar($0) })
        try state.run { try network.forward(batch: inputs.count, mode: mode) }
        return network.activations[layers.count - 1].values
    }
}

extension Array {
    func withBuffer<Result>(_ body: (UnsafeBufferPointer<Element>) throws -> Result) rethrows -> Result { try withUnsafeBufferPointer(body) }
}
