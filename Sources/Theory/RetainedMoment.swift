// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// Decay by optimisers that never forget a second moment: AMSGrad and AdaGrad (theory notes B11).
public enum RetainedMoment {
    /// AMSGrad: steps until |w| ≤ ξ at constant α, bias correction spent: ln(|w₀|/ξ)/(−ln ρ(η)) with η = αλ/(√v_max + ε).
    ///
    /// *Hypotheses*: λ|w₀| ≤ √v_max, so that v never rises above v_max; m₀ ≈ 0; η < η*.
    public static func amsgradPassage(
        weight: Double, rootLargestMoment: Double, learningRate: Double, l2: Double, threshold: Double, beta1: Double = 0.9,
        epsilon: Double = 1e-8
    ) throws(LawError) -> Prediction {
        let law = "AMSGrad's decay (B11)"
        try requireNonNegative("ξ", threshold, positive: true)
        try requireForgetting("β₁", beta1)
        guard l2 * weight.magnitude <= rootLargestMoment else {
            throw .notApplicable(law: law, reason: "λ|w₀| exceeds √v_max: the weight's own gradient sets v")
        }
        let eta = learningRate * l2 / (rootLargestMoment + epsilon)
        let mode = LinearMode.adam(effectiveDecay: eta, beta1: beta1)
        guard eta > 0, mode.spectralRadius < 1 else { throw .notApplicable(law: law, reason: "η = \(eta) does not let the weight decay") }
        let rate = -Double.log(mode.spectralRadius)
        var log = Double.log(weight.magnitude / threshold)
        if let dominant = mode.dominantRoot, let recessive = mode.recessiveRoot, dominant != recessive {
            log += Double.log(((1 - (1 - beta1) * eta - recessive) / (dominant - recessive)).magnitude)
        }
        return Prediction(max(0, log / rate), errorBound: 1 + (mode.isOscillating ? .pi / mode.angle + 1 / rate : 0))
    }

    /// The largest √v_max from which AMSGrad still carries |w₀| to ξ, given Σα of the budget: λΣα/ln(|w₀|/ξ) − ε.
    ///
    /// *Hypothesis*: η ≪ 1. To first order in η; the bound is the second, at the mean α of `steps` steps.
    public static func amsgradLargestRoot(
        weight: Double, learningRateSum: Double, steps: Int, l2: Double, threshold: Double, beta1: Double = 0.9, epsilon: Double = 1e-8
    ) throws(LawError) -> Prediction {
        try requireNonNegative("ξ", threshold, positive: true)
        try requireNonNegative("Σα", learningRateSum, positive: true)
        let decay = Double.log(weight.magnitude / threshold)
        guard decay > 0, steps > 0 else { throw .notApplicable(law: "AMSGrad's budget (B11)", reason: "ξ is passed already") }
        let value = l2 * learningRateSum / decay - epsilon
        let meanDecay = decay / Double(steps)
        return Prediction(value, errorBound: value.magnitude * 2 * meanDecay * (beta1 / (1 - beta1) + 0.5))
    }

    /// AdaGrad: √s once a dead weight has gone to zero: √s₀ + λw₀²/(4α), at ε = 0.
    ///
    /// *Derivation.* ẇ = −αλw/√s and ṡ = λ²w² give d√s/dw = −λw/(2α). While a node dies s grows for ever, but a dead weight's does not: from here on
    /// AdaGrad decays exponentially. *Hypothesis*: η₀ = αλ/√s₀ ≪ 1, which is the relative bound of the increase.
    public static func adaGradFinalRoot(weight: Double, rootSum: Double, learningRate: Double, l2: Double) throws(LawError) -> Prediction {
        try requireNonNegative("√s₀", rootSum, positive: true)
        try requireNonNegative("α", learningRate, positive: true)
        let eta = learningRate * l2 / rootSum
        guard eta < 1 else { throw .notApplicable(law: "AdaGrad's decay (B11)", reason: "η₀ = \(eta) is not small") }
        let increase = l2 * weight * weight / (4 * learningRate)
        // s jumps by λ²w₀² in the first step; beside √s₀ that is a rise of up to λ|w₀| that the continuous law spreads out.
        return Prediction(rootSum + increase, errorBound: 2 * eta * increase)
    }

    /// AdaGrad: steps until |w| ≤ ξ at constant α, without decay of the rate: [(√s_∞ + ε)·ln(|w₀|/ξ) − λ(w₀² − ξ²)/(8α)]/(αλ).
    public static func adaGradPassage(
        weight: Double, rootSum: Double, learningRate: Double, l2: Double, threshold: Double, epsilon: Double = 1e-10
    ) throws(LawError) -> Prediction {
        try requireNonNegative("ξ", threshold, positive: true)
        try requireNonNegative("λ", l2, positive: true)
        let final = try adaGradFinalRoot(weight: weight, rootSum: rootSum, learningRate: learningRate, l2: l2)
        let log = Double.log(weight.magnitude / threshold)
        if log <= 0 { return Prediction(0, errorBound: 0) }
        let correction = l2 * (weight * weight - threshold * threshold) / (8 * learningRate)
        let steps = ((final.value + epsilon) * log - correction) / (learningRate * l2)
        let eta = learningRate * l2 / (rootSum + epsilon)
        return Prediction(steps, errorBound: 1 + eta * steps + final.errorBound * log / (learningRate * l2))
    }
}
