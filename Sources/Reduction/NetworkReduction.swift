// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Networks

/// What a reduction goes by.
public struct ReductionOptions: Sendable {
    /// ξ: a group of weights whose L2 norm is below it counts as zero, as does one whose norm is 0. Never a signed sum: weights 1 and −1 are no
    /// zero node.
    public var threshold: Double
    /// Also removes ReLU nodes that are proved to be silent on the box, whatever their weights (theory notes, D6).
    public var certifies: Bool
    /// Also removes inputs that no node reads. The reduced network then takes the remaining features only, ``NetworkReduction/keptInputs``.
    public var dropsInputs: Bool
    /// Bounds of every input, for certificates and for the bound of what changes; nil if nothing is known of them.
    public var box: Box?
    /// Samples of the largest training batch, to tell certificates of training too.
    public var largestBatch: Int?

    public init(threshold: Double = 1e-15, certifies: Bool = false, dropsInputs: Bool = false, box: Box? = nil, largestBatch: Int? = nil) {
        self.threshold = threshold
        self.certifies = certifies
        self.dropsInputs = dropsInputs
        self.box = box
        self.largestBatch = largestBatch
    }
}

/// A network without the nodes that do nothing for it, and what is known of the difference: the same function in evaluation mode (theory
/// notes, D).
///
/// A node whose incoming weights are zero puts out a constant, c = φ(b), behind batch normalisation φ(β + γ(b − r)/√(v + ε)). The next dense
/// layer takes it over: b′ = b + W·c, in twice double precision and rounded once; its row, its entries of a batch normalisation and its column
/// go. Where batch normalisation follows a next layer without bias, its running mean moves by −W·c instead. That may make nodes behind constant
/// and nodes in front unused, which then go too. A layer that dies whole makes the network a constant: one node that no output reads stays
/// between inputs and outputs, with weights 0. A network is never enlarged.
///
/// Nodes whose weights are under the threshold, but not 0, go too: ``outputChange`` bounds what that changes. Reducing a reduced network
/// changes nothing, to the bit.
///
/// - Warning: it is the function in *evaluation* mode that stays. In training a batch normalisation gives a constant node β instead of c, and a
///   constant node still learns; only what is certified dead with c = 0 makes no difference to going on training (theory notes, D5).
public struct NetworkReduction<Scalar: NetworkScalar>: Sendable {
    public let options: ReductionOptions
    /// Layers of the reduced network.
    public let specification: [LayerSpecification]
    /// Inputs of the original network.
    public let inputCount: Int
    /// Input features that the reduced network takes, rising: all, unless unread ones were dropped.
    public let keptInputs: [Int]
    /// Input features that no remaining node reads, by the threshold; they are still taken, unless dropped.
    public let unreadInputs: [Int]
    /// Nodes that went, layer by layer and row by row.
    public let removed: [RemovedNode]
    /// Every parameter of the reduced network with its place in the original, in the network's order.
    public let origins: [ParameterOrigin]
    /// Layers of the original with nodes of a hidden group, and how many they had.
    public let layerSizes: [(layer: Int, nodes: Int)]
    public let before: NetworkSize
    public let after: NetworkSize
    /// Output by output, the most that exact arithmetic with the numbers as they are can change over the box; infinite where nothing bounds it.
    public let outputChange: [Double]
    /// Output by output, the most by which the two networks' own rounding may add to that; infinite where no bound is known: for mathematical
    /// functions in the network's precision, and for inputs without bounds.
    public let rounding: [Double]
    let model: SequentialModel

    public var parametersBefore: Int { before.parameters }
    public var parametersAfter: Int { after.parameters }

    /// Reduces a network, which stays as it is.
    /// - Throws: ``ReductionError``.
    public init(of network: Network<Scalar>, threshold: Double = 1e-15) throws {
        try self.init(of: network, options: ReductionOptions(threshold: threshold))
    }

