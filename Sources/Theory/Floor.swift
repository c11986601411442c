// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// The floor above the edge of stability (theory notes B7, B11): where a dead weight ends that may not go to zero.
///
/// With η* the threshold (``StabilityThreshold``), the alternating orbit w_k = (−1)^k·A is one of the recursion exactly when the denominator
/// is αλ/η*: √v = λA, so that
///
///     A = α/η* − ε/λ                      ε outside the root, bias correction spent
///     A = √((α/η*)² − ε/λ²)               ε inside
///
/// *RMSprop, NAdam*: the weight settles on that orbit. *Centred RMSprop*: ḡ of the orbit is (1−β₂)/(1+β₂)·λA, so A is larger by
/// (1 − ((1−β₂)/(1+β₂))²)^(−1/2). *Adam, AdamW, RMSprop with momentum*: the orbit is unstable and the weight bursts around it; since v is an
/// average of λ²w², the mean square over many bursts is the mean of v, which is (αλ/η* − ε)² up to the spread of v over a burst's cycle.
/// That spread is not derived: the bound states what was measured, 15 % for β₁ ≤ 0.9 and 40 % above, and so is no test of the law; the claims test the median error.
/// *AdaMax*: u is a decaying maximum, which sets the peaks, not the mean square: peaks are some 1.5·A; u then falls by β₂ a step from P = 1 +
/// ½(1 − ε/u*) times u* = αλ/η* to u* while w² falls by β₁ a step, so that the mean square over the cycle is peak²·ln β₂/(ln β₁·ln P), at most
/// peak²/2. A scaling argument; the bound, 60 %, is what was measured, not derived.
///
/// *Hypotheses*: αλ/ε > η* (both after the schedule), β₁² < β₂, no rounding among subnormals. AMSGrad, AdaGrad, SGD, heavy ball and Nesterov have
/// no floor: their denominators don't fall. Adadelta's η tends to αλ; above 2 it has no orbit to settle on.
public enum Floor {
    /// Root mean square of the weight over many steps.
    public static func rms(_ rule: DeadWeightRule, learningRate: Double, l2: Double) throws(LawError) -> Prediction {
        let law = "the floor (B7)"
        let threshold = try StabilityThreshold.effectiveDecay(rule, learningRate: learningRate)
        let limit = try StabilityThreshold.effectiveDecayLimit(rule, learningRate: learningRate, l2: l2)
        guard limit > threshold else {
            throw .notApplicable(law: law, reason: "the effective decay's limit \(limit) is below η* = \(threshold): zero attracts")
        }
        if let beta2 = rule.secondMomentDecay, rule.firstMomentDecay * rule.firstMomentDecay >= beta2 {
            throw .notApplicable(law: law, reason: "β₁² ≥ β₂: the first moment outlives the second")
        }
        let edge = learningRate / threshold
        func outside(_ epsilon: Double) -> Double { edge - epsilon / l2 }
        switch rule {
        case .adam(let beta1, _, let epsilon, let placement), .adamW(let beta1, _, let epsilon, let placement, _):
            let value = placement == .insideRoot ? (edge * edge - epsilon / (l2 * l2)).squareRoot() : outside(epsilon)
            return Prediction(value, errorBound: (beta1 <= 0.9 ? 0.15 : 0.4) * value)
        case .nadam(_, _, let epsilon, let placement, _):
            let value = placement == .insideRoot ? (edge * edge - epsilon / (l2 * l2)).squareRoot() : outside(epsilon)
            return Prediction(value, errorBound: settledOrbit * value)
        case .rmsprop(let beta2, let epsilon, let momentum, let centered):
            let mean = centered ? (1 - beta2) / (1 + beta2) : 0
            let value = outside(epsilon) / (1 - mean * mean).squareRoot()
            return Prediction(value, errorBound: (momentum == 0 ? settledOrbit : momentum <= 0.9 ? 0.15 : 0.4) * value)
        case .adaMax(let beta1, let beta2, let epsilon):
            guard beta1 > 0 else { throw .notApplicable(law: law, reason: "AdaMax's cycle needs a first moment") }
            let orbit = outside(epsilon)
            let ratio = 1 + 0.5 * (1 - epsilon / (edge * l2))
            let share = min(0.5, Double.log(beta2) / (Double.log(beta1) * Double.log(ratio)))
            let value = 1.5 * orbit * share.squareRoot()
            return Prediction(value, errorBound: 0.6 * value)
        case .amsgrad, .adaGrad, .adadelta, .gradientDescent, .heavyBall, .nesterov, .lion, .signDescent:
            throw .notApplicable(law: law, reason: "\(rule.name)'s denominator does not fall with the weight")
        }
    }

    /// A settled orbit is exact but for its approach.
    private static let settledOrbit = 1e-3
}
