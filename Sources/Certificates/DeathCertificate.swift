// SPDX-License-Identifier: GPL-3.0-or-later
import Networks

/// The proofs that a ReLU node is silent, by what they assume (theory notes, D6). All need φ′(z) = 0 for z ≤ 0, which is ReLU with
/// derivative 0 at 0; a certificate says that z ≤ 0, as the network computes it, on every input or batch that it speaks of.
public enum DeathCertificate: String, Sendable, CaseIterable {
    /// D6 (i): the largest pre-activation on the training data, in evaluation mode, is ≤ 0.
    case data
    /// D6 (ii): on the input box, without batch normalisation.
    case box
    /// D6 (iii): under training batch normalisation, whatever the inputs.
    case batch
    /// D6 (iv): under training batch normalisation, weights so small that no input of the box can lift the node.
    case smallWeights

    /// D6 (ii): b + Σ_j max(w_j l_j, w_j u_j) ≤ 0 over the box, with the rounding of the network's own sum added.
    ///
    /// A weight of 0 contributes 0 even where the input is unbounded. A NaN anywhere gives false.
    /// - Precondition: as many weights as the box has features.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public static func holdsOnBox<Scalar: NetworkScalar>(weights: UnsafeBufferPointer<Scalar>, bias: Scalar, box: Box) -> Bool {
        precondition(weights.count == box.lower.count, "\(weights.count) weights on a box of \(box.lower.count) features")
        var bound = Double(bias)
        var magnitude = abs(bound)
        for j in weights.indices where weights[j] != 0 {
            let w = Double(weights[j])
            bound += max(w * box.lower[j], w * box.upper[j])
            magnitude += abs(w) * box.magnitude(j)
        }
        if bound > 0 { return false }
        let rounding = RoundingBound(for: Scalar.self).relativeError(operations: weights.count + 2)
        if magnitude < .infinity, bound + rounding * magnitude <= 0 { return true }
        return isNonPositiveOnBox(weights, Double(bias), box)
    }

    /// Where inputs are unbounded, or bias and bound are 0: no rounding can lift a sum of terms none of which is positive.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private static func isNonPositiveOnBox<Scalar: NetworkScalar>(_ weights: UnsafeBufferPointer<Scalar>, _ bias: Double, _ box: Box) -> Bool {
        guard bias <= 0 else { return false }
        for j in weights.indices where weights[j] != 0 {
            let w = Double(weights[j])
            guard max(w * box.lower[j], w * box.upper[j]) <= 0 else { return false }
        }
        return true
    }

    /// D6 (ii) with evaluation batch normalisation folded in: z = γ(w·x + b − r)/√(v + ε) + β for running mean r and variance v.
    public static func holdsOnBox<Scalar: NetworkScalar>(
        weights: UnsafeBufferPointer<Scalar>, bias: Scalar, foldedInto norm: NormalizedNode<Scalar>, box: Box
    ) -> Bool {
        let inverse = 1 / (Double(norm.runningVariance) + Double(norm.epsilon)).squareRoot()
        let factor = Double(norm.scale) * inverse
        var bound = (Double(bias) - Double(norm.runningMean)) * factor + Double(norm.shift)
        var magnitude = (abs(Double(bias)) + abs(Double(norm.runningMean))) * abs(factor) + abs(Double(norm.shift))
        for j in weights.indices where weights[j] != 0 {
            let w = Double(weights[j]) * factor
            bound += max(w * box.lower[j], w * box.upper[j])
            magnitude += abs(w) * box.magnitude(j)
        }
        return bound + RoundingBound(for: Scalar.self).relativeError(operations: weights.count + 8) * magnitude <= 0
    }

    /// D6 (iii): β ≤ −|γ|·√B, so that no batch of at most B samples can lift the node.
    ///
    /// Samuelson's bound on exact numbers is |x̂| ≤ √(B − 1). A network subtracts a rounded mean, for which only |x̂| ≤ √B is certain:
    /// (x_i − c)² ≤ Σ(x − c)² = B·σ² holds for every c, and x̂ divides by at least that σ.
    public static func holdsOnBatches<Scalar: NetworkScalar>(scale: Scalar, shift: Scalar, largestBatch: Int) -> Bool {
        let reach = abs(Double(scale)) * Double(largestBatch).squareRoot()
        return Double(shift) + reach * (1 + RoundingBound(for: Scalar.self).relativeError(operations: largestBatch + 8)) <= 0
    }

    /// D6 (iv): |γ|·(Σ_j |w_j|(u_j − l_j) + r)/√ε_bn + β ≤ 0, with r the rounding of the dense layer's sum and of the batch's mean, which a
    /// large dense bias can make larger than the spread itself.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public static func holdsForSmallWeights<Scalar: NetworkScalar>(
        weights: UnsafeBufferPointer<Scalar>, bias: Scalar, scale: Scalar, shift: Scalar, epsilon: Scalar, largestBatch: Int, box: Box
    ) -> Bool {
        guard shift <= 0 else { return false }
        if scale == 0 { return true }
        var spread = 0.0
        var magnitude = abs(Double(bias))
        for j in weights.indices where weights[j] != 0 {
            let w = abs(Double(weights[j]))
            spread += w * (box.upper[j] - box.lower[j])
            magnitude += w * box.magnitude(j)
        }
        let rounding = RoundingBound(for: Scalar.self)
        let dense = rounding.relativeError(operations: weights.count + largestBatch + 4) * magnitude
        let reach = abs(Double(scale)) * (spread + dense) / Double(epsilon).squareRoot()
        return Double(shift) + reach * (1 + rounding.relativeError(operations: 16)) <= 0
    }
}

/// One node of a batch normalisation in evaluation mode.
public struct NormalizedNode<Scalar: NetworkScalar>: Sendable {
    public let scale: Scalar
    public let shift: Scalar
    public let runningMean: Scalar
    public let runningVariance: Scalar
    public let epsilon: Scalar

    public init(scale: Scalar, shift: Scalar, runningMean: Scalar, runningVariance: Scalar, epsilon: Scalar) {
        self.scale = scale
        self.shift = shift
        self.runningMean = runningMean
        self.runningVariance = runningVariance
        self.epsilon = epsilon
    }
}
