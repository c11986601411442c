// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Networks
import Testing

@testable import Reduction

/// Networks so small that what the reduction has to give is worked out by hand.
@Suite("Folding of constants")
struct ConstantFoldingTests {
    private func network(
        _ layers: [LayerSpecification], inputCount: Int = 2, _ values: [String: [Double]]
    ) throws -> Network<Double> {
        let network = try Network<Double>(layers, inputCount: inputCount, capacity: 4)
        let tensors = network.parameters.map { ($0.name, $0.value) } + network.buffers.map { ($0.name, $0.tensor) }
        for (name, numbers) in values { try #require(tensors.first { $0.0 == name }).1.assign(numbers) }
        return network
    }

    private func parameter(_ name: String, of network: Network<Double>) throws -> [Double] {
        try #require(network.parameters.first { $0.name == name }).value.values
    }

    @Test(
        "A node without weights leaves W·φ(b) in the next bias, for every activation",
        arguments: [
            (Activation.relu(), 0.75, 0.75), (.relu(), -0.75, 0), (.leakyReLU(slope: 0.5), -0.5, -0.25), (.sigmoid, 0, 0.5), (.tanh, 0, 0),
            (.identity, -0.75, -0.75), (.softplus(), 0, 0.6931471805599453),
        ])
    func constants(activation: Activation, bias: Double, constant: Double) throws {
        let full = try network(
            [.dense(units: 2), .activation(activation), .dense(units: 1)],
            ["0.weight": [1, 2, 0, 0], "0.bias": [0.5, bias], "2.weight": [3, 4], "2.bias": [0.25]])
        let reduction = try NetworkReduction(of: full)
        #expect(reduction.removed.map(\.node) == [1] && reduction.removed[0].reason == (constant == 0 ? .zero : .constant))
        #expect(reduction.removed[0].constant == constant)
        let reduced = try reduction.network(capacity: 1)
        #expect(reduced.specification == [.dense(units: 1), .activation(activation), .dense(units: 1)])
        #expect(try parameter("0.weight", of: reduced) == [1, 2])
        #expect(try parameter("2.weight", of: reduced) == [3])
        #expect(try parameter("2.bias", of: reduced) == [0.25 + 4 * constant])
    }

    @Test("Weights 1 and −1 are no zero node, however large the threshold is against their sum")
    func signedSum() throws {
        let full = try network(
            [.dense(units: 2), .activation(.relu()), .dense(units: 1)], ["0.weight": [1, -1, 5, 5], "2.weight": [2, 2]])
        #expect(try NetworkReduction(of: full, threshold: 1).removed.isEmpty)
        // √2 is their norm, and 1.42 is above it.
        #expect(try NetworkReduction(of: full, threshold: 1.42).removed.count == 1)
    }

    @Test("Norms are right where squares underflow and overflow", arguments: [1e-200, 1e200])
    func extremeNorms(size: Double) throws {
        let full = try network(
            [.dense(units: 2), .activation(.relu()), .dense(units: 1)],
            ["0.weight": [3 * size, -4 * size, 9 * size, 0], "2.weight": [1e250, 1e250]])
        #expect(try NetworkReduction(of: full, threshold: 4.99 * size).removed.isEmpty)
        #expect(try NetworkReduction(of: full, threshold: 5.01 * size).removed.map(\.reason) == [.zero])
        #expect(try NetworkReduction(of: full, threshold: 0).removed.isEmpty)
    }

    @Test("Under batch normalisation the constant is φ(β + γ(b − r)/√(v + ε)), the dense bias included")
    func batchNormInFront() throws {
        let full = try network(
            [.dense(units: 2), .batchNorm(epsilon: 0.25), .activation(.relu()), .dense(units: 1)],
            [
                "0.weight": [1, 2, 0, 0], "0.bias": [0, 3], "1.weight": [1, 2], "1.bias": [0, -1], "1.running_mean": [0, 1],
                "1.running_var": [1, 3.75], "3.weight": [1, 8], "3.bias": [1],
            ])
        let reduction = try NetworkReduction(of: full)
        // −1 + 2·(3 − 1)/√4 = 1.
        #expect(reduction.removed.map(\.constant) == [1])
        let reduced = try reduction.network(capacity: 1)
        #expect(try parameter("3.bias", of: reduced) == [9])
        #expect(try parameter("1.weight", of: reduced) == [1])
        #expect(reduced.buffers.map(\.tensor.values) == [[0], [1]])
    }

    @Test("A next layer without bias gets one")
    func createdBias() throws {
        let full = try network(
            [.dense(units: 2), .activation(.relu()), .dense(units: 2, bias: false)],
            ["0.weight": [1, 2, 0, 0], "0.bias": [0, 0.5], "2.weight": [1, 2, 3, 4]])
        let reduction = try NetworkReduction(of: full)
        let reduced = try reduction.network(capacity: 1)
        #expect(reduced.specification.last == .dense(units: 2, bias: true))
        #expect(try parameter("2.bias", of: reduced) == [1, 2])
        #expect(reduction.origins.last?.original == nil)
    }

    @Test("No bias is made where the constant is 0")
    func noBias() throws {
        let full = try network(
            [.dense(units: 2), .activation(.relu()), .dense(units: 2, bias: false)],
            ["0.weight": [1, 2, 0, 0], "0.bias": [0, -0.5], "2.weight": [1, 2, 3, 4]])
        #expect(try NetworkReduction(of: full).specification.last == .dense(units: 2, bias: false))
    }

    @Test("Behind a layer without bias it is the running mean of its batch normalisation that moves, by −W·c")
    func batchNormBehind() throws {
        let layers: [LayerSpecification] = [
            .dense(units: 2), .activation(.relu()), .dense(units: 2, bias: false), .batchNorm(), .activation(.relu()), .dense(units: 1),
        ]
        let full = try network(
            layers, ["0.weight": [1, 2, 0, 0], "0.bias": [0, 0.5], "2.weight": [1, 2, 3, 4], "3.running_mean": [7, 7], "5.weight": [1, 1]])
        let reduced = try NetworkReduction(of: full).network(capacity: 1)
        #expect(reduced.specification[2] == .dense(units: 2, bias: false))
        #expect(reduced.buffers.first?.tensor.values == [6, 5])
    }

    @Test("With a bias in front of the batch normalisation it is the bias that moves, and the statistics stay")
    func batchNormBehindBias() throws {
        let layers: [LayerSpecification] = [
            .dense(units: 2), .activation(.relu()), .dense(units: 2), .batchNorm(), .activation(.relu()), .dense(units: 1),
        ]
        let full = try network(
            layers, ["0.weight": [1, 2, 0, 0], "0.bias": [0, 0.5], "2.weight": [1, 2, 3, 4], "3.running_mean": [7, 7], "5.weight": [1, 1]])
        let reduced = try NetworkReduction(of: full).network(capacity: 1)
        #expect(try parameter("2.bias", of: reduced) == [1, 2])
        #expect(reduced.buffers.first?.tensor.values == [7, 7])
    }

    @Test("A node that only removed nodes feed goes too, with all that they leave it")
    func chain() throws {
        let full = try network(
            [.dense(units: 2), .activation(.relu()), .dense(units: 2), .activation(.relu()), .dense(units: 1)],
            [
                "0.weight": [1, 2, 0, 0], "0.bias": [0, 2], "2.weight": [1, 0, 0, 3], "2.bias": [0, 1], "4.weight": [1, 5], "4.bias": [0.5],
            ])
        let reduction = try NetworkReduction(of: full)
        #expect(reduction.removed.map { [$0.layer, $0.node] } == [[0, 1], [2, 1]])
        #expect(reduction.removed.map(\.constant) == [2, 7])
        #expect(try parameter("4.bias", of: reduction.network(capacity: 1)) == [35.5])
    }

    @Test("A node that only removed nodes read goes too")
    func backwardChain() throws {
        let full = try network(
            [.dense(units: 2), .activation(.relu()), .dense(units: 2), .activation(.relu()), .dense(units: 1)],
            ["0.weight": [1, 2, 3, 4], "2.weight": [1, 0, 0, 3], "4.weight": [1, 0]])
        let reduction = try NetworkReduction(of: full)
        #expect(reduction.removed.map { [$0.layer, $0.node] } == [[0, 1], [2, 1]])
        #expect(reduction.removed.map(\.reason) == [.unused, .unused])
    }

    @Test("A layer that dies whole makes the network a constant: one node of weights 0 stays, which no output reads")
    func wholeLayer() throws {
        let full = try network(
            [.dense(units: 2), .activation(.relu()), .dense(units: 2), .activation(.sigmoid), .dense(units: 2), .activation(.tanh)],
            ["0.bias": [1, 2], "2.weight": [1, 1, -1, 0.5], "2.bias": [-3, 0], "4.weight": [2, 4, 6, 8], "4.bias": [1, 1]])
        let reduction = try NetworkReduction(of: full)
        let reduced = try reduction.network(capacity: 1)
        #expect(reduced.specification == [.dense(units: 1, bias: false), .activation(.relu()), .dense(units: 2), .activation(.tanh)])
        #expect(try parameter("0.weight", of: reduced) == [0, 0] && parameter("2.weight", of: reduced) == [0, 0])
        #expect(try parameter("2.bias", of: reduced) == [4, 8])
        #expect(reduction.origins.map(\.original) == [nil, nil, "4.bias"])
        #expect(reduction.removed.map { [$0.layer, $0.node] } == [[0, 1], [2, 0], [2, 1]])
        #expect(reduction.unreadInputs == [0, 1])
    }

    @Test("A network of zeros becomes the smallest of two layers, and none is enlarged, whatever takes over its constant")
    func smallest() throws {
        let sizes = { (layers: [LayerSpecification], values: [String: [Double]]) in
            let reduction = try NetworkReduction(of: network(layers, inputCount: 64, values), options: ReductionOptions())
            return [reduction.parametersBefore, reduction.parametersAfter, reduction.removed.count]
        }
        let zeros: [LayerSpecification] = [.dense(units: 8, bias: false), .activation(.relu()), .dense(units: 10, bias: false)]
        #expect(try sizes(zeros, [:]) == [592, 74, 7])
        // A sigmoid's ½ times 0 is taken over by no bias.
        #expect(try sizes([zeros[0], .activation(.sigmoid), zeros[2]], [:]) == [592, 74, 7])
        #expect(try sizes([zeros[0], .batchNorm(), zeros[1], zeros[2]], [:]) == [592 + 16, 74, 7])
        // 64 + 1 + 10 numbers; without the node's constant, 64 + 10 + 10.
        let single: [LayerSpecification] = [.dense(units: 1), .activation(.relu()), .dense(units: 10, bias: false)]
        #expect(try sizes(single, ["0.bias": [3], "2.weight": Array(repeating: 1, count: 10)]) == [75, 75, 0])
    }

    @Test("Unread inputs are told, and go if asked for")
    func inputs() throws {
        let full = try network(
            [.dense(units: 2), .activation(.relu()), .dense(units: 1)], inputCount: 3,
            ["0.weight": [1, 0, 2, 3, 0, 4], "2.weight": [1, 1]])
        let kept = try NetworkReduction(of: full)
        #expect(kept.unreadInputs == [1] && kept.keptInputs == [0, 1, 2])
        let dropped = try NetworkReduction(of: full, options: ReductionOptions(dropsInputs: true))
        #expect(dropped.unreadInputs == [] && dropped.keptInputs == [0, 2])
        #expect(try parameter("0.weight", of: dropped.network(capacity: 1)) == [1, 2, 3, 4])
    }

    @Test("Many constants are summed as if exactly: 1e16 + 1 − 1e16 is 1")
    func compensation() throws {
        let full = try network(
            [.dense(units: 4), .activation(.identity), .dense(units: 1)], inputCount: 1,
            ["0.weight": [1, 0, 0, 0], "0.bias": [0, 1e16, 1, -1e16], "2.weight": [1, 1, 1, 1]])
        #expect(try parameter("2.bias", of: NetworkReduction(of: full).network(capacity: 1)) == [1])
    }

    @Test("Small weights under the threshold go, with a bound that is what they can do")
    func boundOfSmallWeights() throws {
        let full = try network(
            [.dense(units: 2), .activation(.relu()), .dense(units: 1)],
            ["0.weight": [1, 2, 0.001, -0.002], "0.bias": [0, 1], "2.weight": [3, 4]])
        let box = Box(count: 2, lower: -1, upper: 2)
        let reduction = try NetworkReduction(of: full, options: ReductionOptions(threshold: 0.01, box: box))
        #expect(reduction.removed.map(\.constant) == [1])
        // Over the box 0.001x − 0.002y lies in [−0.005, 0.004]; four times that reaches the output.
        #expect(reduction.outputChange[0] >= 0.02 && reduction.outputChange[0] < 0.02 * (1 + 1e-12))
        #expect(try NetworkReduction(of: full, threshold: 0.01).outputChange == [.infinity])
    }

    @Test("What can't be reduced is refused, with the reason")
    func refusals() throws {
        let full = try network([.dense(units: 1), .activation(.relu()), .dense(units: 1)], ["0.weight": [.nan, 1]])
        #expect {
            try NetworkReduction(of: full)
        } throws: {
            "\($0)" == "0.weight holds nan; accepted: a network of finite numbers"
        }
        let sound = try network([.dense(units: 1), .activation(.relu()), .dense(units: 1)], [:])
        #expect(throws: ReductionError.invalidThreshold(-1)) { try NetworkReduction(of: sound, threshold: -1) }
        #expect(throws: ReductionError.boxDoesNotFit(found: 1, expected: 2)) {
            try NetworkReduction(of: sound, options: ReductionOptions(box: Box(count: 1, lower: 0, upper: 1)))
        }
        #expect(throws: ReductionError.noDenseLayer) { try NetworkReduction(of: Network<Double>([.activation(.relu())], inputCount: 1, capacity: 1)) }
    }
}
