// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Theory

/// The slow second implementation of every rule: textbook formulas in 200 bits, hyper-parameters taken exactly as the `Double`s given.
///
/// It shares neither code nor order of operations with the recipes, so that what agrees with it is right, and what departs from it is
/// rounding or range.
struct Oracle {
    private let laboratoryCase: LaboratoryCase
    private let one = Multiprecision(1)
    private let l2: Multiprecision
    private(set) var weight: Multiprecision
    private var first: Multiprecision
    private var second: Multiprecision
    private var auxiliary: Multiprecision
    private var product: Multiprecision
    private(set) var stepsMade = 0

    init(_ laboratoryCase: LaboratoryCase) {
        self.laboratoryCase = laboratoryCase
        let start = laboratoryCase.weight
        l2 = Multiprecision(laboratoryCase.l2)
        weight = Multiprecision(start.weight)
        first = Multiprecision(start.firstMoment)
        second = Multiprecision(start.secondMoment)
        auxiliary = Multiprecision(start.auxiliary)
        product = Multiprecision(start.momentumProduct)
    }

    mutating func advance() {
        let start = laboratoryCase.weight.step
        let alpha = Multiprecision(laboratoryCase.learningRate[(start ?? 0) + stepsMade])
        stepsMade += 1
        let t = start.map { $0 + stepsMade }
        let g = l2 * weight
        switch laboratoryCase.rule {
        case .adam(let beta1, let beta2, let epsilon, let placement):
            adam(g, alpha, t, beta1, beta2, epsilon, placement)
        case .amsgrad(let beta1, let beta2, let epsilon, let placement):
            adam(g, alpha, t, beta1, beta2, epsilon, placement, keepsMaximum: true)
        case .adamW(let beta1, let beta2, let epsilon, let placement, let decay):
            adam(g, alpha, t, beta1, beta2, epsilon, placement, shrink: one - alpha * Multiprecision(decay))
        case .adaMax(let beta1, let beta2, let epsilon):
            first = average(first, g, beta1)
            let (faded, fresh) = (second * Multiprecision(beta2), g.magnitude + Multiprecision(epsilon))
            second = faded > fresh ? faded : fresh
            weight = weight - alpha * first / (correction(beta1, t) * second)
        case .nadam(let beta1, let beta2, let epsilon, let placement, let momentumDecay):
            nadam(g, alpha, t, beta1, beta2, epsilon, placement, momentumDecay)
        case .adaGrad(let epsilon, let slowing):
            second = second + g * g
            let rate = alpha / (one + Multiprecision(Double((t ?? 1) - 1)) * Multiprecision(slowing))
            weight = weight - rate * g / (second.squareRoot() + Multiprecision(epsilon))
        case .rmsprop(let beta2, let epsilon, let momentum, let centered):
            second = average(second, g * g, beta2)
            if centered { auxiliary = average(auxiliary, g, beta2) }
            let direction = g / ((centered ? second - auxiliary * auxiliary : second).squareRoot() + Multiprecision(epsilon))
            first = momentum > 0 ? first * Multiprecision(momentum) + direction : direction
            weight = weight - alpha * first
        case .adadelta(let beta2, let epsilon):
            let epsilon = Multiprecision(epsilon)
            second = average(second, g * g, beta2)
            let change = ((auxiliary + epsilon) / (second + epsilon)).squareRoot() * g
            auxiliary = average(auxiliary, change * change, beta2)
            weight = weight - alpha * change
        case .gradientDescent:
            weight = weight - alpha * g
        case .heavyBall(let momentum):
            first = first * Multiprecision(momentum) + g
            weight = weight - alpha * first
        case .nesterov(let momentum):
            first = first * Multiprecision(momentum) + g
            weight = weight - alpha * (g + Multiprecision(momentum) * first)
        case .lion(let beta1, let beta2, let decay):
            let direction = average(first, g, beta1)
            first = average(first, g, beta2)
            weight = weight * (one - alpha * Multiprecision(decay)) - alpha * Multiprecision(Double(direction.sign))
        case .signDescent:
            weight = weight - alpha * Multiprecision(Double(g.sign))
        }
    }

    private mutating func adam(
        _ g: Multiprecision, _ alpha: Multiprecision, _ t: Int?, _ beta1: Double, _ beta2: Double, _ epsilon: Double,
        _ placement: DeadWeightRule.EpsilonPlacement, shrink: Multiprecision? = nil, keepsMaximum: Bool = false
    ) {
        first = average(first, g, beta1)
        second = average(second, g * g, beta2)
        if keepsMaximum, second > auxiliary { auxiliary = second }
        let step = alpha * first / (correction(beta1, t) * denominator(keepsMaximum ? auxiliary : second, beta2, t, epsilon, placement))
        weight = (shrink.map { weight * $0 } ?? weight) - step
    }

    private mutating func nadam(
        _ g: Multiprecision, _ alpha: Multiprecision, _ t: Int?, _ beta1: Double, _ beta2: Double, _ epsilon: Double,
        _ placement: DeadWeightRule.EpsilonPlacement, _ momentumDecay: Double
    ) {
        func momentum(_ t: Int) -> Multiprecision {
            let exponent = Multiprecision(Double(t)) * Multiprecision(momentumDecay)
            return Multiprecision(beta1) * (one - Multiprecision(0.5) * Multiprecision(0.96).power(exponent))
        }
        let (now, next) = t.map { (momentum($0), momentum($0 + 1)) } ?? (Multiprecision(beta1), Multiprecision(beta1))
        product = t == nil ? Multiprecision(0) : product * now
        first = average(first, g, beta1)
        second = average(second, g * g, beta2)
        let lookahead = (one - now) * g / (one - product) + next * first / (one - product * next)
        weight = weight - alpha * lookahead / denominator(second, beta2, t, epsilon, placement)
    }

    private func denominator(
        _ square: Multiprecision, _ beta2: Double, _ t: Int?, _ epsilon: Double, _ placement: DeadWeightRule.EpsilonPlacement
    ) -> Multiprecision {
        let (correction, epsilon) = (correction(beta2, t), Multiprecision(epsilon))
        return switch placement {
        case .outsideRoot: (square / correction).squareRoot() + epsilon
        case .epsilonHat: (square.squareRoot() + epsilon) / correction.squareRoot()
        case .insideRoot: (square / correction + epsilon).squareRoot()
        }
    }

    /// βa + (1−β)b.
    private func average(_ a: Multiprecision, _ b: Multiprecision, _ beta: Double) -> Multiprecision {
        let beta = Multiprecision(beta)
        return beta * a + (one - beta) * b
    }

    /// 1 − βᵗ; 1 without a step count.
    private func correction(_ beta: Double, _ t: Int?) -> Multiprecision {
        guard let t else { return one }
        return one - Multiprecision(beta).power(Multiprecision(Double(t)))
    }
}
