// SPDX-License-Identifier: GPL-3.0-or-later
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
}
