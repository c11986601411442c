// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// Where the smallest numbers of a format hold a dead weight up (theory notes B9).
///
/// The step of Adam in PyTorch's recipe is (α·m)/d with d = √v + ε, a normal number. F is the format's smallest subnormal number, and
/// η = αλ/d. Rounded to nearest, α·m is a whole number of F: the step is a whole number of quanta F/d = η·F/(αλ), and none is made while
/// |α·m| < F/2. So there are two cases:
///
/// - *Rest.* With m settled at λw the weight stands still where |w| < F/(2αλ): ``rest(smallest:flushes:learningRate:l2:beta1:)``. A quantum is no longer than this
///   zone is wide as long as η ≤ 1. Without momentum such a weight can't leap over it: with w = x·F/(αλ), x′ = x − η·round(x) keeps its sign or
///   ends in |x′| ≤ ½. A weight at rest stays there, whatever η grows to afterwards.
/// - *Cycle.* A weight that arrives with η > 1 may leap over the zone for ever. It can't leave what ``reach(smallest:learningRate:l2:beta1:effectiveDecay:)``
///   bounds.
public enum StallLevel {
    /// The largest |w| that stands still: lost·(1/α + 1/(1−β₁))/λ, lost being the magnitude under which a product is lost: F/2 rounded to nearest, F_min
    /// where subnormals are flushed.
    ///
    /// The second term is what m, held up by its own rounding, may be off λw by: it moves by (1−β₁)(λw − m), a product that is lost just so.
    ///
    /// - Parameters:
    ///   - smallest: the smallest number that the format makes: F, or the smallest normal number F_min where subnormals are flushed. (Half of
    ///     `Double`'s F is no `Double`.)
    ///   - flushes: whether subnormals are flushed to zero.
    ///   - learningRate: α > 0.
    ///   - l2: λ > 0.
    ///   - beta1: β₁ in [0, 1).
    /// - Throws: ``LawError`` for numbers out of range.
    public static func rest(smallest: Double, flushes: Bool = false, learningRate: Double, l2: Double, beta1: Double) throws(LawError) -> Double {
        try requireNonNegative("the smallest number", smallest, positive: true)
        try requireNonNegative("α", learningRate, positive: true)
        try requireNonNegative("λ", l2, positive: true)
        try requireForgetting("β₁", beta1)
        return smallest * ((flushes ? 1 : 0.5) * (1 / learningRate + 1 / (1 - beta1)) / l2)
    }

    /// What |w| ends under at a constant η below the edge, at rest or not, subnormals kept.
    ///
    /// *Derivation.* Each rounding is a disturbance of the linear recursion m′ = β₁m + (1−β₁)λw + e, w′ = w − (α/d)m′ + f with |f| ≤ F/(2d) from α·m, and
    /// |e| ≤ (F/2)(1 + (1−β₁)) from the product that moves m and from λw. The answer to a unit of f is u_k − β₁u_{k−1}, to one of e (α/d)·u_k, where
    /// u_{k+1} = (1+β₁−(1−β₁)η)·u_k − β₁u_{k−1}, u₀ = 1. The start dies out, and by the triangle inequality
    ///
    ///     |w| ≤ (F/2)·[η·Σ|u_k − β₁u_{k−1}|/α + (2−β₁)·η·Σ|u_k|]/λ
    ///
    /// Where the roots are real and positive neither answer changes its sign, the sums are 1/η and 1/((1−β₁)η), and this is the rest level but for the factor 2−β₁
    /// of its second term. Without momentum the first bracket is 1/α for η ≤ 1 and η/(2−η)/α above; there x′ = x − η·round(x) has the orbits ±nη/2 with whole
    /// n < 1/(2−η), so that it is attained to within half a quantum.
    ///
    /// *Neglected*: the rounding of w itself and of the quotient, which are relative: some ulps times Σ|u_k − β₁u_{k−1}|.
    ///
    /// - Parameters:
    ///   - smallest: F.
    ///   - learningRate: α.
    ///   - l2: λ.
    ///   - beta1: β₁.
    ///   - eta: η.
    /// - Throws: ``LawError`` for numbers out of range, and at the edge 2(1+β₁)/(1−β₁), where the disturbances add up without bound, or so near it
    ///   that they add up over more than a million steps (1 − ρ < 1e-6), where rounding decides on which side η stands.
    public static func reach(
        smallest: Double, learningRate: Double, l2: Double, beta1: Double, effectiveDecay eta: Double
    ) throws(LawError) -> Double {
        try requireNonNegative("F", smallest, positive: true)
        try requireNonNegative("α", learningRate, positive: true)
        try requireNonNegative("λ", l2, positive: true)
        try requireNonNegative("η", eta, positive: true)
        try requireForgetting("β₁", beta1)
        let mode = LinearMode.adam(effectiveDecay: eta, beta1: beta1)
        guard mode.spectralRadius < 1 - closest else {
            throw .notApplicable(law: "the reach of rounding (B9)", reason: "η = \(eta) is not below the edge by a millionth")
        }
        var (ofStep, ofMoment) = (1 / eta, 1 / ((1 - beta1) * eta))
        if mode.isOscillating || mode.trace < 0 || mode.determinant == 0 && eta > 1 {
            (ofStep, ofMoment) = (0, 0)
            var (now, last) = (1.0, 0.0)
            while now.magnitude + last.magnitude > negligible {
                ofStep += (now - beta1 * last).magnitude
                ofMoment += now.magnitude
                (now, last) = (mode.trace * now - mode.determinant * last, now)
            }
        }
        return smallest * (0.5 * eta * (ofStep / learningRate + (2 - beta1) * ofMoment) / l2)
    }

    /// The least 1 − ρ.
    private static let closest = 1e-6
    /// A rest of the answers that is left out: of order 1e-12/(1 − ρ), beside sums of 1 and more.
    private static let negligible = 1e-12
}
