// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Theory

/// What laws assume of isolated weights. A weight has no data gradient by being in the laboratory.
extension Hypothesis {
    /// Rounding of a product that was drawn at the very end of its range.
    private static let rounding = 1e-9

    static let decays = Hypothesis.ofWeight("w₀ ≠ 0, α > 0, and L2 or decoupled decay draws the weight to 0") { one in
        one.weight.weight != 0 && one.firstRate > 0 && (one.l2 > 0 || one.rule.decoupledDecay > 0)
    }

    static let possibleMoments = Hypothesis.ofWeight("the moments are finite, second moments not negative") { one in
        [one.weight.firstMoment, one.weight.secondMoment, one.weight.auxiliary].allSatisfy(\.isFinite) && one.weight.secondMoment >= 0
    }

    static let isAdam = Hypothesis.ofWeight("the rule is Adam, with coupled L2") { one in if case .adam = one.rule { one.l2 > 0 } else { false } }

    static let ownMoments = Hypothesis.ofWeight("|m₀| ≤ √v₀, as a gradient's own moments have it") { one in
        one.weight.firstMoment.magnitude <= one.weight.secondMoment.squareRoot() * (1 + rounding)
    }

    static let noFirstMoment = Hypothesis.ofWeight("m₀ = 0") { $0.weight.firstMoment == 0 }

    static let emptyMoments = Hypothesis.ofWeight("m₀ = v₀ = 0") { $0.weight.firstMoment == 0 && $0.weight.secondMoment == 0 }

    /// 0.999 to the 100,000th is 4e-44.
    static let correctionSpent = Hypothesis.ofWeight("bias correction is spent, or was never made") { ($0.weight.step ?? .max) >= 100_000 }

    static let noEpsilon = Hypothesis.ofWeight("ε = 0") { one in if case .adam(_, _, let epsilon, _) = one.rule { epsilon == 0 } else { false } }

    static let littleMemory = Hypothesis.ofWeight("s₀ ≤ 4·λ|w₀|: the weight's own gradient is not small beside its memory") { one in
        one.weight.secondMoment.squareRoot() <= 4 * one.l2 * one.weight.weight.magnitude * (1 + rounding)
    }

    static let forgetsFirstMomentSooner = Hypothesis.ofWeight("β₁² < β₂") { one in
        one.rule.firstMomentDecay * one.rule.firstMomentDecay < one.rule.secondMomentDecay ?? 1
    }

    static let slowSecondMoment = Hypothesis.ofWeight("1 − β₂ ≤ (1 − β₁)/5: v moves slowly beside m") { one in
        1 - (one.rule.secondMomentDecay ?? 1) <= 0.2 * (1 - one.rule.firstMomentDecay) * (1 + rounding)
    }

    static let spentMemory = Hypothesis.ofWeight("v₀ = 0 and m₀ = λw₀: nothing is left of earlier gradients") { one in
        one.weight.secondMoment == 0 && one.weight.firstMoment == one.l2 * one.weight.weight
    }

    static let memorylessRule = Hypothesis.ofWeight("the step has no second moment in it: SGD, momentum, or decoupled decay on zero moments") { one in
        switch one.rule {
        case .gradientDescent, .heavyBall, .nesterov: true
        case .adamW: one.l2 == 0 && one.weight.firstMoment == 0 && one.weight.secondMoment == 0
        default: false
        }
    }

    static let smallWeight = Hypothesis.ofWeight("|w₀| = 1e-20, so small that v stays nothing beside ε") { $0.weight.weight.magnitude == 1e-20 }

    /// - Parameter share: of η*.
    static func under(_ share: Double) -> Hypothesis {
        .ofWeight("αλ/ε, or what stands for it under the rule, is at most \(share)·η*") { ($0.shareOfEdge ?? .infinity) <= share * (1 + rounding) }
    }

    /// - Parameter share: of η*; rules without an edge pass.
    static func above(_ share: Double) -> Hypothesis {
        .ofWeight("αλ/ε is at least \(share)·η*, for rules that have an edge") { ($0.shareOfEdge ?? .infinity) >= share * (1 - rounding) }
    }

    static let normalState = Hypothesis.ofWeight("w₀, m₀ and v₀ are normal numbers in float32 too") { one in
        [one.weight.weight, one.weight.firstMoment, one.weight.secondMoment].allSatisfy { Float($0).isNormal }
    }
}

extension LaboratoryCase {
    /// α of the first step.
    var firstRate: Double { learningRate[weight.step ?? 0] }

    /// αλ/ε (or what the rule has for it) at the first rate, as a share of η*; nil for a rule without an edge.
    var shareOfEdge: Double? {
        guard let edge = try? StabilityThreshold.effectiveDecay(rule, learningRate: firstRate),
            let limit = try? StabilityThreshold.effectiveDecayLimit(
                rule, learningRate: firstRate, l2: l2, retainedSecondMoment: max(weight.auxiliary, weight.secondMoment))
        else { return nil }
        return limit / edge
    }
}
