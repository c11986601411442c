// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// When a dead weight passes a threshold and when it comes back, by the adiabatic law (theory notes B3, B8).
public struct AdiabaticPassage: Sendable, Equatable {
    /// How far to follow a weight.
    public enum Extent: Sendable {
        case untilPassage
        case untilRevival
        /// Through every revival and passage, to the end of the budget.
        case toTheEnd
    }

    /// Steps until |w| < ξ for good (or until the revival); nil if not within the budget.
    public var passage: Prediction?
    /// Steps until |w| ≥ ξ again; nil if not within the budget.
    public var revival: Prediction?
    /// The last passage within the budget, where a revival came between; nil if the weight ends above ξ.
    public var lastPassage: Int?
    /// η at the end.
    public var finalEffectiveDecay = 0.0
    /// ln of the smallest envelope met.
    public var deepestLogEnvelope: Double
    /// Steps that the recursion made or skipped, at most the budget.
    public var steps: Int
    /// Estimate of the envelope's logarithmic error at the last event.
    public var logError: Double

    /// Steps followed one by one at most; beyond, only a settled rate is extrapolated.
    public static let stepLimit = 2_000_000

    /// Below this change of ln ρ a step, a settled rate is extrapolated to the end.
    private static let settledChange = 1e-13

    /// Follows the envelope from `weight` until it has passed `threshold`, or as far as `extent` says.
    ///
    /// The envelope means nothing before the momentum of before the death is forgotten (``AdiabaticRecursion/hasStarted``). A passage of these first steps
    /// is the exact recursion's (``ExactRecursion/passage(below:limit:followingRevival:)``), with bound 0: 0 for a weight that is below ξ and stays there.
    ///
    /// The error bound of a passage or revival, in steps: how far it moves when the weight starts e^(±δ) off, δ being the envelope's own
    /// error (``AdiabaticRecursion/logError``) plus (1−β₂)/(1−β₁) for what d moves while the momentum forgets; plus half an oscillation, since
    /// a weight may cross ξ for the last time up to π/θ steps before its envelope does; plus what the envelope is off near a double root,
    /// ``AdiabaticRecursion/transitionError`` over the rate |ln ρ|; plus 1.
    ///
    /// - Parameters:
    ///   - weight: the weight with its moments at the death.
    ///   - rule: the optimiser.
    ///   - learningRate: α by step.
    ///   - l2: λ.
    ///   - threshold: ξ, of |w|.
    ///   - budget: steps to follow at most; one by one at most ``stepLimit``.
    ///   - extent: how far to follow the weight within them.
    /// - Throws: ``LawError`` where the rule has no linear regime or a number is out of range.
    public static func predict(
        _ weight: DeadWeight<Double>, rule: DeadWeightRule, learningRate: LearningRate, l2: Double, threshold: Double, budget: Int,
        extent: Extent = .untilPassage
    ) throws(LawError) -> AdiabaticPassage {
        try requireNonNegative("ξ", threshold, positive: true)
        let exact = try startPassage(weight, rule: rule, learningRate: learningRate, l2: l2, threshold: threshold)
        func follow(_ perturbation: Double) throws(LawError) -> AdiabaticPassage {
            let recursion = try AdiabaticRecursion(weight, rule: rule, learningRate: learningRate, l2: l2, perturbation: perturbation)
            let settled = learningRate.settledFrom.map { max(0, $0 - (weight.step ?? 0)) }
            return Self.follow(recursion, Double.log(threshold), budget, extent, settled, startPassage: exact)
        }
        var result = try follow(0)
        let delta = startError(rule, logError: result.logError)
        guard result.passage != nil, delta > 0 else { return result }
        let (early, late) = (try follow(-delta), try follow(delta))
        func spread(_ field: KeyPath<AdiabaticPassage, Prediction?>) -> Double {
            guard let value = result[keyPath: field]?.value else { return 0 }
            return [early, late].map { (($0[keyPath: field]?.value ?? Double(budget)) - value).magnitude }.max() ?? 0
        }
        let (passageSpread, revivalSpread) = (spread(\.passage), spread(\.revival))
        if exact == nil { result.passage?.errorBound += passageSpread }
        result.revival?.errorBound += revivalSpread
        return result
    }

    /// The passage by the exact recursion, if it falls into the steps that the envelope leaves out.
    private static func startPassage(
        _ weight: DeadWeight<Double>, rule: DeadWeightRule, learningRate: LearningRate, l2: Double, threshold: Double
    ) throws(LawError) -> Int? {
        let last = AdiabaticRecursion.startSteps(rule)
        var recursion = try ExactRecursion(weight, rule: rule, learningRate: learningRate, l2: l2)
        let passage = recursion.passage(below: threshold, limit: last + rule.passagePatience).passage
        return passage.flatMap { $0 <= last ? $0 : nil }
    }

