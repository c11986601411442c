// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Optimizers

@Suite("A sparsity-inducing penalty's value")
struct SparsityPenaltyTests {
    private func value(_ kind: SparsityPenalty.Kind, _ weights: [Double], columns: Int) -> Double {
        weights.withUnsafeBufferPointer { SparsityPenalty(kind, coefficient: 0.5).value(of: $0, columns: columns) }
    }

    @Test("It is the coefficient times the sum of the rows' norms, or of all magnitudes")
    func value() {
        let weights = [3.0, -4, 0, 0, 5, -12]
        #expect(value(.groupLasso(), weights, columns: 2) == 0.5 * (5 + 0 + 13))
        #expect(value(.groupLasso(scalesWithGroupSize: true), weights, columns: 2) == 0.5 * 2.0.squareRoot() * 18)
        #expect(value(.l1, weights, columns: 2) == 0.5 * 24)
    }

    @Test("It is homogeneous over the whole range of numbers", arguments: [-1000, -600, 600, 1000])
    func homogeneous(exponent: Int) {
        let scale = Double(sign: .plus, exponent: exponent, significand: 1)
        for kind in PenalizedRowsTests.kinds {
            let plain = value(kind, [3, -4, 1, 2], columns: 2)
            #expect(abs(value(kind, [3, -4, 1, 2].map { $0 * scale }, columns: 2) / scale - plain) < 1e-14)
        }
    }
}
