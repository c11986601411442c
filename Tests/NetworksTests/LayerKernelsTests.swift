// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Networks

/// The passes over a batch against plain loops, bit for bit, whatever the number of columns that a vector does not fill.
@Suite("Layer kernels")
struct LayerKernelsTests {
    static let columns = [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 71]

    /// A batch of normal numbers, with special ones among them where wanted, and its columns' parameters.
    private struct Batch<Scalar: NetworkScalar> {
        let rows: Int
        let columns: Int
        var draws: Draws
        let special: Bool

        init(rows: Int, columns: Int, special: Bool) {
            (self.rows, self.columns, self.special) = (rows, columns, special)
            draws = Draws(seed: UInt64(rows * 100 + columns))
        }

        mutating func tensor(rows: Int? = nil) -> Tensor<Scalar> {
            let tensor = Tensor<Scalar>(shape: [rows ?? self.rows, columns])
            tensor.assign(draws.normal(tensor.count))
            guard special else { return tensor }
            let values: [Scalar] = [0, -0.0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNormalMagnitude]
            for (place, value) in zip(draws.permutation(of: tensor.count), values) where rows == nil { tensor.mutableElements[place] = value }
            return tensor
        }

        /// The sum over the rows of a column, from 0 and in rising order.
        func sum(_ column: Int, _ term: (Int) -> Scalar) -> Scalar {
            var sum: Scalar = 0
            for i in 0..<rows { sum += term(i * columns + column) }
            return sum
        }
    }

    private static func bits<Scalar: NetworkScalar>(_ values: some Sequence<Scalar>) -> [UInt64] {
        values.map { $0.isNaN ? .max : Double($0).bitPattern }
    }

    private func forEachBatch(_ body: (_ rows: Int, _ columns: Int, _ special: Bool) -> Void) {
        for rows in [2, 3, 64] {
            for columns in Self.columns {
                body(rows, columns, false)
                body(rows, columns, true)
            }
        }
    }

    @Test("sums, means and maxima of columns are those of a loop over the samples, and a vector is added to each")
    func columnSums() {
        func check<Scalar: NetworkScalar>(_ rows: Int, _ columns: Int, _ special: Bool, _: Scalar.Type) {
            var batch = Batch<Scalar>(rows: rows, columns: columns, special: special)
            let (x, vector) = (batch.tensor(), batch.tensor(rows: 1))
            // With a border behind the results, which must stay as it is.
            let (sum, mean, largest) = (
                Tensor<Scalar>(shape: [columns + 1], repeating: 5), Tensor<Scalar>(shape: [columns + 1], repeating: 5),
                Tensor<Scalar>(shape: [columns + 1], repeating: 5)
            )
            Scalar.sumRows(of: x.base, into: sum.base, rows: rows, columns: columns)
            Scalar.meanAndLargest(of: x.base, mean: mean.base, largest: largest.base, rows: rows, columns: columns)
            let sums = (0..<columns).map { j in batch.sum(j) { x.base[$0] } }
            #expect(Self.bits(sum.values) == Self.bits(sums + [5]))
            #expect(Self.bits(mean.values) == Self.bits(sums.map { $0 / Scalar(rows) } + [5]))
            let maxima = (0..<columns).map { j -> Scalar in
                let column = (0..<rows).map { x.base[$0 * columns + j] }
                return column.contains(where: \.isNaN) ? .nan : column.max()!
            }
            #expect(largest.values.dropLast().elementsEqual(maxima) { $0 == $1 || $0.isNaN && $1.isNaN } && largest.values.last == 5)
            let expected = (0..<rows * columns).map { x.base[$0] + vector.base[$0 % columns] }
            Scalar.addToRows(vector.base, of: x.base, rows: rows, columns: columns)
            #expect(Self.bits(x.values) == Self.bits(expected))
        }
        forEachBatch { rows, columns, special in
            check(rows, columns, special, Float.self)
            check(rows, columns, special, Double.self)
        }
    }

