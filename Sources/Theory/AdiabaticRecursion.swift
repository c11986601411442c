// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// The adiabatic recursion of a dead weight (theory notes B3, B8): its envelope, step by step, with logarithms for numbers, so that no
/// exponent range ends it.
///
/// *Hypothesis*: the denominator d of the update changes little while the momentum forgets, (1−β₂) ≪ (1−β₁). Then w is carried by the
/// dominant root of z² − trace·z + determinant at η_k = αλ/d_k:
///
///     |w_{k+1}| = ρ_k·|w_k|,   v_{k+1} = β₂·v_k + (1−β₂)·λ²·w_k²
///
/// Three terms of next order, all of the linear recursion with a slowly varying step size κ_k = α_k/d_k, are kept:
///
/// - *Moving denominator.* Eliminating m from m' = β₁m + (1−β₁)λw, w' = σw − κm' gives exactly
///   w_{k+1} = (σ + β₁r − (1−β₁)η_k)·w_k − σβ₁r·w_{k−1} with r = κ_k/κ_{k−1}: the momentum that was divided by the old denominator now counts r
///   times. In the memory phase r = β₂^(−1/2), so the oscillating envelope falls by √(β₁r), not √β₁. (σ = 1 but for decoupled decay.)
/// - *Amplitude.* When roots (z₁, z₂) become (z₁′, z₂′), the dominant mode keeps (1 − z₂′/z₁)/(1 − z₂′/z₁′) of itself, exactly; at constant
///   determinant the product over the steps is (1 − z₂/z₁)^(−1/2), the discrete form of Liouville and Green's factor. What comes back from
///   the other mode is of second order and neglected. The factor grows towards a double root, where the change of the discriminant over one
///   transition length caps it, and past the root the envelope is that of both complex modes: a factor 2.
/// - *Start.* Until the momentum of before the death is forgotten, ``DeadWeightRule/passagePatience`` steps, (w, m) is stepped as it is. Then the
///   dominant mode's share of (w_k, w_{k+1}) is a₁ = (w_{k+1} − z₂w_k)/(z₁ − z₂). For η ≪ 1 and a steady d the two together say w₀ −
///   αβ₁m₀/((1−β₁)(s₀+ε)), the start that the theory notes give (``effectiveStart(weight:firstMoment:learningRate:beta1:denominator:)``).
///
/// An oscillating weight's mean square is half its envelope's. Sign descent and Lion have no linear regime (``LimitCycle``).
public struct AdiabaticRecursion: Sendable {
    public let rule: DeadWeightRule
    public let learningRate: LearningRate
    public let l2: Double
    /// Steps made since the recursion began.
    public private(set) var stepsMade = 0
    /// ln of the envelope of |w| now.
    public private(set) var logEnvelope: Double
    /// η of the last step made.
    public private(set) var effectiveDecay = 0.0
    /// trace and determinant of the last step made.
    public private(set) var mode = LinearMode(trace: 1, determinant: 0)
    /// ln of the second moment v (s, u) now.
    public var logSecondMoment: Double { denominator.logSquare }
    /// Estimate of the error of ``logEnvelope`` so far, from the terms of second order.
    public private(set) var logError = 0.0
    /// Bound of what the passage through a double root, under way or near, adds to the error of ``logEnvelope``: x = |discriminant| in units of
    /// the transition's, Ai(x) deviates from its asymptotic form by 5/(48x^{3/2}), and at x = 0 by ln(2√π·Ai(0)) = 0.23 from the capped one.
    public var transitionError: Double {
        guard stepsMade > startSteps + 1 else { return 0 }
        let cap = transitionCap(discriminantChange)
        let distance = mode.discriminant.magnitude / (cap * cap)
        return cap > 0 ? min(0.23, 5.0 / 48 * Double.pow(distance, -1.5)) : 0
    }

    private var denominator: DenominatorRecursion
    private var clock: AdiabaticClock
    private let logL2: Double
    /// Steps taken as they are, and (w, m) during them.
    private let startSteps: Int
    private var pair: (weight: Double, firstMoment: Double)
    private var shares = (gradient: 0.0, moment: 0.0)
    private var momentumProduct: Double
    private var logProduct = 0.0
    private var logAmplitude = 0.0
    private var startedOscillating = false
    private var hasOscillated = false
    private var logStepSize = 0.0
    /// Change of the discriminant in the last step without a jump of the rate.
    private var discriminantChange = 0.0
    private var sign: Double

