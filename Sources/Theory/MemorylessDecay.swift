// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// Decay by optimisers that divide by no second moment: SGD, heavy ball, Nesterov, and AdamW's decoupled decay (theory notes B2).
///
/// They reach any ξ too, in time: "only Adam" is a statement about budgets.
public enum MemorylessDecay {
    /// ln(|w₀|/|w_n|) of SGD after n steps: −Σ ln|1 − α_kλ|, exact but for rounding: of each step's factor, and of this sum, whose every addition
    /// rounds relative to what has been summed.
    public static func logDecay(learningRate: LearningRate, l2: Double, steps: Range<Int>) throws(LawError) -> Prediction {
        try requireNonNegative("λ", l2)
        var sum = 0.0
        for step in steps { sum -= logOrZero((1 - learningRate[step] * l2).magnitude) }
        return Prediction(sum, errorBound: Double(steps.count) * (1 + sum.magnitude) * .ulpOfOne)
    }

    /// ln(w₀/w_n) of AdamW's decoupled decay ω: −Σ ln(1 − α_kω), exact once the first moment has died (λ = 0).
    public static func decoupledLogDecay(learningRate: LearningRate, decay: Double, steps: Range<Int>) throws(LawError) -> Prediction {
        try logDecay(learningRate: learningRate, l2: decay, steps: steps)
    }

    /// Steps until |w| ≤ ξ under SGD without momentum by any schedule: the first n with Σ −ln|1 − α_kλ| ≥ ln(|w₀|/ξ), k from `step` on. Exact but for rounding,
    /// which may move it by a step.
    ///
    /// Heavy ball and Nesterov's momentum mix steps of different rates, so that no such sum exists: ``AdiabaticPassage`` follows those.
    ///
    /// - Throws: ``LawError/notApplicable(law:reason:)`` if ξ is not passed within `limit` steps.
    public static func passage(
        weight: Double, learningRate: LearningRate, from step: Int = 0, l2: Double, threshold: Double, limit: Int
    ) throws(LawError) -> Prediction {
        try requireNonNegative("ξ", threshold, positive: true)
        try requireNonNegative("λ", l2)
        let decay = logOrZero(weight.magnitude) - Double.log(threshold)
        if decay <= 0 { return Prediction(0, errorBound: 0) }
        var sum = 0.0
        for n in 0..<max(0, limit) {
            sum -= logOrZero((1 - learningRate[step + n] * l2).magnitude)
            if sum >= decay { return Prediction(Double(n + 1), errorBound: 1) }
        }
        throw .notApplicable(law: "decay without memory (B2)", reason: "the weight does not pass \(threshold) within \(limit) steps")
    }

    /// Steps until |w| ≤ ξ at a constant rate: ln(|w₀|/ξ)/(−ln ρ), ρ the spectral radius of the rule's mode.
    ///
    /// With momentum the start is a₁ = (w₁ − z₂w₀)/(z₁ − z₂) of w₀, which is what `buffer` (b₀, 0 at rest) enters.
    ///
    /// - Throws: ``LawError/notApplicable(law:reason:)`` for adaptive rules, and where αλ is past the edge so that nothing decays.
    public static func passage(
        _ rule: DeadWeightRule, weight: Double, buffer: Double = 0, learningRate: Double, l2: Double, threshold: Double
    ) throws(LawError) -> Prediction {
        let law = "decay without memory (B2)"
        try requireNonNegative("ξ", threshold, positive: true)
        try requireNonNegative("αλ", learningRate * l2, positive: true)
        let mode: LinearMode
        let first: Double
        switch rule {
        case .gradientDescent:
            mode = try StabilityThreshold.mode(rule, effectiveDecay: learningRate * l2)
            first = weight * (1 - learningRate * l2)
        case .heavyBall(let momentum):
            mode = try StabilityThreshold.mode(rule, effectiveDecay: learningRate * l2)
            first = weight - learningRate * (momentum * buffer + l2 * weight)
        case .nesterov(let momentum):
            mode = try StabilityThreshold.mode(rule, effectiveDecay: learningRate * l2)
            first = weight - learningRate * (l2 * weight + momentum * (momentum * buffer + l2 * weight))
        default:
            throw .notApplicable(law: law, reason: "\(rule.name) keeps a second moment")
        }
        let radius = mode.spectralRadius
        guard radius < 1 else { throw .notApplicable(law: law, reason: "αλ = \(learningRate * l2) is past the edge: the weight does not decay") }
        var start = weight.magnitude
        var halfPeriod = 0.0
        if let dominant = mode.dominantRoot, let recessive = mode.recessiveRoot {
            if dominant != recessive { start = ((first - recessive * weight) / (dominant - recessive)).magnitude }
        } else {
            let (real, imaginary) = (mode.trace / 2, (-mode.discriminant).squareRoot() / 2)
            start = Double.hypot(first - real * weight, imaginary * weight) / imaginary
            halfPeriod = .pi / mode.angle
        }
        let steps = Double.log(start / threshold) / -Double.log(radius)
        return Prediction(max(0, steps), errorBound: 1 + halfPeriod)
    }

    /// The Σα from which SGD, with momentum μ or without, has carried |w₀| to ξ: (1−μ)·ln(|w₀|/ξ)/λ.
    ///
    /// *Hypothesis*: αλ ≪ (1−μ). The neglected term of −ln ρ, relatively ½αλ(1+μ)/(1−μ)², is the bound, for which `largestLearningRate` is needed.
    public static func learningRateSum(
        weight: Double, l2: Double, threshold: Double, momentum: Double = 0, largestLearningRate: Double
    ) throws(LawError) -> Prediction {
        try requireForgetting("μ", momentum)
        try requireNonNegative("λ", l2, positive: true)
        try requireNonNegative("ξ", threshold, positive: true)
        let h = largestLearningRate * l2
        let window = (1 - momentum.squareRoot()) * (1 - momentum.squareRoot())
        guard momentum == 0 ? h < 1 : h < window else {
            throw .notApplicable(law: "the budget of SGD (B2)", reason: "αλ = \(h) is not small beside 1−μ: the weight oscillates")
        }
        let value = max(0, (1 - momentum) * Double.log(weight.magnitude / threshold) / l2)
        let relative = h * (1 + momentum) / ((1 - momentum) * (1 - momentum))
        return Prediction(value, errorBound: relative * value + largestLearningRate / (1 - momentum))
    }
}
