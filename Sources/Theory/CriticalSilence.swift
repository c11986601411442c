// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// One isolated burst of gradient, and the silence after it (theory notes A3).
public enum CriticalSilence {
    /// How far one gradient g moves a weight in total, λ = 0: α·(1−β₁)/(√(1−β₂)·(1 − β₁/√β₂)) for |g| ≫ √(v₀/(1−β₂)) and ε, about α/√(1−β₂) —
    /// whatever the size of g.
    ///
    /// *Derivation.* Over the silence m falls by β₁ and √v by √β₂ a step: a geometric series. Memory v₀ from before divides it by √(1 +
    /// v₀/((1−β₂)g²)). *Hypotheses*: bias correction spent, β₁² < β₂. The bound is what ε takes away: it is first felt where √v is smallest,
    /// after the 1/(1 − β₁/√β₂) steps that count.
    public static func displacement(
        gradient: Double, learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        secondMoment: Double = 0
    ) throws(LawError) -> Prediction {
        try requireForgetting("β₁", beta1)
        try requireForgetting("β₂", beta2)
        try requireNonNegative("second moment", secondMoment)
        guard beta1 * beta1 < beta2 else {
            throw .notApplicable(law: "critical silence (A3)", reason: "β₁² ≥ β₂: the first moment outlives the second")
        }
        guard gradient != 0 else { return Prediction(0, errorBound: 0) }
        let root = (1 - beta2).squareRoot() * gradient.magnitude
        let ratio = beta1 / beta2.squareRoot()
        let memory = (1 + beta2 * secondMoment / (root * root)).squareRoot()
        let value = learningRate * (1 - beta1) / ((1 - beta2).squareRoot() * (1 - ratio) * memory)
        // Σ ratio^j·ε/(√β₂^j·root·memory) against Σ ratio^j.
        let slow = beta1 / beta2
        let share = slow < 1 ? (1 - ratio) / (1 - slow) * epsilon / (root * memory) : 1
        return Prediction(value, errorBound: value * min(1, share))
    }

    /// Steps of silence after a burst g from which the weight is below ξ, so that the node does not come back by weights alone: the passage
    /// of ``AdiabaticPassage`` from (w, m, v) as the burst's own step leaves them: m = (1−β₁)g, v = β₂v₀ + (1−β₂)g² and w = w₀ − αm/(√v + ε)
    /// with g + λw₀ for g.
    ///
    /// - Throws: ``LawError/notApplicable(law:reason:)`` if the weight does not pass ξ within `limit` steps.
    public static func length(
        weight: Double, gradient: Double, learningRate: Double, l2: Double, threshold: Double, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-8, secondMoment: Double = 0, limit: Int = 1_000_000
    ) throws(LawError) -> Prediction {
        try length(
            weight: weight, gradient: gradient, learningRate: .constant(learningRate), l2: l2, threshold: threshold, beta1: beta1, beta2: beta2,
            epsilon: epsilon, secondMoment: secondMoment, limit: limit)
    }

    /// The same by a schedule, which the burst takes the first rate of.
    public static func length(
        weight: Double, gradient: Double, learningRate: LearningRate, l2: Double, threshold: Double, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-8, secondMoment: Double = 0, limit: Int = 1_000_000
    ) throws(LawError) -> Prediction {
        let total = gradient + l2 * weight
        let (m, v) = ((1 - beta1) * total, beta2 * secondMoment + (1 - beta2) * total * total)
        let after = DeadWeight<Double>(
            weight: weight - learningRate[0] * m / (v.squareRoot() + epsilon), firstMoment: m, secondMoment: v)
        let passage = try AdiabaticPassage.predict(
            after, rule: .adam(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: learningRate.dropping(1), l2: l2,
            threshold: threshold, budget: limit)
        guard let prediction = passage.passage else {
            throw .notApplicable(law: "critical silence (A3)", reason: "the weight does not pass \(threshold) within \(limit) steps")
        }
        return prediction
    }
}
