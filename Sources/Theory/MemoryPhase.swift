// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// The memory phase of a dead weight under Adam in closed form (theory notes B4): v is what is left of the data's gradients.
///
/// *Hypotheses*: no bias correction any more, α constant; ε ≪ s = √v; λ|w| ≪ s, so that v falls by β₂ a step; β₁ < β₂; overdamped,
/// η < (1−√β₁)²/(1−β₁). Then η_t = η₀·e^{at} with a = −½ ln β₂, and with E = β₁/(e^a−β₁), A_n = 1/(1 − e^{−na}), μ₀ = m₀/(λw₀):
///
///     ln(w₀/w_t) = A₁(η_t − η₀) + (E + ½)A₂(η_t² − η₀²) − β₁(1 − μ₀)η₀e^a/(1 − β₁e^a)
///
/// which for a ≪ 1 and μ₀ = 1 is the integral [η_t − η₀ + ½(β₁/(1−β₁) + ½)(η_t² − η₀²)]/a of the notes.
///
/// *Derivation.* With r = e^a and p = 1 − w_{k+1}/w_k the recursion is p' = (1−β₁)η + β₁r·p/(1−p), p the step before, at η/r. Its solution p = Σc_nηⁿ has c₁ = 1
/// and c_n(1 − β₁r^{1−n}) = β₁r^{1−n}·(the terms of p/(1−p) of lower order), exactly in a: c₂ = E. So does −ln(1−p) = Σa_nηⁿ, a₂ = E + ½, which is
/// summed over η₀e^{ak}, k = 1 … t. The first moment's own start is off this solution by −β₁(1−μ₀)η₀r at k = 1, which decays by β₁r a step.
///
/// *Error bound*, term by term: Σa_nA_n(η_tⁿ − η₀ⁿ) over n ≥ 3; ε/s of the rate, summed; the weight's own share u of v, which lowers η by u/2 at most;
/// and of the start what is left of it at t, and its second order.
public struct MemoryPhase: Sendable, Equatable {
    /// η₀ = αλ/s₀.
    public let initialEffectiveDecay: Double
    /// a = −½ ln β₂: the relative growth of η per step.
    public let growth: Double
    public let beta1: Double
    /// Past ε = s/10 the rate is no exponential of time any more.
    private static let largestEpsilonShare = 0.1
    /// Nor is it past λ²w² a fifth of what v holds.
    private static let largestWeightShare = 0.2
    /// Terms of the series that the error bound sums.
    private static let terms = 60
    private let epsilonShare: Double
    /// u: λ²w² in v, relative to what is left of s₀², at most.
    private let weightShare: Double
    /// a_n from n = 1 on.
    private let coefficients: [Double]
    /// What the start takes from the logarithm, its second order, and its factor per step, β₁r.
    private let start: (delay: Double, error: Double, kept: Double)

    /// - Parameters:
    ///   - weight: w₀, not 0.
    ///   - firstMoment: m₀.
    ///   - rootSecondMoment: s₀ at the death.
    ///   - learningRate: α.
    ///   - l2: λ.
    ///   - beta1: β₁.
    ///   - beta2: β₂, > β₁.
    ///   - epsilon: ε, outside the root.
    /// - Throws: ``LawError`` if a hypothesis fails at the death already, or if λ²w² comes to a fifth of what v holds before the weight has decayed.
    public init(
        weight: Double, firstMoment: Double = 0, rootSecondMoment: Double, learningRate: Double, l2: Double, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 0
    ) throws(LawError) {
        let law = "the memory phase (B4)"
        try requireNonNegative("s₀", rootSecondMoment, positive: true)
        try requireNonNegative("αλ", learningRate * l2, positive: true)
        try requireNonNegative("|w₀|", weight.magnitude, positive: true)
        try requireForgetting("β₁", beta1)
        try requireForgetting("β₂", beta2)
        try requireNonNegative("ε", epsilon)
        guard beta1 < beta2 else { throw .notApplicable(law: law, reason: "β₁ ≥ β₂: the first moment is not forgotten before the second") }
        guard l2 * weight.magnitude < rootSecondMoment else {
            throw .notApplicable(law: law, reason: "λ|w₀| ≥ s₀: the second moment is the weight's own; see the collapse (B5)")
        }
        guard epsilon < rootSecondMoment else { throw .notApplicable(law: law, reason: "ε ≥ s₀: the denominator no longer falls") }
        let eta = learningRate * l2 / rootSecondMoment
        let a = -0.5 * Double.log(beta2)
        if beta1 > 0, eta >= LinearMode.oscillationWindow(beta1: beta1).lowerBound {
            throw .notApplicable(law: law, reason: "the weight oscillates from the start: η₀ is inside the oscillation window")
        }
        let series = Self.series(beta1: beta1, growth: a)
        let start = Self.start(
            offset: 1 - firstMoment / (l2 * weight), beta1: beta1, ratio: Double.exp(a), firstDecay: eta * Double.exp(a), second: series[1] - 0.5)
        initialEffectiveDecay = eta
        growth = a
        self.beta1 = beta1
        epsilonShare = epsilon / rootSecondMoment
        coefficients = series
        self.start = start
        let share = l2 * weight / rootSecondMoment
        weightShare = Self.largestShare(share * share, eta: eta, growth: a, delay: start.delay)
        guard weightShare <= Self.largestWeightShare else {
            throw .notApplicable(
                law: law,
                reason: "the weight's own gradient comes to a fifth of the second moment before the weight has decayed; see the collapse (B5)")
        }
    }

