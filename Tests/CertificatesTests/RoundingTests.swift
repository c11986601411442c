// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Certificates

@Suite("Rounding bound")
struct RoundingTests {
    @Test("the relative bound is twice γ_k, and there is none where k·u reaches 1")
    func relative() {
        let float = RoundingBound(for: Float.self)
        #expect(float.unitRoundoff == 0x1p-24)
        #expect(RoundingBound(for: Double.self).unitRoundoff == 0x1p-53)
        #expect(float.relativeError(operations: 1) >= 0x1p-23)
        #expect(float.relativeError(operations: 1) < 0x1p-23 * 1.000001)
        #expect(float.relativeError(operations: 1 << 23) == 2)
        #expect(float.relativeError(operations: 1 << 24) == .infinity)
        #expect(float.relativeError(operations: 1 << 30) == .infinity)
    }
}