    /// δ: by how far a start may be off to stand for the envelope's own error and for what d moves while the momentum forgets; at most 1.
    static func startError(_ rule: DeadWeightRule, logError: Double) -> Double {
        let forgetting = (1 - (rule.secondMomentDecay ?? 1)) / (1 - rule.firstMomentDecay)
        // AdaMax's u falls by β₂ a step, twice as fast as √v does.
        let pace = if case .adaMax = rule { 2.0 } else { 1.0 }
        return min(logError + pace * forgetting, 1)
    }

    private static func follow(
        _ start: AdiabaticRecursion, _ logThreshold: Double, _ budget: Int, _ extent: Extent, _ settledFrom: Int?,
        startPassage: Int?
    ) -> AdiabaticPassage {
        var recursion = start
        var result = AdiabaticPassage(deepestLogEnvelope: recursion.logEnvelope, steps: 0, logError: 0)
        var lastRate = Double.infinity
        var isBelow = false
        if let startPassage, startPassage <= budget {
            isBelow = true
            result.passage = Prediction(Double(startPassage), errorBound: 0)
            result.lastPassage = startPassage
            result.steps = startPassage
            if extent == .untilPassage { return result }
        }
        while recursion.stepsMade < min(budget, stepLimit) {
            recursion.advance()
            result.steps = recursion.stepsMade
            result.finalEffectiveDecay = recursion.effectiveDecay
            guard recursion.hasStarted else { continue }
            let envelope = recursion.logEnvelope
            result.deepestLogEnvelope = min(result.deepestLogEnvelope, envelope)
            // A dip of the start that an oscillation ends: the envelope has yet to pass.
            if isBelow, envelope >= logThreshold, recursion.stepsMade == AdiabaticRecursion.startSteps(recursion.rule) + 1 {
                isBelow = false
                result.lastPassage = nil
            }
            if envelope < logThreshold, !isBelow {
                isBelow = true
                result.lastPassage = recursion.stepsMade
                if result.passage == nil {
                    result.passage = Prediction(Double(recursion.stepsMade), errorBound: 1 + recursion.halfPeriod + recursion.transitionShift)
                    result.logError = recursion.logError
                }
                if extent == .untilPassage { break }
            } else if envelope >= logThreshold, isBelow {
                isBelow = false
                result.lastPassage = nil
                if result.revival == nil {
                    result.revival = Prediction(Double(recursion.stepsMade), errorBound: 1 + recursion.halfPeriod + recursion.transitionShift)
                    result.logError = recursion.logError
                }
                if extent == .untilRevival { break }
            }
            let rate = Double.log(recursion.mode.spectralRadius)
            if let settledFrom, recursion.stepsMade > settledFrom, (rate - lastRate).magnitude < settledChange, rate < 0,
                recursion.isSettled
            {
                let rest = max(0, (logThreshold - envelope) / rate).rounded(.up)
                let end = Double(recursion.stepsMade) + rest
                if !isBelow, end <= Double(budget) {
                    result.lastPassage = Int(end)
                    if result.passage == nil {
                        result.passage = Prediction(end, errorBound: 1 + recursion.halfPeriod + recursion.transitionShift)
                        result.logError = recursion.logError
                    }
                }
                result.deepestLogEnvelope = min(envelope, envelope + rate * Double(budget - recursion.stepsMade))
                result.steps = budget
                break
            }
            lastRate = rate
        }
        return result
    }
}

extension AdiabaticRecursion {
    /// The second moment no longer matters, or no longer changes: it is too small beside ε, or kept for ever.
    var isSettled: Bool {
        switch rule {
        case .adam, .adamW, .nadam, .adaMax, .rmsprop, .adadelta:
            // η has reached its limit to within rounding.
            guard let limit = try? StabilityThreshold.effectiveDecayLimit(rule, learningRate: learningRate.limit, l2: l2) else { return false }
            return (effectiveDecay - limit).magnitude <= 1e-12 * limit
        case .adaGrad(_, let slowing): return slowing == 0
        case .amsgrad, .gradientDescent, .heavyBall, .nesterov: return true
        case .lion, .signDescent: return false
        }
    }

    /// π/θ of the mode: steps between two peaks of an oscillating |w|; 0 where it doesn't oscillate.
    var halfPeriod: Double { mode.isOscillating ? .pi / max(mode.angle, 1e-3) : 0 }

    /// Steps by which the envelope's error near a double root moves an event: ``transitionError`` over the rate |ln ρ|; 0 where nothing moves.
    var transitionShift: Double {
        let rate = Double.log(mode.spectralRadius).magnitude
        return transitionError == 0 || rate == 0 ? 0 : transitionError / rate
    }
}
