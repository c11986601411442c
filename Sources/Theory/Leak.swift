// SPDX-License-Identifier: GPL-3.0-or-later

/// The leak: where a weight ends whose node keeps a small mean data gradient ḡ (theory notes A6).
public enum Leak {
    /// w = −ḡ/λ: the point where g_data + λw vanishes on average, whatever the optimiser's denominator.
    ///
    /// *Hypotheses*: λ > 0, ḡ steady, and a rule whose step is a multiple of (an average of) g. The bound is the motion that is left around the
    /// point: the floor (``Floor``), since there too the gradient is λ(w − w∞); and `gradientDeviation`/λ, the noise of ḡ, which an average over
    /// many steps only makes smaller.
    public static func restingWeight(
        _ rule: DeadWeightRule, meanGradient: Double, learningRate: Double, l2: Double, gradientDeviation: Double = 0
    ) throws(LawError) -> Prediction {
        try requireNonNegative("λ", l2, positive: true)
        try requireNonNegative("deviation of the gradient", gradientDeviation)
        switch rule {
        case .lion, .signDescent:
            return Prediction(-meanGradient / l2, errorBound: (learningRate * l2 + gradientDeviation) / l2)
        default: break
        }
        if rule.decoupledDecay > 0 {
            throw .notApplicable(law: "the leak (A6)", reason: "decoupled decay pulls the weight besides λ, outside the gradient")
        }
        let floor = try? Floor.rms(rule, learningRate: learningRate, l2: l2)
        let swing = floor.map { 3 * ($0.value + $0.errorBound) } ?? 0
        return Prediction(-meanGradient / l2, errorBound: swing + gradientDeviation / l2)
    }
}
