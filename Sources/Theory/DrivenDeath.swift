// SPDX-License-Identifier: GPL-3.0-or-later

/// Death by a gradient of constant sign (theory notes A2): how long until a node without batch normalisation falls silent.
///
/// One sample x ≥ 0 with pre-activation z₀ = w·x + b > 0 and a constant loss derivative δ > 0 at the node: weight j has gradient δx_j, the bias δ.
/// *Hypotheses*: λ = 0, δ constant while the node is active, no batch normalisation.
public enum DrivenDeath {
    /// Under Adam from fresh moments: z falls by α(Σ x_j·δx_j/(δx_j + ε) + δ/(δ + ε)) a step, which is α(‖x‖₁ + 1) for δx ≫ ε, whatever δ is.
    ///
    /// With bias correction m̂ = g and v̂ = g² exactly while g is constant. Exact but for the last step's rounding up (bound 1) and float rounding.
    public static func adam(
        preactivation: Double, inputs: [Double], lossDerivative: Double, learningRate: Double, epsilon: Double = 1e-8
    ) throws(LawError) -> Prediction {
        try check(preactivation, inputs, lossDerivative, learningRate)
        func share(_ gradient: Double) -> Double { gradient == 0 ? 0 : gradient / (gradient + epsilon) }
        let fall = inputs.reduce(share(lossDerivative)) { $0 + $1 * share(lossDerivative * $1) }
        return Prediction((preactivation / (learningRate * fall)).rounded(.up), errorBound: 1)
    }

    /// Under SGD: z falls by αδ(‖x‖² + 1) a step.
    public static func gradientDescent(
        preactivation: Double, inputs: [Double], lossDerivative: Double, learningRate: Double
    ) throws(LawError) -> Prediction {
        try check(preactivation, inputs, lossDerivative, learningRate)
        let fall = lossDerivative * inputs.reduce(1) { $0 + $1 * $1 }
        return Prediction((preactivation / (learningRate * fall)).rounded(.up), errorBound: 1)
    }

    private static func check(_ z: Double, _ x: [Double], _ delta: Double, _ alpha: Double) throws(LawError) {
        try requireNonNegative("pre-activation", z, positive: true)
        try requireNonNegative("α", alpha, positive: true)
        guard delta > 0, delta.isFinite else {
            throw .notApplicable(law: "driven death (A2)", reason: "δ = \(delta) does not drive the pre-activation down")
        }
        guard x.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw .notApplicable(law: "driven death (A2)", reason: "an input is negative: the gradients of one sample differ in sign")
        }
    }
}
