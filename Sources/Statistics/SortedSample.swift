// SPDX-License-Identifier: GPL-3.0-or-later
internal import CGSL

/// A sample in ascending order, for quantiles and other order statistics.
public struct SortedSample: Sendable, Equatable {
    /// The values, ascending; never empty, all finite.
    public let values: [Double]

    /// Sorts the values.
    /// - Throws: ``StatisticsError`` for an empty sample or a value that is NaN or infinite.
    public init(_ values: [Double]) throws(StatisticsError) {
        try requireCount(values.count, atLeast: 1, "sample")
        try requireFinite(values, "sample")
        self.values = values.sorted()
    }

    /// n.
    public var count: Int { values.count }
    /// The smallest value, the quantile of p = 0.
    public var minimum: Double { values[0] }
    /// The largest value, the quantile of p = 1.
    public var maximum: Double { values[values.count - 1] }

    /// The p-quantile by linear interpolation: (1−δ)·x₍ᵢ₎ + δ·x₍ᵢ₊₁₎ with i = ⌊(n−1)p⌋, δ = (n−1)p − i, counted from x₍₀₎.
    ///
    /// Hyndman and Fan's definition 7: the default of NumPy, R and `gsl_stats_quantile_from_sorted_data`. The result need not be a value of the sample.
    /// - Throws: ``StatisticsError`` unless 0 ≤ p ≤ 1.
    public func quantile(_ p: Double) throws -> Double {
        try Self.requireProbability(p)
        return try GSLCall.value("gsl_stats_quantile_from_sorted_data", [.init("n", count), .init("f", p)]) {
            gsl_stats_quantile_from_sorted_data(values, 1, values.count, p)
        }
    }

    /// The p-quantile by nearest rank: the smallest value x of the sample with at least n·p values ≤ x, that is x₍⌈np⌉₎ counted from 1
    /// (the minimum for p = 0).
    ///
    /// Hyndman and Fan's definition 1, NumPy's `inverted_cdf`. Always a value of the sample.
    /// - Throws: ``StatisticsError`` unless 0 ≤ p ≤ 1.
    public func nearestRank(_ p: Double) throws -> Double {
        try Self.requireProbability(p)
        return values[nearestRankIndex(p, count: count)]
    }

    /// The middle value, or the mean of the two middle ones.
    public var median: Double {
        // Defined for every non-empty sample, so the call cannot fail.
        GSLCall.total { gsl_stats_median_from_sorted_data(values, 1, values.count) }
    }

    /// The median of |xᵢ − ``median``|, without a factor; times 1.4826 it estimates a normal distribution's standard deviation.
    public var medianAbsoluteDeviation: Double {
        let center = median
        let deviations = values.map { abs($0 - center) }.sorted()
        // Defined for every non-empty sample, so the call cannot fail.
        return GSLCall.total { gsl_stats_median_from_sorted_data(deviations, 1, deviations.count) }
    }

    private static func requireProbability(_ p: Double) throws(StatisticsError) {
        guard p >= 0, p <= 1 else {
            throw .invalidValue(of: "probability of a quantile", index: nil, found: "\(p)", accepted: "0 … 1")
        }
    }
}

/// Index from 0 of the nearest-rank p-quantile in ascending order: max(⌈np⌉, 1) − 1.
func nearestRankIndex(_ p: Double, count: Int) -> Int {
    min(max(Int((Double(count) * p).rounded(.up)), 1), count) - 1
}
