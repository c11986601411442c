// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// What a step of the adiabatic recursion takes from the step count alone, and so is the same for all weights of a node.
struct AdiabaticStep: Sendable {
    /// α, and what it is times that of the step before.
    let rate: Double
    let rateDrift: Double
    /// ln of α over the correction of the first moment, or of AdaGrad's slowing.
    let logRate: Double
    /// ln of the second moment's bias correction.
    let logCorrection: Double
    /// The optimiser's step, from 1; nil without a count.
    let number: Int?
}

/// The steps of the adiabatic recursion one after another, from a death on; what stays from one to the next is not computed again.
struct AdiabaticClock: Sendable {
    private let rule: DeadWeightRule
    private let learningRate: LearningRate
    private let firstStep: Int
    private let hasStepCount: Bool
    /// Steps told so far.
    private(set) var stepsMade = 0
    private var rate = 0.0
    /// The schedule's step from which α may be another.
    private var changesAt: Int?
    private var corrected = (quotient: Double.nan, logarithm: Double.nan)
    private var correction = (value: 1.0, logarithm: 0.0)

    init(rule: DeadWeightRule, learningRate: LearningRate, step: Int?) {
        self.rule = rule
        self.learningRate = learningRate
        firstStep = step ?? 0
        hasStepCount = step != nil
        changesAt = firstStep
    }

    /// The next step.
    mutating func tick() -> AdiabaticStep {
        let now = firstStep + stepsMade
        let before = rate
        if let changesAt, now >= changesAt {
            rate = learningRate[now]
            self.changesAt = learningRate.nextChange(after: now)
        }
        let drift = stepsMade == 0 || rate == 0 ? 1 : rate / max(before, .leastNormalMagnitude)
        let number = hasStepCount ? now + 1 : nil
        let quotient = rate / rateCorrection(number)
        if quotient != corrected.quotient { corrected = (quotient, logOrZero(quotient)) }
        let correction = secondMomentCorrection(number)
        if correction != self.correction.value { self.correction = (correction, logOrZero(correction)) }
        stepsMade += 1
        return AdiabaticStep(
            rate: rate, rateDrift: drift, logRate: corrected.logarithm, logCorrection: self.correction.logarithm, number: number)
    }

    private func rateCorrection(_ step: Int?) -> Double {
        switch rule {
        case .adam(let beta1, _, _, _), .amsgrad(let beta1, _, _, _), .adamW(let beta1, _, _, _, _), .adaMax(let beta1, _, _):
            biasCorrection(beta1, step: step)
        case .adaGrad(_, let slowing):
            1 + Double((step ?? 1) - 1) * slowing
        default: 1
        }
    }

    private func secondMomentCorrection(_ step: Int?) -> Double {
        switch rule {
        case .adam(_, let beta2, _, _), .amsgrad(_, let beta2, _, _), .adamW(_, let beta2, _, _, _), .nadam(_, let beta2, _, _, _):
            biasCorrection(beta2, step: step)
        default: 1
        }
    }
}