    /// - Throws: ``ReductionError``.
    public init(of network: Network<Scalar>, options: ReductionOptions) throws {
        guard options.threshold >= 0, options.threshold.isFinite else { throw ReductionError.invalidThreshold(options.threshold) }
        if let box = options.box, box.lower.count != network.inputCount {
            throw ReductionError.boxDoesNotFit(found: box.lower.count, expected: network.inputCount)
        }
        for (name, tensor) in network.parameters.map({ ($0.name, $0.value) }) + network.buffers.map({ ($0.name, $0.tensor) }) {
            if let value = tensor.elements.first(where: { !$0.isFinite }) { throw ReductionError.notFiniteValue(name: name, value: Double(value)) }
        }
        let original = SequentialModel(network)
        guard !original.stages.isEmpty else { throw ReductionError.noDenseLayer }
        let box =
            options.box.map { zip($0.lower, $0.upper).map { ValueInterval($0, $1) } }
            ?? Array(repeating: .everything, count: network.inputCount)
        let precision = NetworkPrecision(
            unitRoundoff: Double(Scalar.ulpOfOne) / 2, underflow: 2 * Double(Scalar.leastNormalMagnitude),
            overflow: Double(Scalar.greatestFiniteMagnitude) / 2)
        let round = { (value: Double) in Double(Scalar(value)) }

        var removal = NodeRemoval(original, threshold: options.threshold, dropsInputs: options.dropsInputs)
        try removal.settle()
        var reduced = removal.cut(round: round)
        var bounds = ValueBounds(of: reduced, on: removal.kept[0].map { box[$0] }, precision: precision)
        // What is certified is the network that comes out, so that nothing is left to find there.
        while options.certifies, !removal.isConstant {
            let silent = SilentNodes<Scalar>(model: reduced, bounds: bounds, largestBatch: options.largestBatch)
            let found = reduced.stages.indices.dropLast().map { silent.nodes(ofStage: $0) }
            if found.allSatisfy(\.isEmpty) { break }
            for (stage, nodes) in found.enumerated() {
                let rows = removal.kept[stage + 1]
                try removal.remove(nodes.map { (rows[$0.node], $0.certificates) }, ofStage: stage)
            }
            try removal.settle()
            reduced = removal.cut(round: round)
            bounds = ValueBounds(of: reduced, on: removal.kept[0].map { box[$0] }, precision: precision)
        }
        if reduced.parameterCount > original.parameterCount {
            // The biases that take over a constant can be more than the one node that put it out had.
            removal = NodeRemoval(original, threshold: options.threshold, dropsInputs: false)
            reduced = original
            bounds = ValueBounds(of: original, on: box, precision: precision)
        }
        let originalBounds = ValueBounds(of: original, on: box, precision: precision)
        outputChange = OutputChange.bound(of: removal, reduced: reduced, values: originalBounds)
        rounding = zip(originalBounds.errors.last ?? [], bounds.errors.last ?? []).map { Directed.sumUp($0, $1) }

        self.options = options
        model = reduced
        inputCount = network.inputCount
        keptInputs = removal.kept[0]
        unreadInputs = removal.unreadInputs
        removed = removal.removed
        origins = removal.origins(of: reduced)
        layerSizes = original.stages.dropLast().map { ($0.mixing.index, $0.mixing.featureCount) }
        specification = Self.specification(of: reduced, from: network.specification)
        before = NetworkSize(original, scalarSize: MemoryLayout<Scalar>.size)
        after = NetworkSize(reduced, scalarSize: MemoryLayout<Scalar>.size)
    }

    private static func specification(of model: SequentialModel, from original: [LayerSpecification]) -> [LayerSpecification] {
        let mixing = Dictionary(uniqueKeysWithValues: model.stages.map { ($0.mixing.index, $0.mixing) })
        return model.indices.map { index in
            mixing[index].map { .dense(units: $0.featureCount, bias: $0.hasBias) } ?? original[index]
        }
    }

    /// The reduced network, for batches of up to `capacity` samples.
    /// - Throws: ``NetworkError``.
    public func network(capacity: Int, threads: Int = 1) throws -> Network<Scalar> {
        let network = try Network<Scalar>(specification, inputCount: keptInputs.count, capacity: capacity, threads: threads)
        let layers: [Any] = model.leading + model.stages.flatMap { [$0.mixing as Any] + $0.elementwise }
        for (layer, values) in zip(network.layers, layers) {
            switch (layer, values) {
            case (let dense as Dense<Scalar>, let values as DenseValues):
                dense.weight.value.assign(values.weight.map { Scalar($0) })
                if let bias = values.bias { dense.bias?.value.assign(bias.map { Scalar($0) }) }
            case (let norm as BatchNorm<Scalar>, let values as BatchNormValues):
                norm.scale.value.assign(values.scale.map { Scalar($0) })
                norm.shift.value.assign(values.shift.map { Scalar($0) })
                norm.runningMean.assign(values.runningMean.map { Scalar($0) })
                norm.runningVariance.assign(values.runningVariance.map { Scalar($0) })
                norm.batchesTracked = values.batchesTracked
            default: break
            }
        }
        return network
    }
}

/// What a network takes.
public struct NetworkSize: Sendable, Equatable {
    /// Trained numbers.
    public let parameters: Int
    /// Multiply–adds for one sample in evaluation mode: one a weight, one a feature of a batch normalisation.
    public let multiplyAdds: Int
    /// Bytes of all tensors of its file: parameters, running statistics, and 8 for each count of batches.
    public var bytes: Int

    init(_ model: SequentialModel, scalarSize: Int) {
        parameters = model.parameterCount
        multiplyAdds = model.multiplyAdds
        let norms = (model.leading + model.stages.flatMap(\.elementwise)).compactMap { $0 as? BatchNormValues }
        bytes = (parameters + norms.map { 2 * $0.scale.count }.reduce(0, +)) * scalarSize + 8 * norms.count
    }
}
