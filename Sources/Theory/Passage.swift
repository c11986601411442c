// SPDX-License-Identifier: GPL-3.0-or-later

/// When a weight fell under a threshold ξ, and whether it came back.
public struct Passage: Sendable, Equatable {
    /// First step count at which |w| < ξ.
    public var dip: Int?
    /// First step count from which |w| < ξ for at least the patience asked for.
    public var passage: Int?
    /// First step count after the passage at which |w| ≥ ξ again.
    public var revival: Int?
}

extension ExactRecursion {
    /// Advances until the weight has passed `threshold`, and on until it revives if `followingRevival`, at most `limit` steps.
    ///
    /// Step counts are steps made since the recursion began; 0 is the state it began with. A passage needs ``DeadWeightRule/passagePatience``
    /// steps below the threshold to be seen, so `limit` must leave room for them.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public mutating func passage(below threshold: Double, limit: Int, followingRevival: Bool = false) -> Passage {
        let patience = rule.passagePatience
        var result = Passage()
        var below: Int?
        while true {
            if Double(state.weight.magnitude) < threshold {
                if result.dip == nil { result.dip = stepsMade }
                let start = below ?? stepsMade
                below = start
                if result.passage == nil, stepsMade - start >= patience {
                    result.passage = start
                    if !followingRevival { return result }
                }
            } else {
                below = nil
                if result.passage != nil {
                    result.revival = stepsMade
                    return result
                }
            }
            if stepsMade >= limit { return result }
            advance()
        }
    }
}
