// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels

/// The passes over a batch [rows × columns] that layers are made of, one C routine a precision.
///
/// One sample a row, row-major and dense. Sums over the samples run in rising order and every operation is rounded on its own, so that the bits
/// are those of the plain loop on every CPU. Buffers do not overlap.
public protocol LayerKernels {
    /// y += vector, row by row.
    static func addToRows(_ vector: UnsafePointer<Self>, of y: UnsafeMutablePointer<Self>, rows: Int, columns: Int)
    /// The sum of the rows, from 0 and in rising order.
    static func sumRows(of x: UnsafePointer<Self>, into sum: UnsafeMutablePointer<Self>, rows: Int, columns: Int)
    /// Mean and largest entry of each column, the mean's sum in rising order; largest is NaN where an entry is.
    static func meanAndLargest(
        of x: UnsafePointer<Self>, mean: UnsafeMutablePointer<Self>, largest: UnsafeMutablePointer<Self>, rows: Int, columns: Int)
    /// A training pass of ``BatchNorm``: mean and 1/√(σ² + ε) of the batch, the running statistics after it, and the normalised batch.
    static func batchNormForward(
        _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int, scale: UnsafePointer<Self>,
        shift: UnsafePointer<Self>, epsilon: Self, momentum: Self, mean: UnsafeMutablePointer<Self>,
        inverseDeviation: UnsafeMutablePointer<Self>, runningMean: UnsafeMutablePointer<Self>, runningVariance: UnsafeMutablePointer<Self>)
    /// y ← (x − mean)·inverseDeviation·scale + shift.
    static func normalise(
        _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int, scale: UnsafePointer<Self>,
        shift: UnsafePointer<Self>, mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>)
    /// The backward pass of ``BatchNorm`` after a training pass; the input gradient only if asked for.
    static func batchNormBackward(
        _ x: UnsafePointer<Self>, delta: UnsafePointer<Self>, into gradient: UnsafeMutablePointer<Self>?, rows: Int, columns: Int,
        scale: UnsafePointer<Self>, mean: UnsafePointer<Self>, inverseDeviation: UnsafePointer<Self>,
        scaleGradient: UnsafeMutablePointer<Self>, shiftGradient: UnsafeMutablePointer<Self>)
    /// y ← 0 where z ≤ 0, else z.
    static func rectify(_ z: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int)
    /// y ← z where z > 0, else slope·z.
    static func rectifyLeaky(_ z: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int, slope: Self)
    /// gradient ← φ′·δ, exactly 0 where φ′ = 0, and the rows of each column with φ′ ≠ 0; φ′ is 0 where z < 0, `atZero` at 0, else 1.
    static func rectifyBackward(
        _ z: UnsafePointer<Self>, delta: UnsafePointer<Self>, into gradient: UnsafeMutablePointer<Self>, active: UnsafeMutablePointer<Self>,
        rows: Int, columns: Int, atZero: Self)
    /// The same with φ′ = 1 where z > 0, else `slope`.
    static func rectifyLeakyBackward(
        _ z: UnsafePointer<Self>, delta: UnsafePointer<Self>, into gradient: UnsafeMutablePointer<Self>, active: UnsafeMutablePointer<Self>,
        rows: Int, columns: Int, slope: Self)
}

extension Float: LayerKernels {
    public static func addToRows(_ vector: UnsafePointer<Float>, of y: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
        adamprobe_add_to_rows_f32(vector, y, rows, columns)
    }

    public static func sumRows(of x: UnsafePointer<Float>, into sum: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
        adamprobe_sum_rows_f32(x, sum, rows, columns)
    }

    public static func meanAndLargest(
        of x: UnsafePointer<Float>, mean: UnsafeMutablePointer<Float>, largest: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) {
        adamprobe_mean_and_largest_f32(x, mean, largest, rows, columns)
    }

    public static func batchNormForward(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, rows: Int, columns: Int, scale: UnsafePointer<Float>,
        shift: UnsafePointer<Float>, epsilon: Float, momentum: Float, mean: UnsafeMutablePointer<Float>,
        inverseDeviation: UnsafeMutablePointer<Float>, runningMean: UnsafeMutablePointer<Float>, runningVariance: UnsafeMutablePointer<Float>
    ) {
        adamprobe_batch_norm_forward_f32(
            x, y, rows, columns, scale, shift, epsilon, momentum, mean, inverseDeviation, runningMean, runningVariance)
    }

    public static func normalise(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, rows: Int, columns: Int, scale: UnsafePointer<Float>,
        shift: UnsafePointer<Float>, mean: UnsafePointer<Float>, inverseDeviation: UnsafePointer<Float>
    ) {
        adamprobe_normalise_f32(x, y, rows, columns, scale, shift, mean, inverseDeviation)
    }

