// SPDX-License-Identifier: GPL-3.0-or-later
internal import CGSL

/// Whether paired differences are as often positive as negative: the exact two-sided sign test.
///
/// Zeros are left out. Under the hypothesis the positive ones are Binomial(n, ½); p = min(1, 2·P(X ≤ min(n₊, n₋))). Asks for independence of the pairs alone.
public struct SignTest: Sendable, Equatable {
    /// n₊.
    public let positive: Int
    /// n₋.
    public let negative: Int
    /// Two-sided p-value; 1 if every difference is zero.
    public let pValue: Double

    /// - Throws: ``StatisticsError`` for no differences or one that is NaN. Infinite ones have a sign.
    public init(_ differences: [Double]) throws {
        try requireCount(differences.count, atLeast: 1, "differences")
        if let index = differences.firstIndex(where: \.isNaN) {
            throw StatisticsError.invalidValue(of: "differences", index: index, found: "nan", accepted: "numbers")
        }
        positive = differences.count { $0 > 0 }
        negative = differences.count { $0 < 0 }
        let (fewer, n) = (UInt32(min(positive, negative)), UInt32(positive + negative))
        let tail = try GSLCall.value("gsl_cdf_binomial_P", [.init("k", Double(fewer)), .init("p", 0.5), .init("n", Double(n))]) {
            gsl_cdf_binomial_P(fewer, 0.5, n)
        }
        pValue = min(1, 2 * tail)
    }
}
