// SPDX-License-Identifier: GPL-3.0-or-later

/// What becomes of a dead node's norm, by the exact recursion of its weights (theory notes B0): the very steps at which it dips under each
/// threshold, passes it, and rises again.
///
/// The norm is the L2 norm of the incoming weights. Steps count from the state at death, which is step 0; the ledger's step is that plus the
/// steps that the run had made by then. Events that a ledger saw before the death are not among these.
public struct NodeForecast: Sendable, Equatable {
    /// One entry a threshold, in the order asked for.
    public let crossings: [NormCrossing]
    /// Steps foretold.
    public let steps: Int
    /// ‖w‖ after the last step.
    public let finalNorm: Double

    /// Makes `steps` steps of a node's recursion and watches its norm.
    ///
    /// In the precision, the recipe and the floating-point state (of the thread) of a run, the result is the run's own to the very step, as long
    /// as the node stays silent. Cost: `steps` times the number of weights that still change.
    ///
    /// - Parameters:
    ///   - recursion: the node; left as it is at the end, so that its weights can be compared too.
    ///   - thresholds: ξ, each ≥ 1e-150, so that its square is a normal number.
    ///   - steps: how many to make.
    ///   - persistence: steps that a norm must stay under ξ for a passage, the first among them; 6/(1−β₁) rounded up by default, as in the
    ///     ledger.
    /// - Throws: ``LawError`` for numbers out of range.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public static func exact<Scalar>(
        _ recursion: inout NodeRecursion<Scalar>, thresholds: [Double], steps: Int, persistence: Int? = nil
    ) throws(LawError) -> NodeForecast {
        try requireSensible(thresholds: thresholds, steps: steps)
        let persistence = max(1, persistence ?? recursion.rule.passagePatience)
        let squares = thresholds.map { $0 * $0 }
        let largest = squares.max() ?? 0
        var crossings = thresholds.map { NormCrossing(threshold: $0) }
        var squaredNorm = recursion.squaredNorm(below: largest)
        for step in 0...steps {
            if step > 0, recursion.advance() { squaredNorm = recursion.squaredNorm(below: largest) }
            for index in crossings.indices {
                crossings[index].observe(isBelow: squaredNorm < squares[index], step: step, persistence: persistence)
            }
        }
        return NodeForecast(crossings: crossings, steps: steps, finalNorm: recursion.norm())
    }

    /// The same from a state.
    public static func exact<Scalar>(
        _ node: DeadNode<Scalar>, rule: DeadWeightRule, learningRate: LearningRate, l2: Double, thresholds: [Double], steps: Int,
        persistence: Int? = nil
    ) throws(LawError) -> NodeForecast {
        var recursion = try NodeRecursion(node, rule: rule, learningRate: learningRate, l2: l2)
        return try exact(&recursion, thresholds: thresholds, steps: steps, persistence: persistence)
    }

    static func requireSensible(thresholds: [Double], steps: Int) throws(LawError) {
        if steps < 0 { throw .invalid(quantity: "steps", found: Double(steps), accepted: "≥ 0") }
        for threshold in thresholds where !(threshold >= 1e-150 && threshold.isFinite) {
            throw .invalid(quantity: "ξ", found: threshold, accepted: "≥ 1e-150 and finite")
        }
    }
}
