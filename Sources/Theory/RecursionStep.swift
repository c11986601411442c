// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// One step of the recipes of ``ExactRecursion`` with its scalars computed and rounded: what all weights of a parameter share at that step.
///
/// Two steps that are equal move equal states alike, so that a state which one leaves as it is stays under the next.
struct RecursionStep<Scalar: RecursionScalar>: Equatable {
    private enum Form: Equatable {
        case adam(DeadWeightRule.EpsilonPlacement, keepsMaximum: Bool)
        case adaMax
        case nadam(DeadWeightRule.EpsilonPlacement)
        case adaGrad
        case rmsprop(hasMomentum: Bool, centered: Bool)
        case adadelta, gradientDescent, heavyBall, nesterov, lion, signDescent
    }

    private let form: Form
    private let l2: Scalar
    /// β₁ or μ, and 1−β₁.
    private var firstDecay: Scalar = 0
    private var firstShare: Scalar = 1
    /// β₂ and 1−β₂.
    private var secondDecay: Scalar = 0
    private var secondShare: Scalar = 1
    private var epsilon: Scalar = 0
    /// 1 − αω.
    private var shrink: Scalar = 1
    /// What the moment (or the gradient) is multiplied with, bias correction included.
    private var rate: Scalar
    /// NAdam's rate of the gradient.
    private var gradientRate: Scalar = 0
    /// 1 − β₂ᵗ or its root, as the recipe divides by it.
    private var correction: Scalar = 1

    /// - Parameters:
    ///   - alpha: α of the step.
    ///   - step: t, from 1; nil for no bias correction.
    ///   - momentumProduct: NAdam's Π, moved on by the step.
    init(_ rule: DeadWeightRule, learningRate alpha: Double, l2: Double, step: Int?, momentumProduct: inout Double) {
        self.l2 = Scalar(l2)
        rate = Scalar(alpha)
        switch rule {
        case .adam(let beta1, let beta2, let epsilon, let placement):
            form = .adam(placement, keepsMaximum: false)
            setMoments(beta1, beta2, epsilon)
            setAdamRate(alpha, beta1, beta2, placement, step)
        case .amsgrad(let beta1, let beta2, let epsilon, let placement):
            form = .adam(placement, keepsMaximum: true)
            setMoments(beta1, beta2, epsilon)
            setAdamRate(alpha, beta1, beta2, placement, step)
        case .adamW(let beta1, let beta2, let epsilon, let placement, let decay):
            form = .adam(placement, keepsMaximum: false)
            setMoments(beta1, beta2, epsilon)
            setAdamRate(alpha, beta1, beta2, placement, step)
            shrink = Scalar(1 - alpha * decay)
        case .adaMax(let beta1, let beta2, let epsilon):
            form = .adaMax
            setMoments(beta1, beta2, epsilon)
            rate = Scalar(alpha / biasCorrection(beta1, step: step))
        case .nadam(let beta1, let beta2, let epsilon, let placement, let momentumDecay):
            form = .nadam(placement)
            setMoments(beta1, beta2, epsilon)
            let momentum = NesterovMoments(beta1: beta1, momentumDecay: momentumDecay, step: step, product: momentumProduct)
            momentumProduct = momentum.product
            gradientRate = Scalar(alpha * (1 - momentum.now) / (1 - momentum.product))
            rate = Scalar(alpha * momentum.next / (1 - momentum.product * momentum.next))
            let correction2 = biasCorrection(beta2, step: step)
            correction = Scalar(placement == .epsilonHat ? correction2.squareRoot() : correction2)
        case .adaGrad(let epsilon, let slowing):
            form = .adaGrad
            self.epsilon = Scalar(epsilon)
            rate = Scalar(alpha / (1 + Double((step ?? 1) - 1) * slowing))
        case .rmsprop(let beta2, let epsilon, let momentum, let centered):
            form = .rmsprop(hasMomentum: momentum > 0, centered: centered)
            setMoments(momentum, beta2, epsilon)
        case .adadelta(let beta2, let epsilon):
            form = .adadelta
            setMoments(0, beta2, epsilon)
        case .gradientDescent: form = .gradientDescent
        case .heavyBall(let momentum):
            form = .heavyBall
            setMoments(momentum, 0, 0)
        case .nesterov(let momentum):
            form = .nesterov
            setMoments(momentum, 0, 0)
        case .lion(let beta1, let beta2, let decay):
            form = .lion
            setMoments(beta1, beta2, 0)
            shrink = Scalar(1 - alpha * decay)
        case .signDescent: form = .signDescent
        }
    }

    private mutating func setMoments(_ beta1: Double, _ beta2: Double, _ epsilon: Double) {
        (firstDecay, firstShare) = (Scalar(beta1), Scalar(1 - beta1))
        (secondDecay, secondShare) = (Scalar(beta2), Scalar(1 - beta2))
        self.epsilon = Scalar(epsilon)
    }

