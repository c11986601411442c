// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// The fate of a dead weight: all laws that apply to it, put together.
public struct DeadWeightForecast: Sendable, Equatable {
    /// Where a weight is at the end of its budget, or in the end.
    public enum Regime: String, Sendable, CaseIterable {
        /// Below ξ.
        case zero
        /// Around a floor that is not zero: zero does not attract, and the denominator grows with the weight. ``floorRMS`` where a law gives it.
        case floor
        /// On the way; the budget is too small, or nothing makes it decay.
        case notOnThisBudget
        /// Past the edge of a rule whose denominator doesn't grow with the weight, SGD with or without momentum and Adadelta: it grows without bound.
        case divergence
    }

    /// Precision of the weights, which bounds what a prediction in real numbers is worth.
    public enum Precision: String, Sendable, CaseIterable {
        case float32
        case float64

        /// ln of the smallest normal number.
        var logSmallest: Double { Double.log(self == .float32 ? Double(Float.leastNormalMagnitude) : .leastNormalMagnitude) }
    }

    public var regime: Regime
    /// What η tends to at the last α: αλ/ε for Adam. nil for sign descent and Lion.
    public var effectiveDecayLimit: Double?
    /// η*; nil for sign descent and Lion.
    public var stabilityThreshold: Double?
    /// Steps to the first passage of ξ; nil if there is none in the budget.
    public var stepsToThreshold: Double?
    /// Step of the first return above ξ; nil if there is none in the budget.
    public var revivalStep: Double?
    /// Error bound of `revivalStep`, in steps.
    public var revivalErrorBound: Double?
    /// Step of the last passage, if the weight ends below ξ after a revival.
    public var lastPassageStep: Int?
    /// Rms of the weight at its floor, in weight units; nil where zero attracts, for a weight that is 0 with its moment, and where no law gives it.
    public var floorRMS: Double?
    public var floorErrorBound: Double?
    /// Why no law gives `floorRMS` where the regime is ``Regime/floor``; nil if one does.
    public var floorNote: String?
    /// ρ at the effective decay's limit: the envelope's factor per step in the end.
    public var spectralRadius: Double?
    /// Error bound of `stepsToThreshold`, in steps.
    public var errorBound: Double?
    /// What rounding does to this prediction; nil if nothing.
    public var roundingNote: String?

    /// Steps that a forecast without a budget follows under a schedule that never settles.
    public static let horizon = AdiabaticPassage.stepLimit
    /// Rates below 10⁻¹⁴ a step are rounding.
    private static let distantFuture = 1 << 50

    /// Combines the laws.
    ///
    /// w = m = 0 is a fixed point of every rule: regime ``Regime/zero``, passed at step 0 exactly.
    ///
    /// - Parameters:
    ///   - weight: the weight with its moments at the death.
    ///   - rule: the optimiser.
    ///   - learningRate: α by step.
    ///   - l2: λ.
    ///   - threshold: ξ, of |w|.
    ///   - budget: steps after the death; nil for the fate in the end. Under a schedule that never settles, "the end" is ``horizon``.
    ///   - precision: what the weights are kept in, for ``roundingNote``.
    /// - Throws: ``LawError`` for numbers out of range, or where no law covers the case.
    public static func predict(
        _ weight: DeadWeight<Double>, rule: DeadWeightRule, learningRate: LearningRate, l2: Double, threshold: Double = 1e-15,
        budget: Int? = nil, precision: Precision = .float64
    ) throws(LawError) -> DeadWeightForecast {
        try rule.validate()
        if let budget, budget < 0 { throw .invalid(quantity: "budget", found: Double(budget), accepted: "≥ 0") }
        try requireNonNegative("ξ", threshold, positive: true)
        guard Double.log(threshold) > precision.logSmallest else {
            throw .invalid(quantity: "ξ", found: threshold, accepted: "a normal number in \(precision.rawValue)")
        }
        let lastStep = (weight.step ?? 0) + (budget ?? horizon)
        let lastRate = budget == nil && learningRate.settledFrom != nil ? learningRate.limit : learningRate[max(0, lastStep - 1)]
        let isFixed = weight.weight == 0 && weight.firstMoment == 0
        switch rule {
        case .lion, .signDescent:
            if isFixed { return DeadWeightForecast(regime: .zero, stepsToThreshold: 0, errorBound: 0) }
            return try cycle(of: weight, rule: rule, learningRate: lastRate, l2: l2, budget: budget)
        default: break
        }
        let retained = retainedMoment(weight, rule: rule, learningRate: lastRate, l2: l2)
        let limit = try StabilityThreshold.effectiveDecayLimit(rule, learningRate: lastRate, l2: l2, retainedSecondMoment: retained)
        let edge = try StabilityThreshold.effectiveDecay(rule, learningRate: lastRate)
        // Without λ and decay the slow root is exactly 1, which rounding must not hide.
        let isIdle = limit == 0 && rule.decoupledDecay == 0
        let mode = try StabilityThreshold.mode(rule, effectiveDecay: limit, learningRate: lastRate)
        let radius = isIdle ? 1 : limit.isFinite ? mode.spectralRadius : .infinity
        var forecast = DeadWeightForecast(regime: .notOnThisBudget)
        forecast.effectiveDecayLimit = limit
        forecast.stabilityThreshold = edge
        forecast.spectralRadius = radius
        if isFixed {
            forecast.regime = .zero
            (forecast.stepsToThreshold, forecast.errorBound) = (0, 0)
            return forecast
        }
        let isAsymptotic = budget == nil && learningRate.settledFrom != nil
        let path = try AdiabaticPassage.predict(
            weight, rule: rule, learningRate: learningRate, l2: l2, threshold: threshold,
            budget: budget ?? (isAsymptotic ? distantFuture : horizon), extent: isAsymptotic ? .untilRevival : .toTheEnd)
        let isBelow = path.lastPassage != nil
        let hasFloor = limit > edge && rule.denominatorFollowsWeight
        if limit > edge, rule.denominatorIgnoresWeight {
            forecast.regime = .divergence
        } else if isAsymptotic {
            forecast.regime = hasFloor ? .floor : isBelow || radius < 1 ? .zero : .notOnThisBudget
        } else if isBelow {
            forecast.regime = .zero
        } else if hasFloor, path.revival != nil || path.finalEffectiveDecay > nearEdge * edge {
            forecast.regime = .floor
        }
        forecast.stepsToThreshold = path.passage?.value
        forecast.errorBound = path.passage?.errorBound
        forecast.revivalStep = path.revival?.value
        forecast.revivalErrorBound = path.revival?.errorBound
        forecast.lastPassageStep = path.revival == nil ? nil : path.lastPassage
        if hasFloor {
            do {
                let floor = try Floor.rms(rule, learningRate: lastRate, l2: l2)
                (forecast.floorRMS, forecast.floorErrorBound) = (floor.value, floor.errorBound)
            } catch {
                forecast.floorNote = error.description
            }
        }
        forecast.roundingNote = note(path, l2: l2, precision: precision)
        return forecast
    }

