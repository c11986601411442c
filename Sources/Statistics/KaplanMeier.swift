// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// The product-limit estimate of the share that survives: S(t) = Π over event times tᵢ ≤ t of (1 − dᵢ/nᵢ).
///
/// dᵢ subjects die at tᵢ and nᵢ are at risk there: entered before tᵢ and still watched at it. Deaths that share a time count together, and come before the
/// censorings of that time. With late entries nᵢ may be small early on, and S may reach 0 while subjects are still to enter: that is a property of the estimate.
///
/// Standard error: Greenwood's S·√G with G = Σ dᵢ/(nᵢ(nᵢ−dᵢ)). Band: the log-log one, S^exp(±z·√G/|ln S|), pointwise, within 0 … 1. Where S = 1 both bounds are 1. Where
/// S = 0, G is infinite: the standard error is NaN, the lower bound 0, and the upper bound that of the time before, since S cannot rise.
///
/// The estimate assumes independent subjects. Nodes of one network are not: take intervals from a bootstrap over seeds, and read the band as a description.
/// Source: Kaplan & Meier, JASA 53 (1958); Kalbfleisch & Prentice, *The Statistical Analysis of Failure Time Data*, 1.4.
public struct KaplanMeier: Sendable, Equatable {
    /// The estimate at one time; it holds from there to the next one.
    public struct Point: Sendable, Equatable {
        /// t.
        public let time: Double
        /// Subjects at risk at t.
        public let atRisk: Int
        /// Subjects that die at t.
        public let events: Int
        /// Subjects censored at t.
        public let censored: Int
        /// S(t).
        public let survival: Double
        /// Greenwood's standard error of S(t).
        public let standardError: Double
        /// Lower bound of the log-log band.
        public let lower: Double
        /// Upper bound of the log-log band.
        public let upper: Double
    }

    /// One point for each distinct exit time, ascending.
    public let points: [Point]
    /// Nominal pointwise coverage of the band.
    public let confidence: Double

    /// Estimates are compared with a quantile's level to this accuracy: far more than the product's rounding, far less than one death's share.
    private static let levelTolerance = 1e-12

    /// Estimates the survival of the subjects.
    /// - Throws: ``StatisticsError`` for no subjects, a time that is not finite, an entry not before its time, or a confidence outside 0 … 1.
    public init(_ lifetimes: [Lifetime], confidence: Double = 0.95) throws {
        try requireCount(lifetimes.count, atLeast: 1, "lifetimes")
        try requireOpenProbability(confidence, "confidence")
        let z = try NormalDistribution.quantile((1 + confidence) / 2)
        var survival = 1.0
        var greenwood = 0.0
        var (lower, upper) = (1.0, 1.0)
        var points: [Point] = []
        for row in try riskTable(lifetimes) {
            if row.events > 0 {
                let (n, d) = (Double(row.atRisk), Double(row.events))
                survival *= (n - d) / n
                greenwood += d / (n * (n - d))
                if survival > 0 {
                    let spread = exp(z * greenwood.squareRoot() / -log(survival))
                    (lower, upper) = (pow(survival, spread), pow(survival, 1 / spread))
                } else {
                    lower = 0
                }
            }
            points.append(
                Point(
                    time: row.time, atRisk: row.atRisk, events: row.events, censored: row.censored, survival: survival,
                    standardError: survival * greenwood.squareRoot(), lower: lower, upper: upper))
        }
        self.points = points
        self.confidence = confidence
    }

    /// The point that holds at time t: the last one not after it. Nil before the first exit, where S = 1.
    public func point(at t: Double) -> Point? {
        var (low, high) = (0, points.count)
        while low < high {
            let middle = (low + high) / 2
            if points[middle].time <= t { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? points[low - 1] : nil
    }

    /// S(t). After the last exit it stays at its last value, where a censored last subject makes it unknown.
    public func survival(at t: Double) -> Double { point(at: t)?.survival ?? 1 }

    /// The first time at which S ≤ 1 − p: of p = ½, the median lifetime. Nil if the share of deaths never reaches p.
    /// - Throws: ``StatisticsError`` unless 0 < p < 1.
    public func quantile(_ p: Double) throws -> Double? {
        try requireOpenProbability(p, "probability of a quantile")
        return points.first { $0.survival <= 1 - p + Self.levelTolerance }?.time
    }
}
