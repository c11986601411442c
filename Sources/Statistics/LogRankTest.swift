// SPDX-License-Identifier: GPL-3.0-or-later

/// Whether two groups die at the same rate, whatever that rate is: the log-rank test.
///
/// At each event time with n at risk, n₁ of them in the first group, and d deaths, the first group's deaths are hypergeometric under the hypothesis: expected d·n₁/n, variance
/// d(n₁/n)(1−n₁/n)(n−d)/(n−1). Z = (O−E)/√V; Z² is compared with χ² of one degree of freedom, two-sided.
/// Most powerful where the ratio of the rates is constant; curves that cross can hide from it. Independence as in ``KaplanMeier``.
/// Source: Mantel, Cancer Chemotherapy Reports 50 (1966).
public struct LogRankTest: Sendable, Equatable {
    /// Deaths in the first group, O.
    public let observed: Int
    /// Deaths expected in the first group, E.
    public let expected: Double
    /// V.
    public let variance: Double
    /// Z = (O−E)/√V; positive if the first group dies faster.
    public let statistic: Double
    /// Two-sided p-value.
    public let pValue: Double

    /// - Throws: ``StatisticsError`` for an empty group, invalid lifetimes, or no event time at which the groups can be told apart (V = 0).
    public init(_ first: [Lifetime], _ second: [Lifetime]) throws {
        try requireCount(first.count, atLeast: 1, "lifetimes of the first group")
        try requireCount(second.count, atLeast: 1, "lifetimes of the second group")
        let events = Set((first + second).filter(\.isEvent).map(\.time))
        var (observed, expected, variance) = (0, 0.0, 0.0)
        for row in try riskTable(first + second) where events.contains(row.time) {
            let n1 = Double(first.count { ($0.entry ?? -.infinity) < row.time && row.time <= $0.time })
            let (n, d) = (Double(row.atRisk), Double(row.events))
            observed += first.count { $0.isEvent && $0.time == row.time }
            expected += d * n1 / n
            if n > 1 { variance += d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1) }
        }
        guard variance > 0 else {
            throw StatisticsError.invalidValue(
                of: "variance of the log-rank statistic", index: nil, found: "0", accepted: "an event with subjects of both groups at risk")
        }
        self.observed = observed
        self.expected = expected
        self.variance = variance
        statistic = (Double(observed) - expected) / variance.squareRoot()
        pValue = try ChiSquaredDistribution.upperTail(statistic * statistic, degreesOfFreedom: 1)
    }
}