    public static func == (a: MemoryPhase, b: MemoryPhase) -> Bool {
        a.initialEffectiveDecay == b.initialEffectiveDecay && a.growth == b.growth && a.beta1 == b.beta1 && a.epsilonShare == b.epsilonShare
            && a.weightShare == b.weightShare && a.start == b.start
    }

    /// a_n of −ln(1−p) = Σa_nηⁿ.
    private static func series(beta1: Double, growth: Double) -> [Double] {
        // c_n of p, and the coefficients of p/(1−p).
        var (p, quotient) = ([0, 1.0], [0, 1.0])
        for n in 2...terms {
            var lower = 0.0
            for k in 1..<n { lower += p[k] * quotient[n - k] }
            let kept = beta1 * Double.exp(-Double(n - 1) * growth)
            p.append(kept * lower / (1 - kept))
            quotient.append(p[n] + lower)
        }
        // The derivative of −ln(1−p) is p′/(1−p) = p′(1 + p/(1−p)).
        quotient[0] = 1
        var result: [Double] = []
        for n in 1...terms {
            var sum = 0.0
            for k in 1...n { sum += Double(k) * p[k] * quotient[n - k] }
            result.append(sum / Double(n))
        }
        return result
    }

    /// The start's share of the logarithm to first order, Σ −δ_k with δ₁ = −β₁(1−μ₀)η₁, δ_{k+1} = β₁r·δ_k, and the second order: that of the slow
    /// solution, c₂η₁², which is not there from the first step on, and p² with δ in it.
    private static func start(
        offset: Double, beta1: Double, ratio r: Double, firstDecay eta: Double, second: Double
    ) -> (delay: Double, error: Double, kept: Double) {
        let kept = beta1 * r
        let squares = offset.magnitude * (2 + offset.magnitude * beta1) * beta1 * (kept + 0.5 * (1 - kept)) / (1 - kept * r)
        return (beta1 * offset * eta / (1 - kept), (second + squares) * eta * eta / (1 - kept), kept)
    }

    /// The largest (1−β₂)Σλ²w_j²β₂^{−j}/s₀² of the phase, for w_j ≤ w₀e^{delay}·exp(−(η_j − η₀)/a): the sum is no larger than its integral, 1/(2η₀) + a/(4η₀²),
    /// and its largest term. ε and λ²w² themselves slow the decay, each by a tenth at most.
    private static func largestShare(_ share: Double, eta: Double, growth a: Double, delay: Double) -> Double {
        let peak = eta >= a ? 1 : (a / eta) * (a / eta) * Double.exp(-2 * (1 - eta / a))
        let slowed = 1 / ((1 - largestEpsilonShare) * (1 - largestWeightShare / 2))
        let sum = peak + 1 / (2 * eta) + a / (4 * eta * eta)
        return share * -Double.expMinusOne(-2 * a) * slowed * slowed * Double.exp(2 * max(0, delay)) * sum
    }

    /// A_n = 1/(1 − e^{−na}): Σ η_kⁿ over k = 1 … t is A_n(η_tⁿ − η₀ⁿ).
    private func sum(_ power: Int) -> Double { -1 / Double.expMinusOne(-Double(power) * growth) }

