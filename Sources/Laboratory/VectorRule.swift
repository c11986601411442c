// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels
import Theory

/// Which vector loop a rule runs in: cases that share it can share a block.
struct VectorRule: Hashable {
    let rule: adamprobe_rule
    let variant: Int32

    init(_ rule: DeadWeightRule) {
        func place(_ placement: DeadWeightRule.EpsilonPlacement) -> Int32 {
            switch placement {
            case .outsideRoot: Int32(adamprobe_variant_outside_root)
            case .epsilonHat: Int32(adamprobe_variant_epsilon_hat)
            case .insideRoot: Int32(adamprobe_variant_inside_root)
            }
        }
        (self.rule, variant) =
            switch rule {
            case .adam(_, _, _, let placement): (adamprobe_rule_adam, place(placement))
            case .amsgrad(_, _, _, let placement): (adamprobe_rule_amsgrad, place(placement))
            case .adamW(_, _, _, let placement, _): (adamprobe_rule_adamw, place(placement))
            case .nadam(_, _, _, let placement, _): (adamprobe_rule_nadam, place(placement))
            case .rmsprop(_, _, let momentum, let centered):
                (
                    adamprobe_rule_rmsprop,
                    Int32((momentum > 0 ? adamprobe_variant_momentum : 0) | (centered ? adamprobe_variant_centered : 0))
                )
            case .adaMax: (adamprobe_rule_adamax, 0)
            case .adaGrad: (adamprobe_rule_adagrad, 0)
            case .adadelta: (adamprobe_rule_adadelta, 0)
            case .gradientDescent: (adamprobe_rule_gradient_descent, 0)
            case .heavyBall: (adamprobe_rule_heavy_ball, 0)
            case .nesterov: (adamprobe_rule_nesterov, 0)
            case .lion: (adamprobe_rule_lion, 0)
            case .signDescent: (adamprobe_rule_sign_descent, 0)
            }
    }

    static func == (a: VectorRule, b: VectorRule) -> Bool { a.rule.rawValue == b.rule.rawValue && a.variant == b.variant }

    func hash(into hasher: inout Hasher) {
        hasher.combine(rule.rawValue)
        hasher.combine(variant)
    }
}

extension VectorFields {
    /// Sets a lane to a case's start, in this type's rounding.
    func load(_ start: DeadWeight<Scalar>, _ laboratoryCase: LaboratoryCase, lane: Int) {
        self[.weight][lane] = start.weight
        self[.firstMoment][lane] = start.firstMoment
        self[.secondMoment][lane] = start.secondMoment
        self[.auxiliary][lane] = start.auxiliary
        self[.l2][lane] = Scalar(laboratoryCase.l2)
        let rule = laboratoryCase.rule
        switch rule {
        case .adam(let beta1, let beta2, let epsilon, _), .amsgrad(let beta1, let beta2, let epsilon, _),
            .adamW(let beta1, let beta2, let epsilon, _, _), .nadam(let beta1, let beta2, let epsilon, _, _),
            .adaMax(let beta1, let beta2, let epsilon):
            load(interpolation: beta1, first: beta1, second: beta2, epsilon: epsilon, lane)
        case .rmsprop(let beta2, let epsilon, let momentum, _):
            load(interpolation: beta2, first: momentum, second: beta2, epsilon: epsilon, lane)
        case .adadelta(let beta2, let epsilon): load(interpolation: 0, first: 0, second: beta2, epsilon: epsilon, lane)
        case .adaGrad(let epsilon, _): load(interpolation: 0, first: 0, second: 0, epsilon: epsilon, lane)
        case .heavyBall(let momentum), .nesterov(let momentum): load(interpolation: 0, first: momentum, second: 0, epsilon: 0, lane)
        case .lion(let beta1, let beta2, _): load(interpolation: 0, first: beta1, second: beta2, epsilon: 0, lane)
        case .gradientDescent, .signDescent: load(interpolation: 0, first: 0, second: 0, epsilon: 0, lane)
        }
    }

    /// `interpolation` is the decay β of the moment that lerp moves on: the lane's lerp weight is 1−β, or −β rounded as −(1 − (1−β)).
    private func load(interpolation: Double, first: Double, second: Double, epsilon: Double, _ lane: Int) {
        let share = Scalar(1 - interpolation)
        self[.lerp][lane] = share < 0.5 ? share : -(1 - share)
        self[.decay1][lane] = Scalar(first)
        self[.gain1][lane] = Scalar(1 - first)
        self[.decay2][lane] = Scalar(second)
        self[.gain2][lane] = Scalar(1 - second)
        self[.epsilon][lane] = Scalar(epsilon)
    }
}
