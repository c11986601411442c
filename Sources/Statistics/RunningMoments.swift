// SPDX-License-Identifier: GPL-3.0-or-later

/// Mean, variance and skewness of numbers that come one by one or in parts, without keeping them.
///
///     δ = x − mean;  mean += δ/n;  M₃ += δ³(n−1)(n−2)/n² − 3M₂δ/n;  M₂ += δ²(n−1)/n
///
/// Stable where the sums Σx, Σx² cancel. Numbers that are NaN or infinite are counted in ``nonFiniteCount`` and left out of everything else.
/// Source: Welford, Technometrics 4 (1962); merging and third moment after Pébay, SAND2008-6212.
public struct RunningMoments: Sendable, Equatable {
    /// Finite numbers added so far, n.
    public private(set) var count = 0
    /// Numbers left out because they were NaN or infinite.
    public private(set) var nonFiniteCount = 0
    private var center = 0.0
    private var secondSum = 0.0
    private var thirdSum = 0.0

    public init() {}

    /// The moments of a sequence.
    public init(_ values: some Sequence<Double>) {
        for value in values { add(value) }
    }

    /// Adds one number.
    public mutating func add(_ value: Double) {
        guard value.isFinite else {
            nonFiniteCount += 1
            return
        }
        let before = Double(count)
        count += 1
        let n = Double(count)
        let delta = value - center
        let step = delta / n
        let term = delta * step * before
        center += step
        thirdSum += term * step * (n - 2) - 3 * step * secondSum
        secondSum += term
    }

    /// Adds all that `other` has seen. Equal to adding its numbers one by one, but for rounding.
    public mutating func merge(_ other: RunningMoments) {
        nonFiniteCount += other.nonFiniteCount
        guard other.count > 0 else { return }
        guard count > 0 else {
            (count, center, secondSum, thirdSum) = (other.count, other.center, other.secondSum, other.thirdSum)
            return
        }
        let (a, b) = (Double(count), Double(other.count))
        let n = a + b
        let delta = other.center - center
        thirdSum +=
            other.thirdSum + delta * delta * delta * a * b * (a - b) / (n * n)
            + 3 * delta * (a * other.secondSum - b * secondSum) / n
        secondSum += other.secondSum + delta * delta * a * b / n
        center += delta * b / n
        count += other.count
    }

    /// The mean; nil for n = 0.
    public var mean: Double? { count > 0 ? center : nil }

    /// The unbiased variance M₂/(n−1); nil for n < 2.
    public var variance: Double? { count > 1 ? secondSum / Double(count - 1) : nil }

    /// √``variance``; nil for n < 2.
    public var standardDeviation: Double? { variance?.squareRoot() }

    /// √(``variance``/n); nil for n < 2.
    public var standardErrorOfMean: Double? { variance.map { ($0 / Double(count)).squareRoot() } }

    /// The skewness √n·M₃/M₂^{3/2}, not corrected for bias (SciPy's default); nil for n < 2 or no spread.
    public var skewness: Double? {
        guard count > 1, secondSum > 0 else { return nil }
        return Double(count).squareRoot() * thirdSum / (secondSum * secondSum.squareRoot())
    }
}
