// SPDX-License-Identifier: GPL-3.0-or-later
import Networks

extension HiddenLayer {
    /// The certificates that speak of the parameters of a layer of this architecture: D6 (iii) and (iv) behind batch normalisation, else D6 (ii)
    /// on the box and A5's for any signs; none for an activation that is not silent for good where it is 0.
    public var certificates: [DeathCertificate] {
        guard activation.activation == .relu(derivativeAtZero: 0) else { return [] }
        return batchNorm == nil ? [.box, .anySigns] : [.batch, .smallWeights]
    }

    /// True if a certificate of death speaks of this layer's architecture and holds for a node's parameters as they are (theory notes, D6).
    ///
    /// - Parameters:
    ///   - box: what is known of the layer's inputs.
    ///   - largestBatch: samples of the largest training batch, for the certificates under batch normalisation.
    /// - Precondition: the activation is ReLU with derivative 0 at 0; the box has as many features as the layer has inputs.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func isCertified(_ node: Int, by certificate: DeathCertificate, box: Box, largestBatch: Int) -> Bool {
        let weights = incoming.value.rows(node..<node + 1)
        let bias = bias?.value.elements[node] ?? 0
        switch (certificate, batchNorm) {
        case (.box, nil): return DeathCertificate.holdsOnBox(weights: weights, bias: bias, box: box)
        case (.anySigns, nil): return DeathCertificate.holdsForAnySigns(weights: weights, bias: bias, box: box)
        case (.batch, let norm?):
            return DeathCertificate.holdsOnBatches(
                scale: norm.scale.value.elements[node], shift: norm.shift.value.elements[node], epsilon: norm.epsilon, largestBatch: largestBatch)
        case (.smallWeights, let norm?):
            return DeathCertificate.holdsForSmallWeights(
                weights: weights, bias: bias, scale: norm.scale.value.elements[node], shift: norm.shift.value.elements[node],
                epsilon: norm.epsilon, largestBatch: largestBatch, box: box)
        default: return false
        }
    }
}
