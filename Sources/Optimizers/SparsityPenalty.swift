// SPDX-License-Identifier: GPL-3.0-or-later

/// A term of the objective that is not smooth at 0, so that its minimiser has weights that are exactly 0: what L2 under Adam is compared with.
///
/// The rows of a weight matrix [nodes × inputs] are the groups: all incoming weights w_g of one node, bias left out. With λ the coefficient:
///
///     group lasso   λ·Σ_g c_g·‖w_g‖₂      c_g = 1, or √inputs where it scales with the group's size
///     L1            λ·Σ_g Σ_j |w_gj|
///
/// A node's group falls as a whole (Yuan & Lin 2006, doi 10.1111/j.1467-9868.2005.00532.x; for neurons Scardapane et al. 2017, arXiv
/// 1607.00485); L1 makes single weights 0, and a node only where all of its are.
///
/// - Warning: Yuan & Lin, Simon et al. (2013) and Scardapane et al. have √(group size) in the penalty; many programs leave it out, as the
///   default here does. With groups of one size it only rescales λ. λ/2 in front of a square has no counterpart: this is λ‖w‖, not (λ/2)‖w‖.
public struct SparsityPenalty: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        case groupLasso(scalesWithGroupSize: Bool = false)
        case l1
    }

    /// How a training step takes the penalty R in.
    public enum Method: Sendable, Equatable {
        /// A proximal step on what the update rule made of the data gradient: exact zeros.
        case proximal(Metric = .euclidean)
        /// A subgradient of R is added to the data gradient that the rule sees, λc·w_g/‖w_g‖ or λ·sign w, 0 at 0: no exact zeros, and under
        /// an adaptive rule R goes into the moments, as coupled L2 does.
        case subgradient
    }

    /// The distance in which a proximal step stays near the rule's result u: w ← argmin_w ½‖w − u‖²_D/α + R(w), α after the schedule.
    public enum Metric: String, Sendable, CaseIterable {
        /// D = 1: the threshold is αλ, whatever the rule. For gradient descent this is proximal gradient descent. For an adaptive rule it is
        /// to the proximal step what AdamW is to L2: decoupled, cheap, common; its stationary points are not those of L + R but weigh a
        /// weight's penalty with its denominator √v̂ + ε.
        case euclidean
        /// D = the rule's own denominator, √v̂ + ε for Adam: the proximal operator that belongs to the step, whose stationary points are
        /// those of L + R (ProxGen, Yun et al. 2021, arXiv 2007.07828). The same as ``euclidean`` for rules without a second moment.
        case denominator
    }

    public var kind: Kind
    /// λ ≥ 0; 0 is no penalty at all, to the bit.
    public var coefficient: Double
    public var method: Method

    public init(_ kind: Kind, coefficient: Double, method: Method = .proximal()) {
        self.kind = kind
        self.coefficient = coefficient
        self.method = method
    }

    /// The factor of a row's norm, or of its weights' magnitudes: λ·c_g.
    public func coefficient(groupSize: Int) -> Double {
        if case .groupLasso(scalesWithGroupSize: true) = kind { return coefficient * Double(groupSize).squareRoot() }
        return coefficient
    }

    /// R of a matrix, in double precision.
    /// - Precondition: the number of weights is a multiple of `columns`.
    public func value<Scalar: OptimizerScalar>(of weights: UnsafeBufferPointer<Scalar>, columns: Int) -> Double {
        precondition(columns > 0 && weights.count % columns == 0, "\(weights.count) weights in rows of \(columns)")
        var sum = 0.0
        for start in stride(from: 0, to: weights.count, by: columns) {
            let row = UnsafeBufferPointer(rebasing: weights[start..<start + columns])
            switch kind {
            case .groupLasso: sum += Scalar.norm(of: row)
            case .l1: sum += row.reduce(0) { $0 + Double($1.magnitude) }
            }
        }
        return coefficient(groupSize: columns) * sum
    }
}
