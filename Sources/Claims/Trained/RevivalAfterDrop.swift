// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Optimizers
import RealModule
import Theory

/// What a drop of α does to weights at their floor if αλ/ε stays above the edge (theory notes B6–B8, B12): they fall under every threshold,
/// and revive.
///
/// At the floor √v = αλ/η* − ε. The drop lowers η, so that zero attracts again until v has forgotten so much that √v is at its new floor,
///
///     (2/ln(1/β₂))·ln[(αλ/η* − ε)/(fαλ/η* − ε)]
///
/// steps; the adiabatic law adds what the envelope takes to grow back. Above the edge both before and after: f·αλ/ε > η*.
struct RevivalAfterDrop: Sendable, Equatable {
    /// Step count at the drop: steps made at the old rate.
    let drop: Int
    /// Steps after the drop until |w| ≥ ξ again, and how far they may lie off: the law's own bound, and what the floor law's is worth in steps
    /// of forgetting.
    let steps: Prediction
    /// Rms of a weight at the floor before the drop.
    let floor: Double

    /// - Throws: `LawError` where zero attracts before or after the drop, or the weight isn't back within `budget` steps.
    init(_ configuration: RunConfiguration, drop: Int, factor: Double, threshold: Double, budget: Int = 100_000) throws {
        guard let rule = DeadWeightRule(configuration.optimizer), let beta2 = rule.secondMomentDecay else {
            throw LawError.notApplicable(law: "revival after a drop (B8, B12)", reason: "the rule forgets no second moment")
        }
        let rate = configuration.optimizer.learningRate
        let l2 = configuration.l2.weights
        let before = try Floor.rms(rule, learningRate: rate, l2: l2)
        _ = try Floor.rms(rule, learningRate: factor * rate, l2: l2)
        let atFloor = DeadWeight(weight: before.value, secondMoment: l2 * before.value * l2 * before.value)
        let path = try AdiabaticPassage.predict(
            atFloor, rule: rule, learningRate: .constant(factor * rate), l2: l2, threshold: threshold, budget: budget, extent: .untilRevival)
        guard let revival = path.revival else {
            throw LawError.notApplicable(law: "revival after a drop (B8, B12)", reason: "the weight is not back within \(budget) steps")
        }
        let forgetting = before.errorBound / before.value * 2 / -Double.log(beta2)
        self.drop = drop
        floor = before.value
        steps = Prediction(revival.value, errorBound: revival.errorBound + forgetting)
    }
}
