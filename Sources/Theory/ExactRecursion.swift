// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// The exact recursion of one weight under one optimiser (theory notes B0): the oracle of all other laws.
///
/// With g = g_data + λw, one step t (from 1) is, operation by operation, each rounded on its own, scalars computed in `Double` and rounded
/// once:
///
///     Adam       m ← lerp(m, g, 1−β₁);  v ← v·β₂ + ((1−β₂)·g)·g;  w ← w − ((α/(1−β₁ᵗ))·m)/(√v/√(1−β₂ᵗ) + ε)
///                ε-hat:  w ← w − ((α√(1−β₂ᵗ)/(1−β₁ᵗ))·m)/(√v + ε);   inside: denominator √(v/(1−β₂ᵗ) + ε)
///     AMSGrad    the same with u ← max(u, v) for v in the denominator
///     AdamW      w·(1 − αω) in place of w, g at the undecayed weight
///     AdaMax     m as Adam;  u ← max(u·β₂, |g| + ε);  w ← w − ((α/(1−β₁ᵗ))·m)/u
///     NAdam      m, v as Adam;  μ_t = β₁(1 − ½·0.96^(tψ)),  Π ← Π·μ_t;  d = √(v/(1−β₂ᵗ)) + ε
///                w ← (w − ((α(1−μ_t)/(1−Π))·g)/d) − ((αμ_{t+1}/(1−Πμ_{t+1}))·m)/d
///     AdaGrad    s ← s + g·g;  w ← w − ((α/(1 + (t−1)κ))·g)/(√s + ε)
///     RMSprop    v as Adam;  ḡ ← lerp(ḡ, g, 1−β₂);  d = √v + ε or √(v − ḡ·ḡ) + ε
///                w ← w − (α·g)/d,  or with momentum  b ← b·μ + g/d,  w ← w − α·b
///     Adadelta   v as Adam;  Δ = (√(D + ε)/√(v + ε))·g;  D ← D·β₂ + ((1−β₂)·Δ)·Δ;  w ← w − α·Δ
///     SGD        w ← w − α·g;   heavy ball  b ← b·μ + g, w ← w − α·b;   Nesterov  w ← w − α·(g + μ·b)
///     Lion       c = m·β₁ + (1−β₁)·g;  m ← m·β₂ + (1−β₂)·g;  w ← w·(1 − αω) − α·sign c
///     sign       w ← w − α·sign g
///
/// lerp(a, b, q) is a + q(b − a) for q < ½, else b − (1−q)(b − a): PyTorch's.
public struct ExactRecursion<Scalar: RecursionScalar>: Sendable {
    public let rule: DeadWeightRule
    public let learningRate: LearningRate
    /// λ.
    public let l2: Double
    /// The weight as it is now.
    public private(set) var state: DeadWeight<Scalar>
    /// Steps made since the recursion began.
    public private(set) var stepsMade = 0
    private let firstStep: Int

    /// - Throws: ``LawError`` if λ or a hyper-parameter lies outside its range.
    public init(_ state: DeadWeight<Scalar>, rule: DeadWeightRule, learningRate: LearningRate, l2: Double) throws(LawError) {
        try rule.validate()
        try requireNonNegative("λ", l2)
        if let step = state.step, step < 0 { throw .invalid(quantity: "step", found: Double(step), accepted: "≥ 0") }
        self.state = state
        self.rule = rule
        self.learningRate = learningRate
        self.l2 = l2
        firstStep = state.step ?? 0
    }

