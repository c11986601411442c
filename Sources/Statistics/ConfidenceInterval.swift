// SPDX-License-Identifier: GPL-3.0-or-later

/// A two-sided confidence interval.
public struct ConfidenceInterval: Sendable, Equatable {
    /// The lower end.
    public let lower: Double
    /// The upper end.
    public let upper: Double
    /// The nominal coverage, such as 0.95.
    public let level: Double

    public init(lower: Double, upper: Double, level: Double) {
        self.lower = lower
        self.upper = upper
        self.level = level
    }

    /// Whether lower ≤ x ≤ upper.
    public func contains(_ x: Double) -> Bool { lower <= x && x <= upper }
}