    /// - Parameters:
    ///   - weight: the weight with its moments at the death.
    ///   - rule: the optimiser.
    ///   - learningRate: α by step.
    ///   - l2: λ.
    ///   - perturbation: added to ln|w₀| and to ln m₀, to see what an error of the envelope does.
    /// - Throws: ``LawError`` for numbers out of range, and where the rule has no linear regime.
    public init(
        _ weight: DeadWeight<Double>, rule: DeadWeightRule, learningRate: LearningRate, l2: Double, perturbation: Double = 0
    ) throws(LawError) {
        try rule.validate()
        try requireNonNegative("λ", l2)
        try requireNonNegative("second moment", weight.secondMoment)
        guard weight.weight.isFinite, weight.firstMoment.isFinite else {
            throw .invalid(quantity: "weight", found: weight.weight, accepted: "finite, as its first moment")
        }
        switch rule {
        case .lion, .signDescent:
            throw .notApplicable(law: "the adiabatic law (B3)", reason: "\(rule.name) moves by α whatever the gradient's size")
        default: break
        }
        self.rule = rule
        self.learningRate = learningRate
        self.l2 = l2
        logL2 = logOrZero(l2)
        clock = AdiabaticClock(rule: rule, learningRate: learningRate, step: weight.step)
        startSteps = Self.startSteps(rule)
        let scale = Double.exp(perturbation)
        pair = (weight.weight * scale, weight.firstMoment * scale)
        momentumProduct = weight.momentumProduct
        logEnvelope = logOrZero(pair.weight.magnitude)
        sign = weight.weight < 0 ? -1 : 1
        denominator = DenominatorRecursion(rule: rule, weight: weight, l2: l2)
    }

    /// Steps that (w, m) takes as it is, until the momentum of before the death is forgotten.
    static func startSteps(_ rule: DeadWeightRule) -> Int { rule.firstMomentDecay == 0 ? 0 : rule.passagePatience }

    /// The start is over: the envelope means something.
    public var hasStarted: Bool { stepsMade > startSteps }

    /// Makes one step.
    public mutating func advance() { advance(clock.tick()) }

    /// Makes one step of a clock that many weights share.
    mutating func advance(_ step: AdiabaticStep) {
        let k = stepsMade
        let (alpha, rateDrift) = (step.rate, step.rateDrift)
        let isStart = k <= startSteps
        let logWeight = isStart ? logEnvelope : logEnvelope - (mode.isOscillating ? 0.5 * Double.log(2) : 0)
        if isStart { sign = pair.weight < 0 ? -1 : 1 }
        let logDenominator = denominator.advance(
            logGradient: logL2 + logWeight, sign: !isStart && mode.isOscillating ? 0 : sign, logCorrection: step.logCorrection)
        let logStepSize = step.logRate - logDenominator
        effectiveDecay = l2 == 0 ? 0 : Double.exp(logStepSize + logL2)
        denominator.accumulate(logUpdate: logWeight + logOrZero(effectiveDecay) - logOrZero(alpha))
        // The ratio of step sizes that the momentum of the last step meets.
        let drift = k == 0 || !logStepSize.isFinite ? 1 : Double.exp(logStepSize - self.logStepSize)
        let previous = mode
        advanceShares(step.number)
        mode = linearMode(alpha, drift: drift / rateDrift)
        self.logStepSize = logStepSize
        stepsMade += 1
        if isStart {
            let before = pair
            advancePair(alpha: alpha, stepSize: Double.exp(logStepSize))
            logEnvelope = logOrZero(pair.weight.magnitude)
            if k < startSteps { return }
            begin(from: before.weight, to: pair.weight)
        } else {
            if rateDrift == 1, mode.determinant != 0, previous.spectralRadius != 0 {
                discriminantChange = (mode.discriminant - previous.discriminant).magnitude
            }
            let kept = logKept(from: previous, jump: rateDrift, momentumShare: momentumShare(drift: drift / rateDrift))
            logAmplitude += kept
            // Second order: the square of the share that the dominant mode loses in a step. A jump of the rate is followed exactly.
            if rateDrift == 1 { logError += kept * kept }
        }
        if mode.isOscillating { hasOscillated = true }
        logProduct += logOrZero(mode.spectralRadius)
        if let root = mode.dominantRoot, root < 0 { sign = -sign }
        let joined = hasOscillated && !startedOscillating ? Double.log(2) : 0
        logEnvelope = logAmplitude + logProduct + joined
    }

