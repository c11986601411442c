// SPDX-License-Identifier: GPL-3.0-or-later
import Networks

/// Bounds on rounding error, so that a certificate speaks of the numbers that a network computes and not only of exact ones.
///
/// A sum of n products in any order in a precision with unit roundoff u differs from the exact value by at most γ_{n+1}·Σ|terms|, with
/// γ_k = k·u/(1 − k·u) (Higham 2002, §3.1), as long as nothing over- or underflows. Certificates are themselves computed in double
/// precision; for a float64 network their own error is of the same size, so every bound is taken twice over.
///
/// Dead weights end among the subnormal numbers, where that bound is false: there each operation also has an absolute error.
struct RoundingBound {
    /// Half the distance from 1 to the next number of the network's precision.
    let unitRoundoff: Double
    /// Most that underflow can take from an operand or a result, ours and the network's: the least normal number each, for threads that
    /// flush subnormals to zero.
    let underflow: Double
    /// Sums of this size and above may overflow.
    let overflow: Double

    init<Scalar: NetworkScalar>(for type: Scalar.Type) {
        unitRoundoff = Double(Scalar.ulpOfOne) / 2
        underflow = 2 * Double(Scalar.leastNormalMagnitude)
        overflow = Double(Scalar.greatestFiniteMagnitude) / 2
    }

    /// 2·γ_k: the relative bound for k operations, ours and the network's; infinite where k·u reaches 1.
    func relativeError(operations: Int) -> Double {
        let product = Double(operations) * unitRoundoff
        return product < 1 ? 2 * product / (1 - product) : .infinity
    }
}
