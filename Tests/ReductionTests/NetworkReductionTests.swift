// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Experiments
import Networks
import Testing

@testable import Reduction

@Suite("Reduction of networks")
struct NetworkReductionTests {
    /// Outputs differ by roundings of sums over at most 9 terms in at most 4 layers; batch normalisation multiplies by up to 2/√¼ · |γ|, so that
    /// errors may grow tenfold a layer.
    static let roundings = 4096.0

    static func outputs<Scalar: NetworkScalar>(of network: Network<Scalar>, _ inputs: [Double]) throws -> [Scalar] {
        let count = inputs.count / network.inputCount
        for (place, value) in inputs.enumerated() { network.input.mutableElements[place] = Scalar(value) }
        try network.forward(batch: count, mode: .evaluation)
        return Array(network.output.values.prefix(count * network.outputCount))
    }

    /// nil if both networks put out the same on the case's samples, to rounding and to what the reduction says that it changes.
    private func disagreement<Scalar: NetworkScalar>(
        _ network: Network<Scalar>, _ reduction: NetworkReduction<Scalar>, _ inputs: [Double]
    ) throws -> String? {
        let reduced = try reduction.network(capacity: network.capacity)
        let full = try Self.outputs(of: network, inputs)
        let rows = inputs.count / network.inputCount
        let selected = (0..<rows).flatMap { row in reduction.keptInputs.map { inputs[row * network.inputCount + $0] } }
        let short = try Self.outputs(of: reduced, selected)
        let scale = network.activations.flatMap { $0.values.prefix(rows * $0.shape[1]) }.map { abs(Double($0)) }.max() ?? 0
        let tolerance = Self.roundings * Double(Scalar.ulpOfOne) / 2 * (1 + scale)
        for (place, (a, b)) in zip(full, short).enumerated() {
            let (change, output) = (abs(Double(a) - Double(b)), place % network.outputCount)
            guard change <= tolerance else { return "output \(place): \(a) and \(b)" }
            let proven = reduction.outputChange[output] + reduction.rounding[output]
            guard change <= proven else { return "output \(place): \(a) and \(b) differ by more than the proven \(proven)" }
        }
        return nil
    }

    private func agrees<Scalar: NetworkScalar>(_: Scalar.Type, _ one: NetworkCase, certifies: Bool, dropsInputs: Bool) throws -> String? {
        let network: Network<Scalar> = try one.network()
        let box = Box(count: one.inputCount, lower: -1, upper: 1)
        let reduction = try NetworkReduction(of: network, options: ReductionOptions(certifies: certifies, dropsInputs: dropsInputs, box: box))
        return try disagreement(network, reduction, one.inputs(count: 32))
    }

    @Test("A reduced network puts out what the full one does, to rounding and within the proven bound", arguments: NetworkCase.seeds)
    func agreement(seed: UInt64) throws {
        for (certifies, dropsInputs) in [(false, false), (true, false), (false, true)] {
            try NetworkCase(seed: seed).check { try agrees(Double.self, $0, certifies: certifies, dropsInputs: dropsInputs) }
            try NetworkCase(seed: seed).check { try agrees(Float.self, $0, certifies: certifies, dropsInputs: dropsInputs) }
        }
    }

    @Test("With ReLU alone everything that a network computes is bounded, its roundings too", arguments: NetworkCase.seeds)
    func bounded(seed: UInt64) throws {
        try NetworkCase(seed: seed, activations: [.relu()]).check { one in
            let network: Network<Float> = try one.network()
            let reduction = try NetworkReduction(
                of: network, options: ReductionOptions(box: Box(count: one.inputCount, lower: -1, upper: 1)))
            let bounds = reduction.outputChange + reduction.rounding
            guard bounds.allSatisfy(\.isFinite) else { return "bounds \(bounds)" }
            // A ξ of 1e-15 and biases rounded to float32 change little.
            guard reduction.outputChange.allSatisfy({ $0 < 1e-3 }) else { return "outputs may change by \(reduction.outputChange)" }
            return try disagreement(network, reduction, one.inputs(count: 32))
        }
    }

