// SPDX-License-Identifier: GPL-3.0-or-later

/// Death of a node behind batch normalisation, and how long a quiet node takes to die (theory notes A4).
///
/// The node is z = γ(h − h̄)/√(s² + ε_bn) + β, h = w·x, with s the deviation of h. The share κ = s/√(s² + ε_bn) is what ε_bn leaves of the
/// standardisation: 1 while s ≫ √ε_bn, when z does not depend on ‖w‖ at all, and s/√ε_bn once s ≪ √ε_bn. With M the largest standardised input
/// (h − h̄)/s on the side that γ opens, the node is silent exactly where |γ|κM + β ≤ 0. So there are three fates:
///
/// 1. β ≥ 0: shrinking weights can't silence it while s > 0; it tends to the constant β.
/// 2. −|γ|M < β < 0: silent once s ≤ s* = √ε_bn·r/√(1 − r²), r = −β/(|γ|M): the weights' collapse is what kills.
/// 3. β ≤ −|γ|M: silent whatever the size of w.
///
/// A node is *quiet* while ‖g_data‖ ≤ λ‖w‖. Then w follows the recursion of a dead weight (B0, B3) although the node still fires, and it falls
/// silent after ``quietLength(weights:inputs:scale:shift:rule:learningRate:l2:epsilon:batch:stepsPerEpoch:limit:)`` steps, unless a larger
/// gradient comes first. Silent, it has no data gradient, so nothing calls it back: fates 2 and 3 are absorbing under L2 on weights alone.
///
/// *Status.* Tested on digits on cells that the law was not found on (`plots/batchnorm-death`): of 2012 deaths each had a quiet spell foretold to
/// end in silence; slope of log measured on log predicted length 1.07, median deviation 8 %, from 60 steps on. The death *rate* has no law yet.
public enum BatchNormDeath {
    /// What shrinking weights do to a node.
    public enum Silence: Sendable, Equatable {
        /// β is not negative: active on some sample at any scale of w.
        case never
        /// Silent where the deviation of w·x is at most this.
        case belowDeviation(Double)
        /// Silent at any scale of w.
        case always
    }

    /// κ = s/√(s² + ε_bn), in 0…1; without overflow or underflow of s².
    public static func standardisation(deviation: Double, epsilon: Double) throws(LawError) -> Double {
        try requireNonNegative("deviation s", deviation)
        try requireNonNegative("ε of batch normalisation", epsilon)
        if deviation == 0 { return 0 }
        let ratio = epsilon.squareRoot() / deviation
        return ratio > 1 ? (1 / ratio) / (1 + 1 / (ratio * ratio)).squareRoot() : 1 / (1 + ratio * ratio).squareRoot()
    }

    /// When the node is silent on inputs whose largest standardised value is M ≥ 0, on the side that γ opens. Exact but for rounding.
    ///
    /// M is at most √(B − 1) on a batch of B (Samuelson), which makes ``Silence/always`` certificate D6 (iii); on data take the measured M.
    public static func silence(scale: Double, shift: Double, largestStandardised: Double, epsilon: Double) throws(LawError) -> Silence {
        guard scale.isFinite else { throw .invalid(quantity: "γ", found: scale, accepted: "finite") }
        guard shift.isFinite else { throw .invalid(quantity: "β", found: shift, accepted: "finite") }
        try requireNonNegative("largest standardised input", largestStandardised)
        try requireNonNegative("ε of batch normalisation", epsilon)
        let reach = scale.magnitude * largestStandardised
        if shift <= -reach { return .always }
        if shift >= 0 { return .never }
        let ratio = -shift / reach
        return .belowDeviation(epsilon.squareRoot() * ratio / ((1 - ratio) * (1 + ratio)).squareRoot())
    }