    /// ln|(1 − z₂′/z₁)/(1 − z₂′/z₁′)| = ln|z₁′(z₁ − z₂′)/(z₁(z₁′ − z₂′))|, with no difference of roots smaller than the transition's.
    ///
    /// Where the rate jumps to `jump` times itself, momentum of the old rate counts that many times in this step alone, which adds q(jump − 1)(z₁ − 1) to
    /// z₁′(z₁ − z₂′), q being momentum's share of w_{k+1}.
    private func logKept(from previous: LinearMode, jump: Double, momentumShare q: Double) -> Double {
        if mode.determinant == 0 || previous.spectralRadius == 0 { return 0 }
        let (old, new) = (previous.roots, mode.roots)
        let (z, dominant, other) = (old.dominant, new.dominant, new.other)
        let difference = (real: z.real - other.real, imaginary: z.imaginary - other.imaginary)
        let extra = q * (jump - 1)
        var mixed = Double.hypot(
            dominant.real * difference.real - dominant.imaginary * difference.imaginary + extra * (z.real - 1),
            dominant.real * difference.imaginary + dominant.imaginary * difference.real + extra * z.imaginary)
        var gap = mode.discriminant.magnitude.squareRoot()
        if !isTransition(below: gap) || !isTransition(below: mixed / mode.spectralRadius) {
            let cap = transitionCap(discriminantChange)
            gap = max(gap, cap)
            mixed = max(mixed, cap * mode.spectralRadius)
        }
        let kept = mixed / previous.spectralRadius
        if gap == 0 || kept == 0 { return 0 }
        return Double.log(kept / gap)
    }

    /// Whether the transition's difference of roots lies under `difference` for certain, which takes no power of a fraction to tell:
    /// (4·determinant·δ²)^(1/6) is compared by its sixth power, with a margin that rounding can't use up, and far from underflow.
    private func isTransition(below difference: Double) -> Bool {
        let square = difference * difference
        let sixth = square * square * square
        return sixth > 1e-280 && 4 * mode.determinant.magnitude * discriminantChange * discriminantChange < sixth * (1 - 1e-9)
    }

    /// |z₁ − z₂| one transition length from a double root: disc = δ·n with n = (4·determinant/δ)^(1/3), where the Airy function takes over.
    private func transitionCap(_ delta: Double) -> Double {
        let square = Double.pow(delta, 2.0 / 3) * Double.pow(4 * mode.determinant.magnitude, 1.0 / 3)
        return square.squareRoot()
    }

    /// The same at the start, where η has its memory phase to move it: by −½ ln β₂ a step, relatively.
    private var startCap: Double {
        guard let beta2 = rule.secondMomentDecay, beta2 > 0 else { return 0 }
        let change = 0.5 * Double.log(beta2) * (1 + mode.determinant - mode.trace)
        return transitionCap((2 * mode.trace * change).magnitude)
    }

    /// ln of the dominant mode's share in (w_k, w_{k+1}), of both modes' where they are complex.
    private mutating func begin(from weight: Double, to next: Double) {
        let cap = startCap
        startedOscillating = mode.isOscillating
        if mode.determinant == 0 {
            logAmplitude = logOrZero(weight.magnitude)
        } else if let dominant = mode.dominantRoot, let recessive = mode.recessiveRoot {
            let gap = max((dominant - recessive).magnitude, cap)
            logAmplitude = gap == 0 ? logOrZero(weight.magnitude) : logOrZero((next - recessive * weight).magnitude / gap)
        } else {
            // Complex: z₂ = z̄₁; the envelope is 2|a₁|.
            let (real, imaginary) = (mode.trace / 2, (-mode.discriminant).squareRoot() / 2)
            logAmplitude = logOrZero(Double.hypot(next - real * weight, imaginary * weight) / max(imaginary, cap / 2))
        }
    }

