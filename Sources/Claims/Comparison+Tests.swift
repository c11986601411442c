// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics

/// The comparisons that claims are made of. Each is a statement about a population that the law makes true, and the chance of a sample like
/// the measured one if it is.
extension Comparison {
    /// The law allows no exception: `exceptions` of `count` cases broke it.
    public static func noException(_ quantity: String, exceptions: Int, of count: Int) -> Comparison {
        Comparison(
            quantity, predicted: "none of \(count)", accepted: 0...0, measured: Double(exceptions), test: "exact",
            decision: .exact(holds: exceptions == 0), count: count)
    }

    /// At least `share` of all cases do what the law says; one-sided binomial test, Clopper–Pearson interval.
    ///
    /// Where the law comes with an error bound, "inside the bound" is what it says, and `share` allows for the bound being an estimate.
    public static func share(_ quantity: String, _ successes: Int, of count: Int, atLeast share: Double) throws -> Comparison {
        let proportion = try BinomialProportion(successes: successes, trials: count)
        return Comparison(
            quantity, predicted: "at least \(percent(share))", accepted: share...1, measured: proportion.share, interval: try proportion.interval(),
            test: "binomial, one-sided", decision: .test(pValue: try proportion.pValue(forAtLeast: share)), count: count)
    }

    /// The `quantile` of all cases' `values` is at most `limit`: no more than a share 1 − quantile of them exceed it. The sign test (for
    /// the median; binomial for other quantiles), with the order statistics' distribution-free interval.
    public static func quantile(_ quantity: String, of values: [Double], _ quantile: Double = 0.5, atMost limit: Double) throws -> Comparison {
        let within = values.count { $0 <= limit }
        let proportion = try BinomialProportion(successes: within, trials: values.count)
        let sorted = try SortedSample(values)
        return Comparison(
            quantity, predicted: "at most \(limit)", accepted: -.infinity...limit, measured: try sorted.nearestRank(quantile),
            interval: try sorted.quantileInterval(quantile), test: quantile == 0.5 ? "sign test, one-sided" : "binomial, one-sided",
            decision: .test(pValue: try proportion.pValue(forAtLeast: quantile)), count: values.count)
    }

    /// The slope of a line through (predicted, measured) is 1 to within `tolerance`: two one-sided questions of which the nearer counts.
    /// `tolerance` is the slope that the law's error bound leaves open.
    public static func slope(_ quantity: String, _ fit: LinearFit, tolerance: Double) throws -> Comparison {
        let interval = try fit.slopeInterval()
        return try within(
            quantity, estimate: fit.slope, standardError: fit.slopeVariance.squareRoot(), interval: interval, predicted: 1, tolerance: tolerance,
            degreesOfFreedom: Double(fit.count - 2), count: fit.count)
    }

    /// An estimate with a standard error lies within `tolerance` of `predicted`: the p-value is that of the nearer end of the tolerated range
    /// (Student's t), 1 where the estimate lies inside.
    public static func within(
        _ quantity: String, estimate: Double, standardError: Double, interval: ConfidenceInterval?, predicted: Double, tolerance: Double,
        degreesOfFreedom: Double, count: Int
    ) throws -> Comparison {
        let pValue = try pValue(
            excess: (estimate - predicted).magnitude - tolerance, standardError: standardError, degreesOfFreedom: degreesOfFreedom)
        return Comparison(
            quantity, predicted: "\(predicted) ± \(brief(tolerance))",
            accepted: tolerance >= 0 ? predicted - tolerance...predicted + tolerance : nil, measured: estimate, interval: interval,
            test: "t-test against the tolerated range",
            decision: .test(pValue: pValue), count: count)
    }

