// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// How large |m|/√v can be under Adam (theory notes B10v).
public enum StepBound {
    /// (1−β₁)/√((1−β₂)(1−β₁²/β₂)): the supremum over all gradient sequences, without bias correction; 7.27 at the defaults.
    ///
    /// *Derivation.* m = (1−β₁)Σβ₁^j g_{t−j} and v = (1−β₂)Σβ₂^j g²_{t−j}; Cauchy and Schwarz with weights β₂^j give the bound, attained for
    /// g_{t−j} ∝ (β₁/β₂)^j, that is, g_t ∝ (β₂/β₁)^t. Exact. *Hypothesis*: β₁² < β₂; else |m|/√v has no bound.
    ///
    /// - Parameters:
    ///   - beta1: β₁.
    ///   - beta2: β₂.
    ///   - steps: with a finite number t of steps from zero moments, the sum ends there and the bound is smaller; nil for t → ∞.
    public static func momentRatio(beta1: Double, beta2: Double, steps: Int? = nil) throws(LawError) -> Prediction {
        try requireForgetting("β₁", beta1)
        try requireForgetting("β₂", beta2)
        if beta1 == 0 { return Prediction(1 / (1 - beta2).squareRoot(), errorBound: 0) }
        let q = beta2 > 0 ? beta1 * beta1 / beta2 : .infinity
        let sum: Double
        if let steps {
            guard q.isFinite else { throw .notApplicable(law: "the step bound (B10)", reason: "β₂ = 0") }
            sum = q == 1 ? Double(steps) : (1 - Double.pow(q, Double(steps))) / (1 - q)
        } else {
            guard q < 1 else { throw .notApplicable(law: "the step bound (B10)", reason: "β₁² ≥ β₂: |m|/√v is unbounded") }
            sum = 1 / (1 - q)
        }
        return Prediction((1 - beta1) * (sum / (1 - beta2)).squareRoot(), errorBound: 0)
    }
}
