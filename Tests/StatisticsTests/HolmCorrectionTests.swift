// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("Holm's correction")
struct HolmCorrectionTests {
    @Test("adjusted p-values agree with the definition, in the order given")
    func reference() throws {
        let reference = Reference.values.holm
        let adjusted = try HolmCorrection.adjusted(reference.p)
        #expect(adjusted.count == reference.adjusted.count)
        for (value, expected) in zip(adjusted, reference.adjusted) { #expect(agrees(value, expected, within: formulaTolerance)) }
    }

    @Test("one test needs no correction, and none is fine")
    func small() throws {
        #expect(try HolmCorrection.adjusted([0.2]) == [0.2])
        #expect(try HolmCorrection.adjusted([]).isEmpty)
    }

    @Test("what is no probability is refused", arguments: [-0.1, 1.1, Double.nan])
    func refused(p: Double) {
        #expect(throws: StatisticsError.self) { try HolmCorrection.adjusted([0.5, p]) }
    }
}
