// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Theory

extension DeadWeightRule {
    /// The toolkit's optimiser that this rule of the theory speaks of.
    func updateRule(learningRate: Double) -> any UpdateRule {
        switch self {
        case .adam(let beta1, let beta2, let epsilon, let placement):
            Adam(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, epsilonPlacement: placement.ofOptimizers)
        case .amsgrad(let beta1, let beta2, let epsilon, let placement):
            AMSGrad(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, epsilonPlacement: placement.ofOptimizers)
        case .adamW(let beta1, let beta2, let epsilon, let placement, let decay):
            AdamW(
                learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, epsilonPlacement: placement.ofOptimizers,
                weightDecay: DecoupledDecay(everywhere: decay))
        case .adaGrad(let epsilon, let slowing): AdaGrad(learningRate: learningRate, epsilon: epsilon, learningRateDecay: slowing)
        case .rmsprop(let beta2, let epsilon, let momentum, let centered):
            RMSprop(learningRate: learningRate, beta2: beta2, epsilon: epsilon, momentum: momentum, centered: centered)
        case .adadelta(let beta2, let epsilon): Adadelta(learningRate: learningRate, beta2: beta2, epsilon: epsilon)
        case .adaMax(let beta1, let beta2, let epsilon): AdaMax(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
        case .nadam(let beta1, let beta2, let epsilon, let placement, let momentumDecay):
            NAdam(
                learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, epsilonPlacement: placement.ofOptimizers,
                momentumDecay: momentumDecay)
        case .gradientDescent: StochasticGradientDescent(learningRate: learningRate)
        case .heavyBall(let momentum): HeavyBall(learningRate: learningRate, momentum: momentum)
        case .nesterov(let momentum): Nesterov(learningRate: learningRate, momentum: momentum)
        case .lion(let beta1, let beta2, let decay):
            Lion(learningRate: learningRate, beta1: beta1, beta2: beta2, weightDecay: DecoupledDecay(everywhere: decay))
        case .signDescent: SignDescent(learningRate: learningRate)
        }
    }

    /// Name, first-moment decay and variant, for a reader.
    var label: String {
        var parts = [name]
        if firstMomentDecay > 0 { parts.append("β₁ or μ = \(firstMomentDecay)") }
        switch self {
        case .adam(_, _, _, let placement) where placement != .outsideRoot: parts.append("ε \(placement.rawValue)")
        case .rmsprop(_, _, _, true): parts.append("centred")
        case .nesterov: parts.append("Nesterov")
        case .adamW(_, _, _, _, let decay): parts.append("ω = \(decay)")
        default: break
        }
        return parts.joined(separator: ", ")
    }

    /// Every rule, with the variants that change a dead weight's recursion.
    static let family: [DeadWeightRule] = [
        .adam(), .adam(beta1: 0.3, beta2: 0.99, epsilon: 1e-6), .adam(beta1: 0, beta2: 0.9), .adam(epsilon: 1e-7, placement: .epsilonHat),
        .adam(epsilon: 1e-13, placement: .insideRoot), .amsgrad(), .amsgrad(epsilon: 1e-13, placement: .insideRoot), .adamW(), .adaMax(),
        .nadam(), .nadam(epsilon: 1e-7, placement: .epsilonHat), .nadam(epsilon: 1e-13, placement: .insideRoot), .adaGrad(),
        .adaGrad(learningRateDecay: 0.01), .rmsprop(), .rmsprop(centered: true), .rmsprop(momentum: 0.9),
        .rmsprop(beta2: 0.95, momentum: 0.5, centered: true), .adadelta(), .gradientDescent, .heavyBall(), .nesterov(), .lion(),
        .lion(decay: 0.1), .signDescent,
    ]
}

extension DeadWeightRule.EpsilonPlacement {
    fileprivate var ofOptimizers: Optimizers.EpsilonPlacement {
        switch self {
        case .outsideRoot: .outsideRoot
        case .epsilonHat: .epsilonHat
        case .insideRoot: .insideRoot
        }
    }
}
