// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Networks

@Suite("Matrix product")
struct MatrixProductTests {
    struct Shape: Sendable, CustomStringConvertible {
        let m: Int
        let n: Int
        let k: Int
        init(_ m: Int, _ n: Int, _ k: Int) { (self.m, self.n, self.k) = (m, n, k) }
        var description: String { "\(m)×\(n)×\(k)" }
        var isSmall: Bool { m * n * k <= 4096 }
    }

    /// Odd extents, vectors, both sides of the small product's limit (16³ = 4096), of a tile (256) and of cutting rows or columns.
    static let shapes = [
        Shape(1, 1, 1), Shape(3, 5, 7), Shape(16, 16, 16), Shape(16, 16, 17), Shape(1, 5000, 1), Shape(64, 255, 33), Shape(255, 64, 33),
        Shape(7, 257, 65), Shape(257, 7, 65), Shape(64, 1000, 78), Shape(1000, 64, 13), Shape(513, 513, 3), Shape(1, 4097, 2),
        Shape(4097, 1, 2), Shape(10, 10, 300),
    ]

    /// The product's operands as drawn, and its result with any number of threads.
    private struct Case<Scalar: NetworkScalar> {
        let shape: Shape
        let transposeA: Bool
        let transposeB: Bool
        let a: Tensor<Scalar>
        let b: Tensor<Scalar>

        init(_ shape: Shape, _ transposeA: Bool, _ transposeB: Bool) {
            (self.shape, self.transposeA, self.transposeB) = (shape, transposeA, transposeB)
            var draws = Draws(seed: UInt64(shape.m * 31 + shape.n * 7 + shape.k))
            a = Tensor(shape: [shape.m * shape.k])
            b = Tensor(shape: [shape.k * shape.n])
            a.assign(draws.normal(a.count))
            b.assign(draws.normal(b.count))
        }

        /// With a border behind the result, which must stay as it is.
        func result(threads: Int) -> [Scalar] {
            let c = Tensor<Scalar>(shape: [shape.m * shape.n + 1], repeating: 123)
            MatrixProduct(threads: threads)(
                a.base, transposeA: transposeA, b.base, transposeB: transposeB, into: c.base, m: shape.m, n: shape.n, k: shape.k)
            #expect(c.values.last == 123)
            return c.values.dropLast()
        }

        /// The definition, each element summed over k in rising order, in the wanted precision, and Σ|terms| beside it.
        func naive<Wide: NetworkScalar>(in: Wide.Type) -> [(sum: Wide, magnitude: Wide)] {
            let (a, b) = (a.values, b.values)
            return (0..<shape.m * shape.n).map { index in
                let (i, j) = (index / shape.n, index % shape.n)
                var (sum, magnitude) = (Wide(0), Wide(0))
                for l in 0..<shape.k {
                    let term = Wide(a[transposeA ? l * shape.m + i : i * shape.k + l]) * Wide(b[transposeB ? j * shape.k + l : l * shape.n + j])
                    sum += term
                    magnitude += abs(term)
                }
                return (sum, magnitude)
            }
        }
    }

    private func check<Scalar: NetworkScalar>(_: Scalar.Type, _ shape: Shape) {
        for transposeA in [false, true] {
            for transposeB in [false, true] {
                let product = Case<Scalar>(shape, transposeA, transposeB)
                let result = product.result(threads: 1)
                // The result's rounding (Higham 2002, §3.1) and, in double precision, the reference's own.
                let bound = 2 * Double(shape.k + 1) * Double(Scalar.ulpOfOne) / 2
                let expected = product.naive(in: Double.self)
                #expect(zip(result, expected).allSatisfy { abs(Double($0) - $1.sum) <= bound * $1.magnitude }, "\(transposeA) \(transposeB)")
                for threads in [2, 3] {
                    #expect(areSame(product.result(threads: threads), result), "\(threads) threads, \(transposeA) \(transposeB)")
                }
                #expect(areSame(product.result(threads: 1), result))
                if shape.isSmall { #expect(areSame(product.naive(in: Scalar.self).map(\.sum), result), "the order of summation of a small product") }
            }
        }
    }

    @Test("the product is that of the definition, and any number of threads gives the same bits", arguments: shapes)
    func definition(_ shape: Shape) {
        check(Float.self, shape)
        check(Double.self, shape)
    }

    @Test("every piece of work is done once, on fewer, as many, and more threads than pieces", arguments: [1, 2, 3, 7], [0, 1, 2, 3, 10])
    func pieces(threads: Int, count: Int) {
        let done = UnsafeCounts(count)
        MatrixProduct(threads: threads).perform(count) { done.add($0) }
        #expect(done.values == Array(repeating: 1, count: count))
    }

    /// One count a piece, each touched by the thread of its piece alone.
    private final class UnsafeCounts: @unchecked Sendable {
        private let base: UnsafeMutableBufferPointer<Int>
        init(_ count: Int) {
            base = .allocate(capacity: count)
            base.initialize(repeating: 0)
        }
        deinit { base.deallocate() }
        func add(_ index: Int) { base[index] += 1 }
        var values: [Int] { Array(base) }
    }

    @Test("OpenBLAS says which kernels it runs, and keeps to one thread")
    func library() {
        let description = MatrixProduct.libraryDescription
        #expect(description.contains("OpenBLAS"))
        #expect(description.hasSuffix(")"))
    }
}
