// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics
import Testing

@testable import Certificates

@Suite("Sum of products on a box")
struct ProductSumTests {
    private static let box = Box(lower: [-1, 0, 2, -.infinity], upper: [3, 1, 4, .infinity])

    @Test("bounds are those of the definition, for the sum and for its negative, and a weight of 0 adds nothing")
    func definition() {
        let weights: [Float] = [2, -1, -0.5, 0]
        let sum = weights.withBuffer { ProductSum($0, on: Self.box) }
        #expect(sum.count == 4)
        #expect(sum.largest == 6 + 0 - 1)
        #expect(sum.spread == 8 + 1 + 1)
        #expect(sum.magnitude == 6 + 1 + 2)
        #expect(sum.operands == 3.5 + 8 + 6)
        #expect(!sum.isNonPositive)
        let negative = weights.withBuffer { ProductSum($0, sign: -1, on: Self.box) }
        #expect(negative.largest == 2 + 1 + 2)
        #expect(negative.spread == sum.spread)
        #expect(!negative.isNonPositive)
    }

    @Test(
        "no term is positive where each weight and its input have opposite signs",
        arguments: [
            ([0, -1, -2, 0], true), ([0, -0.0, 0, 0], true), ([0, 1e-300, 0, 0], false), ([-1e-300, 0, 0, 0], false), ([0, 0, 0, -1], false),
            ([0, -Double.infinity, 0, 0], false), ([0, .nan, 0, 0], false),
        ])
    func nonPositive(_ weights: [Double], _ expected: Bool) {
        #expect(weights.withBuffer { ProductSum($0, on: Self.box) }.isNonPositive == expected)
        #expect(weights.map { -$0 }.withBuffer { ProductSum($0, sign: -1, on: Self.box) }.isNonPositive == expected)
    }

    @Test("The coarse sum is at least the fine one in every quantity, and NaN where a weight is")
    func bounding() {
        var stream = RandomStream(seed: 5, name: "test.bounding")
        for count in [1, 15, 16, 17, 100] {
            let lower = (0..<count).map { _ in stream.uniform(in: -2..<1) }
            let box = Box(lower: lower, upper: lower.map { $0 + stream.uniform(in: 0..<3) })
            var weights = (0..<count).map { _ in Float(stream.normal()) }
            weights.withUnsafeBufferPointer { weights in
                let (coarse, fine) = (ProductSum(bounding: weights, on: box), ProductSum(weights, on: box))
                // Both are sums in double precision, each with its own rounding.
                let rounding = 1 + Double(count + 2) * 0x1p-52
                #expect(coarse.largest * rounding >= fine.largest)
                #expect(coarse.spread * rounding >= fine.spread)
                #expect(coarse.magnitude * rounding >= fine.magnitude)
                #expect(coarse.operands * rounding >= fine.operands)
                #expect(coarse.count == fine.count)
            }
            weights[count / 2] = .nan
            weights.withUnsafeBufferPointer { #expect(ProductSum(bounding: $0, on: box).magnitude.isNaN) }
        }
    }
}
