// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Networks

@Suite("Sparse product")
struct SparseProductTests {
    struct Shape: Sendable, CustomStringConvertible {
        let rows: Int
        let columns: Int
        let n: Int
        init(_ rows: Int, _ columns: Int, _ n: Int) { (self.rows, self.columns, self.n) = (rows, columns, n) }
        var description: String { "\(rows)×\(columns), n = \(n)" }
    }

    /// About the extents of the kernels' vectors (8 and 16), blocks (32 and 64), panels (112) and pieces of work.
    static let shapes = [
        Shape(16, 64, 64), Shape(17, 65, 65), Shape(31, 111, 127), Shape(64, 112, 129), Shape(33, 113, 97), Shape(20, 225, 200),
        Shape(100, 71, 71),
    ]

    /// Inputs of which about `share` are not 0, some of them special if wanted, and a factor of normal numbers.
    private static func draw<Scalar: NetworkScalar>(_ shape: Shape, share: Double, special: Bool, _: Scalar.Type) -> (
        x: Tensor<Scalar>, b: Tensor<Scalar>, a: Tensor<Scalar>
    ) {
        var draws = Draws(seed: UInt64(shape.rows * 31 + shape.columns * 7 + shape.n))
        let (x, b, a) = (
            Tensor<Scalar>(shape: [shape.rows, shape.columns]), Tensor<Scalar>(shape: [shape.n, shape.columns]),
            Tensor<Scalar>(shape: [shape.rows, shape.n])
        )
        let (kept, values): ([Double], [Scalar]) = (draws.uniform(x.count), draws.normal(x.count))
        x.assign(zip(kept, values).map { $0 < share ? $1 : ($1 < 0 ? -0.0 : 0) })
        if special {
            for (place, value) in zip([3, x.count / 2, x.count - 1], [Scalar.nan, -.infinity, .leastNonzeroMagnitude]) {
                x.mutableElements[place] = value
            }
        }
        b.assign(draws.normal(b.count))
        a.assign(draws.normal(a.count))
        return (x, b, a)
    }

    /// Element by element, summed in rising order, every product and sum rounded.
    private static func definition<Scalar: NetworkScalar>(_ count: Int, _ terms: Int, _ term: (Int, Int) -> Scalar) -> [Scalar] {
        (0..<count).map { index in
            var sum: Scalar = 0
            for l in 0..<terms { sum += term(index, l) }
            return sum
        }
    }

    private static func bits<Scalar: NetworkScalar>(_ values: [Scalar]) -> [UInt64] {
        values.map { $0.isNaN ? .max : Double($0).bitPattern }
    }

    private func check<Scalar: NetworkScalar>(_ shape: Shape, share: Double, special: Bool, _: Scalar.Type) {
        let (x, b, a) = Self.draw(shape, share: share, special: special, Scalar.self)
        let (rows, columns, n) = (shape.rows, shape.columns, shape.n)
        let outputs = Self.definition(rows * n, columns) { x.base[$0 / n * columns + $1] * b.base[$0 % n * columns + $1] }
        let gradients = Self.definition(n * columns, rows) { a.base[$1 * n + $0 / columns] * x.base[$1 * columns + $0 % columns] }
        for threads in [1, 2, 3] {
            let product = MatrixProduct(threads: threads)
            // With a border behind the result, which must stay as it is.
            let c = Tensor<Scalar>(shape: [max(rows, columns) * n + 1], repeating: 123)
            #expect(product.sparse(x.base, rows: rows, columns: columns, timesTransposed: b.base, into: c.base, n: n))
            #expect(Self.bits(Array(c.values[..<(rows * n)])) == Self.bits(outputs), "\(threads) threads")
            #expect(c.values[(rows * n)...].allSatisfy { $0 == 123 })
            c.mutableElements.update(repeating: 123)
            #expect(product.sparse(transposed: a.base, times: x.base, rows: rows, columns: columns, into: c.base, n: n))
            #expect(Self.bits(Array(c.values[..<(columns * n)])) == Self.bits(gradients), "\(threads) threads")
            #expect(c.values[(columns * n)...].allSatisfy { $0 == 123 })
        }
    }

    @Test("outputs and gradients are the definition's to the bit, zeros of both signs left out, on any number of threads", arguments: shapes)
    func definition(_ shape: Shape) {
        for share in [0, 0.05, 0.3] {
            for special in [false, true] {
                check(shape, share: share, special: special, Float.self)
                check(shape, share: share, special: special, Double.self)
            }
        }
    }

    @Test("inputs with too few zeros, and small products, are left to the full product")
    func refusal() {
        func runs(_ shape: Shape, share: Double) -> (outputs: Bool, gradients: Bool) {
            let (x, b, a) = Self.draw(shape, share: share, special: false, Float.self)
            let c = Tensor<Float>(shape: [shape.n * max(shape.rows, shape.columns)])
            let product = MatrixProduct()
            return (
                product.sparse(x.base, rows: shape.rows, columns: shape.columns, timesTransposed: b.base, into: c.base, n: shape.n),
                product.sparse(transposed: a.base, times: x.base, rows: shape.rows, columns: shape.columns, into: c.base, n: shape.n)
            )
        }
        #expect(runs(Shape(64, 100, 100), share: 0.3) == (true, true))
        #expect(runs(Shape(64, 100, 100), share: 0.5) == (false, false))
        for shape in [Shape(15, 100, 100), Shape(64, 63, 100), Shape(64, 100, 63)] { #expect(runs(shape, share: 0.3) == (false, false)) }
    }

    @Test("a factor that is not finite makes NaN of a zero, as in the full product", arguments: [Double.infinity, -.infinity, .nan])
    func infiniteFactor(_ value: Double) {
        let shape = Shape(32, 128, 100)
        let (x, b, a) = Self.draw(shape, share: 0.2, special: false, Double.self)
        // Unit 70 sees an input that is always 0; sample 5 has a gradient that is not finite.
        for sample in 0..<shape.rows { x.mutableElements[sample * shape.columns + 9] = 0 }
        b.mutableElements[70 * shape.columns + 9] = value
        a.mutableElements[5 * shape.n + 70] = value
        let c = Tensor<Double>(shape: [shape.n * shape.columns])
        let product = MatrixProduct()
        product(x.base, b.base, transposeB: true, into: c.base, m: shape.rows, n: shape.n, k: shape.columns)
        for sample in 0..<shape.rows {
            #expect((0..<shape.n).allSatisfy { c.elements[sample * shape.n + $0].isNaN == ($0 == 70) })
        }
        product(a.base, transposeA: true, x.base, into: c.base, m: shape.n, n: shape.columns, k: shape.rows)
        #expect(c.elements[70 * shape.columns + 9].isNaN)
        #expect((0..<70 * shape.columns).allSatisfy { !c.elements[$0].isNaN })
    }
}
