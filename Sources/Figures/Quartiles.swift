// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics

/// Median and quartiles of a pool of values (Hyndman and Fan's definition 7).
struct Quartiles: Sendable, Equatable {
    let lower: Double
    let median: Double
    let upper: Double

    /// Nil for a pool with fewer than `least` finite values; values that are not finite don't count.
    init?(_ values: some Sequence<Double>, least: Int = 1) throws {
        let finite = values.filter(\.isFinite)
        guard finite.count >= max(least, 1) else { return nil }
        let sorted = try SortedSample(finite)
        lower = try sorted.quantile(0.25)
        median = try sorted.quantile(0.5)
        upper = try sorted.quantile(0.75)
    }

    /// The three numbers as fields of a data file.
    var fields: String { [lower, median, upper].map(Number.short).joined(separator: " ") }
}