    /// Makes one step; `dataGradient` is g_data, 0 for a dead weight.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    #if (arch(x86_64) || arch(i386)) && !os(Windows) && !os(Android)
        @_specialize(where Scalar == Float80)
    #endif
    public mutating func advance(dataGradient: Scalar = 0) {
        let alpha = learningRate[firstStep + stepsMade]
        let gradient = l2 == 0 ? dataGradient : dataGradient + Scalar(l2) * state.weight
        stepsMade += 1
        if let step = state.step { state.step = step + 1 }
        switch rule {
        case .adam(let beta1, let beta2, let epsilon, let placement):
            advanceAdam(gradient, alpha, beta1, beta2, epsilon, placement, decay: 0, keepsMaximum: false)
        case .amsgrad(let beta1, let beta2, let epsilon, let placement):
            advanceAdam(gradient, alpha, beta1, beta2, epsilon, placement, decay: 0, keepsMaximum: true)
        case .adamW(let beta1, let beta2, let epsilon, let placement, let decay):
            advanceAdam(gradient, alpha, beta1, beta2, epsilon, placement, decay: decay, keepsMaximum: false)
        case .adaMax(let beta1, let beta2, let epsilon):
            state.firstMoment = lerp(state.firstMoment, gradient, Scalar(1 - beta1))
            state.secondMoment = larger(state.secondMoment * Scalar(beta2), gradient.magnitude + Scalar(epsilon))
            state.weight -= (Scalar(alpha / correction(beta1)) * state.firstMoment) / state.secondMoment
        case .nadam(let beta1, let beta2, let epsilon, let placement, let momentumDecay):
            advanceNAdam(gradient, alpha, beta1, beta2, epsilon, placement, momentumDecay)
        case .adaGrad(let epsilon, let slowing):
            state.secondMoment += gradient * gradient
            let rate = Scalar(alpha / (1 + Double((state.step ?? 1) - 1) * slowing))
            state.weight -= (rate * gradient) / (state.secondMoment.squareRoot() + Scalar(epsilon))
        case .rmsprop(let beta2, let epsilon, let momentum, let centered):
            advanceRMSprop(gradient, alpha, beta2, epsilon, momentum, centered)
        case .adadelta(let beta2, let epsilon):
            accumulateSquare(gradient, beta2)
            let root = (state.auxiliary + Scalar(epsilon)).squareRoot() / (state.secondMoment + Scalar(epsilon)).squareRoot()
            let delta = root * gradient
            state.auxiliary = state.auxiliary * Scalar(beta2) + (Scalar(1 - beta2) * delta) * delta
            state.weight -= Scalar(alpha) * delta
        case .gradientDescent:
            state.weight -= Scalar(alpha) * gradient
        case .heavyBall(let momentum):
            state.firstMoment = state.firstMoment * Scalar(momentum) + gradient
            state.weight -= Scalar(alpha) * state.firstMoment
        case .nesterov(let momentum):
            state.firstMoment = state.firstMoment * Scalar(momentum) + gradient
            state.weight -= Scalar(alpha) * (gradient + Scalar(momentum) * state.firstMoment)
        case .lion(let beta1, let beta2, let decay):
            let direction = state.firstMoment * Scalar(beta1) + Scalar(1 - beta1) * gradient
            state.firstMoment = state.firstMoment * Scalar(beta2) + Scalar(1 - beta2) * gradient
            state.weight = state.weight * Scalar(1 - alpha * decay) - Scalar(alpha) * signum(direction)
        case .signDescent:
            state.weight -= Scalar(alpha) * signum(gradient)
        }
    }

    private mutating func advanceAdam(
        _ gradient: Scalar, _ alpha: Double, _ beta1: Double, _ beta2: Double, _ epsilon: Double,
        _ placement: DeadWeightRule.EpsilonPlacement, decay: Double, keepsMaximum: Bool
    ) {
        state.firstMoment = lerp(state.firstMoment, gradient, Scalar(1 - beta1))
        accumulateSquare(gradient, beta2)
        if keepsMaximum { state.auxiliary = larger(state.auxiliary, state.secondMoment) }
        let square = keepsMaximum ? state.auxiliary : state.secondMoment
        let (correction1, correction2) = (correction(beta1), correction(beta2))
        let rate: Double
        let denominator: Scalar
        switch placement {
        case .outsideRoot:
            rate = alpha / correction1
            denominator = square.squareRoot() / Scalar(correction2.squareRoot()) + Scalar(epsilon)
        case .epsilonHat:
            rate = alpha * correction2.squareRoot() / correction1
            denominator = square.squareRoot() + Scalar(epsilon)
        case .insideRoot:
            rate = alpha / correction1
            denominator = (square / Scalar(correction2) + Scalar(epsilon)).squareRoot()
        }
        state.weight = state.weight * Scalar(1 - alpha * decay) - (Scalar(rate) * state.firstMoment) / denominator
    }

