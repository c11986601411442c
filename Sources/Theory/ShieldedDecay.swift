// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// What coupled L2 does to a living weight under Adam (theory notes C4): the larger its gradients, the less.
public enum ShieldedDecay {
    /// The share of a living weight that L2, switched on, takes from it in n steps: 1 − w(λ)/w(0) = αλ·Σ_{k=1…n}(1−β₁ᵏ)/d, with 1/d the mean over the steps
    /// of 1/(√v̂ + ε).
    ///
    /// *Derivation.* L2 adds λw to the gradient, of which the first moment holds λw(1−β₁ᵏ) after k steps, and the update divides it by the denominator that the
    /// data's gradients set.
    ///
    /// *Hypotheses*: λ|w| ≪ √v, so that L2 does not change v; the decay is small. The bound is half of what the two given ends of 1/d differ by, and
    /// the second order of the decay. *Not in the bound*: that the network answers the displacement with other gradients, which no law of the optimiser
    /// tells.
    ///
    /// - Parameters:
    ///   - steps: n ≥ 0.
    ///   - learningRate: α, constant over the steps.
    ///   - l2: λ.
    ///   - beta1: β₁.
    ///   - firstDenominator: √v̂ + ε before the first step, > 0.
    ///   - lastDenominator: the same after the last.
    public static func share(
        steps: Int, learningRate: Double, l2: Double, beta1: Double, firstDenominator: Double, lastDenominator: Double
    ) throws(LawError) -> Prediction {
        try requireNonNegative("steps", Double(steps))
        try requireNonNegative("αλ", learningRate * l2)
        try requireForgetting("β₁", beta1)
        try requireNonNegative("√v̂ + ε", firstDenominator, positive: true)
        try requireNonNegative("√v̂ + ε", lastDenominator, positive: true)
        // Σ(1−β₁ᵏ) = n − β₁(1−β₁ⁿ)/(1−β₁).
        let effective = Double(steps) - beta1 * (1 - Double.pow(beta1, steps)) / (1 - beta1)
        let (first, last) = (1 / firstDenominator, 1 / lastDenominator)
        let value = learningRate * l2 * effective * 0.5 * (first + last)
        return Prediction(value, errorBound: learningRate * l2 * effective * 0.5 * (first - last).magnitude + value * value)
    }
}
