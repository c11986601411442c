// SPDX-License-Identifier: GPL-3.0-or-later
import Networks

/// The proofs that a ReLU node is silent, by what they assume (theory notes, D6). All need φ′(z) = 0 for z ≤ 0, which is ReLU with
/// derivative 0 at 0; a certificate says that z ≤ 0, as the network computes it, on every input or batch that it speaks of, for the
/// parameters as they are. Momentum and L2 still move them, so that a certificate may be withdrawn later.
public enum DeathCertificate: String, Sendable, CaseIterable, Codable {
    /// D6 (i): the largest pre-activation on the training data, in evaluation mode, is ≤ 0.
    case data
    /// D6 (ii): on the input box, without batch normalisation.
    case box
    /// D6 (iii): under training batch normalisation, whatever the inputs.
    case batch
    /// D6 (iv): under training batch normalisation, weights so small that no input of the box can lift the node.
    case smallWeights
    /// A5 (i): on the input box, without batch normalisation, whatever signs the weights take.
    case anySigns

    /// D6 (ii): b + Σ_j max(w_j l_j, w_j u_j) ≤ 0 over the box, with the rounding of the network's own sum added.
    ///
    /// A weight of 0 contributes 0 even where the input is unbounded. A NaN anywhere gives false. Where no term can be positive, nothing
    /// has to be added: no rounding lifts such a sum.
    /// - Precondition: as many weights as the box has features.
    public static func holdsOnBox<Scalar: NetworkScalar>(weights: UnsafeBufferPointer<Scalar>, bias: Scalar, box: Box) -> Bool {
        // The coarse sum is a fraction of the fine one's work, and enough for weights that have decayed under a negative bias.
        let rounding = RoundingBound(for: Scalar.self)
        if bias < 0 {
            let coarse = ProductSum(bounding: weights, on: box)
            if isNonPositive(coarse, reaching: coarse.largest, Double(bias), rounding) { return true }
        }
        let sum = ProductSum(weights, on: box)
        return bias <= 0 && sum.isNonPositive || isNonPositive(sum, reaching: sum.largest, Double(bias), rounding)
    }

    /// True if b + `largest` ≤ 0 with the rounding of the network's own sum added.
    private static func isNonPositive(_ sum: ProductSum, reaching largest: Double, _ bias: Double, _ rounding: RoundingBound) -> Bool {
        let magnitude = abs(bias) + sum.magnitude
        guard magnitude < rounding.overflow else { return false }
        let error = rounding.relativeError(operations: sum.count + 2) * magnitude + rounding.underflow * (sum.operands + 4)
        return bias + largest + error <= 0
    }

    /// A5 (i): b + Σ_j |w_j|·max(|l_j|, |u_j|) ≤ 0, with rounding added. It goes on holding while no |w_j| grows and b does not rise, which
    /// ``holdsOnBox(weights:bias:box:)`` need not: on its way to zero a weight changes its sign again and again.
    /// - Precondition: as many weights as the box has features.
    public static func holdsForAnySigns<Scalar: NetworkScalar>(weights: UnsafeBufferPointer<Scalar>, bias: Scalar, box: Box) -> Bool {
        let sum = ProductSum(weights, on: box)
        return bias <= 0 && sum.magnitude == 0
            || isNonPositive(sum, reaching: sum.magnitude, Double(bias), RoundingBound(for: Scalar.self))
    }

    /// D6 (ii) with evaluation batch normalisation folded in: z = γ(w·x + b − r)/√(v + ε) + β for running mean r and variance v.
    ///
    /// A NaN anywhere gives false, and so does v + ε among the subnormal numbers.
    /// - Precondition: as many weights as the box has features.
    public static func holdsOnBox<Scalar: NetworkScalar>(
        weights: UnsafeBufferPointer<Scalar>, bias: Scalar, foldedInto norm: NormalizedNode<Scalar>, box: Box
    ) -> Bool {
        let sign: Double = norm.scale < 0 ? -1 : 1
        let sum = ProductSum(weights, sign: sign, on: box)
        if norm.reach(of: sum, bias: Double(bias), sign: sign) <= 0 { return true }
        return sum.isNonPositive && norm.reach(of: ProductSum(nonPositiveOf: sum.count), bias: Double(bias), sign: sign) <= 0
    }

