// SPDX-License-Identifier: GPL-3.0-or-later

/// The bootstrap distribution of a statistic: its values on resamples, drawn with replacement and as large as the sample.
///
/// Resample what is independent: seeds, not the nodes of one network. The percentile interval is nearly exact for many independent units
/// and too short for few (for a mean of n units roughly by √((n−1)/n) and by the ratio of Student's t to the normal quantile).
/// Source: Efron & Tibshirani, *An Introduction to the Bootstrap*, chapters 6 and 13.
public struct Bootstrap: Sendable, Equatable {
    /// The statistic of the sample itself.
    public let estimate: Double
    /// The statistic of each resample, ascending.
    public let replicates: SortedSample

    /// Draws `resamples` resamples of `units` from `stream`, n = units.count bounded draws each.
    /// - Throws: ``StatisticsError`` for no units, no resamples, or a statistic that is not finite on a resample; whatever `statistic` throws.
    public init<Unit>(
        of units: [Unit], resamples: Int = 2_000, from stream: inout RandomStream, statistic: ([Unit]) throws -> Double
    ) throws {
        try self.init(strata: [units], resamples: resamples, from: &stream) { try statistic($0[0]) }
    }

    /// The same for several groups of units, such as the seeds of several configurations: each resample draws within each group, as many as it has.
    /// - Throws: as above, for any group without units.
    public init<Unit>(
        strata: [[Unit]], resamples: Int = 2_000, from stream: inout RandomStream, statistic: ([[Unit]]) throws -> Double
    ) throws {
        try requireCount(strata.map(\.count).min() ?? 0, atLeast: 1, "units to resample")
        try requireCount(resamples, atLeast: 1, "resamples")
        estimate = try statistic(strata)
        var values: [Double] = []
        values.reserveCapacity(resamples)
        var resample = strata
        for _ in 0..<resamples {
            for (group, units) in strata.enumerated() {
                for index in units.indices { resample[group][index] = units[Int(stream.integer(below: UInt64(units.count)))] }
            }
            values.append(try statistic(resample))
        }
        replicates = try SortedSample(values)
    }

    /// The percentile interval: the (1−level)/2 and (1+level)/2 quantiles of the replicates (``SortedSample/quantile(_:)``).
    /// - Throws: ``StatisticsError`` unless 0 < level < 1.
    public func percentileInterval(level: Double = 0.95) throws -> ConfidenceInterval {
        try requireOpenProbability(level, "confidence level")
        return ConfidenceInterval(
            lower: try replicates.quantile((1 - level) / 2), upper: try replicates.quantile((1 + level) / 2), level: level)
    }

    /// The standard deviation of the replicates; nil for a single one.
    public var standardError: Double? { RunningMoments(replicates.values).standardDeviation }
}
