// SPDX-License-Identifier: GPL-3.0-or-later
import Networks

/// Bounds on rounding error, so that a certificate speaks of the numbers that a network computes and not only of exact ones.
///
/// A sum of n products in any order in a precision with unit roundoff u differs from the exact value by at most γ_{n+1}·Σ|terms|, with
/// γ_k = k·u/(1 − k·u) (Higham 2002, §3.1). Certificates are themselves computed in double precision; for a float64 network their own
/// error is of the same size, so every bound is taken twice over.
struct RoundingBound {
    /// Half the distance from 1 to the next number of the network's precision.
    let unitRoundoff: Double

    init<Scalar: NetworkScalar>(for type: Scalar.Type) {
        unitRoundoff = Double(Scalar.ulpOfOne) / 2
    }

    /// 2·γ_k: the relative bound for k operations, ours and the network's.
    func relativeError(operations: Int) -> Double {
        let product = Double(operations) * unitRoundoff
        return 2 * product / (1 - product)
    }
}