    /// A weight that hovers around the edge has arrived at its floor.
    private static let nearEdge = 0.5

    /// Sign descent and Lion: a limit cycle, wherever the budget ends.
    private static func cycle(
        of weight: DeadWeight<Double>, rule: DeadWeightRule, learningRate: Double, l2: Double, budget: Int?
    ) throws(LawError) -> DeadWeightForecast {
        guard l2 > 0 else {
            throw .notApplicable(law: "the limit cycle (B11)", reason: "λ = 0: \(rule.name) leaves a dead weight to its decoupled decay alone")
        }
        let cycle: Prediction
        if case .lion(let beta1, let beta2, let decay) = rule {
            guard decay == 0 else { throw .notApplicable(law: "Lion's limit cycle (B11)", reason: "it has decoupled decay besides λ") }
            cycle = try LimitCycle.lion(beta1: beta1, beta2: beta2, learningRate: learningRate)
        } else {
            cycle = try LimitCycle.signDescent(weight: weight.weight, learningRate: learningRate)
        }
        let walk = learningRate > 0 ? weight.weight.magnitude / learningRate : .infinity
        return DeadWeightForecast(
            regime: budget.map { Double($0) < walk } == true ? .notOnThisBudget : .floor, floorRMS: cycle.value,
            floorErrorBound: cycle.errorBound)
    }

    /// The v that a rule keeps for ever: AMSGrad's largest, AdaGrad's s once the weight is gone.
    private static func retainedMoment(_ weight: DeadWeight<Double>, rule: DeadWeightRule, learningRate: Double, l2: Double) -> Double {
        switch rule {
        case .amsgrad: return max(weight.auxiliary, weight.secondMoment)
        case .adaGrad:
            let root = weight.secondMoment.squareRoot()
            let final = try? RetainedMoment.adaGradFinalRoot(weight: weight.weight, rootSum: root, learningRate: learningRate, l2: l2).value
            return Double.pow(final ?? root, 2)
        default: return 0
        }
    }

    private static func note(_ path: AdiabaticPassage, l2: Double, precision: Precision) -> String? {
        guard l2 > 0, path.deepestLogEnvelope + Double.log(l2) < precision.logSmallest else { return nil }
        let depth = "its gradient λw falls among the subnormals of \(precision.rawValue)"
        return path.revival == nil
            ? "\(depth), where the weight may stall short of 0"
            : "\(depth) before the revival, which rounding may delay, hasten or forbid"
    }
}

extension DeadWeightRule {
    /// Past the edge the weight's own gradient raises the denominator for a while only: there is a floor.
    public var denominatorFollowsWeight: Bool {
        switch self {
        case .adam, .adamW, .nadam, .adaMax, .rmsprop: true
        case .amsgrad, .adaGrad, .adadelta, .gradientDescent, .heavyBall, .nesterov, .lion, .signDescent: false
        }
    }

    /// Past the edge nothing holds the weight: there is no denominator, or, as in Adadelta, one whose share in the step does not grow. (AMSGrad and AdaGrad
    /// raise theirs for good, so that zero attracts in the end.)
    public var denominatorIgnoresWeight: Bool {
        switch self {
        case .adadelta, .gradientDescent, .heavyBall, .nesterov: true
        case .adam, .adamW, .nadam, .adaMax, .rmsprop, .amsgrad, .adaGrad, .lion, .signDescent: false
        }
    }
}
