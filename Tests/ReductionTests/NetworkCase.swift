// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Statistics
import Testing

/// A network of random layers and numbers with nodes planted in it, small enough to be read when it fails.
struct NetworkCase: Sendable, CustomStringConvertible {
    enum Kind: String, CaseIterable, Sendable {
        /// Incoming weights 0, whatever the bias.
        case zero
        /// Incoming weights far under the threshold, but not 0.
        case tiny
        /// Incoming weights 1 and −1: their sum is 0, their norm is not.
        case pair
        /// Outgoing weights 0.
        case unused
    }

    struct Plant: Sendable, Equatable {
        /// Which dense layer, counted from the input; not the last.
        let layer: Int
        let node: Int
        let kind: Kind
    }

    var seed: UInt64
    var inputCount: Int
    var layers: [LayerSpecification]
    var plants: [Plant]

    var description: String { "seed \(seed): \(inputCount) inputs, \(layers), planted \(plants.map { "\($0.layer)/\($0.node) \($0.kind)" })" }

    /// The seeds that property tests run with; `ADAMPROBE_TEST_SEED` replays or adds a single one.
    static let seeds: [UInt64] = ProcessInfo.processInfo.environment["ADAMPROBE_TEST_SEED"].flatMap(UInt64.init).map { [$0] } ?? Array(1...60)

    /// Depth 1 to 4, widths 1 to 9, biases or none, batch normalisation in front of the activation, behind it, both, or nowhere.
    init(seed: UInt64, activations: [Activation] = NetworkCase.activations) {
        self.seed = seed
        var stream = RandomStream(seed: seed, name: "case")
        func integer(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(stream.integer(below: UInt64(range.count))) }
        let norm = LayerSpecification.batchNorm(epsilon: 1e-5)
        inputCount = integer(1...7)
        layers = integer(0...5) == 0 ? [norm] : []
        plants = []
        let depth = integer(1...4)
        for layer in 0..<depth {
            let units = integer(1...9)
            layers.append(.dense(units: units, bias: integer(0...2) > 0))
            let activation = LayerSpecification.activation(activations[integer(0...activations.count - 1)])
            let isLast = layer == depth - 1
            layers +=
                isLast
                ? [[], [], [norm], [activation]][integer(0...3)]
                : [[], [activation], [norm, activation], [activation, norm], [norm]][integer(0...4)]
            guard !isLast else { continue }
            let isWhole = integer(0...9) == 0
            for node in 0..<units {
                if isWhole {
                    plants.append(Plant(layer: layer, node: node, kind: .zero))
                } else if integer(0...2) == 0 {
                    plants.append(Plant(layer: layer, node: node, kind: Kind.allCases[integer(0...3)]))
                }
            }
        }
    }

    static let activations: [Activation] = [
        .relu(), .relu(), .leakyReLU(slope: 0.1), .elu(), .selu, .gelu(), .gelu(tanhApproximation: true), .silu, .softplus(), .tanh, .sigmoid,
        .identity,
    ]

    /// The network. Numbers are drawn layer by layer from streams of their own, so that a smaller case keeps the others'.
    func network<Scalar: NetworkScalar>(_: Scalar.Type = Scalar.self, capacity: Int = 32) throws -> Network<Scalar> {
        let network = try Network<Scalar>(layers, inputCount: inputCount, capacity: capacity)
        for parameter in network.parameters {
            var stream = RandomStream(seed: seed, name: "case.\(parameter.name)")
            let width = parameter.value.shape.count == 2 ? Double(parameter.value.shape[1]).squareRoot() : 1
            parameter.value.assign((0..<parameter.value.count).map { _ in Scalar(stream.normal() / width) })
        }
        for buffer in network.buffers {
            var stream = RandomStream(seed: seed, name: "case.\(buffer.name)")
            let isMean = buffer.name.hasSuffix("mean")
            buffer.tensor.assign((0..<buffer.tensor.count).map { _ in Scalar(isMean ? stream.normal() : 0.25 + stream.uniform()) })
        }
        let dense = network.layers.compactMap { $0 as? Dense<Scalar> }
        // Outgoing zeros last: a pair in the next layer would write over them.
        for plant in plants.sorted(by: { $0.kind != .unused && $1.kind == .unused })
        where plant.layer + 1 < dense.count && plant.node < dense[plant.layer].outputShape[0] {
            let (own, next) = (dense[plant.layer].weight.value, dense[plant.layer + 1].weight.value)
            let (width, nextWidth) = (own.shape[1], next.shape[1])
            for input in 0..<width where plant.kind != .unused {
                let ends: [Scalar] = [1, -1]
                own.mutableElements[plant.node * width + input] =
                    plant.kind == .pair ? (input < 2 ? ends[input] : 0) : plant.kind == .tiny ? Scalar(1e-20) : 0
            }
            for row in 0..<next.shape[0] where plant.kind == .unused { next.mutableElements[row * nextWidth + plant.node] = 0 }
        }
        return network
    }

    /// Samples in [−1, 1], drawn from the case's seed.
    func inputs(count: Int) -> [Double] {
        var stream = RandomStream(seed: seed, name: "case.inputs")
        return (0..<count * inputCount).map { _ in 2 * stream.uniform() - 1 }
    }

    /// Cases simpler than this one: without a plant, a layer less, a layer narrower.
    private var simpler: [NetworkCase] {
        var candidates: [NetworkCase] = []
        func add(_ change: (inout NetworkCase) -> Void) {
            var candidate = self
            change(&candidate)
            candidates.append(candidate)
        }
        for index in plants.indices { add { $0.plants.remove(at: index) } }
        for (index, layer) in layers.enumerated() {
            switch layer {
            case .dense(let units, let bias):
                if units > 1 { add { $0.layers[index] = .dense(units: units - 1, bias: bias) } }
            default: add { $0.layers.remove(at: index) }
            }
        }
        if inputCount > 1 { add { $0.inputCount -= 1 } }
        return candidates
    }

    /// Checks that a law holds of this case; one that fails is made as simple as it goes on failing, and reported with its seed.
    func check(_ law: (NetworkCase) throws -> String?, sourceLocation: SourceLocation = #_sourceLocation) throws {
        guard var reason = try law(self) else { return }
        var smallest = self
        search: while true {
            for candidate in smallest.simpler {
                if let other = try law(candidate) {
                    (smallest, reason) = (candidate, other)
                    continue search
                }
            }
            break
        }
        Issue.record("\(smallest): \(reason)", sourceLocation: sourceLocation)
    }
}
