// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// The edge of stability of a dead weight's zero (theory notes B6, B11).
///
/// With a frozen denominator d a rule's step is linear in (w, m). η = αλ/d is the effective decay; the zero attracts while both roots of
/// z² − trace·z + determinant lie inside the unit circle, and loses its hold where a root passes −1: 1 + trace + determinant = 0.
///
///     Adam, AMSGrad, AdaMax        trace 1+β₁−(1−β₁)η, determinant β₁                 η* = 2(1+β₁)/(1−β₁)
///     AdamW with coupled L2        w·σ for w, σ = 1−αω: 1 + σ + β₁ + σβ₁ = (1−β₁)η    η* = (1+σ)(1+β₁)/(1−β₁)
///     RMSprop, AdaGrad             w ← (1−η)w                                         η* = 2
///     RMSprop with momentum        b ← μb + λw/d, w ← w − αb: trace 1+μ−η             η* = 2(1+μ)
///     SGD, heavy ball              the same with d = 1                                η* = 2(1+μ)
///     Nesterov                     w ← w − α(λw + μb'): trace (1+μ)(1−η),
///                                  determinant μ(1−η); 1 + (1+2μ)(1−η) = 0            η* = 2(1+μ)/(1+2μ)
///     NAdam                        late, μ_t = β₁: Nesterov's with (1−β₁)η for η      η* = 2(1+β₁)/((1−β₁)(1+2β₁))
///     Adadelta                     w ← (1−η)w, η = αλ√(D+ε)/√(v+ε) → αλ               η* = 2
///
/// Sign descent and Lion divide by nothing and move by α whatever the gradient's size: no linear regime, no edge.
public enum StabilityThreshold {
    /// η*: zero attracts while the effective decay stays below.
    ///
    /// `learningRate` matters only to AdamW's decoupled decay.
    public static func effectiveDecay(_ rule: DeadWeightRule, learningRate: Double = 0) throws(LawError) -> Double {
        try rule.validate()
        switch rule {
        case .adam(let beta1, _, _, _), .amsgrad(let beta1, _, _, _), .adaMax(let beta1, _, _):
            return 2 * (1 + beta1) / (1 - beta1)
        case .adamW(let beta1, _, _, _, let decay):
            return (2 - learningRate * decay) * (1 + beta1) / (1 - beta1)
        case .nadam(let beta1, _, _, _, _):
            return 2 * (1 + beta1) / ((1 - beta1) * (1 + 2 * beta1))
        case .rmsprop(_, _, let momentum, _), .heavyBall(let momentum):
            return 2 * (1 + momentum)
        case .nesterov(let momentum):
            return 2 * (1 + momentum) / (1 + 2 * momentum)
        case .adaGrad, .adadelta, .gradientDescent:
            return 2
        case .lion, .signDescent:
            throw .notApplicable(law: "the stability threshold (B6)", reason: "\(rule.name) moves by α whatever the gradient's size")
        }
    }

    /// What η rises to once the second moment is forgotten: αλ/ε for ε outside the root, αλ/√ε inside it, αλ for SGD and Adadelta,
    /// αλ/(√v + ε) with the v that AMSGrad and AdaGrad keep (`retainedSecondMoment`; for AdaGrad with a decaying rate, 0). +∞ at ε = 0.
    public static func effectiveDecayLimit(
        _ rule: DeadWeightRule, learningRate: Double, l2: Double, retainedSecondMoment: Double = 0
    ) throws(LawError) -> Double {
        try rule.validate()
        try requireNonNegative("α", learningRate)
        try requireNonNegative("λ", l2)
        let product = learningRate * l2
        if product == 0 { return 0 }
        let root = retainedSecondMoment.squareRoot()
        switch rule {
        case .adam(_, _, let epsilon, let placement), .adamW(_, _, let epsilon, let placement, _), .nadam(_, _, let epsilon, let placement, _):
            return product / (placement == .insideRoot ? epsilon.squareRoot() : epsilon)
        case .amsgrad(_, _, let epsilon, let placement):
            return product / (placement == .insideRoot ? (retainedSecondMoment + epsilon).squareRoot() : root + epsilon)
        case .adaMax(_, _, let epsilon), .rmsprop(_, let epsilon, _, _):
            return product / epsilon
        case .adaGrad(let epsilon, let slowing):
            return slowing > 0 ? 0 : product / (root + epsilon)
        case .adadelta, .gradientDescent, .heavyBall, .nesterov:
            return product
        case .lion, .signDescent:
            throw .notApplicable(law: "the effective decay's limit (B6)", reason: "\(rule.name) moves by α whatever the gradient's size")
        }
    }

    /// A rule's mode at effective decay η with a denominator that no longer changes, late in training (no bias correction).
    public static func mode(_ rule: DeadWeightRule, effectiveDecay: Double, learningRate: Double = 0) throws(LawError) -> LinearMode {
        switch rule {
        case .adam(let beta1, _, _, _), .amsgrad(let beta1, _, _, _), .adaMax(let beta1, _, _):
            return .adam(effectiveDecay: effectiveDecay, beta1: beta1)
        case .adamW(let beta1, _, _, _, let decay):
            let shrink = 1 - learningRate * decay
            return LinearMode(trace: shrink + beta1 - (1 - beta1) * effectiveDecay, determinant: shrink * beta1)
        case .nadam(let beta1, _, _, _, _):
            let h = (1 - beta1) * effectiveDecay
            return LinearMode(trace: (1 + beta1) * (1 - h), determinant: beta1 * (1 - h))
        case .nesterov(let momentum):
            return LinearMode(trace: (1 + momentum) * (1 - effectiveDecay), determinant: momentum * (1 - effectiveDecay))
        case .rmsprop(_, _, let momentum, _), .heavyBall(let momentum):
            return .heavyBall(effectiveDecay: effectiveDecay, momentum: momentum)
        case .adaGrad, .adadelta, .gradientDescent:
            return LinearMode(trace: 1 - effectiveDecay, determinant: 0)
        case .lion, .signDescent:
            throw .notApplicable(law: "the linear mode (B3)", reason: "\(rule.name) moves by α whatever the gradient's size")
        }
    }
}
