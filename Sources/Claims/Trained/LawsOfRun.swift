// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Optimizers
import Theory

extension RunConfiguration {
    /// The rule as the laws know it; nil for rules that a trained claim doesn't use.
    var deadWeightRule: DeadWeightRule? {
        switch optimizer {
        case let rule as Adam: .adam(beta1: rule.beta1, beta2: rule.beta2, epsilon: rule.epsilon, placement: rule.epsilonPlacement.law)
        case let rule as AMSGrad: .amsgrad(beta1: rule.beta1, beta2: rule.beta2, epsilon: rule.epsilon, placement: rule.epsilonPlacement.law)
        case let rule as AdamW:
            .adamW(
                beta1: rule.beta1, beta2: rule.beta2, epsilon: rule.epsilon, placement: rule.epsilonPlacement.law,
                decay: rule.weightDecay.weights)
        case let rule as RMSprop:
            .rmsprop(beta2: rule.beta2, epsilon: rule.epsilon, momentum: rule.momentum, centered: rule.centered)
        case is StochasticGradientDescent: .gradientDescent
        case let rule as HeavyBall: .heavyBall(momentum: rule.momentum)
        case let rule as Nesterov: .nesterov(momentum: rule.momentum)
        default: nil
        }
    }

    /// α by step under the schedule.
    /// - Parameter stepsPerEpoch: batches of an epoch, the smaller last one counted.
    func learningRate(stepsPerEpoch: Int) -> LearningRate {
        let (rate, schedule) = (optimizer.learningRate, schedule)
        if schedule == .constant { return .constant(rate) }
        return LearningRate(limit: 0) { rate * schedule.factor(step: $0, epoch: $0 / stepsPerEpoch) }
    }
}

extension EpsilonPlacement {
    fileprivate var law: DeadWeightRule.EpsilonPlacement {
        switch self {
        case .outsideRoot: .outsideRoot
        case .epsilonHat: .epsilonHat
        case .insideRoot: .insideRoot
        }
    }
}
