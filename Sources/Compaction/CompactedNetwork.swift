// SPDX-License-Identifier: GPL-3.0-or-later
import Networks

/// A network without some of its dead nodes, that makes training passes in the whole network's place.
///
/// A ReLU node that is silent on every sample puts out 0 and has the data gradient 0, so that a pass without it gives every other node what
/// a pass with it does. Before a pass the parameters of the nodes that take part are copied from the whole network, after it their
/// gradients, batch statistics, activity and pre-activations are copied back: whoever looks at the whole network sees what it would hold
/// itself. A skipped node has gradients and active samples of 0, pre-activations of NaN (they were not computed), and running statistics that
/// stand still.
///
/// Loss and gradients are those of the whole network to the bit where every product is small enough for the kernel that sums in rising
/// order, and to rounding where OpenBLAS groups the terms by its shapes.
final class CompactedNetwork<Scalar: NetworkScalar> {
    /// The nodes of each hidden layer that are left out, rising.
    let skipped: [[Int]]
    private let whole: Network<Scalar>
    private let small: Network<Scalar>
    private let values: [TensorSelection<Scalar>]
    private let gradients: [TensorSelection<Scalar>]
    private let batchNorms: [(whole: BatchNorm<Scalar>, statistics: [TensorSelection<Scalar>])]
    private let activities: [TensorSelection<Scalar>]
    private let preactivations: [TensorSelection<Scalar>]

    /// - Precondition: every hidden layer keeps a node; the layers with skipped nodes are ``Network/compactableLayers``.
    init(_ whole: Network<Scalar>, skipping skipped: [[Int]]) throws {
        self.whole = whole
        self.skipped = skipped
        let live = zip(whole.hiddenLayers, skipped).map { layer, skipped -> [Int]? in
            if skipped.isEmpty { return nil }
            let isSkipped = Set(skipped)
            return (0..<layer.nodeCount).filter { !isSkipped.contains($0) }
        }
        let units = zip(whole.hiddenLayers, live).compactMap { layer, live in live.map { (Int(layer.name)!, $0.count) } }
        small = try whole.resized(units: Dictionary(uniqueKeysWithValues: units))
        let liveOfLayer = Dictionary(uniqueKeysWithValues: zip(whole.hiddenLayers.map { Int($0.name)! }, live))

        var values: [TensorSelection<Scalar>] = []
        var gradients: [TensorSelection<Scalar>] = []
        var batchNorms: [(whole: BatchNorm<Scalar>, statistics: [TensorSelection<Scalar>])] = []
        // The nodes that make up the outputs of the layer at hand; nil for all.
        var nodes: [Int]?
        for (index, (layer, part)) in zip(whole.layers, small.layers).enumerated() {
            var columns: [Int]?
            if layer is Dense<Scalar> { (columns, nodes) = (nodes, liveOfLayer[index] ?? nil) }
            guard layer !== part else { continue }
            for (parameter, copy) in zip(layer.parameters, part.parameters) {
                let columns = parameter.role == .weight ? columns : nil
                values.append(TensorSelection(whole: parameter.value, part: copy.value, rows: nodes, columns: columns))
                gradients.append(TensorSelection(whole: parameter.gradient, part: copy.gradient, rows: nodes, columns: columns))
            }
            guard let norm = layer as? BatchNorm<Scalar>, let copy = part as? BatchNorm<Scalar> else { continue }
            let pairs = [(norm.runningMean, copy.runningMean), (norm.runningVariance, copy.runningVariance)]
            batchNorms.append((norm, pairs.map { TensorSelection(whole: $0, part: $1, rows: nodes, columns: nil) }))
        }
        let layers = Array(zip(zip(whole.hiddenLayers, small.hiddenLayers), live)).filter { $1 != nil }
        activities = layers.map { pair, live in
            TensorSelection(whole: pair.0.activation.activeSamples, part: pair.1.activation.activeSamples, rows: live, columns: nil)
        }
        preactivations = layers.map { pair, live in
            TensorSelection(whole: pair.0.preactivation, part: pair.1.preactivation, rows: nil, columns: live)
        }
        (self.values, self.gradients, self.batchNorms) = (values, gradients, batchNorms)
        for selection in gradients + activities { selection.fillWhole(with: 0, count: selection.whole.shape[0]) }
        for selection in batchNorms.flatMap(\.statistics) { selection.gather() }
    }

    /// Share of the multiply–adds of a sample's pass that a network saves without these nodes of its hidden layers.
    static func saving(_ whole: Network<Scalar>, skipping skipped: [[Int]]) -> Double {
        let counts = Dictionary(uniqueKeysWithValues: zip(whole.hiddenLayers.map { Int($0.name)! }, skipped.map(\.count)))
        var (all, left, skippedInputs) = (0, 0, 0)
        for (index, layer) in whole.layers.enumerated() where layer is Dense<Scalar> {
            let (inputs, units, skippedUnits) = (layer.inputShape[0], layer.outputShape[0], counts[index] ?? 0)
            all += inputs * units
            left += (inputs - skippedInputs) * (units - skippedUnits)
            skippedInputs = skippedUnits
        }
        return 1 - Double(left) / Double(all)
    }

    /// A training pass over the first `batch` rows of the whole network's input, into the whole network's output.
    /// - Throws: ``NetworkError/batchTooSmall(batch:smallest:)``.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func forward(batch: Int) throws {
        for selection in values { selection.gather() }
        try small.forward(batch: batch, mode: .training)
        for (norm, statistics) in batchNorms {
            norm.batchesTracked += 1
            for selection in statistics { selection.scatter() }
        }
    }

    /// Propagates ∂loss/∂output, in the whole network's last gradient, to the whole network's parameters.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func backward(batch: Int) {
        small.backward(batch: batch)
        for selection in gradients { selection.scatter() }
        for selection in activities { selection.scatter() }
        for selection in preactivations {
            selection.fillWhole(with: .nan, count: batch)
            selection.scatter(count: batch)
        }
    }
}

extension Network {
    /// The hidden layers whose dead nodes can be left out: dense, perhaps batch normalisation, ReLU with derivative 0 at 0, and then the
    /// next dense layer, so that a silent node's output is exactly 0 there. By index in ``hiddenLayers``.
    var compactableLayers: [Int] {
        hiddenLayers.indices.filter { index in
            var position = Int(hiddenLayers[index].name)! + 1
            if case .batchNorm = specification[position] { position += 1 }
            guard specification[position] == .activation(.relu(derivativeAtZero: 0)), position + 1 < specification.count else { return false }
            if case .dense = specification[position + 1] { return true } else { return false }
        }
    }
}