    /// a_nA_n(η_tⁿ − η₀ⁿ).
    private func term(_ n: Int, _ end: Double) -> Double {
        coefficients[n - 1] * sum(n) * (Double.pow(end, n) - Double.pow(initialEffectiveDecay, n))
    }

    /// η after t steps.
    public func effectiveDecay(after steps: Double) -> Double { initialEffectiveDecay * Double.exp(growth * steps) }

    /// The step at which the weight begins to oscillate; at β₁ = 0, the step at which η = 1 and the expansion fails.
    public var lastStep: Double {
        let end = beta1 > 0 ? LinearMode.oscillationWindow(beta1: beta1).lowerBound : 1
        return Double.log(end / initialEffectiveDecay) / growth
    }

    /// ln(w₀/w_t).
    ///
    /// - Throws: ``LawError/notApplicable(law:reason:)`` for t past ``lastStep`` or where the series no longer converges, or where ε has come up to a tenth of √v.
    public func logDecay(after steps: Double) throws(LawError) -> Prediction {
        let law = "the memory phase (B4)"
        guard steps <= lastStep else { throw .notApplicable(law: law, reason: "step \(steps) lies past the start of the oscillations, \(lastStep)") }
        let (begin, end) = (initialEffectiveDecay, effectiveDecay(after: steps))
        guard epsilonShare * end / begin <= Self.largestEpsilonShare else {
            throw .notApplicable(law: law, reason: "ε is no longer small beside √v at step \(steps)")
        }
        let (first, second) = (term(1, end), term(2, end))
        let (last, beforeLast) = (term(Self.terms, end), term(Self.terms - 1, end))
        guard last <= 0.9 * beforeLast else { throw .notApplicable(law: law, reason: "the series in η does not converge at step \(steps)") }
        var higher = last == 0 ? 0 : last / (beforeLast / last - 1)
        for n in 3...Self.terms { higher += term(n, end) }
        // ε/(s₀e^{−at}) of the rate, summed, to first order, which at a share of a tenth is a tenth too small.
        let ofEpsilon = 1.2 * epsilonShare * (end * end / begin - begin) / (2 * growth)
        let ofWeight = 0.5 * weightShare * (first + 2 * second)
        let ofStart = start.error + start.delay.magnitude * Double.pow(start.kept, steps)
        return Prediction(first + second - start.delay, errorBound: higher + ofEpsilon + ofWeight + ofStart)
    }

    /// The step at which |w| = ξ: the inverse in closed form, η_t being the root of a quadratic.
    ///
    /// The bound is that of the logarithm in steps: the rate is η or more, so that an error Δ lasts −ln(1 − aΔ/η_t)/a steps at most.
    ///
    /// - Throws: ``LawError/notApplicable(law:reason:)`` if the weight begins to oscillate before.
    public func passage(from weight: Double, to threshold: Double) throws(LawError) -> Prediction {
        try requireNonNegative("ξ", threshold, positive: true)
        let decay = Double.log(weight.magnitude / threshold)
        if decay <= 0 { return Prediction(0, errorBound: 0) }
        let c = coefficients[1] * sum(2) / sum(1)
        let begin = initialEffectiveDecay
        let right = begin + c * begin * begin + max(0, decay + start.delay) / sum(1)
        let end = (Double.sqrt(1 + 4 * c * right) - 1) / (2 * c)
        let steps = Double.log(end / begin) / growth
        let error = growth * (try logDecay(after: steps).errorBound) / end
        let shift = error < 1 ? -Double.log(onePlus: -error) / growth : steps
        return Prediction(steps, errorBound: min(shift, max(steps, error / growth)) + 1)
    }

    /// The same from the first order alone, t = (1/a)·ln[1 + a·ln(|w₀|/ξ)/η₀]: late by a few per cent near the oscillations. Its bound is what the second
    /// order moves it, and that order's own.
    public func firstOrderPassage(from weight: Double, to threshold: Double) throws(LawError) -> Prediction {
        let second = try passage(from: weight, to: threshold)
        let first = max(0, Double.log(onePlus: growth * Double.log(weight.magnitude / threshold) / initialEffectiveDecay) / growth)
        return Prediction(first, errorBound: (first - second.value).magnitude + second.errorBound)
    }
}
