// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Optimizers
import Records

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
    private let writers: [NPYWriter]
    private let stateWriter: NPYWriter
    private var states: [Int8]
    /// The data gradient of the step before a sample, after it its own, [nodes × inputs].
    private let previousGradient: Tensor<Scalar>
    private var hasPreviousGradient = false
    /// g_data + λw_k of the sampled step, [nodes × inputs].
    private let regularizedGradient: Tensor<Scalar>
    /// One node's moments and scratch, [4 × inputs], and order statistics [levels].
    private let moments: Tensor<Scalar>
    private let statistics: Tensor<Scalar>
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
        writers = try names.map { [nodeCount] in
            try NPYWriter(
                url: folder.appendingPathComponent("\(layer.name).\($0).npy"), elementType: Scalar.elementType, rowShape: [nodeCount],
                continuingAfter: samples)
        }
        stateWriter = try NPYWriter(
            url: folder.appendingPathComponent("\(layer.name).state.npy"), elementType: .int8, rowShape: [nodeCount], continuingAfter: samples)
        states = Array(repeating: 0, count: layer.nodeCount)
        previousGradient = Tensor(shape: [layer.nodeCount, layer.inputCount])
        regularizedGradient = Tensor(shape: [layer.nodeCount, layer.inputCount])
        let last = layer.inputCount - 1
        let positions = ranks.map { [ranks] rank in ranks.firstIndex(of: last - rank) }
        complements = positions.contains(nil) ? nil : positions.compactMap(\.self)
        moments = Tensor(shape: [4, layer.inputCount])
        statistics = Tensor(shape: [max(1, levels.count)])
        outgoingColumn = Tensor(shape: [layer.outputCount])
    }

    /// Every quantity NaN: not measured.
    func clear() { rows.mutableElements.update(repeating: .nan) }

    private func row(_ quantity: NodeQuantity) -> UnsafeMutableBufferPointer<Scalar> {
        row(NodeQuantity.allCases.firstIndex(of: quantity)!)
    }

    private func row(_ position: Int) -> UnsafeMutableBufferPointer<Scalar> {
        UnsafeMutableBufferPointer(rebasing: rows.mutableElements[position * nodeCount..<(position + 1) * nodeCount])
    }

    /// What is seen between backward pass and update: gradients, signs, activity, pre-activations.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func measureGradients(_ layer: NodeLayerView<Scalar>, batch: Int) {
        let (coherence, agreement, ratio) = (row(.signCoherence), row(.signAgreement), row(.gradientRatio))
        let active = row(.activeSamples)
        let l2 = Scalar(layer.l2)
        for node in 0..<nodeCount {
            let (weights, gradient) = (layer.incomingWeights(of: node), layer.incomingGradient(of: node))
            let range = node * inputCount..<(node + 1) * inputCount
            let previous = UnsafeMutableBufferPointer(rebasing: previousGradient.mutableElements[range])
            let sums = Scalar.gradientSums(gradient, keepingIn: previous)
            coherence[node] = Scalar(sums.signCoherence)
            agreement[node] = hasPreviousGradient ? Scalar(sums.signAgreement) : .nan
            ratio[node] = Scalar(Scalar.norm(of: gradient, sums) / (layer.l2 * Scalar.norm(of: weights)))
            active[node] = layer.layer.activation.activeSamples.elements[node]
            guard layer.readsGradient else { continue }
            let regularized = UnsafeMutableBufferPointer(rebasing: regularizedGradient.mutableElements[range])
            let handed = layer.handedGradient(of: node)
            for j in 0..<inputCount { regularized[j] = handed[j] + l2 * weights[j] }
        }
        hasPreviousGradient = true
        Scalar.meanAndLargest(
            of: layer.preactivation(batch: batch).baseAddress!, mean: row(.preactivationMean).baseAddress!,
            largest: row(.preactivationMax).baseAddress!, rows: batch, columns: nodeCount)
    }

    /// Norms of both sides, and the batch normalisation's parameters.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func measureWeights(_ layer: NodeLayerView<Scalar>) {
        let (norm, largest, outgoing) = (row(.incomingNorm), row(.largestWeight), row(.outgoingNorm))
        let (scale, shift) = (row(.batchNormScale), row(.batchNormShift))
        let outgoingWeights = layer.layer.outgoing.value.elements
        for node in 0..<nodeCount {
            let weights = layer.incomingWeights(of: node)
            let sums = Scalar.weightSums(weights)
            norm[node] = Scalar(Scalar.norm(of: weights, sums))
            largest[node] = Scalar(sums.largest)
            let column = outgoingColumn.mutableElements
            for output in 0..<layer.outputCount { column[output] = outgoingWeights[output * nodeCount + node] }
            outgoing[node] = Scalar(Scalar.norm(of: UnsafeBufferPointer(column)))
            scale[node] = layer.batchNormScale(of: node) ?? .nan
            shift[node] = layer.batchNormShift(of: node) ?? .nan
        }
    }

    /// Quantiles over each node's weights of √v̂, |m̂|/(√v̂ + ε) and αλ/(√v̂ + ε).
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func measureMoments(_ layer: NodeLayerView<Scalar>, learningRate: Double) {
        let decay = Scalar(learningRate * layer.l2)
        let all = moments.mutableElements
        let part = { [inputCount] (i: Int) in UnsafeMutableBufferPointer(rebasing: all[i * inputCount..<(i + 1) * inputCount]) }
        let (first, root, denominator, scratch) = (part(0), part(1), part(2), part(3))
        let buffers = MomentBuffers(firstMoment: first, rootSecondMoment: root, denominator: denominator)
        for node in 0..<nodeCount {
            let range = node * inputCount..<(node + 1) * inputCount
            layer.readMoments(of: node, gradient: UnsafeBufferPointer(rebasing: regularizedGradient.elements[range]), into: buffers)
            Scalar.divide(first, by: UnsafeBufferPointer(denominator))
            writeQuantiles(of: .rootSecondMoment, root, node, scratch)
            writeQuantiles(of: .updateRatio, first, node, scratch)
            if layer.denominatorFollowsSecondMoment, writeDecays(node, root: root, denominator: denominator, decay: decay) { continue }
            for j in 0..<inputCount { denominator[j] = decay / denominator[j] }
            writeQuantiles(of: .effectiveDecay, denominator, node, scratch)
        }
    }

    private func rowIndex(_ quantity: WeightQuantity, level: Int) -> Int {
        NodeQuantity.allCases.count + WeightQuantity.allCases.firstIndex(of: quantity)! * ranks.count + level
    }

    private func row(_ quantity: WeightQuantity, level: Int) -> UnsafeMutableBufferPointer<Scalar> { row(rowIndex(quantity, level: level)) }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private func writeQuantiles(
        of quantity: WeightQuantity, _ values: UnsafeMutableBufferPointer<Scalar>, _ node: Int, _ scratch: UnsafeMutableBufferPointer<Scalar>
    ) {
        // The search begins where the last sample's quantiles were.
        let (found, start) = (statistics.mutableElements, rowIndex(quantity, level: 0) * nodeCount + node)
        let rows = rows.mutableElements
        for level in ranks.indices { found[level] = rows[start + level * nodeCount] }
        Scalar.orderStatistics(of: UnsafeBufferPointer(values), ranks: ranks, into: found, scratch: scratch)
        for level in ranks.indices { rows[start + level * nodeCount] = found[level] }
    }

    /// The decay's quantiles from those of √v̂ just written, without another selection: the decay falls as √v̂ rises, so the weight at one
    /// quantile of √v̂ stands at the complementary quantile of the decay. False, and nothing written, where the levels have no complement
    /// among them or there is no second moment.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private func writeDecays(
        _ node: Int, root: UnsafeMutableBufferPointer<Scalar>, denominator: UnsafeMutableBufferPointer<Scalar>, decay: Scalar
    ) -> Bool {
        guard let complements else { return false }
        for level in ranks.indices {
            let quantile = row(.rootSecondMoment, level: complements[level])[node]
            guard let weight = Scalar.firstIndex(of: quantile, in: UnsafeBufferPointer(root)) else { return false }
            row(.effectiveDecay, level: level)[node] = decay / denominator[weight]
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
        for (position, writer) in writers.enumerated() { try Scalar.append(UnsafeBufferPointer(row(position)), to: writer) }
        for node in 0..<nodeCount { states[node] = ledger.state(layer: index, node: node).rawValue }
        try states.withUnsafeBufferPointer { try stateWriter.append($0) }
    }

    /// Whether some file would go to disk by itself with the next sample.
    var isFull: Bool { stateWriter.isFull || writers.contains { $0.isFull } }

    func flush() throws {
        for writer in writers + [stateWriter] { try writer.flush() }
    }

    func close() throws {
        for writer in writers + [stateWriter] { try writer.close() }
    }
}
