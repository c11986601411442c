// SPDX-License-Identifier: GPL-3.0-or-later

/// Proximal operators of λ‖·‖₂ and λ‖·‖₁, in place: u on entry, argmin_w ½ Σ d_j(w_j − u_j)² + κ·‖w‖ on return.
///
/// κ ≥ 0 is the step's α times λ; d_j ≥ 0 is the metric's diagonal, 1 where none is given. Norms and thresholds are in double precision, each
/// weight is rounded once. κ = 0 leaves every bit; so does a vector that holds an infinity or a NaN, which has no minimiser.
///
/// Source: Parikh & Boyd 2014, Proximal Algorithms, section 6.5; with a diagonal metric Yun et al. 2021, arXiv 2007.07828.
public enum ProximalOperator {
    /// ‖·‖₂: w = u·(1 − κ/‖u‖) for ‖u‖ > κ, else exactly 0 (block soft threshold).
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public static func shrinkGroup<Scalar: OptimizerScalar>(_ vector: UnsafeMutableBufferPointer<Scalar>, by threshold: Double) {
        guard threshold > 0 else { return }
        let norm = Scalar.norm(of: UnsafeBufferPointer(vector))
        guard norm.isFinite else { return }
        guard norm > threshold else { return vector.update(repeating: 0) }
        // (n − κ)/n, not 1 − κ/n: near the threshold the difference is exact.
        let factor = Scalar((norm - threshold) / norm)
        for index in 0..<vector.count { vector[index] *= factor }
    }

    /// ‖·‖₁: w = sign(u)·max(|u| − κ, 0), the soft threshold.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public static func shrink<Scalar: OptimizerScalar>(_ vector: UnsafeMutableBufferPointer<Scalar>, by threshold: Double) {
        guard threshold > 0 else { return }
        for index in 0..<vector.count { vector[index] = soft(vector[index], threshold) }
    }

    /// ‖·‖₁ in a metric: the soft threshold with κ/d_j. A weight whose d_j is 0 becomes 0.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public static func shrink<Scalar: OptimizerScalar>(
        _ vector: UnsafeMutableBufferPointer<Scalar>, by threshold: Double, metric: UnsafeBufferPointer<Scalar>
    ) {
        precondition(metric.count >= vector.count, "a metric has an entry a weight")
        guard threshold > 0 else { return }
        for index in 0..<vector.count { vector[index] = soft(vector[index], threshold / Double(metric[index])) }
    }

    @inline(__always)
    private static func soft<Scalar: OptimizerScalar>(_ weight: Scalar, _ threshold: Double) -> Scalar {
        let magnitude = Double(weight.magnitude)
        guard magnitude.isFinite else { return weight }
        return magnitude > threshold ? Scalar(signOf: weight, magnitudeOf: Scalar(magnitude - threshold)) : 0
    }

    /// ‖·‖₂ in a metric: exactly 0 for ‖Du‖ ≤ κ; else w_j = u_j·d_j t/(d_j t + κ) with t = ‖w‖, the root of Σ (d_j u_j/(d_j t + κ))² = 1.
    ///
    /// The root is found by Newton's method on 1 − 1/√Σ, from the lower bound (‖Du‖ − κ)/max d: 1/√Σ is concave and rising in t, so the steps
    /// rise to the root and end where rounding stops them; for a uniform metric the bound is the root.
    ///
    /// - Parameter scratch: room for the vector; overwritten.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public static func shrinkGroup<Scalar: OptimizerScalar>(
        _ vector: UnsafeMutableBufferPointer<Scalar>, by threshold: Double, metric: UnsafeBufferPointer<Scalar>,
        scratch: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(metric.count >= vector.count && scratch.count >= vector.count, "metric and scratch have an entry a weight")
        guard threshold > 0 else { return }
        var largest = 0.0
        for index in 0..<vector.count {
            scratch[index] = Double(metric[index]) * Double(vector[index])
            largest = max(largest, Double(metric[index]))
        }
        let products = UnsafeBufferPointer(rebasing: scratch[0..<vector.count])
        let norm = Double.norm(of: products)
        guard norm.isFinite, largest.isFinite else { return }
        guard norm > threshold else { return vector.update(repeating: 0) }
        var length = (norm - threshold) / largest
        for _ in 0..<mostSteps {
            var (squares, slope) = (0.0, 0.0)
            for index in 0..<vector.count {
                let denominator = Double(metric[index]) * length + threshold
                let ratio = products[index] / denominator
                squares += ratio * ratio
                slope += ratio * ratio * (Double(metric[index]) / denominator)
            }
            // Σ^(3/2)·(1 − Σ^(−1/2))/slope
            let next = length + squares * (squares.squareRoot() - 1) / slope
            guard next > length else { break }
            length = next
        }
        for index in 0..<vector.count {
            let scaled = Double(metric[index]) * length
            vector[index] = Scalar(Double(vector[index]) * (scaled / (scaled + threshold)))
        }
    }

    /// Newton's method converges quadratically; a metric over 30 decades takes some twenty steps.
    private static let mostSteps = 100
}