    /// Steps from the start of a quiet spell until the node is silent on all of the data, had it no data gradient from there on.
    ///
    /// *Law.* Weights, γ and β follow the exact recursion with g = λw (γ and β: no L2, their momentum runs out); the result is the first step count
    /// n at which max z ≤ 0 over `inputs`, taken as one batch. *Hypotheses*: L2 on the weights alone; the data gradient stays below λ‖w‖.
    ///
    /// *Error bound.* A batch sees its own mean and deviation, s(1 ± 2/√(2B)) and h̄ ± 2s/√B (two standard errors), which brings its silence
    /// forward or back; and a lone active sample is met once an epoch, so that the last activity may be an epoch early. The bound is the larger
    /// of the two sides. What the small data gradient adds is neglected, and so is that γ and β move with it.
    ///
    /// - Parameters:
    ///   - weights: the incoming weights with their moments, as they are before the first quiet step.
    ///   - inputs: training samples, one row of as many features as there are weights.
    ///   - scale: γ with its moments.
    ///   - shift: β with its moments.
    ///   - rule: the optimiser of all of them.
    ///   - learningRate: α by step.
    ///   - l2: λ, of the weights.
    ///   - epsilon: ε of batch normalisation.
    ///   - batch: samples a training batch, 2 or more.
    ///   - stepsPerEpoch: steps in which every sample is shown once.
    ///   - limit: steps after which to give up.
    /// - Throws: ``LawError/notApplicable(law:reason:)`` if the node is not silent within `limit` steps, as with β ≥ 0.
    public static func quietLength(
        weights: [DeadWeight<Double>], inputs: [[Double]], scale: DeadWeight<Double>, shift: DeadWeight<Double>, rule: DeadWeightRule,
        learningRate: LearningRate, l2: Double, epsilon: Double, batch: Int, stepsPerEpoch: Int, limit: Int = 10_000
    ) throws(LawError) -> Prediction {
        try requireNonNegative("ε of batch normalisation", epsilon)
        guard batch >= 2 else { throw .invalid(quantity: "batch", found: Double(batch), accepted: "≥ 2") }
        guard !inputs.isEmpty, inputs.allSatisfy({ $0.count == weights.count }) else {
            throw .invalid(quantity: "features a sample", found: Double(inputs.first?.count ?? 0), accepted: "\(weights.count), one a weight")
        }
        let data = CenteredInputs(inputs, features: weights.count)
        func recursion(_ state: DeadWeight<Double>, l2: Double) throws(LawError) -> ExactRecursion<Double> {
            try ExactRecursion(state, rule: rule, learningRate: learningRate, l2: l2)
        }
        var parts: [ExactRecursion<Double>] = []
        for weight in weights { parts.append(try recursion(weight, l2: l2)) }
        var (gamma, beta) = (try recursion(scale, l2: 0), try recursion(shift, l2: 0))
        var (first, middle): (Int?, Int?)
        var step = 0
        while step <= limit {
            let reach = data.reach(parts.map(\.state.weight), opening: gamma.state.weight)
            func isSilent(mean: Double, deviation: Double) -> Bool {
                let seen = deviation * reach.deviation
                let largest = (reach.largest + mean * reach.deviation) / (seen * seen + epsilon).squareRoot()
                return gamma.state.weight.magnitude * largest + beta.state.weight <= 0
            }
            let (meanError, deviationError) = (2 / Double(batch).squareRoot(), min(1, 2 / (2 * Double(batch)).squareRoot()))
            if first == nil, isSilent(mean: -meanError, deviation: 1 + deviationError) { first = step }
            if middle == nil, isSilent(mean: 0, deviation: 1) { middle = step }
            if let middle, isSilent(mean: meanError, deviation: 1 - deviationError) {
                let early = middle - max(0, (first ?? middle) - stepsPerEpoch)
                return Prediction(Double(middle), errorBound: Double(max(early, step - middle)))
            }
            // A fiftieth of the way is fine enough for a look at all the data.
            let stride = max(1, step / 50)
            for _ in 0..<stride {
                for index in parts.indices { parts[index].advance() }
                gamma.advance()
                beta.advance()
            }
            step += stride
        }
        throw .notApplicable(
            law: "death under batch normalisation (A4)",
            reason: "the node is not silent on the data within \(limit) steps; β ends at \(beta.state.weight)")
    }
}

/// Samples with their mean taken off, as batch normalisation does.
private struct CenteredInputs {
    private var values: [Double]
    private let features: Int

    init(_ inputs: [[Double]], features: Int) {
        self.features = features
        var mean = [Double](repeating: 0, count: features)
        for row in inputs { for j in 0..<features { mean[j] += row[j] } }
        for j in 0..<features { mean[j] /= Double(inputs.count) }
        values = []
        values.reserveCapacity(inputs.count * features)
        for row in inputs { for j in 0..<features { values.append(row[j] - mean[j]) } }
    }

    /// Largest h − h̄ on the side that a scale of this sign opens, and the deviation of h.
    func reach(_ weights: [Double], opening scale: Double) -> (largest: Double, deviation: Double) {
        let sign: Double = scale < 0 ? -1 : 1
        var (largest, squares) = (-Double.infinity, 0.0)
        values.withUnsafeBufferPointer { values in
            weights.withUnsafeBufferPointer { weights in
                for start in stride(from: 0, to: values.count, by: features) {
                    var product = 0.0
                    for j in 0..<features { product += values[start + j] * weights[j] }
                    largest = max(largest, sign * product)
                    squares += product * product
                }
            }
        }
        return (largest, (squares / Double(values.count / max(1, features))).squareRoot())
    }
}
