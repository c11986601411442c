// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Networks

@Suite("Network")
struct NetworkTests {
    @Test("parameters and buffers bear the names and shapes of nn.Sequential's state_dict")
    func names() throws {
        let network = try Network<Float>(
            [.dense(units: 64, bias: false), .batchNorm(), .activation(.relu()), .dense(units: 10)], inputCount: 20, capacity: 8)
        #expect(network.parameters.map(\.name) == ["0.weight", "1.weight", "1.bias", "3.weight", "3.bias"])
        #expect(network.parameters.map(\.value.shape) == [[64, 20], [64], [64], [10, 64], [10]])
        #expect(network.parameters.map(\.gradient.shape) == network.parameters.map(\.value.shape))
        #expect(network.buffers.map(\.name) == ["1.running_mean", "1.running_var"])
        #expect(network.inputCount == 20)
        #expect(network.outputCount == 10)
        #expect(network.input.shape == [8, 20])
        #expect(network.output.shape == [8, 10])
        #expect(network.parameters.allSatisfy { !$0.isFrozen })
    }

    @Test("a network without layers, or with an empty one, is an error that says which")
    func errors() {
        #expect(throws: NetworkError.noLayers) { try Network<Float>([], inputCount: 3, capacity: 1) }
        #expect(throws: NetworkError.emptyLayer(index: 2)) {
            try Network<Float>([.dense(units: 1), .activation(.relu()), .dense(units: 0)], inputCount: 3, capacity: 1)
        }
        #expect("\(NetworkError.emptyLayer(index: 2))".contains("layer 2"))
        #expect("\(NetworkError.noLayers)".contains("at least one"))
    }

    @Test("a batch beyond the planned capacity stops the process")
    func capacity() async {
        await #expect(processExitsWith: .failure) {
            try Network<Float>([.dense(units: 1)], inputCount: 3, capacity: 2).forward(batch: 3, mode: .evaluation)
        }
    }

    @Test("a pass does not read rows behind its batch", arguments: [PassMode.training, .evaluation])
    func partialBatch(mode: PassMode) throws {
        func outputs(_ rest: Double) throws -> [Double] {
            let network = try Network<Double>([.dense(units: 3), .batchNorm(), .activation(.tanh), .dense(units: 2)], inputCount: 3, capacity: 6)
            var draws = Draws(seed: 1)
            network.plant(&draws)
            for index in 12..<18 { network.input.mutableElements[index] = rest }
            try network.forward(batch: 4, mode: mode)
            network.gradients[4].assign(Array(repeating: 1, count: 12))
            network.backward(batch: 4)
            return firstRows(network.output, 4) + network.parameters.flatMap(\.gradient.values)
        }
        #expect(try outputs(0) == outputs(.nan))
    }

    @Test("any number of threads gives the same bits, forward and backward")
    func threads() throws {
        func bits<Scalar: NetworkScalar>(_ threads: Int, _: Scalar.Type) throws -> [Scalar] {
            let network = try Network<Scalar>(
                [.dense(units: 600), .batchNorm(), .activation(.relu()), .dense(units: 300), .activation(.silu), .dense(units: 10)],
                inputCount: 70, capacity: 33, threads: threads)
            var draws = Draws(seed: 2)
            network.plant(&draws)
            try network.pass(batch: 33, outputGradient: draws.normal(330))
            return network.output.values + network.parameters.flatMap(\.gradient.values)
        }
        for threads in [2, 3] {
            #expect(try areSame(bits(threads, Double.self), bits(1, Double.self)))
            #expect(try areSame(bits(threads, Float.self), bits(1, Float.self)))
        }
    }

    /// Theory notes, B1.
    @Test("a silent node's data gradients are exactly 0: weights, bias, γ, β, and outgoing weights where φ = 0", arguments: [false, true], [4, 300])
    func silentNode(hasBatchNorm: Bool, width: Int) throws {
        func check<Scalar: NetworkScalar>(_: Scalar.Type) throws {
            for seed in Draws.seeds.prefix(4) {
                var draws = Draws(seed: seed)
                let network = try Network<Scalar>(
                    [.dense(units: width)] + (hasBatchNorm ? [.batchNorm()] : []) + [.activation(.relu()), .dense(units: 5)], inputCount: 20,
                    capacity: 40)
                network.plant(&draws)
                let silent = width / 2
                let layer = network.hiddenLayers[0]
                // β or b far below anything that the inputs can reach.
                (layer.batchNorm?.shift ?? layer.bias)?.value.mutableElements[silent] = -1000
                try network.pass(batch: 40, outputGradient: draws.normal(200))
                #expect(layer.activation.activeSamples.values[silent] == 0)
                #expect(layer.activation.activeSamples.values[silent + 1] > 0)
                let others = layer.incoming.gradient.values
                #expect(layer.incoming.gradient.rows(silent..<silent + 1).allSatisfy { $0 == 0 })
                #expect(others.filter { $0 == 0 }.count == 20 * layer.activation.activeSamples.values.filter { $0 == 0 }.count)
                #expect(layer.bias?.gradient.values[silent] == 0)
                #expect(layer.bias?.gradient.values[silent + 1] != 0)
                if let norm = layer.batchNorm {
                    #expect(norm.scale.gradient.values[silent] == 0)
                    #expect(norm.shift.gradient.values[silent] == 0)
                    #expect(norm.scale.gradient.values[silent + 1] != 0)
                }
                let outgoing = layer.outgoing.gradient.values
                #expect((0..<5).allSatisfy { outgoing[$0 * width + silent] == 0 })
                #expect((0..<5).allSatisfy { outgoing[$0 * width + silent + 1] != 0 })
            }
        }
        try check(Float.self)
        try check(Double.self)
    }

    @Test("a node on ReLU's edge is silent or not by the choice of the derivative at 0", arguments: [0, 1])
    func edge(derivativeAtZero: Double) throws {
        let network = try Network<Double>(
            [.dense(units: 1), .activation(.relu(derivativeAtZero: derivativeAtZero)), .dense(units: 1)], inputCount: 1, capacity: 2)
        network.parameters[0].value.assign([3])
        network.parameters[2].value.assign([2])
        try network.pass(batch: 2, outputGradient: [1, 1])
        #expect(network.hiddenLayers[0].activation.activeSamples.values == [derivativeAtZero * 2])
        #expect(network.parameters[1].gradient.values == [derivativeAtZero * 4])
    }

    /// Theory notes, B10 (vi).
    @Test(
        "incoming weights and bias ·2ᵏ, outgoing weights /2ᵏ: the same function bit for bit, gradients scaled exactly", arguments: [-3, 1, 5],
        [3, 300])
    func rescaling(exponent: Int, width: Int) throws {
        func check<Scalar: NetworkScalar>(_: Scalar.Type, _ activation: Activation) throws {
            let factor = Scalar(sign: .plus, exponent: Scalar.Exponent(exponent), significand: 1)
            func run(_ factor: Scalar) throws -> (output: [Scalar], incoming: [Scalar], bias: [Scalar], outgoing: [Scalar]) {
                let network = try Network<Scalar>([.dense(units: width), .activation(activation), .dense(units: 4)], inputCount: 30, capacity: 20)
                var draws = Draws(seed: 3)
                network.plant(&draws)
                let layer = network.hiddenLayers[0]
                layer.incoming.value.assign(layer.incoming.value.values.map { $0 * factor })
                layer.bias?.value.assign(layer.bias!.value.values.map { $0 * factor })
                layer.outgoing.value.assign(layer.outgoing.value.values.map { $0 / factor })
                try network.pass(batch: 20, outputGradient: draws.normal(80))
                return (
                    network.output.values, layer.incoming.gradient.values.map { $0 * factor }, layer.bias!.gradient.values.map { $0 * factor },
                    layer.outgoing.gradient.values.map { $0 / factor }
                )
            }
            let (plain, scaled) = (try run(1), try run(factor))
            #expect(areSame(plain.output, scaled.output))
            #expect(areSame(plain.incoming, scaled.incoming))
            #expect(areSame(plain.bias, scaled.bias))
            #expect(areSame(plain.outgoing, scaled.outgoing))
        }
        try check(Float.self, .relu())
        try check(Double.self, .relu())
        try check(Double.self, .leakyReLU(slope: 0.1))
    }

    /// Roundings of sums over 20 to 300 terms in another order; measured at most 1.4e-15 and 1.4e-6.
    static let permutationTolerance = (double: 1e-13, float: 1e-5)

    /// Theory notes, B10 (iv).
    @Test("permuting the nodes permutes the pass: bit for bit where sums keep their order, else to rounding", arguments: Draws.seeds.prefix(4))
    func permutation(seed: UInt64) throws {
        func check<Scalar: NetworkScalar>(_: Scalar.Type, width: Int, tolerance: Double) throws {
            func run(permuted: Bool) throws -> (network: Network<Scalar>, order: [Int]) {
                var draws = Draws(seed: seed)
                let network = try Network<Scalar>(
                    [.dense(units: width), .batchNorm(), .activation(.relu()), .dense(units: 4)], inputCount: 30, capacity: 20)
                network.plant(&draws)
                let gradient: [Scalar] = draws.normal(80)
                let order = draws.permutation(of: width)
                if permuted {
                    for parameter in network.parameters.prefix(4) {
                        let (values, row) = (parameter.value.values, parameter.value.count / width)
                        parameter.value.assign(order.flatMap { values[$0 * row..<($0 + 1) * row] })
                    }
                    let outgoing = network.hiddenLayers[0].outgoing.value
                    let values = outgoing.values
                    outgoing.assign((0..<4).flatMap { output in order.map { values[output * width + $0] } })
                }
                try network.pass(batch: 20, outputGradient: gradient)
                return (network, order)
            }
            let ((plain, order), (other, _)) = (try run(permuted: false), try run(permuted: true))
            #expect(difference(other.output.values, plain.output.values.map(Double.init)) < tolerance)
            #expect(
                other.hiddenLayers[0].activation.activeSamples.values == order.map { plain.hiddenLayers[0].activation.activeSamples.values[$0] })
            for (left, right) in zip(plain.parameters, other.parameters).prefix(4) {
                let row = left.value.count / width
                let permuted = order.flatMap { left.gradient.values[$0 * row..<($0 + 1) * row] }
                // A small product sums each node's terms alone and in order, so the bits are the same.
                if width * 30 * 20 <= 4096 { #expect(right.gradient.values == permuted, "\(left.name)") }
                #expect(difference(right.gradient.values, permuted.map(Double.init)) < tolerance, "\(left.name)")
            }
        }
        try check(Double.self, width: 6, tolerance: Self.permutationTolerance.double)
        try check(Float.self, width: 6, tolerance: Self.permutationTolerance.float)
        try check(Double.self, width: 300, tolerance: Self.permutationTolerance.double)
        try check(Float.self, width: 300, tolerance: Self.permutationTolerance.float)
    }
}
