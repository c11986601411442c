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
        let fall = adamFall(inputs, lossDerivative, epsilon)
        return Prediction((preactivation / (learningRate * fall)).rounded(.up), errorBound: 1)
    }

    /// Under SGD: z falls by αδ(‖x‖² + 1) a step.
    public static func gradientDescent(
        preactivation: Double, inputs: [Double], lossDerivative: Double, learningRate: Double
    ) throws(LawError) -> Prediction {
        try check(preactivation, inputs, lossDerivative, learningRate)
        let fall = gradientDescentFall(inputs, lossDerivative)
        return Prediction((preactivation / (learningRate * fall)).rounded(.up), errorBound: 1)
    }

    /// The same under Adam by a schedule: the first n with Σα_k·(Σ x_j·δx_j/(δx_j + ε) + δ/(δ + ε)) ≥ z₀, k from `step` on.
    ///
    /// - Throws: ``LawError/notApplicable(law:reason:)`` if there is none within `limit` steps.
    public static func adam(
        preactivation: Double, inputs: [Double], lossDerivative: Double, learningRate: LearningRate, from step: Int = 0, limit: Int,
        epsilon: Double = 1e-8
    ) throws(LawError) -> Prediction {
        try check(preactivation, inputs, lossDerivative, 1)
        return try death(preactivation / adamFall(inputs, lossDerivative, epsilon), learningRate, step, limit)
    }

    /// The same under SGD by a schedule: the first n with Σα_k·δ(‖x‖² + 1) ≥ z₀, k from `step` on.
    ///
    /// - Throws: ``LawError/notApplicable(law:reason:)`` if there is none within `limit` steps.
    public static func gradientDescent(
        preactivation: Double, inputs: [Double], lossDerivative: Double, learningRate: LearningRate, from step: Int = 0, limit: Int
    ) throws(LawError) -> Prediction {
        try check(preactivation, inputs, lossDerivative, 1)
        return try death(preactivation / gradientDescentFall(inputs, lossDerivative), learningRate, step, limit)
    }

    /// What z falls by a step, over α.
    private static func adamFall(_ inputs: [Double], _ delta: Double, _ epsilon: Double) -> Double {
        func share(_ gradient: Double) -> Double { gradient == 0 ? 0 : gradient / (gradient + epsilon) }
        return inputs.reduce(share(delta)) { $0 + $1 * share(delta * $1) }
    }

    private static func gradientDescentFall(_ inputs: [Double], _ delta: Double) -> Double { delta * inputs.reduce(1) { $0 + $1 * $1 } }

    /// The first n with Σα_k ≥ `sum`.
    private static func death(_ sum: Double, _ rate: LearningRate, _ step: Int, _ limit: Int) throws(LawError) -> Prediction {
        var made = 0.0
        for n in 0..<max(0, limit) {
            made += rate[step + n]
            if made >= sum { return Prediction(Double(n + 1), errorBound: 1) }
        }
        throw .notApplicable(law: "driven death (A2)", reason: "Σα of \(limit) steps does not carry the pre-activation to 0")
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