    /// One step of (w, m) at a known step size α/d.
    private mutating func advancePair(alpha: Double, stepSize: Double) {
        let (w, m) = (pair.weight, pair.firstMoment)
        switch rule {
        case .adam(let beta1, _, _, _), .amsgrad(let beta1, _, _, _), .adaMax(let beta1, _, _), .adamW(let beta1, _, _, _, _):
            let moment = beta1 * m + (1 - beta1) * l2 * w
            pair = (w * (1 - alpha * rule.decoupledDecay) - stepSize * moment, moment)
        case .nadam(let beta1, _, _, _, _):
            let moment = beta1 * m + (1 - beta1) * l2 * w
            pair = (w - stepSize * (shares.gradient * l2 * w + shares.moment * moment), moment)
        case .rmsprop(_, _, let momentum, _) where momentum > 0:
            let buffer = momentum * m + (alpha == 0 ? 0 : effectiveDecay / alpha) * w
            pair = (w - alpha * buffer, buffer)
        case .heavyBall(let momentum):
            let buffer = momentum * m + l2 * w
            pair = (w - alpha * buffer, buffer)
        case .nesterov(let momentum):
            let buffer = momentum * m + l2 * w
            pair = (w - alpha * (l2 * w + momentum * buffer), buffer)
        default:
            pair.weight = w - effectiveDecay * w
        }
    }

    /// NAdam's weights of g and m at `step`.
    private mutating func advanceShares(_ step: Int?) {
        guard case .nadam(let beta1, _, _, _, let momentumDecay) = rule else { return }
        let moments = NesterovMoments(beta1: beta1, momentumDecay: momentumDecay, step: step, product: momentumProduct)
        momentumProduct = moments.product
        shares = ((1 - moments.now) / (1 - moments.product), moments.next / (1 - moments.product * moments.next))
    }

    /// Momentum's share of w_{k+1} as (w_k − w_{k−1}) enters it.
    private func momentumShare(drift r: Double) -> Double {
        switch rule {
        case .adam, .amsgrad, .adaMax, .adamW, .nadam: rule.firstMomentDecay * r
        case .rmsprop, .heavyBall, .nesterov: rule.firstMomentDecay
        case .adaGrad, .adadelta, .gradientDescent, .lion, .signDescent: 0
        }
    }

    /// The mode of a step whose size, the rate's jumps left aside, is r times the last one's.
    private func linearMode(_ alpha: Double, drift r: Double) -> LinearMode {
        let eta = effectiveDecay
        switch rule {
        case .adam(let beta1, _, _, _), .amsgrad(let beta1, _, _, _), .adaMax(let beta1, _, _):
            return LinearMode(trace: 1 + beta1 * r - (1 - beta1) * eta, determinant: beta1 * r)
        case .adamW(let beta1, _, _, _, let decay):
            let shrink = 1 - alpha * decay
            return LinearMode(trace: shrink + beta1 * r - (1 - beta1) * eta, determinant: shrink * beta1 * r)
        case .nadam(let beta1, _, _, _, _):
            return LinearMode(
                trace: 1 + beta1 * r - eta * (shares.gradient + shares.moment * (1 - beta1)), determinant: beta1 * (r - eta * shares.gradient))
        case .rmsprop(_, _, let momentum, _), .heavyBall(let momentum):
            return LinearMode(trace: 1 + momentum - eta, determinant: momentum)
        case .nesterov(let momentum):
            return LinearMode(trace: (1 + momentum) * (1 - eta), determinant: momentum * (1 - eta))
        case .adaGrad, .adadelta, .gradientDescent, .lion, .signDescent:
            return LinearMode(trace: 1 - eta, determinant: 0)
        }
    }

    /// w₀ − αβ₁m₀/((1−β₁)d₀): where a slow weight under Adam goes on from once its first moment is spent, d₀ the denominator at the death.
    ///
    /// Neglects η² and the change of d while the moment is spent: relatively about (1−β₂)/(1−β₁) of the correction.
    public static func effectiveStart(
        weight: Double, firstMoment: Double, learningRate: Double, beta1: Double, denominator: Double
    ) throws(LawError) -> Double {
        try requireForgetting("β₁", beta1)
        try requireNonNegative("denominator", denominator, positive: true)
        return weight - learningRate * beta1 * firstMoment / ((1 - beta1) * denominator)
    }
}
