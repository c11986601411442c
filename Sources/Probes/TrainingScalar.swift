// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels
import Networks
import Optimizers
import Records

/// A precision that a probed network trains in: `Float` or `Double`.
public protocol TrainingScalar: NetworkScalar, OptimizerScalar {
    /// Name of the precision in files and configurations: `float32` or `float64`.
    static var elementType: ElementType { get }
    /// Sums over a node's data gradient and its signs, beside those of the gradient one step earlier.
    static func gradientSums(_ gradient: UnsafeBufferPointer<Self>, previous: UnsafeBufferPointer<Self>) -> GradientSums
    /// The same; `previous` is the gradient afterwards.
    static func gradientSums(_ gradient: UnsafeBufferPointer<Self>, keepingIn previous: UnsafeMutableBufferPointer<Self>) -> GradientSums
    /// Σ w² of each row of some weights, summed in double precision; ∞ where it is not under `limit`, NaN included. A row has
    /// `weights.count / squares.count` weights, and is read only until it is seen to reach `limit`.
    static func squaredNorms(of weights: UnsafeBufferPointer<Self>, below limit: Double, into squares: UnsafeMutableBufferPointer<Double>)
    /// The order statistics of |x| at `ranks` (from 0) in each of `rows` rows of x, exact: that of a row at `ranks[i]` into
    /// `result[i * stride + row]`. `scratch` is as long as a row. NaN counts as largest.
    ///
    /// What `result` holds before is where the search in a long row begins: the order statistics of like numbers save most of it, anything else
    /// costs time alone.
    static func orderStatistics(
        of x: UnsafeBufferPointer<Self>, rows: Int, ranks: [Int], into result: UnsafeMutablePointer<Self>, stride: Int,
        scratch: UnsafeMutableBufferPointer<Self>)
    /// Index of the first element equal to `value`; nil if there is none, as for NaN.
    static func firstIndex(of value: Self, in x: UnsafeBufferPointer<Self>) -> Int?
    /// x ← x/divisor, element by element.
    static func divide(_ x: UnsafeMutableBufferPointer<Self>, by divisor: UnsafeBufferPointer<Self>)
    /// Appends one row of samples to each of some files of this precision.
    static func append(_ rows: UnsafeBufferPointer<Self>, to writers: NPYWriterGroup) throws
    /// Appends one row of samples to a file of this precision.
    static func append(_ row: UnsafeBufferPointer<Self>, to writer: NPYWriter) throws
    /// These numbers as a tensor for a file.
    static func record(_ values: [Self], shape: [Int]) -> TensorRecord
}

/// Sums over one node's data gradient g. A NaN has no sign and is counted nowhere, but makes ``squares`` NaN.
public struct GradientSums: Sendable, Equatable {
    /// Σ g², in double precision.
    public let squares: Double
    /// Σ sign g.
    public let signSum: Int
    /// #{g ≠ 0}.
    public let nonzero: Int
    /// Entries whose sign is that of the previous gradient's entry, neither being 0.
    public let agreeing: Int

    init(_ sums: adamprobe_gradient_sums) {
        squares = sums.squares
        signSum = sums.sign_sum
        nonzero = sums.nonzero
        agreeing = sums.agreeing
    }

    /// C = |Σ sign g| / #{g ≠ 0} (theory notes, A1); NaN if every entry is 0.
    public var signCoherence: Double { Double(abs(signSum)) / Double(nonzero) }

    /// Share of the non-zero entries that kept their sign; NaN if every entry is 0.
    public var signAgreement: Double { Double(agreeing) / Double(nonzero) }
}

extension TrainingScalar {
    /// ‖g‖₂, for sums that are known.
    static func norm(of gradient: UnsafeBufferPointer<Self>, _ sums: GradientSums) -> Double {
        safeSquares.contains(sums.squares) || sums.nonzero == 0 ? sums.squares.squareRoot() : norm(of: gradient)
    }
}

extension Float: TrainingScalar {
    public static var elementType: ElementType { .float32 }

    public static func gradientSums(_ gradient: UnsafeBufferPointer<Float>, previous: UnsafeBufferPointer<Float>) -> GradientSums {
        GradientSums(adamprobe_gradient_sums_f32(gradient.baseAddress, previous.baseAddress, gradient.count))
    }

