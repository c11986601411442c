// SPDX-License-Identifier: GPL-3.0-or-later
internal import CGSL
import Foundation

/// How near random directions come to a given one: the largest of k independent cosines between a fixed direction of R^d and directions drawn
/// uniformly from the sphere.
///
/// For one cosine c, (1 + c)/2 has the beta distribution with both parameters (d−1)/2, whatever the fixed direction: P(cosine ≤ c) is the
/// incomplete beta function I at (1 + c)/2, and P(largest ≤ c) = I^k.
/// Source: Muirhead, *Aspects of Multivariate Statistical Theory*, theorem 1.5.7.
public struct DirectionCosine: Sendable, Equatable {
    /// d ≥ 2.
    public let dimension: Int
    /// k ≥ 1.
    public let count: Int

    /// - Throws: ``StatisticsError`` for a dimension under 2 (where the only directions are ±1) or a count under 1.
    public init(dimension: Int, largestOf count: Int = 1) throws(StatisticsError) {
        try requireCount(dimension, atLeast: 2, "dimensions of a direction")
        try requireCount(count, atLeast: 1, "directions")
        self.dimension = dimension
        self.count = count
    }

    /// P(largest > c) = 1 − I^k, accurate where it is small; 1 for c ≤ −1 and 0 for c ≥ 1.
    /// - Throws: ``GSLError`` for NaN.
    public func upperTail(_ cosine: Double) throws -> Double {
        let (x, parameter) = ((1 + cosine) / 2, Double(dimension - 1) / 2)
        let single = try GSLCall.value("gsl_cdf_beta_Q", [.init("x", x), .init("a", parameter), .init("b", parameter)]) {
            gsl_cdf_beta_Q(x, parameter, parameter)
        }
        // 1 − (1 − q)^k without the cancellation.
        return -expm1(Double(count) * log1p(-single))
    }

    /// The c that the largest cosine lies under with probability p.
    /// - Throws: ``GSLError`` unless 0 ≤ p ≤ 1.
    public func quantile(_ p: Double) throws -> Double {
        try requireProbability(p, function: "gsl_cdf_beta_Pinv")
        let (single, parameter) = (pow(p, 1 / Double(count)), Double(dimension - 1) / 2)
        let x = try GSLCall.value("gsl_cdf_beta_Pinv", [.init("P", single), .init("a", parameter), .init("b", parameter)]) {
            gsl_cdf_beta_Pinv(single, parameter, parameter)
        }
        return 2 * x - 1
    }
}
