// SPDX-License-Identifier: GPL-3.0-or-later
import Networks

/// What a box says of a node's Σ_j w_j x_j, in double precision. A weight of 0 contributes 0 even where the input is unbounded.
struct ProductSum {
    /// Number of weights.
    let count: Int
    /// Σ_j max(w_j l_j, w_j u_j): the largest value on the box.
    private(set) var largest = 0.0
    /// Σ_j |w_j|(u_j − l_j): the most by which two values differ.
    private(set) var spread = 0.0
    /// Σ_j |w_j|·max |x_j|.
    private(set) var magnitude = 0.0
    /// Σ_j (|w_j| + max |x_j| + 2) over the weights that are not 0: what the sum can lose by underflow, in units of the least normal
    /// number. A factor read as 0 costs the other factor, a product or a sum that is flushed one unit.
    private(set) var operands = 0.0
    /// True if the weights are finite and no term is positive anywhere in the box: then no rounding can lift the sum above 0.
    private(set) var isNonPositive = true

    /// - Parameter sign: 1, or −1 for the sum of −w_j x_j.
    /// - Precondition: as many weights as the box has features.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    init<Scalar: NetworkScalar>(_ weights: UnsafeBufferPointer<Scalar>, sign: Double = 1, on box: Box) {
        precondition(weights.count == box.lower.count, "\(weights.count) weights on a box of \(box.lower.count) features")
        count = weights.count
        for j in weights.indices where weights[j] != 0 {
            let w = sign * Double(weights[j])
            let reach = box.magnitude(j)
            largest += max(w * box.lower[j], w * box.upper[j])
            spread += abs(w) * (box.upper[j] - box.lower[j])
            magnitude += abs(w) * reach
            operands += abs(w) + reach + 2
            if !(w.isFinite && (w > 0 ? box.upper[j] <= 0 : box.lower[j] >= 0)) { isNonPositive = false }
        }
    }

    /// A coarser sum, from Σ_j |w_j| and the box's widest and farthest feature alone: every quantity is at least what the fine one is, as
    /// long as some input is bounded by more than nothing. One pass over the weights at the speed of memory.
    init<Scalar: NetworkScalar>(bounding weights: UnsafeBufferPointer<Scalar>, on box: Box) {
        let sum = Scalar.absoluteSum(of: weights)
        count = weights.count
        largest = sum * box.farthest
        spread = sum * box.widest
        magnitude = sum * box.farthest
        operands = sum + Double(count) * (box.farthest + 2)
        isNonPositive = false
    }

    /// A sum that is known not to be positive, and taken as 0.
    init(nonPositiveOf count: Int) { self.count = count }
}
