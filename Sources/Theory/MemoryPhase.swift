// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// The memory phase of a dead weight under Adam in closed form (theory notes B4): v is what is left of the data's gradients.
///
/// *Hypotheses*: no bias correction any more, α constant; ε ≪ s = √v; λ|w| ≪ s, so that v falls by β₂ a step; overdamped,
/// η < (1−√β₁)²/(1−β₁). Then η_t = η₀·e^{at} with a = −½ ln β₂, and with E = β₁/(1−β₁):
///
///     ln(w₀/w_t) = A₁(η_t − η₀) + (E + ½)A₂(η_t² − η₀²),   A_n = 1/(1 − e^{−na})
///
/// which for a ≪ 1 is the integral [η_t − η₀ + ½(E + ½)(η_t² − η₀²)]/a of the notes; the sum is larger by about a/2, relatively, since v falls
/// before it is used.
///
/// *Derivation.* −ln z₁ = η + (E + ½)η² + (2E(E+1) + ⅓)η³ + … for the dominant root at constant d; summed over η₀e^{ak}, k = 1 … t. The drift of d enters
/// twice at the next order, aEη from the old momentum that counts r times and −aEη from the amplitude (``AdiabaticRecursion``), and cancels.
/// The error bound is twice the cubic term, ε/s of the rate, the share of λ²w² in v, and Eη₀ for the first moment: the sum supposes the slow mode's
/// m₀ = λw₀, and m₀ = 0 starts E steps later.
public struct MemoryPhase: Sendable, Equatable {
    /// η₀ = αλ/s₀.
    public let initialEffectiveDecay: Double
    /// a = −½ ln β₂: the relative growth of η per step.
    public let growth: Double
    public let beta1: Double
    /// Past ε = s/10 the rate is no exponential of time any more.
    private static let largestEpsilonShare = 0.1
    private let epsilonShare: Double
    private let weightShare: Double
    private let beta2: Double

    /// - Parameters:
    ///   - weight: w₀; use ``AdiabaticRecursion/effectiveStart(weight:firstMoment:learningRate:beta1:denominator:)`` if m₀ isn't 0.
    ///   - rootSecondMoment: s₀ at the death.
    ///   - learningRate: α.
    ///   - l2: λ.
    ///   - beta1: β₁.
    ///   - beta2: β₂, > 0.
    ///   - epsilon: ε, outside the root.
    /// - Throws: ``LawError`` if a hypothesis fails at the death already.
    public init(
        weight: Double, rootSecondMoment: Double, learningRate: Double, l2: Double, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 0
    ) throws(LawError) {
        let law = "the memory phase (B4)"
        try requireNonNegative("s₀", rootSecondMoment, positive: true)
        try requireNonNegative("αλ", learningRate * l2, positive: true)
        try requireForgetting("β₁", beta1)
        try requireForgetting("β₂", beta2)
        try requireNonNegative("ε", epsilon)
        guard beta2 > 0 else { throw .notApplicable(law: law, reason: "there is no memory at β₂ = 0") }
        guard l2 * weight.magnitude < rootSecondMoment else {
            throw .notApplicable(law: law, reason: "λ|w₀| ≥ s₀: the second moment is the weight's own; see the collapse (B5)")
        }
        guard epsilon < rootSecondMoment else { throw .notApplicable(law: law, reason: "ε ≥ s₀: the denominator no longer falls") }
        initialEffectiveDecay = learningRate * l2 / rootSecondMoment
        growth = -0.5 * Double.log(beta2)
        self.beta1 = beta1
        self.beta2 = beta2
        epsilonShare = epsilon / rootSecondMoment
        weightShare = (l2 * weight / rootSecondMoment) * (l2 * weight / rootSecondMoment)
        if beta1 > 0, initialEffectiveDecay >= LinearMode.oscillationWindow(beta1: beta1).lowerBound {
            throw .notApplicable(law: law, reason: "the weight oscillates from the start: η₀ is inside the oscillation window")
        }
    }

    private var memory: Double { beta1 / (1 - beta1) }

    /// A_n = 1/(1 − e^{−na}): Σ η_kⁿ over k = 1 … t is A_n(η_tⁿ − η₀ⁿ).
    private func sum(_ power: Double) -> Double { -1 / Double.expMinusOne(-power * growth) }

    /// η after t steps.
    public func effectiveDecay(after steps: Double) -> Double { initialEffectiveDecay * Double.exp(growth * steps) }

    /// The step at which the weight begins to oscillate; at β₁ = 0, the step at which η = 1 and the expansion fails.
    public var lastStep: Double {
        let end = beta1 > 0 ? LinearMode.oscillationWindow(beta1: beta1).lowerBound : 1
        return Double.log(end / initialEffectiveDecay) / growth
    }

    /// ln(w₀/w_t).
    ///
    /// - Throws: ``LawError/notApplicable(law:reason:)`` for t past ``lastStep``, or where ε has come up to a tenth of √v.
    public func logDecay(after steps: Double) throws(LawError) -> Prediction {
        guard steps <= lastStep else {
            throw .notApplicable(law: "the memory phase (B4)", reason: "step \(steps) lies past the start of the oscillations, \(lastStep)")
        }
        let (start, end) = (initialEffectiveDecay, effectiveDecay(after: steps))
        guard epsilonShare * end / start <= Self.largestEpsilonShare else {
            throw .notApplicable(law: "the memory phase (B4)", reason: "ε is no longer small beside √v at step \(steps)")
        }
        let value = sum(1) * (end - start) + (memory + 0.5) * sum(2) * (end * end - start * start)
        let cubic = (2 * memory * (memory + 1) + 1.0 / 3) * (end * end * end - start * start * start) / (3 * growth)
        // ε/(s₀e^{−at}) of the rate, summed; and v's rise by λ²w², which slows the rate by half of its relative size.
        // To first order, which at a share of a tenth is a tenth too small.
        let ofEpsilon = 1.2 * epsilonShare * (end * end / start - start) / (2 * growth)
        let ofWeight = value * 0.5 * weightShare * (1 - beta2) * min(steps, 1 / start) * Double.exp(2 * growth * min(steps, 1 / start))
        return Prediction(value, errorBound: 2 * cubic + ofEpsilon + ofWeight + memory * (start + growth * end))
    }

    /// The step at which |w| = ξ: the inverse in closed form, η_t being the root of a quadratic.
    ///
    /// - Throws: ``LawError/notApplicable(law:reason:)`` if the weight begins to oscillate before.
    public func passage(from weight: Double, to threshold: Double) throws(LawError) -> Prediction {
        try requireNonNegative("ξ", threshold, positive: true)
        let decay = Double.log(weight.magnitude / threshold)
        if decay <= 0 { return Prediction(0, errorBound: 0) }
        let c = (memory + 0.5) * sum(2) / sum(1)
        let start = initialEffectiveDecay
        let right = start + c * start * start + decay / sum(1)
        let end = (Double.sqrt(1 + 4 * c * right) - 1) / (2 * c)
        let steps = Double.log(end / start) / growth
        let error = try logDecay(after: steps).errorBound
        return Prediction(steps, errorBound: error / end + 1)
    }

    /// The same from the first order alone, t = (1/a)·ln[1 + a·ln(|w₀|/ξ)/η₀]: late by a few per cent near the oscillations.
    public func firstOrderPassage(from weight: Double, to threshold: Double) -> Double {
        Double.log(onePlus: growth * Double.log(weight.magnitude / threshold) / initialEffectiveDecay) / growth
    }
}
