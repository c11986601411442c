// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// The largest distance between two distribution functions, D, and how probable one as large is: two-sided Kolmogorov–Smirnov tests.
public struct KolmogorovSmirnovTest: Sendable, Equatable {
    /// How the p-value is found.
    public enum Method: Sendable, Equatable {
        /// By the exact distribution of D. Costs about (nD)³ (one sample) or n·m (two samples) operations.
        case exact
        /// By Kolmogorov's limit, 2Σ(−1)ʲ⁻¹exp(−2j²nD²), with n·m/(n+m) for n with two samples; off by a relative 1/√n or so.
        case asymptotic
    }

    /// D.
    public let statistic: Double
    /// P(as large a distance or a larger one | same distribution).
    public let pValue: Double
    /// How ``pValue`` was found.
    public let method: Method

    /// Samples up to this size get the exact p-value unless said otherwise.
    private static let exactLimit = 100

    /// Tests a sample against a continuous distribution function, given in full: parameters fitted to the same sample make the p-value too large.
    ///
    /// The exact p-value comes from 1 − P(D < d): up to n = 100 its absolute error is below 1e-11, so that smaller ones have no digits.
    /// - Parameter method: exact up to n = 100 if nil.
    /// - Throws: ``StatisticsError`` for an empty sample, values that are not finite, or a `cumulative` outside 0 … 1; whatever `cumulative` throws.
    public init(_ sample: [Double], against cumulative: (Double) throws -> Double, method: Method? = nil) throws {
        let values = try SortedSample(sample).values
        let n = Double(values.count)
        var distance = 0.0
        for (index, x) in values.enumerated() {
            let p = try cumulative(x)
            guard p >= 0, p <= 1 else {
                throw StatisticsError.invalidValue(of: "cumulative(\(x))", index: nil, found: "\(p)", accepted: "0 … 1")
            }
            distance = max(distance, Double(index + 1) / n - p, p - Double(index) / n)
        }
        statistic = distance
        self.method = method ?? (values.count <= Self.exactLimit ? .exact : .asymptotic)
        switch self.method {
        case .exact: pValue = 1 - Self.probabilityBelow(distance, count: values.count)
        case .asymptotic: pValue = Self.limitTail(distance * n.squareRoot())
        }
    }

    /// Tests whether two samples come from the same continuous distribution. With ties the exact p-value is conservative: too large, if anything.
    /// - Parameter method: exact if both samples have at most 100 values, if nil.
    /// - Throws: ``StatisticsError`` for an empty sample or values that are not finite.
    public init(_ first: [Double], _ second: [Double], method: Method? = nil) throws {
        let a = try SortedSample(first).values
        let b = try SortedSample(second).values
        let (n, m) = (a.count, b.count)
        // D·n·m is a whole number, and exact so.
        var (i, j, largest) = (0, 0, 0)
        while i < n, j < m {
            let x = min(a[i], b[j])
            while i < n, a[i] == x { i += 1 }
            while j < m, b[j] == x { j += 1 }
            largest = max(largest, abs(i * m - j * n))
        }
        statistic = Double(largest) / Double(n) / Double(m)
        self.method = method ?? (max(n, m) <= Self.exactLimit ? .exact : .asymptotic)
        switch self.method {
        case .exact: pValue = Self.pathTail(largest, n, m)
        case .asymptotic: pValue = Self.limitTail(statistic * (Double(n) * Double(m) / Double(n + m)).squareRoot())
        }
    }

    /// 1 − K(x) = 2Σ(−1)ʲ⁻¹exp(−2j²x²), or by the theta function's other series, √(2π)/x·Σexp(−(2j−1)²π²/(8x²)), where x is small.
    static func limitTail(_ x: Double) -> Double {
        guard x > 0 else { return 1 }
        if x < 1 {
            let sum = (1...4).reduce(0.0) { $0 + exp(-pow(Double(2 * $1 - 1) * .pi / x, 2) / 8) }
            return 1 - (2 * Double.pi).squareRoot() / x * sum
        }
        return (1...4).reduce(0.0) { $0 + ($1 % 2 == 1 ? 2 : -2) * exp(-2 * pow(Double($1) * x, 2)) }
    }

    /// The share of the monotone lattice paths from (0, 0) to (n, m) that meet |i·m − j·n| ≥ limit: P(D·n·m ≥ limit).
    ///
    /// Counts as probabilities: from (i, j) the path goes on in the first direction with probability (n−i)/(n+m−i−j).
    private static func pathTail(_ limit: Int, _ n: Int, _ m: Int) -> Double {
        guard limit > 0 else { return 1 }
        var inside = [Double](repeating: 0, count: m + 1)  // Probability of reaching (i, j) and having stayed inside.
        var tail = 0.0
        for i in 0...n {
            for j in 0...m {
                var probability = i == 0 && j == 0 ? 1.0 : 0
                if i > 0 { probability += inside[j] * Double(n - i + 1) / Double(n + m - i - j + 1) }
                if j > 0 { probability += inside[j - 1] * Double(m - j + 1) / Double(n + m - i - j + 1) }
                if abs(i * m - j * n) >= limit {
                    tail += probability
                    probability = 0
                }
                inside[j] = probability
            }
        }
        return min(tail, 1)
    }

    /// P(D < d) for one sample of n: the middle entry of Hⁿ·n!/nⁿ. Source: Marsaglia, Tsang & Wang, J. Stat. Software 8 (2003), issue 18.
    static func probabilityBelow(_ d: Double, count n: Int) -> Double {
        let k = Int(Double(n) * d) + 1
        let size = 2 * k - 1
        let h = Double(k) - Double(n) * d
        func index(_ row: Int, _ column: Int) -> Int { row * size + column }
        var matrix = [Double](repeating: 0, count: size * size)
        for i in 0..<size {
            for j in 0..<size where i - j + 1 >= 0 { matrix[index(i, j)] = 1 }
        }
        for i in 0..<size {
            matrix[index(i, 0)] -= pow(h, Double(i + 1))
            matrix[index(size - 1, i)] -= pow(h, Double(size - i))
        }
        matrix[index(size - 1, 0)] += 2 * h - 1 > 0 ? pow(2 * h - 1, Double(size)) : 0
        for i in 0..<size {
            for j in 0..<size where i - j + 1 > 0 { matrix[index(i, j)] /= tgamma(Double(i - j + 2)) }
        }
        // Row k−1 of Hⁿ, one factor H·i/n at a time, so that nothing over- or underflows.
        var row = [Double](repeating: 0, count: size)
        row[k - 1] = 1
        for step in 1...n {
            var next = [Double](repeating: 0, count: size)
            for i in 0..<size where row[i] != 0 {
                for j in 0..<size { next[j] += row[i] * matrix[index(i, j)] }
            }
            row = next.map { $0 * Double(step) / Double(n) }
        }
        return min(max(row[k - 1], 0), 1)
    }
}
