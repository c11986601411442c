// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Optimizers
import Records

/// Where the quantities of a sample stand: one number a node, and of the quantities over weights one such row a level, row after row.
private struct SamplePlaces<Scalar: TrainingScalar> {
    let incomingNorm, outgoingNorm, largestWeight, signCoherence, signAgreement, gradientRatio: UnsafeMutablePointer<Scalar>
    let activeSamples, preactivationMean, preactivationMax, batchNormScale, batchNormShift: UnsafeMutablePointer<Scalar>
    let rootSecondMoment, updateRatio, effectiveDecay: UnsafeMutablePointer<Scalar>

    /// - Parameter rows: in the order of `NodeQuantity.allCases`, then level by level of each of `WeightQuantity.allCases`.
    init(_ rows: Tensor<Scalar>, nodes: Int, levels: Int) {
        let base = rows.mutableElements.baseAddress!
        func place(_ quantity: NodeQuantity) -> UnsafeMutablePointer<Scalar> { base + NodeQuantity.allCases.firstIndex(of: quantity)! * nodes }
        func place(_ quantity: WeightQuantity) -> UnsafeMutablePointer<Scalar> {
            base + (NodeQuantity.allCases.count + WeightQuantity.allCases.firstIndex(of: quantity)! * levels) * nodes
        }
        incomingNorm = place(.incomingNorm)
        outgoingNorm = place(.outgoingNorm)
        largestWeight = place(.largestWeight)
        signCoherence = place(.signCoherence)
        signAgreement = place(.signAgreement)
        gradientRatio = place(.gradientRatio)
        activeSamples = place(.activeSamples)
        preactivationMean = place(.preactivationMean)
        preactivationMax = place(.preactivationMax)
        batchNormScale = place(.batchNormScale)
        batchNormShift = place(.batchNormShift)
        rootSecondMoment = place(.rootSecondMoment)
        updateRatio = place(.updateRatio)
        effectiveDecay = place(.effectiveDecay)
    }
}

/// The samples of one hidden layer: buffers planned once, one row of scalars a quantity, and the files they go to.
final class LayerRecorder<Scalar: TrainingScalar> {
    private let index: Int
    /// What ``previousGradient`` is called in a checkpoint.
    private let gradientName: String
    private let nodeCount: Int
    private let inputCount: Int
    private let ranks: [Int]
    /// For each level the one whose rank lies as far from the other end; nil if some level has none.
    private let complements: [Int]?
    /// Rows in the order of `NodeQuantity.allCases`, then level by level of each of `WeightQuantity.allCases`.
    private let rows: Tensor<Scalar>
    private let places: SamplePlaces<Scalar>
    /// One file a row.
    private let writers: NPYWriterGroup
    private let stateWriter: NPYWriter
    private var states: [Int8]
    /// The data gradient of the step before a sample, after it its own, [nodes × inputs].
    private let previousGradient: Tensor<Scalar>
    private var hasPreviousGradient = false
    /// g_data + λw_k of the sampled step, [nodes × inputs].
    private let regularizedGradient: Tensor<Scalar>
    /// Nodes whose moments are read at once: many of few weights, a few of many, so that they stay in the first-level cache.
    private let nodesAtOnce: Int
    /// Their moments, [3 × nodes at once × inputs], and one node's scratch [inputs].
    private let moments: Tensor<Scalar>
    private let scratch: Tensor<Scalar>
    /// One node's outgoing weights, [outputs].
    private let outgoingColumn: Tensor<Scalar>

    init(index: Int, layer: NodeLayerView<Scalar>, levels: [QuantileLevel], folder: URL, continuingAfter samples: Int?) throws {
        self.index = index
        gradientName = "recorder.\(layer.name).previousGradient"
        nodeCount = layer.nodeCount
        inputCount = layer.inputCount
        ranks = levels.map { [inputCount] in $0.rank(among: inputCount) }
        let names =
            NodeQuantity.allCases.map(\.rawValue)
            + WeightQuantity.allCases.flatMap { quantity in levels.map { "\(quantity.rawValue).\($0.name)" } }
        rows = Tensor(shape: [names.count, layer.nodeCount])
        places = SamplePlaces(rows, nodes: layer.nodeCount, levels: levels.count)
        writers = try NPYWriterGroup(
            urls: names.map { folder.appendingPathComponent("\(layer.name).\($0).npy") }, elementType: Scalar.elementType,
            rowShape: [nodeCount], continuingAfter: samples)
        stateWriter = try NPYWriter(
            url: folder.appendingPathComponent("\(layer.name).state.npy"), elementType: .int8, rowShape: [nodeCount], continuingAfter: samples)
        states = Array(repeating: 0, count: layer.nodeCount)
        previousGradient = Tensor(shape: [layer.nodeCount, layer.inputCount])
        regularizedGradient = Tensor(shape: [layer.nodeCount, layer.inputCount])
        let last = layer.inputCount - 1
        let positions = ranks.map { [ranks] rank in ranks.firstIndex(of: last - rank) }
        complements = positions.contains(nil) ? nil : positions.compactMap(\.self)
        nodesAtOnce = max(1, min(layer.nodeCount, Self.weightsAtOnce / max(1, layer.inputCount)))
        moments = Tensor(shape: [3, nodesAtOnce, layer.inputCount])
        scratch = Tensor(shape: [layer.inputCount])
        outgoingColumn = Tensor(shape: [layer.outputCount])
    }