    @Test("Planted zero nodes go, and the pair 1, −1 stays unless nothing reads it or nothing feeds it", arguments: NetworkCase.seeds)
    func planted(seed: UInt64) throws {
        try NetworkCase(seed: seed).check { one in
            let network: Network<Double> = try one.network()
            let reduction = try NetworkReduction(of: network)
            let indices = network.specification.indices.filter { if case .dense = network.specification[$0] { true } else { false } }
            let hidden = reduction.layerSizes.map(\.nodes)
            let isConstant = reduction.removed.count == hidden.reduce(0, +) - 1
            var makesBias = false
            if hidden.last == 1, case .dense(_, bias: false) = network.specification[indices[indices.count - 1]] { makesBias = true }
            for plant in one.plants where plant.layer + 1 < indices.count {
                guard case .dense(let units, _) = network.specification[indices[plant.layer]], plant.node < units else { continue }
                let removed = reduction.removed.first { $0.layer == indices[plant.layer] && $0.node == plant.node }
                switch plant.kind {
                case .zero, .tiny, .unused:
                    // The first row is the place of a constant network's zeros; and a bias may cost more than the node.
                    let stays = isConstant && plant.layer == 0 && plant.node == 0 || makesBias && reduction.removed.isEmpty
                    if removed == nil, !stays { return "\(plant) is still there" }
                case .pair:
                    if let removed, removed.reason != .unused, plant.layer == 0, one.inputCount > 1, one.layers.first != .batchNorm() {
                        return "\(plant) went as \(removed.reason)"
                    }
                }
            }
            return nil
        }
    }

    @Test("Reducing twice changes nothing, bit by bit", arguments: NetworkCase.seeds)
    func idempotence(seed: UInt64) throws {
        for (certifies, dropsInputs) in [(false, false), (true, true)] {
            try NetworkCase(seed: seed).check { one in
                let network: Network<Float> = try one.network()
                var options = ReductionOptions(
                    certifies: certifies, dropsInputs: dropsInputs, box: Box(count: one.inputCount, lower: -1, upper: 1))
                let once = try NetworkReduction(of: network, options: options)
                let reduced = try once.network(capacity: 32)
                options.box = Box(count: once.keptInputs.count, lower: -1, upper: 1)
                let twice = try NetworkReduction(of: reduced, options: options)
                guard twice.removed.isEmpty, twice.keptInputs.count == once.keptInputs.count else { return "the second time \(twice.removed) went" }
                guard try ModelFiles.model(of: twice.network(capacity: 32)) == ModelFiles.model(of: reduced) else { return "bits changed" }
                return nil
            }
        }
    }

    @Test("What is counted, and where parameters come from, fits the reduced network", arguments: NetworkCase.seeds)
    func account(seed: UInt64) throws {
        try NetworkCase(seed: seed).check { one in
            let network: Network<Double> = try one.network()
            let reduction = try NetworkReduction(of: network)
            let reduced = try reduction.network(capacity: 1)
            let count = { (network: Network<Double>) in network.parameters.map(\.value.count).reduce(0, +) }
            guard reduction.parametersAfter <= reduction.parametersBefore else { return "enlarged to \(reduction.parametersAfter)" }
            guard reduction.parametersBefore == count(network), reduction.parametersAfter == count(reduced) else { return "parameters miscounted" }
            guard reduction.before.bytes == ModelFiles.model(of: network).tensors.map(\.tensor.data.count).reduce(0, +),
                reduction.after.bytes == ModelFiles.model(of: reduced).tensors.map(\.tensor.data.count).reduce(0, +)
            else { return "bytes miscounted" }
            guard reduction.origins.map(\.name) == reduced.parameters.map(\.name),
                reduction.origins.map(\.shape) == reduced.parameters.map(\.value.shape)
            else { return "origins \(reduction.origins.map(\.name)) of \(reduced.parameters.map(\.name))" }
            for (origin, parameter) in zip(reduction.origins, reduced.parameters) where parameter.role == .weight || parameter.role == .batchNormScale
            {
                guard let original = network.parameters.first(where: { $0.name == origin.original }) else { continue }
                guard origin.select(original.value.values) == parameter.value.values else { return "\(origin.name) is not its origin's part" }
            }
            return nil
        }
    }
}
