// SPDX-License-Identifier: GPL-3.0-or-later

/// Whether paired differences are symmetric about zero: Wilcoxon's signed-rank test, two-sided.
///
/// Zeros are left out; the others are ranked by |d|, equal ones share the mean of their ranks. W = the sum of the ranks of the positive ones.
/// Exact: the share of the 2ⁿ sign patterns of these very ranks (ties included) with W as far from its mean or farther.
/// Normal: W has mean n(n+1)/4 and variance n(n+1)(2n+1)/24 − Σ(t³−t)/48 over groups of t ties; no continuity correction.
/// Source: Wilcoxon, Biometrics Bulletin 1 (1945); zeros as there. SciPy's exact method is for ranks without ties.
public struct WilcoxonSignedRankTest: Sendable, Equatable {
    /// How the p-value is found.
    public enum Method: Sendable, Equatable { case exact, normal }

    /// Differences that are not zero, n.
    public let count: Int
    /// W, the sum of the ranks of the positive differences.
    public let statistic: Double
    /// Two-sided p-value; 1 if every difference is zero.
    public let pValue: Double
    /// How ``pValue`` was found.
    public let method: Method

    /// Up to this n the exact distribution is used unless said otherwise.
    private static let exactLimit = 50

    /// - Parameter method: exact up to n = 50 if nil.
    /// - Throws: ``StatisticsError`` for no differences or one that is not finite.
    public init(_ differences: [Double], method: Method? = nil) throws {
        try requireCount(differences.count, atLeast: 1, "differences")
        try requireFinite(differences, "differences")
        let ordered = differences.filter { $0 != 0 }.sorted { abs($0) < abs($1) }
        let n = ordered.count
        count = n
        self.method = method ?? (n <= Self.exactLimit ? .exact : .normal)
        // Twice the ranks, which are whole numbers with ties too.
        var doubledRanks: [Int] = []
        var tieTerm = 0.0
        while doubledRanks.count < n {
            let start = doubledRanks.count
            var end = start
            while end < n, abs(ordered[end]) == abs(ordered[start]) { end += 1 }
            let t = Double(end - start)
            tieTerm += t * (t * t - 1)
            doubledRanks += repeatElement(start + end + 1, count: end - start)
        }
        let doubledStatistic = zip(ordered, doubledRanks).reduce(0) { $1.0 > 0 ? $0 + $1.1 : $0 }
        statistic = Double(doubledStatistic) / 2
        guard n > 0 else {
            pValue = 1
            return
        }
        switch self.method {
        case .exact:
            pValue = Self.exactTail(doubledStatistic, doubledRanks)
        case .normal:
            let size = Double(n)
            let variance = size * (size + 1) * (2 * size + 1) / 24 - tieTerm / 48
            let z = (statistic - size * (size + 1) / 4) / variance.squareRoot()
            pValue = 2 * (try NormalDistribution.upperTail(abs(z)))
        }
    }

    /// P(|2W − mean| ≥ the observed distance), by adding one rank after the other with probability ½.
    private static func exactTail(_ observed: Int, _ doubledRanks: [Int]) -> Double {
        let total = doubledRanks.reduce(0, +)
        var probability = [Double](repeating: 0, count: total + 1)
        probability[0] = 1
        var reach = 0
        for rank in doubledRanks {
            reach += rank
            for sum in stride(from: reach, through: 0, by: -1) {
                probability[sum] = (probability[sum] + (sum >= rank ? probability[sum - rank] : 0)) / 2
            }
        }
        // The distribution is symmetric about total/2.
        let distance = abs(2 * observed - total)
        return min(1, probability.indices.reduce(0) { abs(2 * $1 - total) >= distance ? $0 + probability[$1] : $0 })
    }
}
