// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels

/// Sums over some weights w.
public struct WeightSums: Sendable, Equatable {
    /// Σ w², in double precision.
    public let squares: Double
    /// max |w|; NaN if a weight is.
    public let largest: Double
}

extension OptimizerScalar {
    /// ‖x‖₂ in double precision, right over the whole range of numbers; NaN if an element is.
    ///
    /// Squares of numbers under 1e-154 lose digits and then vanish, though a dead weight has far to go below that; those over 1e154 overflow.
    /// Where the plain sum leaves the safe range, the elements are first divided by the largest.
    public static func norm(of x: UnsafeBufferPointer<Self>) -> Double { norm(of: x, weightSums(x)) }

    /// The same, for sums that are known.
    public static func norm(of x: UnsafeBufferPointer<Self>, _ sums: WeightSums) -> Double {
        if safeSquares.contains(sums.squares) || sums.largest == 0 || !sums.largest.isFinite {
            return sums.squares.squareRoot()
        }
        return scaledNorm(of: x, largest: sums.largest)
    }

    /// Sums of squares in which no square that matters has lost a digit, whatever the number of elements.
    public static var safeSquares: ClosedRange<Double> { 1e-280...1e300 }

    @_specialize(where Self == Float)
    @_specialize(where Self == Double)
    private static func scaledNorm(of x: UnsafeBufferPointer<Self>, largest: Double) -> Double {
        var squares = 0.0
        for element in x {
            let ratio = Double(element) / largest
            squares += ratio * ratio
        }
        return largest * squares.squareRoot()
    }
}

extension Float {
    public static func weightSums(_ weights: UnsafeBufferPointer<Float>) -> WeightSums {
        let sums = adamprobe_weight_sums_f32(weights.baseAddress, weights.count)
        return WeightSums(squares: sums.squares, largest: sums.largest)
    }
}

extension Double {
    public static func weightSums(_ weights: UnsafeBufferPointer<Double>) -> WeightSums {
        let sums = adamprobe_weight_sums_f64(weights.baseAddress, weights.count)
        return WeightSums(squares: sums.squares, largest: sums.largest)
    }
}