    @Test("batch normalisation is that of the formulas, sums over the samples in rising order, forward and backward")
    func batchNorm() {
        func check<Scalar: NetworkScalar>(_ rows: Int, _ columns: Int, _ special: Bool, _: Scalar.Type) {
            var batch = Batch<Scalar>(rows: rows, columns: columns, special: special)
            let (x, delta) = (batch.tensor(), batch.tensor())
            let (gamma, beta) = (batch.tensor(rows: 1), batch.tensor(rows: 1))
            let layer = BatchNorm<Scalar>(name: "1", features: columns, epsilon: 1e-5, momentum: 0.1)
            layer.scale.value.assign(gamma.values)
            layer.shift.value.assign(beta.values)
            layer.runningMean.assign(batch.tensor(rows: 1).values)
            let (pastMean, pastVariance, n, momentum) = (layer.runningMean.values, layer.runningVariance.values, Scalar(rows), layer.momentum)
            let (y, gradient) = (Tensor<Scalar>(shape: [rows, columns]), Tensor<Scalar>(shape: [rows, columns]))
            layer.forward(x, into: y, batch: rows, mode: .training)
            layer.backward(input: x, output: y, outputGradient: delta, inputGradient: gradient, batch: rows)
            for j in 0..<columns {
                let mean = batch.sum(j) { x.base[$0] } / n
                let squares = batch.sum(j) { (x.base[$0] - mean) * (x.base[$0] - mean) }
                let inverse = 1 / (squares / n + layer.epsilon).squareRoot()
                let column = (0..<rows).map { $0 * columns + j }
                #expect(
                    Self.bits(column.map { y.base[$0] })
                        == Self.bits(column.map { (x.base[$0] - mean) * inverse * gamma.base[j] + beta.base[j] }))
                let running = [
                    momentum * mean + (1 - momentum) * pastMean[j], momentum * (squares / (n - 1)) + (1 - momentum) * pastVariance[j],
                ]
                #expect(Self.bits([layer.runningMean.base[j], layer.runningVariance.base[j]]) == Self.bits(running))
                let sum = batch.sum(j) { delta.base[$0] }
                let products = batch.sum(j) { delta.base[$0] * (x.base[$0] - mean) }
                #expect(Self.bits([layer.shift.gradient.base[j], layer.scale.gradient.base[j]]) == Self.bits([sum, products * inverse]))
                let slope = products * inverse * inverse / n
                let expected = column.map { (delta.base[$0] - sum / n - (x.base[$0] - mean) * slope) * inverse * gamma.base[j] }
                #expect(Self.bits(column.map { gradient.base[$0] }) == Self.bits(expected))
            }
            layer.forward(x, into: y, batch: rows, mode: .evaluation)
            let expected = (0..<rows * columns).map { index -> Scalar in
                let j = index % columns
                let inverse = 1 / (layer.runningVariance.base[j] + layer.epsilon).squareRoot()
                return (x.base[index] - layer.runningMean.base[j]) * inverse * gamma.base[j] + beta.base[j]
            }
            #expect(Self.bits(y.values) == Self.bits(expected))
        }
        forEachBatch { rows, columns, special in
            check(rows, columns, special, Float.self)
            check(rows, columns, special, Double.self)
        }
    }

    @Test("the rectifiers and their derivatives are the definition's at both zeros, infinities and NaN")
    func rectifiers() {
        func check<Scalar: NetworkScalar>(_ rows: Int, _ columns: Int, _ special: Bool, _: Scalar.Type) {
            var batch = Batch<Scalar>(rows: rows, columns: columns, special: special)
            let (z, delta) = (batch.tensor(), batch.tensor())
            let slopes: [(Activation, (Scalar) -> Scalar, (Scalar) -> Scalar)] = [
                (.relu(), { $0 <= 0 ? 0 : $0 }, { $0 <= 0 ? 0 : 1 }),
                (.relu(derivativeAtZero: 0.5), { $0 <= 0 ? 0 : $0 }, { $0 == 0 ? 0.5 : $0 < 0 ? 0 : 1 }),
                (.leakyReLU(slope: 0.01), { $0 > 0 ? $0 : Scalar(0.01) * $0 }, { $0 > 0 ? 1 : Scalar(0.01) }),
                (.leakyReLU(slope: 0), { $0 > 0 ? $0 : 0 * $0 }, { $0 > 0 ? 1 : 0 }),
            ]
            for (activation, function, derivative) in slopes {
                let layer = ActivationLayer<Scalar>(activation, shape: [columns])
                let (y, gradient) = (Tensor<Scalar>(shape: [rows, columns]), Tensor<Scalar>(shape: [rows, columns]))
                layer.forward(z, into: y, batch: rows, mode: .training)
                layer.backward(input: z, output: y, outputGradient: delta, inputGradient: gradient, batch: rows)
                #expect(Self.bits(y.values) == Self.bits(z.values.map(function)))
                let expected = zip(z.values, delta.values).map { derivative($0) == 0 ? 0 : derivative($0) * $1 }
                #expect(Self.bits(gradient.values) == Self.bits(expected))
                let active = (0..<columns).map { j in batch.sum(j) { derivative(z.base[$0]) == 0 ? 0 : 1 } }
                #expect(layer.activeSamples.values == active)
            }
        }
        forEachBatch { rows, columns, special in
            check(rows, columns, special, Float.self)
            check(rows, columns, special, Double.self)
        }
    }
}
