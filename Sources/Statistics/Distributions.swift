// SPDX-License-Identifier: GPL-3.0-or-later
internal import CGSL

/// The standard normal distribution.
public enum NormalDistribution {
    /// Φ(x) = P(Z ≤ x).
    /// - Throws: ``GSLError`` for NaN.
    public static func cumulative(_ x: Double) throws -> Double {
        try GSLCall.value("gsl_cdf_ugaussian_P", [.init("x", x)]) { gsl_cdf_ugaussian_P(x) }
    }

    /// 1 − Φ(x), accurate in the far tail.
    /// - Throws: ``GSLError`` for NaN.
    public static func upperTail(_ x: Double) throws -> Double {
        try GSLCall.value("gsl_cdf_ugaussian_Q", [.init("x", x)]) { gsl_cdf_ugaussian_Q(x) }
    }

    /// Φ⁻¹(p); −∞ at 0 and +∞ at 1.
    /// - Throws: ``GSLError`` unless 0 ≤ p ≤ 1.
    public static func quantile(_ p: Double) throws -> Double {
        try requireProbability(p, function: "gsl_cdf_ugaussian_Pinv")
        return try GSLCall.value("gsl_cdf_ugaussian_Pinv", [.init("P", p)]) { gsl_cdf_ugaussian_Pinv(p) }
    }
}

/// Student's t distribution with ν > 0 degrees of freedom.
public enum StudentDistribution {
    /// P(T ≤ x).
    /// - Throws: ``GSLError`` for NaN; ``StatisticsError`` unless ν > 0.
    public static func cumulative(_ x: Double, degreesOfFreedom nu: Double) throws -> Double {
        try requireDegreesOfFreedom(nu)
        return try GSLCall.value("gsl_cdf_tdist_P", [.init("x", x), .init("nu", nu)]) { gsl_cdf_tdist_P(x, nu) }
    }

    /// The x with P(T ≤ x) = p; infinite at p = 0 and 1.
    /// - Throws: ``GSLError`` unless 0 ≤ p ≤ 1; ``StatisticsError`` unless ν > 0.
    public static func quantile(_ p: Double, degreesOfFreedom nu: Double) throws -> Double {
        try requireDegreesOfFreedom(nu)
        try requireProbability(p, function: "gsl_cdf_tdist_Pinv")
        return try GSLCall.value("gsl_cdf_tdist_Pinv", [.init("P", p), .init("nu", nu)]) { gsl_cdf_tdist_Pinv(p, nu) }
    }
}

/// The χ² distribution with ν > 0 degrees of freedom.
public enum ChiSquaredDistribution {
    /// P(X > x); 1 for x ≤ 0.
    /// - Throws: ``GSLError`` for NaN; ``StatisticsError`` unless ν > 0.
    public static func upperTail(_ x: Double, degreesOfFreedom nu: Double) throws -> Double {
        try requireDegreesOfFreedom(nu)
        return try GSLCall.value("gsl_cdf_chisq_Q", [.init("x", x), .init("nu", nu)]) { gsl_cdf_chisq_Q(x, nu) }
    }
}

/// Throws the error that GSL means by its results outside 0 … 1: some of its inverse functions return a number there, not NaN.
func requireProbability(_ p: Double, function: String) throws(GSLError) {
    guard p >= 0, p <= 1 else { throw GSLError(function: function, status: Int32(GSL_EDOM), inputs: [.init("P", p)]) }
}

private func requireDegreesOfFreedom(_ nu: Double) throws(StatisticsError) {
    guard nu > 0, nu.isFinite else {
        throw .invalidValue(of: "degrees of freedom", index: nil, found: "\(nu)", accepted: "a finite number above 0")
    }
}
