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

    init(rule: DeadWeightRule, weight: DeadWeight<Double>, l2: Double) {
        self.rule = rule
        logAuxiliary = logOrZero(weight.auxiliary)
        logSquare = logOrZero(weight.secondMoment)
        if case .rmsprop(_, _, _, true) = rule {
            mean = weight.auxiliary
            logSquare = logOrZero(weight.secondMoment - mean * mean)
        }
    }

    /// Takes in a gradient λw of which ln|λw| and the sign (0: unknown, oscillating) are given, and returns ln d.
    mutating func advance(logGradient: Double, sign: Double, step: Int?) -> Double {
        switch rule {
        case .adam(_, let beta2, let epsilon, let placement), .adamW(_, let beta2, let epsilon, let placement, _),
            .nadam(_, let beta2, let epsilon, let placement, _):
            forget(beta2, logGradient)
            return Self.adamDenominator(logSquare, biasCorrection(beta2, step: step), epsilon, placement)
        case .amsgrad(_, let beta2, let epsilon, let placement):
            forget(beta2, logGradient)
            logAuxiliary = max(logAuxiliary, logSquare)
            return Self.adamDenominator(logAuxiliary, biasCorrection(beta2, step: step), epsilon, placement)
        case .adaMax(_, let beta2, let epsilon):
            logSquare = max(logSquare + logOrZero(beta2), logSum(logGradient, logOrZero(epsilon)))
            return logSquare
        case .adaGrad(let epsilon, _):
            logSquare = logSum(logSquare, 2 * logGradient)
            return logSum(0.5 * logSquare, logOrZero(epsilon))
        case .rmsprop(let beta2, let epsilon, _, let centered):
            if centered {
                // The weighted variance obeys q' = β₂(q + (1−β₂)(g − ḡ)²) exactly.
                let gradient = sign * Double.exp(logGradient)
                let deviation = sign == 0 ? logSum(logGradient, logOrZero(mean.magnitude)) : logOrZero((gradient - mean).magnitude)
                logSquare = logOrZero(beta2) + logSum(logSquare, logOrZero(1 - beta2) + 2 * deviation)
                mean += (1 - beta2) * (gradient - mean)
            } else {
                forget(beta2, logGradient)
            }
            return logSum(0.5 * logSquare, logOrZero(epsilon))
        case .adadelta(let beta2, let epsilon):
            forget(beta2, logGradient)
            return 0.5 * (logSum(logSquare, logOrZero(epsilon)) - logSum(logAuxiliary, logOrZero(epsilon)))
        case .gradientDescent, .heavyBall, .nesterov, .lion, .signDescent:
            return 0
        }
    }

    /// Takes in Δ of Adadelta, of which ln|Δ| is given.
    mutating func accumulate(logUpdate: Double) {
        guard case .adadelta(let beta2, _) = rule else { return }
        logAuxiliary = logSum(logAuxiliary + logOrZero(beta2), logOrZero(1 - beta2) + 2 * logUpdate)
    }

    private mutating func forget(_ beta2: Double, _ logGradient: Double) {
        logSquare = logSum(logSquare + logOrZero(beta2), logOrZero(1 - beta2) + 2 * logGradient)
    }

    private static func adamDenominator(
        _ logSquare: Double, _ correction: Double, _ epsilon: Double, _ placement: DeadWeightRule.EpsilonPlacement
    ) -> Double {
        let (logCorrection, logEpsilon) = (logOrZero(correction), logOrZero(epsilon))
        switch placement {
        case .outsideRoot: return logSum(0.5 * (logSquare - logCorrection), logEpsilon)
        case .epsilonHat: return logSum(0.5 * logSquare, logEpsilon) - 0.5 * logCorrection
        case .insideRoot: return 0.5 * logSum(logSquare - logCorrection, logEpsilon)
        }
    }
}
