// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// The denominator of a rule's update while its gradient is λw, in logarithms: the other half of ``AdiabaticRecursion``.
struct DenominatorRecursion: Sendable {
    private let rule: DeadWeightRule
    /// ln v (s for AdaGrad, u for AdaMax, the variance v − ḡ² for centred RMSprop).
    private(set) var logSquare: Double
    /// ln of AMSGrad's largest v, of Adadelta's D.
    private var logAuxiliary: Double
    /// ḡ of centred RMSprop, and ln of its unit: ḡ = mean·exp(logUnit), so that it doesn't underflow.
    private var mean = 0.0
    /// ln β₂, ln(1 − β₂) and ln ε.
    private let logBeta2: Double
    private let logShare: Double
    private let logEpsilon: Double

    init(rule: DeadWeightRule, weight: DeadWeight<Double>, l2: Double) {
        self.rule = rule
        logAuxiliary = logOrZero(weight.auxiliary)
        logSquare = logOrZero(weight.secondMoment)
        logBeta2 = logOrZero(rule.secondMomentDecay ?? 0)
        logShare = logOrZero(1 - (rule.secondMomentDecay ?? 1))
        logEpsilon = logOrZero(rule.epsilon)
        if case .rmsprop(_, _, _, true) = rule {
            mean = weight.auxiliary
            logSquare = logOrZero(weight.secondMoment - mean * mean)
        }
    }

    /// Takes in a gradient λw of which ln|λw| and the sign (0: unknown, oscillating) are given, and returns ln d.
    ///
    /// - Parameter logCorrection: ln of the second moment's bias correction.
    mutating func advance(logGradient: Double, sign: Double, logCorrection: Double) -> Double {
        switch rule {
        case .adam(_, _, _, let placement), .adamW(_, _, _, let placement, _), .nadam(_, _, _, let placement, _):
            forget(logGradient)
            return adamDenominator(logSquare, logCorrection, placement)
        case .amsgrad(_, _, _, let placement):
            forget(logGradient)
            logAuxiliary = max(logAuxiliary, logSquare)
            return adamDenominator(logAuxiliary, logCorrection, placement)
        case .adaMax:
            logSquare = max(logSquare + logBeta2, logSum(logGradient, logEpsilon))
            return logSquare
        case .adaGrad:
            logSquare = logSum(logSquare, 2 * logGradient)
            return logSum(0.5 * logSquare, logEpsilon)
        case .rmsprop(let beta2, _, _, let centered):
            if centered {
                // The weighted variance obeys q' = β₂(q + (1−β₂)(g − ḡ)²) exactly.
                let gradient = sign * Double.exp(logGradient)
                let deviation = sign == 0 ? logSum(logGradient, logOrZero(mean.magnitude)) : logOrZero((gradient - mean).magnitude)
                logSquare = logBeta2 + logSum(logSquare, logShare + 2 * deviation)
                mean += (1 - beta2) * (gradient - mean)
            } else {
                forget(logGradient)
            }
            return logSum(0.5 * logSquare, logEpsilon)
        case .adadelta:
            forget(logGradient)
            return 0.5 * (logSum(logSquare, logEpsilon) - logSum(logAuxiliary, logEpsilon))
        case .gradientDescent, .heavyBall, .nesterov, .lion, .signDescent:
            return 0
        }
    }

    /// Takes in Δ of Adadelta, of which ln|Δ| is given.
    mutating func accumulate(logUpdate: @autoclosure () -> Double) {
        guard case .adadelta = rule else { return }
        logAuxiliary = logSum(logAuxiliary + logBeta2, logShare + 2 * logUpdate())
    }

    private mutating func forget(_ logGradient: Double) {
        logSquare = logSum(logSquare + logBeta2, logShare + 2 * logGradient)
    }

    private func adamDenominator(_ logSquare: Double, _ logCorrection: Double, _ placement: DeadWeightRule.EpsilonPlacement) -> Double {
        switch placement {
        case .outsideRoot: return logSum(0.5 * (logSquare - logCorrection), logEpsilon)
        case .epsilonHat: return logSum(0.5 * logSquare, logEpsilon) - 0.5 * logCorrection
        case .insideRoot: return 0.5 * logSum(logSquare - logCorrection, logEpsilon)
        }
    }
}

extension DeadWeightRule {
    /// ε; 0 for rules without.
    fileprivate var epsilon: Double {
        switch self {
        case .adam(_, _, let epsilon, _), .amsgrad(_, _, let epsilon, _), .adamW(_, _, let epsilon, _, _), .nadam(_, _, let epsilon, _, _),
            .adaMax(_, _, let epsilon), .adaGrad(let epsilon, _), .rmsprop(_, let epsilon, _, _), .adadelta(_, let epsilon):
            epsilon
        case .gradientDescent, .heavyBall, .nesterov, .lion, .signDescent: 0
        }
    }
}
