// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule
import Statistics

/// The collapse: a dead weight whose second moment is soon its own (theory notes B5).
///
/// *Hypotheses*: Adam without bias correction, α constant, ε negligible, m₀ ≈ 0, λ²w₀² ≥ 0.05·s₀², s₀ > 0, 0 < β₁, (1−β₂) ≪ (1−β₁). In units
/// x = w/w₀ and u = v/(λw₀)² the continuous limit is
///
///     d ln x/dt = ln z₁(η),  η = (α/|w₀|)/√u,   du/dt = −ln β₂·(x² − u)
///
/// with z₁ the dominant root: λ is gone. η falls while v takes in λ²w², then rises, until the weight oscillates for good: v falling and η
/// past (1−√β₁)²/(1−β₁). From there the envelope falls by √β₁ a step while η crosses the oscillation window, (1/a)·ln(window's ratio) steps
/// and more, so that
///
///     passage of ξ = t_c + ln(|w_c|/ξ)/(−½ ln β₁)
///
/// The bound: the momentum's start, the turn of v and the transition last some 2/(1−β₁) steps each,
/// an overshoot of a weight of few α makes the envelope larger, and the continuous limit is off by (1−β₂)/(1−β₁), relatively.
public struct Collapse: Sendable, Equatable {
    /// t_c: steps until the weight begins to oscillate.
    public let oscillationStart: Prediction
    /// |w_c|/|w₀|.
    public let remainingShare: Double
    /// η there.
    public let effectiveDecay: Double
    private let beta1: Double
    private let beta2: Double

    /// Integrates the continuous limit with GSL.
    public init(
        weight: Double, rootSecondMoment: Double, learningRate: Double, l2: Double, beta1: Double = 0.9, beta2: Double = 0.999
    ) throws {
        let law = "the collapse (B5)"
        try requireForgetting("β₁", beta1)
        try requireForgetting("β₂", beta2)
        try requireNonNegative("s₀", rootSecondMoment, positive: true)
        try requireNonNegative("α|w₀|λ", learningRate * weight.magnitude * l2, positive: true)
        guard beta1 > 0 else { throw LawError.notApplicable(law: law, reason: "without a first moment nothing oscillates") }
        guard beta2 > 0, (1 - beta2) < 0.2 * (1 - beta1) else {
            throw LawError.notApplicable(law: law, reason: "(1−β₂) is not small beside (1−β₁)")
        }
        let share = l2 * weight.magnitude / rootSecondMoment
        guard share * share >= 0.05 else {
            throw LawError.notApplicable(law: law, reason: "λ²w₀² < 0.05 s₀²: the memory phase (B4) comes first")
        }
        self.beta1 = beta1
        self.beta2 = beta2
        let unit = learningRate / weight.magnitude
        let edge = LinearMode.oscillationWindow(beta1: beta1).lowerBound
        func decay(_ u: Double) -> Double { unit / max(u, .leastNormalMagnitude).squareRoot() }
        let forgetting = -Double.log(beta2)
        let equation = OrdinaryDifferentialEquation { _, y in
            let root = min(decay(y[1]), edge)
            let rate = Double.log(LinearMode.adam(effectiveDecay: root, beta1: beta1).spectralRadius)
            return [rate, forgetting * (Double.exp(2 * y[0]) - y[1])]
        }
        // The first moment takes β₁/(1−β₁) steps to grow to λw₀, while v takes in λ²w₀².
        let delay = beta1 / (1 - beta1)
        var (t, y) = (delay, [0, 1 / (share * share) + delay * (1 - beta2)])
        let stride = max(1, 0.02 / unit)
        var spacing = stride
        while true {
            let next = try equation.solve(from: t, y, at: [t + spacing])[0]
            if decay(next[1]) < edge || Double.exp(2 * next[0]) > next[1] {
                (t, y) = (t + spacing, next)
            } else if spacing > stride / 256 {
                spacing /= 2
            } else {
                break
            }
        }
        // A weight of few α overshoots: its envelope is that many times larger, at most, when it begins to fall.
        let overshoot = Double.log(onePlus: try StepBound.momentRatio(beta1: beta1, beta2: beta2).value * unit / (1 - beta1))
        oscillationStart = Prediction(
            t, errorBound: 4 / (1 - beta1) + t * (1 - beta2) / (1 - beta1) + overshoot / (-0.5 * Double.log(beta1)))
        remainingShare = Double.exp(y[0])
        effectiveDecay = unit / y[1].squareRoot()
    }

    /// Steps until the envelope passes ξ.
    ///
    /// - Throws: ``LawError/notApplicable(law:reason:)`` if ξ is passed before the weight oscillates, or if η, which grows by −½ ln β₂ a
    ///   step, leaves the oscillation window before the envelope is down.
    public func passage(from weight: Double, to threshold: Double) throws(LawError) -> Prediction {
        try requireNonNegative("ξ", threshold, positive: true)
        let fall = Double.log(weight.magnitude * remainingShare / threshold)
        if fall <= 0 { throw .notApplicable(law: "the collapse (B5)", reason: "ξ is passed before the weight oscillates") }
        let descent = fall / (-0.5 * Double.log(beta1))
        let window = LinearMode.oscillationWindow(beta1: beta1).upperBound / effectiveDecay
        guard window > 1, descent + oscillationStart.errorBound < Double.log(window) / (-0.5 * Double.log(beta2)) else {
            throw .notApplicable(law: "the collapse (B5)", reason: "η leaves the oscillation window before the envelope reaches ξ")
        }
        return Prediction(oscillationStart.value + descent, errorBound: oscillationStart.errorBound + 2 / (1 - beta1))
    }
}