    private mutating func advanceNAdam(
        _ gradient: Scalar, _ alpha: Double, _ beta1: Double, _ beta2: Double, _ epsilon: Double,
        _ placement: DeadWeightRule.EpsilonPlacement, _ momentumDecay: Double
    ) {
        let momentum = NesterovMoments(beta1: beta1, momentumDecay: momentumDecay, step: state.step, product: state.momentumProduct)
        state.momentumProduct = momentum.product
        state.firstMoment = lerp(state.firstMoment, gradient, Scalar(1 - beta1))
        accumulateSquare(gradient, beta2)
        let correction2 = correction(beta2)
        let denominator: Scalar
        switch placement {
        case .outsideRoot: denominator = (state.secondMoment / Scalar(correction2)).squareRoot() + Scalar(epsilon)
        case .epsilonHat: denominator = (state.secondMoment.squareRoot() + Scalar(epsilon)) / Scalar(correction2.squareRoot())
        case .insideRoot: denominator = (state.secondMoment / Scalar(correction2) + Scalar(epsilon)).squareRoot()
        }
        let gradientRate = alpha * (1 - momentum.now) / (1 - momentum.product)
        let momentRate = alpha * momentum.next / (1 - momentum.product * momentum.next)
        state.weight -= (Scalar(gradientRate) * gradient) / denominator
        state.weight -= (Scalar(momentRate) * state.firstMoment) / denominator
    }

    private mutating func advanceRMSprop(
        _ gradient: Scalar, _ alpha: Double, _ beta2: Double, _ epsilon: Double, _ momentum: Double, _ centered: Bool
    ) {
        accumulateSquare(gradient, beta2)
        var square = state.secondMoment
        if centered {
            state.auxiliary = lerp(state.auxiliary, gradient, Scalar(1 - beta2))
            square -= state.auxiliary * state.auxiliary
            if square < 0 { square = 0 }
        }
        let denominator = square.squareRoot() + Scalar(epsilon)
        if momentum > 0 {
            state.firstMoment = state.firstMoment * Scalar(momentum) + gradient / denominator
            state.weight -= Scalar(alpha) * state.firstMoment
        } else {
            state.weight -= (Scalar(alpha) * gradient) / denominator
        }
    }

    /// v ← v·β₂ + ((1−β₂)·g)·g.
    private mutating func accumulateSquare(_ gradient: Scalar, _ beta2: Double) {
        state.secondMoment = state.secondMoment * Scalar(beta2) + (Scalar(1 - beta2) * gradient) * gradient
    }

    /// 1 − βᵗ of the step under way.
    private func correction(_ beta: Double) -> Double { biasCorrection(beta, step: state.step) }
}

/// 1 − βᵗ; 1 without a step count and once it is spent.
package func biasCorrection(_ beta: Double, step: Int?) -> Double {
    guard let step, !biasCorrectionIsSpent(beta, step: step) else { return 1 }
    return 1 - Double.pow(beta, Double(step))
}

/// Past t(1−β) = 40 the bias correction 1 − βᵗ rounds to 1, and the power need not be taken.
package func biasCorrectionIsSpent(_ beta: Double, step: Int) -> Bool { Double(step) * (1 - beta) > 40 }

/// NAdam's momenta μ_t, μ_{t+1} and Π_t at step t; without a step count their limits β₁, β₁ and 0.
package struct NesterovMoments {
    package let now: Double
    package let next: Double
    package let product: Double

    package init(beta1: Double, momentumDecay: Double, step: Int?, product before: Double) {
        guard let step else {
            (now, next, product) = (beta1, beta1, 0)
            return
        }
        now = Self.momentum(step, beta1: beta1, momentumDecay: momentumDecay)
        next = Self.momentum(step + 1, beta1: beta1, momentumDecay: momentumDecay)
        product = before * now
    }

    /// μ_t.
    package static func momentum(_ step: Int, beta1: Double, momentumDecay: Double) -> Double {
        beta1 * (1 - 0.5 * Double.pow(0.96, Double(step) * momentumDecay))
    }
}

/// PyTorch's `lerp`, which is exactly b at q = 1.
private func lerp<Scalar: RecursionScalar>(_ a: Scalar, _ b: Scalar, _ q: Scalar) -> Scalar {
    q < 0.5 ? a + q * (b - a) : b - (1 - q) * (b - a)
}

/// The larger of two numbers, NaN if either is.
private func larger<Scalar: RecursionScalar>(_ a: Scalar, _ b: Scalar) -> Scalar {
    a.isNaN || b.isNaN ? .nan : (a > b ? a : b)
}

/// −1, 0 or 1.
private func signum<Scalar: RecursionScalar>(_ value: Scalar) -> Scalar {
    value > 0 ? 1 : value < 0 ? -1 : value.isNaN ? .nan : 0
}
