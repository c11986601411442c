// SPDX-License-Identifier: GPL-3.0-or-later
import COpenBLAS
import CKernels
import Dispatch

/// Matrix products whose bits depend on shapes and numbers alone, never on the number of threads.
///
/// OpenBLAS sums in another order with two threads than with one. So a product is cut into tiles that are fixed by its shape, each tile
/// is one single-threaded OpenBLAS call, and threads share out the tiles. Products too small to be worth OpenBLAS's packing run through a
/// plain loop with a fixed order of summation, and so do those with a batch of inputs most of which are 0, as far as they are not.
public struct MatrixProduct: Sendable {
    /// Threads that share the tiles of one product.
    public let threads: Int

    /// OpenBLAS's own threads are switched off once, for the process: ours are the only ones.
    private static let singleThreadedBLAS: Void = openblas_set_num_threads(1)

    /// OpenBLAS's own words on its version and the kernels that it chose for this processor.
    public static var libraryDescription: String {
        "\(String(cString: openblas_get_config())) (\(String(cString: openblas_get_corename())))"
    }

    /// Largest extent of a tile along the axis that is cut. Measured on 64 × 784 × 1000 in float32: two tiles cost no more than one, four
    /// cost 3 %, eight 12 %, since every tile packs the shared operand anew.
    private static let tileExtent = 512

    /// Multiply–adds under which OpenBLAS's call and packing overhead (about half a microsecond) exceeds the product itself.
    private static let smallProduct = 4096

    public init(threads: Int = 1) {
        precondition(threads >= 1, "a product needs at least one thread, got \(threads)")
        self.threads = threads
        Self.singleThreadedBLAS
    }

    /// C ← op(A)·op(B), with op(A) [m × k], op(B) [k × n] and C [m × n], all row-major and dense; `transposeA` reads A as stored [k × m],
    /// `transposeB` reads B as stored [n × k].
    ///
    /// Inputs are A of A·Bᵀ, as in a layer's outputs, and B of Aᵀ·B, as in its weights' gradient; there zeros can be left out.
    func callAsFunction<Scalar: NetworkScalar>(
        _ a: UnsafePointer<Scalar>, transposeA: Bool = false, _ b: UnsafePointer<Scalar>, transposeB: Bool = false,
        into c: UnsafeMutablePointer<Scalar>, m: Int, n: Int, k: Int
    ) {
        guard m * n * k > Self.smallProduct else {
            return Self.direct(a, transposeA, b, transposeB, c, m: m, n: n, k: k)
        }
        if transposeB, !transposeA, sparse(a, rows: m, columns: k, timesTransposed: b, into: c, n: n) { return }
        if transposeA, !transposeB, sparse(transposed: a, times: b, rows: k, columns: n, into: c, n: m) { return }
        let leadingA = transposeA ? m : k
        let leadingB = transposeB ? k : n
        // The batch is the short axis: cut the longer one of C.
        let cutRows = m > n
        let extent = max(m, n)
        let tiles = (extent + Self.tileExtent - 1) / Self.tileExtent
        let pointers = Pointers(a: a, b: b, c: c)
        let tile: @Sendable (Int) -> Void = { index in
            let start = extent * index / tiles
            let count = extent * (index + 1) / tiles - start
            Scalar.product(
                transposeA: transposeA, transposeB: transposeB,
                m: cutRows ? count : m, n: cutRows ? n : count, k: k,
                a: cutRows ? pointers.a + (transposeA ? start : start * leadingA) : pointers.a, leadingA: leadingA,
                b: cutRows ? pointers.b : pointers.b + (transposeB ? start * leadingB : start), leadingB: leadingB,
                c: pointers.c + (cutRows ? start * n : start), leadingC: n)
        }
        if threads == 1 || tiles == 1 {
            for index in 0..<tiles { tile(index) }
        } else {
            perform(tiles, tile)
        }
    }

    /// Runs `count` independent pieces of work on the product's threads, each thread in the caller's floating-point state.
    public func perform(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) {
        let state = FloatingPointState.current
        let threads = min(threads, count)
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            state.run {
                for index in stride(from: thread, to: count, by: threads) { work(index) }
            }
        }
    }

    /// The product by its definition: each element of C summed over k in rising order.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private static func direct<Scalar: NetworkScalar>(
        _ a: UnsafePointer<Scalar>, _ transposeA: Bool, _ b: UnsafePointer<Scalar>, _ transposeB: Bool,
        _ c: UnsafeMutablePointer<Scalar>, m: Int, n: Int, k: Int
    ) {
        let (rowA, columnA) = transposeA ? (1, m) : (k, 1)
        guard transposeB, n > 1, k > 1 else {
            return Scalar.smallProduct(a, row: rowA, column: columnA, b, into: c, m: m, n: n, k: k)
        }
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: k * n) { rows in
            for j in 0..<n {
                for l in 0..<k { rows[l * n + j] = b[j * k + l] }
            }
            Scalar.smallProduct(a, row: rowA, column: columnA, UnsafePointer(rows.baseAddress!), into: c, m: m, n: n, k: k)
        }
    }

    /// Operands shared with the tiles' threads: A and B are only read, and tiles of C do not overlap.
    struct Pointers<Scalar>: @unchecked Sendable {
        let a: UnsafePointer<Scalar>
        let b: UnsafePointer<Scalar>
        let c: UnsafeMutablePointer<Scalar>
    }
}
