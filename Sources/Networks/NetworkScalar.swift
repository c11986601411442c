// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels
import COpenBLAS
import RealModule

/// A floating-point type that networks compute in: `Float` or `Double`.
///
/// Most of what is elementwise is generic over `Real`; matrix products and the passes that a step spends its time in are C, one routine a
/// precision.
public protocol NetworkScalar: Real, BinaryFloatingPoint, Sendable, LayerKernels, SparseKernels {
    /// C ← A·B for row-major A [m × k], B [k × n], C [m × n]; `transposeA` reads A as stored [k × m],
    /// `transposeB` reads B as stored [n × k]. Leading dimensions are the stored row lengths. One single-threaded OpenBLAS call.
    static func product(
        transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int,
        a: UnsafePointer<Self>, leadingA: Int, b: UnsafePointer<Self>, leadingB: Int,
        c: UnsafeMutablePointer<Self>, leadingC: Int)

    /// C ← A·B in the kernel for small matrices: A(i, l) at a[i·row + l·column], B [k × n] and C [m × n] row-major and dense.
    static func smallProduct(
        _ a: UnsafePointer<Self>, row: Int, column: Int, _ b: UnsafePointer<Self>, into c: UnsafeMutablePointer<Self>, m: Int, n: Int, k: Int)

    /// Σ |x|, in double precision over 16 lanes (element i into lane i mod 16), the lanes then in rising order; NaN if an element is.
    static func absoluteSum(of x: UnsafeBufferPointer<Self>) -> Double
}

extension Float: NetworkScalar {
    public static func product(
        transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int,
        a: UnsafePointer<Float>, leadingA: Int, b: UnsafePointer<Float>, leadingB: Int,
        c: UnsafeMutablePointer<Float>, leadingC: Int
    ) {
        cblas_sgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(m), blasint(n), blasint(k), 1, a, blasint(leadingA), b, blasint(leadingB), 0, c, blasint(leadingC))
    }

    public static func smallProduct(
        _ a: UnsafePointer<Float>, row: Int, column: Int, _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, m: Int, n: Int, k: Int
    ) {
        adamprobe_small_product_f32(a, row, column, b, c, m, n, k)
    }

    public static func absoluteSum(of x: UnsafeBufferPointer<Float>) -> Double { adamprobe_absolute_sum_f32(x.baseAddress, x.count) }
}

extension Double: NetworkScalar {
    public static func product(
        transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int,
        a: UnsafePointer<Double>, leadingA: Int, b: UnsafePointer<Double>, leadingB: Int,
        c: UnsafeMutablePointer<Double>, leadingC: Int
    ) {
        cblas_dgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(m), blasint(n), blasint(k), 1, a, blasint(leadingA), b, blasint(leadingB), 0, c, blasint(leadingC))
    }

    public static func smallProduct(
        _ a: UnsafePointer<Double>, row: Int, column: Int, _ b: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>, m: Int, n: Int, k: Int
    ) {
        adamprobe_small_product_f64(a, row, column, b, c, m, n, k)
    }

    public static func absoluteSum(of x: UnsafeBufferPointer<Double>) -> Double { adamprobe_absolute_sum_f64(x.baseAddress, x.count) }
}
