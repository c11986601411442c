// SPDX-License-Identifier: GPL-3.0-or-later

extension RunningMoments {
    /// Student's interval of the mean: mean ± t·s/√n, t the quantile (1 + level)/2 at n − 1 degrees of freedom, s² the unbiased variance.
    ///
    /// Exact for independent normal numbers. Numbers that are not finite are left out, as everywhere here.
    /// - Returns: nil for fewer than two numbers.
    /// - Throws: ``GSLError`` unless 0 < level < 1.
    public func meanInterval(level: Double = 0.95) throws -> ConfidenceInterval? {
        guard let mean, let standardErrorOfMean else { return nil }
        let t = try StudentDistribution.quantile((1 + level) / 2, degreesOfFreedom: Double(count - 1))
        let half = t * standardErrorOfMean
        return ConfidenceInterval(lower: mean - half, upper: mean + half, level: level)
    }
}
