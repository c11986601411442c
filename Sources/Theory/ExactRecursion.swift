// SPDX-License-Identifier: GPL-3.0-or-later

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
        stepsMade += 1
        if let step = state.step { state.step = step + 1 }
        let step = RecursionStep<Scalar>(rule, learningRate: alpha, l2: l2, step: state.step, momentumProduct: &state.momentumProduct)
        step.apply(&state.weight, &state.firstMoment, &state.secondMoment, &state.auxiliary, dataGradient: dataGradient)
    }
}
