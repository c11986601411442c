// SPDX-License-Identifier: GPL-3.0-or-later

/// An optimiser, as far as a weight without data gradient is concerned: its recipe and hyper-parameters, learning rate and λ apart.
///
/// The recipes are written out at ``ExactRecursion``. Defaults are PyTorch's (Lion's are its paper's).
public enum DeadWeightRule: Sendable, Equatable {
    /// Where ε stands in Adam's denominator.
    public enum EpsilonPlacement: String, Sendable, CaseIterable {
        /// √v/√(1−β₂ᵗ) + ε (PyTorch).
        case outsideRoot
        /// (√v + ε)/√(1−β₂ᵗ) (TensorFlow, Keras).
        case epsilonHat
        /// √(v/(1−β₂ᵗ) + ε): ε is of the dimension of v.
        case insideRoot
    }

    case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, placement: EpsilonPlacement = .outsideRoot)
    /// Adam whose v never falls.
    case amsgrad(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, placement: EpsilonPlacement = .outsideRoot)
    /// Adam with w ← w(1 − α·decay) before the step; coupled L2 may be on besides.
    case adamW(
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, placement: EpsilonPlacement = .outsideRoot, decay: Double = 0.01)
    case adaGrad(epsilon: Double = 1e-10, learningRateDecay: Double = 0)
    case rmsprop(beta2: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0, centered: Bool = false)
    case adadelta(beta2: Double = 0.9, epsilon: Double = 1e-6)
    case adaMax(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
    case nadam(
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, placement: EpsilonPlacement = .outsideRoot,
        momentumDecay: Double = 4e-3)
    case gradientDescent
    case heavyBall(momentum: Double = 0.9)
    case nesterov(momentum: Double = 0.9)
    /// `decay` is the decoupled one, the paper's own regularisation.
    case lion(beta1: Double = 0.9, beta2: Double = 0.99, decay: Double = 0)
    case signDescent

    /// The key in a configuration.
    public var name: String {
        switch self {
        case .adam: "adam"
        case .amsgrad: "amsgrad"
        case .adamW: "adamw"
        case .adaGrad: "adagrad"
        case .rmsprop: "rmsprop"
        case .adadelta: "adadelta"
        case .adaMax: "adamax"
        case .nadam: "nadam"
        case .gradientDescent, .heavyBall, .nesterov: "sgd"
        case .lion: "lion"
        case .signDescent: "signDescent"
        }
    }

    /// The share of its first moment that a step keeps, on whose time scale a weight oscillates: β₁ or μ, 0 without a moment.
    public var firstMomentDecay: Double {
        switch self {
        case .adam(let beta1, _, _, _), .amsgrad(let beta1, _, _, _), .adamW(let beta1, _, _, _, _), .adaMax(let beta1, _, _),
            .nadam(let beta1, _, _, _, _), .lion(let beta1, _, _):
            beta1
        case .rmsprop(_, _, let momentum, _), .heavyBall(let momentum), .nesterov(let momentum): momentum
        case .adaGrad, .adadelta, .gradientDescent, .signDescent: 0
        }
    }

    /// The share of its second moment that a step keeps; nil for rules that don't forget or have none.
    public var secondMomentDecay: Double? {
        switch self {
        case .adam(_, let beta2, _, _), .amsgrad(_, let beta2, _, _), .adamW(_, let beta2, _, _, _), .adaMax(_, let beta2, _),
            .nadam(_, let beta2, _, _, _), .rmsprop(let beta2, _, _, _), .adadelta(let beta2, _):
            beta2
        case .adaGrad, .gradientDescent, .heavyBall, .nesterov, .lion, .signDescent: nil
        }
    }

    /// Decoupled decay ω; 0 for rules without.
    public var decoupledDecay: Double {
        switch self {
        case .adamW(_, _, _, _, let decay), .lion(_, _, let decay): decay
        default: 0
        }
    }

    /// A weight counts as past a threshold once it stays below it for this many steps, 6/(1 − β₁) rounded up: an oscillating weight dips
    /// below long before its envelope does.
    public var passagePatience: Int { Int((6 / (1 - firstMomentDecay)).rounded(.up)) }

    /// Throws if a hyper-parameter lies outside its range: decays of moments in [0, 1), all others finite and ≥ 0.
    public func validate() throws(LawError) {
        try requireForgetting("β₁ or momentum", firstMomentDecay)
        if let secondMomentDecay { try requireForgetting("β₂", secondMomentDecay) }
        try requireNonNegative("decoupled decay", decoupledDecay)
        switch self {
        case .adam(_, _, let epsilon, _), .amsgrad(_, _, let epsilon, _), .adamW(_, _, let epsilon, _, _), .adaMax(_, _, let epsilon),
            .rmsprop(_, let epsilon, _, _), .adadelta(_, let epsilon):
            try requireNonNegative("ε", epsilon)
        case .nadam(_, _, let epsilon, _, let momentumDecay):
            try requireNonNegative("ε", epsilon)
            try requireNonNegative("momentum decay", momentumDecay)
        case .adaGrad(let epsilon, let slowing):
            try requireNonNegative("ε", epsilon)
            try requireNonNegative("learning-rate decay", slowing)
        case .lion(_, let beta2, _):
            try requireForgetting("β₂", beta2)
        case .gradientDescent, .heavyBall, .nesterov, .signDescent:
            break
        }
    }
}