    /// D6 (iii): β ≤ −|γ|·√B, so that no batch of at most B samples can lift the node, as long as the sums of the batch norm don't overflow.
    ///
    /// Samuelson's bound on exact numbers is |x̂| ≤ √(B − 1). A network subtracts a rounded mean, for which only |x̂| ≤ √B is certain:
    /// (x_i − c)² ≤ Σ(x − c)² = B·σ² holds for every c, and x̂ divides by at least that σ. An ε among the subnormal numbers gives false:
    /// squares that underflow make x̂ infinite without it.
    public static func holdsOnBatches<Scalar: NetworkScalar>(scale: Scalar, shift: Scalar, epsilon: Scalar, largestBatch: Int) -> Bool {
        guard epsilon >= .leastNormalMagnitude else { return false }
        if scale == 0 { return shift <= 0 }
        let reach = abs(Double(scale)) * Double(largestBatch).squareRoot()
        let rounding = RoundingBound(for: Scalar.self).relativeError(operations: largestBatch + 8)
        // In the network x̂·γ ≤ −β survives any rounding of the product, β being a number itself; our own product may underflow.
        return Double(shift) + reach * (1 + rounding) + .leastNormalMagnitude <= 0
    }

    /// D6 (iv): |γ|·(Σ_j |w_j|(u_j − l_j) + r)/√ε_bn + β ≤ 0, with r the rounding of the dense layer's sum and of the batch's mean, which a
    /// large dense bias can make larger than the spread itself.
    ///
    /// A NaN anywhere gives false, and so does an ε among the subnormal numbers.
    /// - Precondition: as many weights as the box has features.
    public static func holdsForSmallWeights<Scalar: NetworkScalar>(
        weights: UnsafeBufferPointer<Scalar>, bias: Scalar, scale: Scalar, shift: Scalar, epsilon: Scalar, largestBatch: Int, box: Box
    ) -> Bool {
        guard shift <= 0, epsilon >= .leastNormalMagnitude else { return false }
        if scale == 0 { return bias.isFinite && weights.allSatisfy(\.isFinite) }
        // The coarse sum is a fraction of the fine one's work, and enough for weights that have decayed.
        let norm = (scale: Double(scale), shift: Double(shift), epsilon: Double(epsilon))
        let rounding = RoundingBound(for: Scalar.self)
        return isOutOfReach(ProductSum(bounding: weights, on: box), Double(bias), norm, rounding, largestBatch)
            || isOutOfReach(ProductSum(weights, on: box), Double(bias), norm, rounding, largestBatch)
    }

    private static func isOutOfReach(
        _ sum: ProductSum, _ bias: Double, _ norm: (scale: Double, shift: Double, epsilon: Double), _ rounding: RoundingBound, _ largestBatch: Int
    ) -> Bool {
        // Each sample's sum, its like in the mean, the mean's own sum; and once more the sum for the spread as computed here.
        let magnitude = abs(bias) + sum.magnitude
        guard magnitude * Double(largestBatch) < rounding.overflow else { return false }
        let error =
            rounding.relativeError(operations: 2 * sum.count + largestBatch + 8) * magnitude
            + rounding.underflow * (2 * sum.operands + 16)
        let reach = (sum.spread + error) / norm.epsilon.squareRoot() * abs(norm.scale)
        // The last product may underflow, here as there.
        return norm.shift + reach * (1 + rounding.relativeError(operations: 16)) + .leastNormalMagnitude <= 0
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

    /// An upper bound of z, as the network computes it, where `sum` bounds sign·w·x; NaN if there is none.
    fileprivate func reach(of sum: ProductSum, bias: Double, sign: Double) -> Double {
        let rounding = RoundingBound(for: Scalar.self)
        let variance = Double(runningVariance) + Double(epsilon)
        guard variance >= rounding.underflow else { return .nan }
        let inverse = 1 / variance.squareRoot()
        let factor = abs(Double(scale)) * inverse
        let center = bias - Double(runningMean)
        let magnitude = sum.magnitude + abs(bias) + abs(Double(runningMean))
        let total = magnitude * factor + abs(Double(shift))
        guard max(magnitude, magnitude * inverse, total) < rounding.overflow else { return .nan }
        let lost = (sum.operands + 8) * factor + magnitude * inverse + abs(Double(scale)) + 4
        return factor * (sum.largest + sign * center) + Double(shift)
            + rounding.relativeError(operations: sum.count + 8) * total + rounding.underflow * lost
    }
}
