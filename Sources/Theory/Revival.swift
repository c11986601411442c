// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// When a weight comes back above the edge (theory notes B8, B12): the earliest step, and the revival that follows a drop of the rate.
public enum Revival {
    /// What a drop of α does to weights at their floor if αλ/ε stays above the edge: they fall under every threshold, and revive.
    public struct AfterDrop: Sendable, Equatable {
        /// Steps after the drop until |w| ≥ ξ again.
        public let steps: Prediction
        /// Rms of a weight at the floor before the drop.
        public let floor: Double
    }

    /// Steps before which η can't have come to η* at a constant α above the edge: (2/ln(1/β₂))·ln[s₀/(αλ/η* − ε)], since v falls by β₂ a step at most.
    ///
    /// Exact as a lower bound: λ²w² only delays it, and the weight has yet to grow back. 0 where η is past the edge already.
    ///
    /// - Parameters:
    ///   - rule: Adam or RMSprop, with v for second moment and ε outside the root.
    ///   - rootSecondMoment: s₀ = √v at the start.
    ///   - learningRate: α.
    ///   - l2: λ.
    /// - Throws: ``LawError`` where zero attracts, for other rules, for β₂ = 0, and for numbers out of range.
    public static func earliestStep(
        _ rule: DeadWeightRule, rootSecondMoment: Double, learningRate: Double, l2: Double
    ) throws(LawError) -> Double {
        let law = "the revival (B8)"
        try requireNonNegative("s₀", rootSecondMoment)
        let epsilon: Double
        switch rule {
        case .adam(_, _, let value, .outsideRoot), .rmsprop(_, let value, _, false): epsilon = value
        default: throw .notApplicable(law: law, reason: "\(rule.name)'s denominator is not √v + ε")
        }
        guard let beta2 = rule.secondMomentDecay, beta2 > 0 else { throw .notApplicable(law: law, reason: "there is no memory at β₂ = 0") }
        let edge = try StabilityThreshold.effectiveDecay(rule, learningRate: learningRate)
        let lowest = learningRate * l2 / edge - epsilon
        guard lowest > 0 else { throw .notApplicable(law: law, reason: "αλ/ε is not above the edge: zero attracts") }
        return rootSecondMoment <= lowest ? 0 : 2 * Double.log(rootSecondMoment / lowest) / -Double.log(beta2)
    }

    /// The revival after a drop α → fα of a weight at its floor.
    ///
    /// At the floor √v = αλ/η* − ε. The drop lowers η, so that zero attracts again until v has forgotten so much that √v is at its new floor,
    ///
    ///     (2/ln(1/β₂))·ln[(αλ/η* − ε)/(fαλ/η* − ε)]
    ///
    /// steps; the adiabatic law adds what the envelope takes to grow back. The bound is that law's own and what the floor law's is worth in steps of
    /// forgetting. *Hypothesis*: above the edge both before and after, fαλ/ε > η*.
    ///
    /// - Parameters:
    ///   - learningRate: α before the drop.
    ///   - factor: f in (0, 1].
    ///   - l2: λ.
    ///   - rule: the optimiser.
    ///   - threshold: ξ, of |w|.
    ///   - budget: steps after the drop to look for the revival.
    /// - Throws: ``LawError`` where zero attracts before or after, or the weight isn't back within the budget.
    public static func afterDrop(
        _ rule: DeadWeightRule, learningRate: Double, l2: Double, factor: Double, threshold: Double, budget: Int = 100_000
    ) throws(LawError) -> AfterDrop {
        let law = "the revival after a drop (B8, B12)"
        guard factor > 0, factor <= 1 else { throw .invalid(quantity: "factor", found: factor, accepted: "> 0 and ≤ 1") }
        guard let beta2 = rule.secondMomentDecay, beta2 > 0 else {
            throw .notApplicable(law: law, reason: "the rule keeps no second moment from step to step")
        }
        let before = try Floor.rms(rule, learningRate: learningRate, l2: l2)
        _ = try Floor.rms(rule, learningRate: factor * learningRate, l2: l2)
        let atFloor = DeadWeight(weight: before.value, secondMoment: l2 * before.value * l2 * before.value)
        let path = try AdiabaticPassage.predict(
            atFloor, rule: rule, learningRate: .constant(factor * learningRate), l2: l2, threshold: threshold, budget: budget, extent: .untilRevival)
        guard let revival = path.revival else { throw .notApplicable(law: law, reason: "the weight is not back within \(budget) steps") }
        let forgetting = before.errorBound / before.value * 2 / -Double.log(beta2)
        return AfterDrop(steps: Prediction(revival.value, errorBound: revival.errorBound + forgetting), floor: before.value)
    }
}
