// SPDX-License-Identifier: GPL-3.0-or-later
internal import CGSL

/// How many of n independent trials succeeded, and what that says about their probability.
public struct BinomialProportion: Sendable, Equatable {
    public let successes: Int
    public let trials: Int

    /// - Throws: ``StatisticsError`` for no trials, or successes outside 0 … trials.
    public init(successes: Int, trials: Int) throws {
        try requireCount(trials, atLeast: 1, "trials")
        guard (0...trials).contains(successes) else {
            throw StatisticsError.invalidValue(of: "successes", index: 0, found: "\(successes)", accepted: "0 … \(trials)")
        }
        self.successes = successes
        self.trials = trials
    }

    /// successes/trials.
    public var share: Double { Double(successes) / Double(trials) }

    /// One-sided p-value of "the probability is at least `p`": P(X ≤ successes) for X ~ Binomial(trials, p).
    /// - Throws: ``GSLError`` unless 0 ≤ p ≤ 1.
    public func pValue(forAtLeast p: Double) throws -> Double {
        try requireProbability(p, function: "gsl_cdf_binomial_P")
        return try GSLCall.value("gsl_cdf_binomial_P", [.init("k", Double(successes)), .init("p", p), .init("n", Double(trials))]) {
            gsl_cdf_binomial_P(UInt32(successes), p, UInt32(trials))
        }
    }

    /// Clopper and Pearson's exact interval, from quantiles of the beta distribution.
    ///
    /// Source: Clopper and Pearson, Biometrika 26 (1934).
    /// - Throws: ``GSLError`` unless 0 ≤ level ≤ 1.
    public func interval(level: Double = 0.95) throws -> ConfidenceInterval {
        try requireProbability(level, function: "gsl_cdf_beta_Pinv")
        let tail = (1 - level) / 2
        let (k, n) = (Double(successes), Double(trials))
        func quantile(_ p: Double, _ a: Double, _ b: Double) throws -> Double {
            try GSLCall.value("gsl_cdf_beta_Pinv", [.init("P", p), .init("a", a), .init("b", b)]) { gsl_cdf_beta_Pinv(p, a, b) }
        }
        return ConfidenceInterval(
            lower: successes == 0 ? 0 : try quantile(tail, k, n - k + 1),
            upper: successes == trials ? 1 : try quantile(1 - tail, k + 1, n - k), level: level)
    }
}
