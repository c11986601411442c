// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// What is sampled of every node of a hidden layer, one number a node; the raw value is the file's middle name.
public enum NodeQuantity: String, Sendable, CaseIterable {
    /// ‖w‖₂ of the incoming weights, bias left out, after the step.
    case incomingNorm
    /// ‖w‖₂ of the outgoing weights, after the step.
    case outgoingNorm
    /// max |w| of the incoming weights, after the step.
    case largestWeight
    /// C = |Σ sign g| / #{g ≠ 0} over the incoming weights' data gradient (theory notes, A1); NaN if every entry is 0.
    case signCoherence
    /// Share of the non-zero entries of the data gradient whose sign is that of the step before; NaN if every entry is 0, and at
    /// step 1.
    case signAgreement
    /// ‖g_data‖/‖λw‖, both at w_k; infinite without L2, NaN if both are 0.
    case gradientRatio
    /// Samples of the batch whose activation had a non-zero derivative.
    case activeSamples
    /// Mean over the batch of z.
    case preactivationMean
    /// Largest z of the batch.
    case preactivationMax
    /// γ after the step; NaN without batch normalisation.
    case batchNormScale
    /// β after the step; NaN without batch normalisation.
    case batchNormShift
}

/// What is sampled as quantiles over a node's incoming weights, after the step.
public enum WeightQuantity: String, Sendable, CaseIterable {
    /// √v̂; NaN for optimisers without a second moment.
    case rootSecondMoment
    /// |m̂|/(√v̂ + ε): the step in units of α. Where the numerator is the gradient itself, |g|/denominator.
    case updateRatio
    /// η = αλ/(√v̂ + ε): the effective decay per step (theory notes, Terms).
    case effectiveDecay
}

/// A quantile level, 0…1, taken as an order statistic: the weight of rank p(n − 1) rounded, ties away from the median, so that the
/// quantile of a decreasing function of a quantity is the function of its complementary quantile.
public struct QuantileLevel: Sendable, Equatable {
    public let probability: Double

    /// - Precondition: 0 ≤ probability ≤ 1.
    public init(_ probability: Double) {
        precondition(probability >= 0 && probability <= 1, "a quantile level lies in 0…1")
        self.probability = probability
    }

    /// Name in files: `q50` for the median, `q2.5` for 0.025.
    public var name: String {
        let percent = (probability * 1e6).rounded() / 1e4
        return percent == percent.rounded() ? "q\(Int(percent))" : "q\(percent)"
    }

    /// Rank from 0 among `count` values. Computed in whole millionths of the level, so that complementary levels have mirrored ranks.
    public func rank(among count: Int) -> Int {
        let last = count - 1
        let millionths = Int((probability * 1e6).rounded())
        func nearest(_ millionths: Int) -> Int { (2 * last * millionths + 999_999) / 2_000_000 }
        return millionths <= 500_000 ? nearest(millionths) : last - nearest(1_000_000 - millionths)
    }
}
