// SPDX-License-Identifier: GPL-3.0-or-later
internal import CGSL

/// Spearman's rank correlation ρ: Pearson's correlation of the ranks, equal values sharing the mean of their ranks.
///
/// It is ±1 for any increasing or decreasing relation, and does not ask how large the values are.
/// Source: Spearman, American Journal of Psychology 15 (1904); `gsl_stats_spearman`.
public struct RankCorrelation: Sendable, Equatable {
    /// ρ, in −1…1.
    public let coefficient: Double
    /// n.
    public let count: Int

    /// - Throws: ``StatisticsError`` for fewer than two pairs, not as many x as y, a value that is not finite, or all values of one side equal.
    public init(x: [Double], y: [Double]) throws {
        guard x.count == y.count else { throw StatisticsError.lengthMismatch("x", count: x.count, "y", otherCount: y.count) }
        try requireCount(x.count, atLeast: 2, "pairs of a rank correlation")
        for (values, name) in [(x, "x"), (y, "y")] {
            try requireFinite(values, name)
            guard values.contains(where: { $0 != values[0] }) else {
                throw StatisticsError.invalidValue(of: name, index: nil, found: "\(values[0]) everywhere", accepted: "at least two different values")
            }
        }
        var work = [Double](repeating: 0, count: 2 * x.count)
        coefficient = try GSLCall.value("gsl_stats_spearman", [.init("n", Double(x.count))]) {
            gsl_stats_spearman(x, 1, y, 1, x.count, &work)
        }
        count = x.count
    }
}
