// SPDX-License-Identifier: GPL-3.0-or-later

/// When a schedule carries a run over the edge of stability (theory notes B12, C7): αλ/ε moves with α.
public enum ScheduledEdge {
    /// The steps of 0 ..< `budget` at which the effective decay's limit crosses η*, and to which side.
    ///
    /// Exact: only α(step) is compared. A weight follows later: its s must still fall (above), or its envelope must (below).
    public static func crossings(
        _ rule: DeadWeightRule, learningRate: LearningRate, l2: Double, budget: Int
    ) throws(LawError) -> [(step: Int, attractsZero: Bool)] {
        var crossings: [(step: Int, attractsZero: Bool)] = []
        var lastRate = Double.nan
        for step in 0..<max(0, budget) {
            let rate = learningRate[step]
            if rate == lastRate { continue }
            lastRate = rate
            let limit = try StabilityThreshold.effectiveDecayLimit(rule, learningRate: rate, l2: l2)
            let attracts = limit < (try StabilityThreshold.effectiveDecay(rule, learningRate: rate))
            if crossings.last?.attractsZero != attracts { crossings.append((step, attracts)) }
        }
        return crossings
    }
}