    /// A statistic of runs lies in `range`. Its standard error and its interval (percentile) come from a bootstrap over the runs of each group,
    /// since nodes of one run depend on each other; the p-value is that of the nearer end of the range (Student's t, runs less groups), 1
    /// inside. A statistic that has no value, such as a share of nothing, is outside.
    ///
    /// - Parameter count: nodes or spells that it rests on.
    static func bootstrapped<Run>(
        _ quantity: String, predicted: String, in range: ClosedRange<Double>, groups: [[Run]], count: Int, from stream: inout RandomStream,
        statistic: ([[Run]]) throws -> Double
    ) throws -> Comparison {
        let estimate = try statistic(groups)
        var standardError = 0.0
        var interval: ConfidenceInterval?
        // A resample may lack what makes the statistic's value; the estimate then decides alone.
        if estimate.isFinite, let bootstrap = try? Bootstrap(strata: groups, from: &stream, statistic: statistic) {
            (standardError, interval) = (bootstrap.standardError ?? 0, try bootstrap.percentileInterval())
        }
        let freedom = max(1, groups.reduce(0) { $0 + $1.count } - groups.count)
        let pValue = try pValue(
            excess: max(range.lowerBound - estimate, estimate - range.upperBound), standardError: standardError, degreesOfFreedom: Double(freedom))
        return Comparison(
            quantity, predicted: predicted, accepted: range, measured: estimate, interval: interval,
            test: "t-test against the range, bootstrap over runs",
            decision: .test(pValue: pValue), count: count)
    }

    /// Paired gains, one a run, are not below 0: Wilcoxon's signed-rank test, one-sided. The measured value is their median.
    static func gains(_ quantity: String, _ gains: [Double]) throws -> Comparison {
        let wilcoxon = try WilcoxonSignedRankTest(gains)
        // Half of the two-sided p on the side of losses.
        let isLoss = wilcoxon.statistic < Double(wilcoxon.count * (wilcoxon.count + 1)) / 4
        let sorted = try SortedSample(gains)
        let median = try sorted.quantile(0.5)
        return Comparison(
            quantity, predicted: "at least 0", accepted: 0...(.infinity), measured: median, interval: try sorted.quantileInterval(0.5),
            test: "Wilcoxon, one-sided", decision: .test(pValue: isLoss ? wilcoxon.pValue / 2 : 1 - wilcoxon.pValue / 2),
            count: gains.count)
    }

    /// The mean of paired changes, one a run, is above 0 (`isMore`) or below: their whole 95 % interval (Student) lies there. One run has no
    /// interval, and shows nothing.
    static func change(_ quantity: String, _ changes: [Double], isMore: Bool) throws -> Comparison {
        let mean = changes.reduce(0, +) / Double(changes.count)
        var interval: ConfidenceInterval?
        if changes.count > 1, let variance = RunningMoments(changes).variance {
            let t = try StudentDistribution.quantile(0.975, degreesOfFreedom: Double(changes.count - 1))
            let half = t * (variance / Double(changes.count)).squareRoot()
            interval = ConfidenceInterval(lower: mean - half, upper: mean + half, level: 0.95)
        }
        let isShown = interval.map { isMore ? $0.lower > 0 : $0.upper < 0 } ?? false
        return Comparison(
            quantity, predicted: isMore ? "more" : "fewer", accepted: isMore ? 0...(.infinity) : -.infinity...0, measured: mean, interval: interval,
            test: "exact, the interval excludes 0", decision: .exact(holds: isShown), count: changes.count)
    }

    /// Two-sided p-value of an estimate that lies `excess` beyond what is tolerated: 1 inside, 0 for NaN or without any spread.
    private static func pValue(excess: Double, standardError: Double, degreesOfFreedom: Double) throws -> Double {
        if excess.isNaN { return 0 }
        if excess <= 0 { return 1 }
        if standardError == 0 { return 0 }
        return min(1, 2 * (try StudentDistribution.cumulative(-excess / standardError, degreesOfFreedom: degreesOfFreedom)))
    }
}

extension SortedSample {
    /// A distribution-free interval for the q-quantile: order statistics whose ranks leave at most (1 − level)/2 of Binomial(n, q) on each side.
    func quantileInterval(_ q: Double, level: Double = 0.95) throws -> ConfidenceInterval {
        let tail = (1 - level) / 2
        // Ranks from 0: x₍ᵣ₎ is below the quantile unless at least n − r of the values lie above it.
        var (low, high) = (0, count - 1)
        while low + 1 < count, try BinomialProportion(successes: low + 1, trials: count).pValue(forAtLeast: q) <= tail { low += 1 }
        while high > low, try 1 - BinomialProportion(successes: high - 1, trials: count).pValue(forAtLeast: q) <= tail { high -= 1 }
        return ConfidenceInterval(lower: values[low], upper: values[high], level: level)
    }
}

/// Such as `99.5 %`.
func percent(_ share: Double) -> String { brief(share * 100) + " %" }

/// The nearest-rank quantile of a sample.
func quantile(_ p: Double, of values: [Double]) throws -> Double { try SortedSample(values).nearestRank(p) }
