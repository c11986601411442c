// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Theory

extension DeadWeightRule {
    /// The theory's rule for the weights (not biases or batch normalisations) under an optimiser; nil for an optimiser that the theory does not
    /// know, such as one of a user's own.
    ///
    /// Only the recipe and its hyper-parameters: α and λ go beside it.
    public init?(_ rule: any UpdateRule) {
        func placed(_ placement: Optimizers.EpsilonPlacement) -> DeadWeightRule.EpsilonPlacement {
            switch placement {
            case .outsideRoot: .outsideRoot
            case .epsilonHat: .epsilonHat
            case .insideRoot: .insideRoot
            }
        }
        switch rule {
        case let rule as Adam:
            self = .adam(beta1: rule.beta1, beta2: rule.beta2, epsilon: rule.epsilon, placement: placed(rule.epsilonPlacement))
        case let rule as AMSGrad:
            self = .amsgrad(beta1: rule.beta1, beta2: rule.beta2, epsilon: rule.epsilon, placement: placed(rule.epsilonPlacement))
        case let rule as AdamW:
            self = .adamW(
                beta1: rule.beta1, beta2: rule.beta2, epsilon: rule.epsilon, placement: placed(rule.epsilonPlacement),
                decay: rule.weightDecay.weights)
        case let rule as AdaMax: self = .adaMax(beta1: rule.beta1, beta2: rule.beta2, epsilon: rule.epsilon)
        case let rule as NAdam:
            self = .nadam(
                beta1: rule.beta1, beta2: rule.beta2, epsilon: rule.epsilon, placement: placed(rule.epsilonPlacement),
                momentumDecay: rule.momentumDecay)
        case let rule as AdaGrad: self = .adaGrad(epsilon: rule.epsilon, learningRateDecay: rule.learningRateDecay)
        case let rule as RMSprop:
            self = .rmsprop(beta2: rule.beta2, epsilon: rule.epsilon, momentum: rule.momentum, centered: rule.centered)
        case let rule as Adadelta: self = .adadelta(beta2: rule.beta2, epsilon: rule.epsilon)
        case is StochasticGradientDescent: self = .gradientDescent
        case let rule as HeavyBall: self = .heavyBall(momentum: rule.momentum)
        case let rule as Nesterov: self = .nesterov(momentum: rule.momentum)
        case let rule as Lion: self = .lion(beta1: rule.beta1, beta2: rule.beta2, decay: rule.weightDecay.weights)
        case is SignDescent: self = .signDescent
        default: return nil
        }
    }

    /// Names of the state tensors that the rule keeps of each weight, PyTorch's, by the field of ``DeadWeight`` that holds them.
    public var stateNames: (firstMoment: String?, secondMoment: String?, auxiliary: String?) {
        switch self {
        case .adam, .adamW, .nadam: ("exp_avg", "exp_avg_sq", nil)
        case .amsgrad: ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
        case .adaMax: ("exp_avg", "exp_inf", nil)
        case .adaGrad: (nil, "sum", nil)
        case .rmsprop(_, _, let momentum, let centered):
            (momentum > 0 ? "momentum_buffer" : nil, "square_avg", centered ? "grad_avg" : nil)
        case .adadelta: (nil, "square_avg", "acc_delta")
        case .heavyBall, .nesterov: ("momentum_buffer", nil, nil)
        case .lion: ("exp_avg", nil, nil)
        case .gradientDescent, .signDescent: (nil, nil, nil)
        }
    }

    /// The rule reads the step count or NAdam's Π, in bias correction or a rate of its own that slows.
    public var countsSteps: Bool {
        switch self {
        case .adam, .amsgrad, .adamW, .adaMax, .nadam: true
        case .adaGrad(_, let slowing): slowing > 0
        case .rmsprop, .adadelta, .gradientDescent, .heavyBall, .nesterov, .lion, .signDescent: false
        }
    }
}

extension LearningRate {
    /// α under a schedule, step by step, as training computes it: α·factor(step, ⌊step/stepsPerEpoch⌋).
    ///
    /// - Precondition: the schedule is valid, stepsPerEpoch ≥ 1.
    /// - Parameter offset: how many steps the optimiser had made when the schedule's step 0 came; 0 unless its state was planted.
    public init(_ initial: Double, schedule: Schedule, stepsPerEpoch: Int, offset: Int = 0) {
        let (limit, settled) = schedule.end(stepsPerEpoch)
        self.init(
            limit: initial * limit, settledFrom: settled.map { $0 + offset },
            nextChange: { schedule.nextChange(after: $0 - offset, stepsPerEpoch) + offset }
        ) { step in
            initial * schedule.factor(step: step - offset, epoch: (step - offset) / stepsPerEpoch)
        }
    }
}

extension Schedule {
    /// The first step at which the factor may be another than at `step`: the next one in a warm-up, else the next epoch's first.
    fileprivate func nextChange(after step: Int, _ stepsPerEpoch: Int) -> Int {
        if case .warmup(let steps, let later) = self { return step + 1 < steps ? step + 1 : later.nextChange(after: step, stepsPerEpoch) }
        return (step / stepsPerEpoch + 1) * stepsPerEpoch
    }

    /// What the factor tends to, and the step from which it is there; nil if it never is.
    fileprivate func end(_ stepsPerEpoch: Int) -> (limit: Double, settledFrom: Int?) {
        switch self {
        case .constant: return (1, 0)
        case .step(_, let factor), .exponential(let factor): return factor == 1 ? (1, 0) : (0, nil)
        case .cosine(let epochs, let minimum): return (minimum, epochs * stepsPerEpoch)
        case .warmup(let steps, let later):
            let (limit, settled) = later.end(stepsPerEpoch)
            return (limit, settled.map { max(steps, $0) })
        }
    }
}
