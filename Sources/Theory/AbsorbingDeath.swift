// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// Whether a node that has died stays dead, by what L2 covers (theory notes A5).
///
/// The node's pre-activation is Σw_jx_j + b, without batch normalisation or with it folded in; `reach` is the largest Σ|w_j|·max(|l_j|, |u_j|) over
/// the input box that its weights still come to, which sign flips of the weights don't change.
public enum AbsorbingDeath: Sendable, Equatable {
    /// Proved to stay silent for ever.
    case absorbing
    /// Stays silent once `reach` has fallen to |b|; until then the weights may still wake it.
    case absorbingOnceReachIs(Double)
    /// The weights vanish and the node comes back as the constant b > 0.
    case revivesAsConstant(Double)
    /// The bias itself may overshoot zero, from about this step on: not before the lower end of the prediction's range.
    case mayRevive(fromStep: Prediction)
    /// The bias never reaches 0 from below, but tends to it: silent while reach ≤ |b|, which both shrink.
    case marginal

    /// L2 on weights only: the bias keeps its value, as a silent node's data gradient is 0 (b after its moments are spent).
    public static func withFreeBias(_ bias: Double, reach: Double) throws(LawError) -> AbsorbingDeath {
        try requireNonNegative("reach", reach)
        if bias > 0 { return .revivesAsConstant(bias) }
        return reach <= -bias ? .absorbing : .absorbingOnceReachIs(-bias)
    }

    /// L2 on the bias too, under Adam, λ_b its coefficient: b → 0 with an effective decay of its own, η_b = αλ_b/(s_b + ε).
    ///
    /// A negative b overshoots to positive only where it oscillates, η_b > (1−√β₁)²/(1−β₁). In the memory phase η_b grows by −½ ln β₂ a step, so from
    /// step ln(edge/η_b)/a on, unless αλ_b/ε stays below the edge (or β₁ = 0, where the limit must pass 1).
    ///
    /// *Error bound*: a denominator that falls by r = β₂^(−1/2) a step makes the window open at (1−√(β₁r))²/(1−β₁) already (``AdiabaticRecursion``), and the last
    /// step is a whole one. λ_b²b² in v only delays the overshoot.
    ///
    /// *Hypothesis*: m_b spent, so that the start itself does not overshoot.
    public static func withDecayedBias(
        _ bias: Double, reach: Double, biasRootSecondMoment: Double, learningRate: Double, biasL2: Double, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-8
    ) throws(LawError) -> AbsorbingDeath {
        try requireForgetting("β₁", beta1)
        try requireForgetting("β₂", beta2)
        try requireNonNegative("s", biasRootSecondMoment)
        if biasL2 == 0 { return try withFreeBias(bias, reach: reach) }
        let edge = beta1 == 0 ? 1 : LinearMode.oscillationWindow(beta1: beta1).lowerBound
        let product = learningRate * biasL2
        guard bias <= 0 else { return .mayRevive(fromStep: Prediction(0, errorBound: 0)) }
        if bias == 0, reach == 0 { return .absorbing }
        guard product > edge * epsilon else { return .marginal }
        // s falls as e^{−at} until s + ε = αλ/edge.
        let target = product / edge - epsilon
        guard biasRootSecondMoment > target else { return .mayRevive(fromStep: Prediction(0, errorBound: 0)) }
        if beta2 == 0 { return .mayRevive(fromStep: Prediction(1, errorBound: 1)) }
        let growth = -0.5 * Double.log(beta2)
        let step = Double.log(biasRootSecondMoment / target) / growth
        // At β₁ = 0 the window is a point, which no drift moves.
        let moving = beta1 == 0 ? edge : Double.pow(max(0, 1 - Double.sqrt(beta1 * Double.exp(growth))), 2) / (1 - beta1)
        let sooner = moving > 0 ? product / moving - epsilon : .infinity
        let earliest = sooner < biasRootSecondMoment ? Double.log(biasRootSecondMoment / sooner) / growth : 0
        return .mayRevive(fromStep: Prediction(step, errorBound: 1 + step - earliest))
    }
}