    /// Every quantity NaN: not measured.
    func clear() { rows.mutableElements.update(repeating: .nan) }

    /// Three buffers of float64 numbers in half a first-level cache.
    private static var weightsAtOnce: Int { 640 }

    /// A node's part of an array [nodes × inputs].
    @inline(__always)
    private func part(_ node: Int, of array: Tensor<Scalar>) -> UnsafeMutableBufferPointer<Scalar> {
        UnsafeMutableBufferPointer(start: array.mutableElements.baseAddress! + node * inputCount, count: inputCount)
    }

    /// What is seen between backward pass and update: gradients, signs, activity, pre-activations.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func measureGradients(_ layer: NodeLayerView<Scalar>, batch: Int) {
        let (coherence, agreement, ratio) = (places.signCoherence, places.signAgreement, places.gradientRatio)
        let (incoming, l2) = (layer.layer.incoming, layer.l2)
        let readsGradient = layer.readsGradient
        for node in 0..<nodeCount {
            let weights = UnsafeBufferPointer(part(node, of: incoming.value))
            let gradient = UnsafeBufferPointer(part(node, of: incoming.gradient))
            let sums = Scalar.gradientSums(gradient, keepingIn: part(node, of: previousGradient))
            coherence[node] = Scalar(sums.signCoherence)
            agreement[node] = hasPreviousGradient ? Scalar(sums.signAgreement) : .nan
            ratio[node] = Scalar(Scalar.norm(of: gradient, sums) / (l2 * Scalar.norm(of: weights)))
            guard readsGradient else { continue }
            let (regularized, handed) = (part(node, of: regularizedGradient), layer.handedGradient(of: node))
            for j in 0..<inputCount { regularized[j] = handed[j] + Scalar(l2) * weights[j] }
        }
        hasPreviousGradient = true
        places.activeSamples.update(from: layer.layer.activation.activeSamples.elements.baseAddress!, count: nodeCount)
        Scalar.meanAndLargest(
            of: layer.preactivation(batch: batch).baseAddress!, mean: places.preactivationMean, largest: places.preactivationMax, rows: batch,
            columns: nodeCount)
    }

    /// Norms of both sides, and the batch normalisation's parameters.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func measureWeights(_ layer: NodeLayerView<Scalar>) {
        let (norm, largest, outgoing) = (places.incomingNorm, places.largestWeight, places.outgoingNorm)
        let (incoming, outgoingWeights) = (layer.layer.incoming.value, layer.layer.outgoing.value.elements)
        let (column, outputCount) = (outgoingColumn.mutableElements, layer.outputCount)
        for node in 0..<nodeCount {
            let weights = UnsafeBufferPointer(part(node, of: incoming))
            let sums = Scalar.weightSums(weights)
            norm[node] = Scalar(Scalar.norm(of: weights, sums))
            largest[node] = Scalar(sums.largest)
            for output in 0..<outputCount { column[output] = outgoingWeights[output * nodeCount + node] }
            outgoing[node] = Scalar(Scalar.norm(of: UnsafeBufferPointer(column)))
        }
        // Without batch normalisation they stay NaN.
        guard let norm = layer.layer.batchNorm else { return }
        places.batchNormScale.update(from: norm.scale.value.elements.baseAddress!, count: nodeCount)
        places.batchNormShift.update(from: norm.shift.value.elements.baseAddress!, count: nodeCount)
    }

    /// Quantiles over each node's weights of √v̂, |m̂|/(√v̂ + ε) and αλ/(√v̂ + ε).
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func measureMoments(_ layer: NodeLayerView<Scalar>, learningRate: Double) {
        let decay = Scalar(learningRate * layer.l2)
        let (roots, ratios, decays) = (places.rootSecondMoment, places.updateRatio, places.effectiveDecay)
        let followsSecondMoment = layer.denominatorFollowsSecondMoment
        let length = nodesAtOnce * inputCount
        for start in stride(from: 0, to: nodeCount, by: nodesAtOnce) {
            let nodes = start..<min(start + nodesAtOnce, nodeCount)
            let base = moments.mutableElements.baseAddress!
            func buffer(_ index: Int) -> UnsafeMutableBufferPointer<Scalar> {
                UnsafeMutableBufferPointer(start: base + index * length, count: nodes.count * inputCount)
            }
            let (first, root, denominator) = (buffer(0), buffer(1), buffer(2))
            layer.readMoments(
                of: nodes,
                gradient: UnsafeBufferPointer(
                    rebasing: regularizedGradient.elements[start * inputCount..<nodes.upperBound * inputCount]),
                into: MomentBuffers(firstMoment: first, rootSecondMoment: root, denominator: denominator))
            Scalar.divide(first, by: UnsafeBufferPointer(denominator))
            writeQuantiles(of: root, in: nodes, to: roots)
            writeQuantiles(of: first, in: nodes, to: ratios)
            if followsSecondMoment, writeDecays(in: nodes, to: decays, roots: roots, root, denominator, decay: decay) { continue }
            for index in denominator.indices { denominator[index] = decay / denominator[index] }
            writeQuantiles(of: denominator, in: nodes, to: decays)
        }
    }

    /// Writes each node's quantiles of |x| to `row`, a row a level; the search begins with those of the last sample, which stand there.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private func writeQuantiles(of values: UnsafeMutableBufferPointer<Scalar>, in nodes: Range<Int>, to row: UnsafeMutablePointer<Scalar>) {
        Scalar.orderStatistics(
            of: UnsafeBufferPointer(values), rows: nodes.count, ranks: ranks, into: row + nodes.lowerBound, stride: nodeCount,
            scratch: scratch.mutableElements)
    }

    /// The decay's quantiles from those of √v̂ just written, without another selection: the decay falls as √v̂ rises, so the weight at one
    /// quantile of √v̂ stands at the complementary quantile of the decay. False, and nothing that counts written, where the levels have no
    /// complement among them or there is no second moment.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private func writeDecays(
        in nodes: Range<Int>, to row: UnsafeMutablePointer<Scalar>, roots: UnsafePointer<Scalar>, _ root: UnsafeMutableBufferPointer<Scalar>,
        _ denominator: UnsafeMutableBufferPointer<Scalar>, decay: Scalar
    ) -> Bool {
        guard let complements else { return false }
        for node in nodes {
            let first = (node - nodes.lowerBound) * inputCount
            let values = UnsafeBufferPointer(start: root.baseAddress! + first, count: inputCount)
            for level in 0..<ranks.count {
                guard let weight = Scalar.firstIndex(of: roots[complements[level] * nodeCount + node], in: values) else { return false }
                row[level * nodeCount + node] = decay / denominator[first + weight]
            }
        }
        return true
    }

    /// Keeps the data gradient for the next step's comparison of signs, after a step without a sample: a sample keeps its own.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func keepGradient(_ layer: NodeLayerView<Scalar>) {
        _ = previousGradient.mutableElements.update(fromContentsOf: layer.layer.incoming.gradient.elements)
        hasPreviousGradient = true
    }

    /// The gradient kept for the next sample; nil before the first.
    var memory: (name: String, tensor: TensorRecord)? {
        hasPreviousGradient ? (gradientName, Scalar.record(previousGradient.values, shape: previousGradient.shape)) : nil
    }

    /// Takes up the gradient that ``memory`` gave.
    func restore(_ file: SafetensorsFile) throws {
        guard let record = file[gradientName] else { return }
        guard record.shape == previousGradient.shape else {
            throw RecordsError(.mismatch, at: .key(gradientName), "shape \(record.shape)", accepted: "\(previousGradient.shape)")
        }
        previousGradient.assign(try record.values(as: Scalar.self))
        hasPreviousGradient = true
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func write(_ ledger: DeathLedger<Scalar>) throws {
        try Scalar.append(rows.elements, to: writers)
        for node in 0..<nodeCount { states[node] = ledger.state(layer: index, node: node).rawValue }
        try states.withUnsafeBufferPointer { try stateWriter.append($0) }
    }

    /// Whether some file would go to disk by itself with the next sample.
    var isFull: Bool { stateWriter.isFull || writers.isFull }

    func flush() throws {
        try writers.flush()
        try stateWriter.flush()
    }

    func close() throws {
        try writers.close()
        try stateWriter.close()
    }
}