    public static func batchNormBackward(
        _ x: UnsafePointer<Float>, delta: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>?, rows: Int, columns: Int,
        scale: UnsafePointer<Float>, mean: UnsafePointer<Float>, inverseDeviation: UnsafePointer<Float>,
        scaleGradient: UnsafeMutablePointer<Float>, shiftGradient: UnsafeMutablePointer<Float>
    ) {
        adamprobe_batch_norm_backward_f32(
            x, delta, gradient, rows, columns, scale, mean, inverseDeviation, scaleGradient, shiftGradient)
    }

    public static func rectify(_ z: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
        adamprobe_rectify_f32(z, y, count)
    }

    public static func rectifyLeaky(_ z: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int, slope: Float) {
        adamprobe_rectify_leaky_f32(z, y, count, slope)
    }

    public static func rectifyBackward(
        _ z: UnsafePointer<Float>, delta: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>, active: UnsafeMutablePointer<Float>,
        rows: Int, columns: Int, atZero: Float
    ) {
        adamprobe_rectify_backward_f32(z, delta, gradient, active, rows, columns, atZero)
    }

    public static func rectifyLeakyBackward(
        _ z: UnsafePointer<Float>, delta: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>, active: UnsafeMutablePointer<Float>,
        rows: Int, columns: Int, slope: Float
    ) {
        adamprobe_rectify_leaky_backward_f32(z, delta, gradient, active, rows, columns, slope)
    }
}

extension Double: LayerKernels {
    public static func addToRows(_ vector: UnsafePointer<Double>, of y: UnsafeMutablePointer<Double>, rows: Int, columns: Int) {
        adamprobe_add_to_rows_f64(vector, y, rows, columns)
    }

    public static func sumRows(of x: UnsafePointer<Double>, into sum: UnsafeMutablePointer<Double>, rows: Int, columns: Int) {
        adamprobe_sum_rows_f64(x, sum, rows, columns)
    }

    public static func meanAndLargest(
        of x: UnsafePointer<Double>, mean: UnsafeMutablePointer<Double>, largest: UnsafeMutablePointer<Double>, rows: Int, columns: Int
    ) {
        adamprobe_mean_and_largest_f64(x, mean, largest, rows, columns)
    }

    public static func batchNormForward(
        _ x: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>, rows: Int, columns: Int, scale: UnsafePointer<Double>,
        shift: UnsafePointer<Double>, epsilon: Double, momentum: Double, mean: UnsafeMutablePointer<Double>,
        inverseDeviation: UnsafeMutablePointer<Double>, runningMean: UnsafeMutablePointer<Double>, runningVariance: UnsafeMutablePointer<Double>
    ) {
        adamprobe_batch_norm_forward_f64(
            x, y, rows, columns, scale, shift, epsilon, momentum, mean, inverseDeviation, runningMean, runningVariance)
    }

    public static func normalise(
        _ x: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>, rows: Int, columns: Int, scale: UnsafePointer<Double>,
        shift: UnsafePointer<Double>, mean: UnsafePointer<Double>, inverseDeviation: UnsafePointer<Double>
    ) {
        adamprobe_normalise_f64(x, y, rows, columns, scale, shift, mean, inverseDeviation)
    }

    public static func batchNormBackward(
        _ x: UnsafePointer<Double>, delta: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>?, rows: Int, columns: Int,
        scale: UnsafePointer<Double>, mean: UnsafePointer<Double>, inverseDeviation: UnsafePointer<Double>,
        scaleGradient: UnsafeMutablePointer<Double>, shiftGradient: UnsafeMutablePointer<Double>
    ) {
        adamprobe_batch_norm_backward_f64(
            x, delta, gradient, rows, columns, scale, mean, inverseDeviation, scaleGradient, shiftGradient)
    }

    public static func rectify(_ z: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>, count: Int) {
        adamprobe_rectify_f64(z, y, count)
    }

    public static func rectifyLeaky(_ z: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>, count: Int, slope: Double) {
        adamprobe_rectify_leaky_f64(z, y, count, slope)
    }

    public static func rectifyBackward(
        _ z: UnsafePointer<Double>, delta: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>, active: UnsafeMutablePointer<Double>,
        rows: Int, columns: Int, atZero: Double
    ) {
        adamprobe_rectify_backward_f64(z, delta, gradient, active, rows, columns, atZero)
    }

    public static func rectifyLeakyBackward(
        _ z: UnsafePointer<Double>, delta: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>, active: UnsafeMutablePointer<Double>,
        rows: Int, columns: Int, slope: Double
    ) {
        adamprobe_rectify_leaky_backward_f64(z, delta, gradient, active, rows, columns, slope)
    }
}
