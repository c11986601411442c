// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Networks

/// The nodes of a network whose ReLU is proved to put out 0 in evaluation mode on every input of a box, as the network computes it.
///
/// Dense, perhaps batch normalisation, ReLU: theory notes, D6 (ii), with bounds of what the layers in front compute as box. The certificates
/// of training, D6 (iii) and (iv), say nothing of evaluation and remove no node by themselves; they are told with a node that is removed, since
/// on them depends whether going on training gives the same (D5).
struct SilentNodes<Scalar: NetworkScalar> {
    let model: SequentialModel
    let bounds: ValueBounds
    /// Samples of the largest training batch; nil if it is not known.
    let largestBatch: Int?

    /// The nodes of a stage that are certified.
    func nodes(ofStage stage: Int) -> [(node: Int, certificates: [DeathCertificate])] {
        let (mixing, behind) = (model.stages[stage].mixing, model.stages[stage].elementwise)
        let norm = behind.first as? BatchNormValues
        guard let layer = behind.dropFirst(norm == nil ? 0 : 1).first as? ActivationValues, case .relu = layer.activation else { return [] }
        let ranges = bounds.computed(group: stage, behind: stage == 0 ? model.leading : model.stages[stage - 1].elementwise)
        let box = Box(lower: ranges.map(\.lower), upper: ranges.map(\.upper))
        let biases = mixing.bias(of: Array(0..<mixing.featureCount))
        return (0..<mixing.featureCount).compactMap { node in
            let weights = mixing.incoming(of: node).map { Scalar($0) }
            let found = weights.withUnsafeBufferPointer { certificates($0, Scalar(biases?[node] ?? 0), norm, node, box) }
            return found.contains(.box) ? (node, found) : nil
        }
    }

    private func certificates(
        _ weights: UnsafeBufferPointer<Scalar>, _ bias: Scalar, _ norm: BatchNormValues?, _ node: Int, _ box: Box
    ) -> [DeathCertificate] {
        var found: [DeathCertificate] = []
        guard let norm else {
            if DeathCertificate.holdsOnBox(weights: weights, bias: bias, box: box) { found.append(.box) }
            if DeathCertificate.holdsForAnySigns(weights: weights, bias: bias, box: box) { found.append(.anySigns) }
            return found
        }
        let (scale, shift, epsilon) = (Scalar(norm.scale[node]), Scalar(norm.shift[node]), Scalar(norm.epsilon))
        let normalized = NormalizedNode(
            scale: scale, shift: shift, runningMean: Scalar(norm.runningMean[node]), runningVariance: Scalar(norm.runningVariance[node]),
            epsilon: epsilon)
        guard DeathCertificate.holdsOnBox(weights: weights, bias: bias, foldedInto: normalized, box: box) else { return [] }
        found.append(.box)
        guard let largestBatch else { return found }
        if DeathCertificate.holdsOnBatches(scale: scale, shift: shift, epsilon: epsilon, largestBatch: largestBatch) { found.append(.batch) }
        if DeathCertificate.holdsForSmallWeights(
            weights: weights, bias: bias, scale: scale, shift: shift, epsilon: epsilon, largestBatch: largestBatch, box: box)
        {
            found.append(.smallWeights)
        }
        return found
    }
}