    private mutating func setAdamRate(
        _ alpha: Double, _ beta1: Double, _ beta2: Double, _ placement: DeadWeightRule.EpsilonPlacement, _ step: Int?
    ) {
        let (correction1, correction2) = (biasCorrection(beta1, step: step), biasCorrection(beta2, step: step))
        switch placement {
        case .outsideRoot: (rate, correction) = (Scalar(alpha / correction1), Scalar(correction2.squareRoot()))
        case .epsilonHat: rate = Scalar(alpha * correction2.squareRoot() / correction1)
        case .insideRoot: (rate, correction) = (Scalar(alpha / correction1), Scalar(correction2))
        }
    }

    /// Moves one weight and its state; which field holds what is told at ``DeadWeight``.
    @inline(__always)
    func apply(_ w: inout Scalar, _ m: inout Scalar, _ v: inout Scalar, _ auxiliary: inout Scalar, dataGradient: Scalar = 0) {
        let g = l2 == 0 ? dataGradient : dataGradient + l2 * w
        switch form {
        case .adam(let placement, let keepsMaximum):
            m = lerp(m, g, firstShare)
            v = v * secondDecay + (secondShare * g) * g
            var square = v
            if keepsMaximum {
                auxiliary = larger(auxiliary, v)
                square = auxiliary
            }
            let denominator: Scalar
            switch placement {
            case .outsideRoot: denominator = square.squareRoot() / correction + epsilon
            case .epsilonHat: denominator = square.squareRoot() + epsilon
            case .insideRoot: denominator = (square / correction + epsilon).squareRoot()
            }
            w = w * shrink - (rate * m) / denominator
        case .adaMax:
            m = lerp(m, g, firstShare)
            v = larger(v * secondDecay, g.magnitude + epsilon)
            w -= (rate * m) / v
        case .nadam(let placement):
            m = lerp(m, g, firstShare)
            v = v * secondDecay + (secondShare * g) * g
            let denominator: Scalar
            switch placement {
            case .outsideRoot: denominator = (v / correction).squareRoot() + epsilon
            case .epsilonHat: denominator = (v.squareRoot() + epsilon) / correction
            case .insideRoot: denominator = (v / correction + epsilon).squareRoot()
            }
            w -= (gradientRate * g) / denominator
            w -= (rate * m) / denominator
        case .adaGrad:
            v += g * g
            w -= (rate * g) / (v.squareRoot() + epsilon)
        case .rmsprop(let hasMomentum, let centered):
            v = v * secondDecay + (secondShare * g) * g
            var square = v
            if centered {
                auxiliary = lerp(auxiliary, g, secondShare)
                square -= auxiliary * auxiliary
                if square < 0 { square = 0 }
            }
            let denominator = square.squareRoot() + epsilon
            if hasMomentum {
                m = m * firstDecay + g / denominator
                w -= rate * m
            } else {
                w -= (rate * g) / denominator
            }
        case .adadelta:
            v = v * secondDecay + (secondShare * g) * g
            let delta = (auxiliary + epsilon).squareRoot() / (v + epsilon).squareRoot() * g
            auxiliary = auxiliary * secondDecay + (secondShare * delta) * delta
            w -= rate * delta
        case .gradientDescent:
            w -= rate * g
        case .heavyBall:
            m = m * firstDecay + g
            w -= rate * m
        case .nesterov:
            m = m * firstDecay + g
            w -= rate * (g + firstDecay * m)
        case .lion:
            let direction = m * firstDecay + firstShare * g
            m = m * secondDecay + secondShare * g
            w = w * shrink - rate * signum(direction)
        case .signDescent:
            w -= rate * signum(g)
        }
    }
}

/// 1 − βᵗ; 1 without a step count and once it is spent.
package func biasCorrection(_ beta: Double, step: Int?) -> Double {
    guard let step, !biasCorrectionIsSpent(beta, step: step) else { return 1 }
    return 1 - Double.pow(beta, Double(step))
}

/// Past t(1−β) = 40 the bias correction 1 − βᵗ rounds to 1, and the power need not be taken.
package func biasCorrectionIsSpent(_ beta: Double, step: Int) -> Bool { Double(step) * (1 - beta) > 40 }

/// PyTorch's `lerp`, which is exactly b at q = 1.
@inline(__always)
private func lerp<Scalar: RecursionScalar>(_ a: Scalar, _ b: Scalar, _ q: Scalar) -> Scalar {
    q < 0.5 ? a + q * (b - a) : b - (1 - q) * (b - a)
}

/// The larger of two numbers, NaN if either is.
@inline(__always)
private func larger<Scalar: RecursionScalar>(_ a: Scalar, _ b: Scalar) -> Scalar {
    a.isNaN || b.isNaN ? .nan : (a > b ? a : b)
}

/// −1, 0 or 1.
@inline(__always)
private func signum<Scalar: RecursionScalar>(_ value: Scalar) -> Scalar {
    value > 0 ? 1 : value < 0 ? -1 : value.isNaN ? .nan : 0
}