    public static func gradientSums(
        _ gradient: UnsafeBufferPointer<Float>, keepingIn previous: UnsafeMutableBufferPointer<Float>
    ) -> GradientSums {
        GradientSums(adamprobe_gradient_sums_keeping_f32(gradient.baseAddress, previous.baseAddress, gradient.count))
    }

    public static func squaredNorms(
        of weights: UnsafeBufferPointer<Float>, below limit: Double, into squares: UnsafeMutableBufferPointer<Double>
    ) {
        adamprobe_squares_below_f32(
            weights.baseAddress, squares.count, weights.count / max(1, squares.count), limit, squares.baseAddress)
    }

    public static func orderStatistics(
        of x: UnsafeBufferPointer<Float>, rows: Int, ranks: [Int], into result: UnsafeMutablePointer<Float>, stride: Int,
        scratch: UnsafeMutableBufferPointer<Float>
    ) {
        adamprobe_order_statistics_f32(
            x.baseAddress, rows, x.count / max(1, rows), ranks, ranks.count, result, stride, scratch.baseAddress)
    }

    public static func firstIndex(of value: Float, in x: UnsafeBufferPointer<Float>) -> Int? {
        let index = adamprobe_first_index_f32(x.baseAddress, x.count, value)
        return index < x.count ? index : nil
    }

    public static func divide(_ x: UnsafeMutableBufferPointer<Float>, by divisor: UnsafeBufferPointer<Float>) {
        adamprobe_divide_f32(x.baseAddress, divisor.baseAddress, x.count)
    }

    public static func append(_ rows: UnsafeBufferPointer<Float>, to writers: NPYWriterGroup) throws { try writers.append(rows) }

    public static func append(_ row: UnsafeBufferPointer<Float>, to writer: NPYWriter) throws { try writer.append(row) }

    public static func record(_ values: [Float], shape: [Int]) -> TensorRecord { TensorRecord(values, shape: shape) }
}

extension Double: TrainingScalar {
    public static var elementType: ElementType { .float64 }

    public static func gradientSums(_ gradient: UnsafeBufferPointer<Double>, previous: UnsafeBufferPointer<Double>) -> GradientSums {
        GradientSums(adamprobe_gradient_sums_f64(gradient.baseAddress, previous.baseAddress, gradient.count))
    }

    public static func gradientSums(
        _ gradient: UnsafeBufferPointer<Double>, keepingIn previous: UnsafeMutableBufferPointer<Double>
    ) -> GradientSums {
        GradientSums(adamprobe_gradient_sums_keeping_f64(gradient.baseAddress, previous.baseAddress, gradient.count))
    }

    public static func squaredNorms(
        of weights: UnsafeBufferPointer<Double>, below limit: Double, into squares: UnsafeMutableBufferPointer<Double>
    ) {
        adamprobe_squares_below_f64(
            weights.baseAddress, squares.count, weights.count / max(1, squares.count), limit, squares.baseAddress)
    }

    public static func orderStatistics(
        of x: UnsafeBufferPointer<Double>, rows: Int, ranks: [Int], into result: UnsafeMutablePointer<Double>, stride: Int,
        scratch: UnsafeMutableBufferPointer<Double>
    ) {
        adamprobe_order_statistics_f64(
            x.baseAddress, rows, x.count / max(1, rows), ranks, ranks.count, result, stride, scratch.baseAddress)
    }

    public static func firstIndex(of value: Double, in x: UnsafeBufferPointer<Double>) -> Int? {
        let index = adamprobe_first_index_f64(x.baseAddress, x.count, value)
        return index < x.count ? index : nil
    }

    public static func divide(_ x: UnsafeMutableBufferPointer<Double>, by divisor: UnsafeBufferPointer<Double>) {
        adamprobe_divide_f64(x.baseAddress, divisor.baseAddress, x.count)
    }

    public static func append(_ rows: UnsafeBufferPointer<Double>, to writers: NPYWriterGroup) throws { try writers.append(rows) }

    public static func append(_ row: UnsafeBufferPointer<Double>, to writer: NPYWriter) throws { try writer.append(row) }

    public static func record(_ values: [Double], shape: [Int]) -> TensorRecord { TensorRecord(values, shape: shape) }
}
