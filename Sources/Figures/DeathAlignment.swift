// SPDX-License-Identifier: GPL-3.0-or-later

/// The time around death that nodes share once each is shifted to its own death: steps from −`before` to `after`.
struct DeathAlignment: Sendable, Equatable {
    /// The share of nodes whose way from death to the last state fits the window, and the room left beyond it.
    static let share = 0.8
    static let margin = 1.4
    /// The part of the window after death that is shown before it.
    static let lead = 0.5

    let before: Double
    let after: Double

    /// Chosen so that most nodes are seen to reach the smallest ξ.
    ///
    /// - Parameters:
    ///   - settled: for each node that dies, the steps from its death until it is below the smallest ξ; nil for a node that isn't yet.
    ///   - left: for each of them, the steps from its death to the end of the run. It stands in where too few nodes have settled.
    /// - Returns: nil if no node has a step left after its death.
    init?(settled: [Int?], left: [Int]) {
        let known = settled.compactMap(\.self).filter { $0 > 0 }.sorted()
        let pool = 2 * known.count >= settled.count ? known : left.filter { $0 > 0 }.sorted()
        guard let longest = left.max(), longest > 0, !pool.isEmpty else { return nil }
        after = min(Double(longest), Self.margin * Double(pool[Int(Self.share * Double(pool.count - 1))]))
        before = Self.lead * after
    }

    /// The step of a run that the middle of a column shows, for a node's death step.
    func step(column: Int, of columns: Int, death: Int) -> Double {
        Double(death) - before + (before + after) * (Double(column) + 0.5) / Double(columns)
    }
}
