// SPDX-License-Identifier: GPL-3.0-or-later
internal import CGSL

/// The straight line y = intercept + slope·x of least squares, with the uncertainty of its coefficients.
///
/// The covariance is that of independent errors of one unknown variance, estimated by σ² = RSS/(n−2); intervals are Student's with n−2 degrees of freedom.
/// Source: `gsl_fit_linear`.
public struct LinearFit: Sendable, Equatable {
    /// y at x = 0.
    public let intercept: Double
    /// dy/dx.
    public let slope: Double
    /// Estimated variance of ``intercept``.
    public let interceptVariance: Double
    /// Estimated variance of ``slope``.
    public let slopeVariance: Double
    /// Estimated covariance of the two.
    public let covariance: Double
    /// RSS = Σ(yᵢ − intercept − slope·xᵢ)².
    public let residualSumOfSquares: Double
    /// R² = 1 − RSS/Σ(yᵢ−ȳ)²; nil where all y are equal.
    public let determination: Double?
    /// n.
    public let count: Int

    /// Fits the points (xᵢ, yᵢ).
    /// - Throws: ``StatisticsError`` for fewer than three points, not as many x as y, a value that is not finite, or all x equal; ``GSLError`` where sums of
    ///   squares leave the range of Double.
    public init(x: [Double], y: [Double]) throws {
        guard x.count == y.count else { throw StatisticsError.lengthMismatch("x", count: x.count, "y", otherCount: y.count) }
        try requireCount(x.count, atLeast: 3, "points of a line")
        try requireFinite(x, "x")
        try requireFinite(y, "y")
        guard x.contains(where: { $0 != x[0] }) else {
            throw StatisticsError.invalidValue(of: "x", index: nil, found: "\(x[0]) at every point", accepted: "at least two different values")
        }
        var (c0, c1, cov00, cov01, cov11, rss) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        try GSLCall.status("gsl_fit_linear", [.init("n", x.count)]) {
            gsl_fit_linear(x, 1, y, 1, x.count, &c0, &c1, &cov00, &cov01, &cov11, &rss)
        }
        // Sums of squares of huge or tiny numbers may leave the range of Double, which GSL doesn't report.
        _ = try GSLCall.value("gsl_fit_linear", [.init("n", x.count)]) { c0 + c1 + cov00 + cov01 + cov11 + rss }
        (intercept, slope, count, residualSumOfSquares) = (c0, c1, x.count, rss)
        (interceptVariance, slopeVariance, covariance) = (cov00, cov11, cov01)
        let total = RunningMoments(y).variance.map { $0 * Double(y.count - 1) } ?? 0
        determination = total > 0 ? 1 - rss / total : nil
    }

    /// The interval of ``slope``.
    /// - Throws: ``StatisticsError`` unless 0 < level < 1.
    public func slopeInterval(level: Double = 0.95) throws -> ConfidenceInterval {
        try interval(around: slope, variance: slopeVariance, level: level)
    }

    /// The interval of ``intercept``.
    /// - Throws: ``StatisticsError`` unless 0 < level < 1.
    public func interceptInterval(level: Double = 0.95) throws -> ConfidenceInterval {
        try interval(around: intercept, variance: interceptVariance, level: level)
    }

    /// The line at x.
    public func value(at x: Double) -> Double { intercept + slope * x }

    /// The interval of the line at x: of the mean of y there, not of a further observation.
    /// - Throws: ``StatisticsError`` unless 0 < level < 1.
    public func interval(at x: Double, level: Double = 0.95) throws -> ConfidenceInterval {
        try interval(around: value(at: x), variance: interceptVariance + x * (2 * covariance + x * slopeVariance), level: level)
    }

    private func interval(around estimate: Double, variance: Double, level: Double) throws -> ConfidenceInterval {
        try requireOpenProbability(level, "confidence level")
        let t = try StudentDistribution.quantile((1 + level) / 2, degreesOfFreedom: Double(count - 2))
        let half = t * max(variance, 0).squareRoot()
        return ConfidenceInterval(lower: estimate - half, upper: estimate + half, level: level)
    }
}
