// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// Where sign descent and Lion leave a dead weight (theory notes B11): moves of size α can't come to rest at zero.
public enum LimitCycle {
    /// Sign descent with coupled L2: w walks to zero by α a step and then alternates between r and r − α, r = |w₀| mod α; returns the rms,
    /// √((r² + (α−r)²)/2), between α/2 and α/√2. Zero only if |w₀| is a multiple of α to the last bit.
    ///
    /// Exact but for the rounding of |w₀|/α subtractions, which is the bound. `learningRate` must be constant.
    public static func signDescent(weight: Double, learningRate: Double) throws(LawError) -> Prediction {
        try requireNonNegative("α", learningRate, positive: true)
        let residue = weight.magnitude.truncatingRemainder(dividingBy: learningRate)
        let other = learningRate - residue
        let walk = weight.magnitude / learningRate + 1
        return Prediction(((residue * residue + other * other) / 2).squareRoot(), errorBound: walk * weight.magnitude.ulp)
    }

    /// Lion with coupled L2: half the number of steps of one swing. w runs between about ±α·H/2 in triangles of H steps a side.
    ///
    /// *Derivation.* On a triangle wave of half period H the average m, an antiperiodic solution of m ← β₂m + (1−β₂)λw, lags behind w. The sign turns
    /// when c = β₁m + (1−β₁)λw does. In the continuous limit this asks for x = β₁·tanh x with x = A(1−β₂)/α, which has no solution but 0 for
    /// β₁ < 1: the swing is only kept up by the delay of the steps themselves and is a multiple of α. The largest H for which c keeps its sign
    /// until the turn is where a shrinking swing stops. *Hypotheses*: λ > 0, ω = 0, α constant; w₀ far from zero.
    public static func lionHalfPeriod(beta1: Double, beta2: Double) throws(LawError) -> Int {
        try requireForgetting("β₁", beta1)
        try requireForgetting("β₂", beta2)
        // Amplitudes beyond α/((1−β₁)(1−β₂)) can't be kept up: m lags by at most 1/(1−β₂) steps.
        let bound = Int((2 / ((1 - beta1) * (1 - beta2))).rounded(.up)) + 2
        var half = bound
        while half > 1 {
            if turns(half, beta1, beta2) { return half }
            half -= 1
        }
        return 1
    }

    /// Whether c keeps its sign for `half` steps down from +half/2 and has turned at the next.
    private static func turns(_ half: Int, _ beta1: Double, _ beta2: Double) -> Bool {
        let top = Double(half) / 2
        // m at the top of the antiperiodic solution, by linearity: m_H = β₂^H·m₀ + forced = −m₀.
        var forced = 0.0
        for j in 0..<half { forced = beta2 * forced + (1 - beta2) * (top - Double(j)) }
        var m = -forced / (1 + Double.pow(beta2, Double(half)))
        for j in 0..<half {
            let w = top - Double(j)
            if beta1 * m + (1 - beta1) * w <= 0 { return false }
            m = beta2 * m + (1 - beta2) * w
        }
        return beta1 * m + (1 - beta1) * (top - Double(half)) < 0
    }

    /// Lion with coupled L2: rms of the weight, between that of the smallest alternation, α/2, and that of the largest triangle, α·√((H² +
    /// 2)/12 + ¼) with the H of ``lionHalfPeriod(beta1:beta2:)``. The ¼ is for the part of w₀ that is no multiple of α: it puts the triangle's centre off 0, by α/2 at
    /// most, since the weight's places are α apart; a triangle's mean is its centre, so that this adds in squares. Several swings may keep
    /// themselves up; which of them a weight falls into is not derived, so the bound is half of that range.
    public static func lion(beta1: Double, beta2: Double, learningRate: Double) throws(LawError) -> Prediction {
        let half = Double(try lionHalfPeriod(beta1: beta1, beta2: beta2))
        let (smallest, largest) = (0.5 * learningRate, learningRate * ((half * half + 2) / 12 + 0.25).squareRoot())
        return Prediction((smallest + largest) / 2, errorBound: (largest - smallest) / 2)
    }

    /// Lion with its own decoupled decay ω and no coupled L2: a dead weight's m never changes sign, so w is pushed by α a step towards −sign(m₀)/ω,
    /// until m underflows after about ln(|m₀|/smallest)/(−ln β₂) steps. Only m₀ = 0 lets it decay to zero. Exact while m lives.
    public static func lionDecoupledTarget(firstMoment: Double, decay: Double) throws(LawError) -> Prediction {
        try requireNonNegative("ω", decay, positive: true)
        if firstMoment == 0 { return Prediction(0, errorBound: 0) }
        return Prediction(firstMoment > 0 ? -1 / decay : 1 / decay, errorBound: 8 * .ulpOfOne / decay)
    }
}
