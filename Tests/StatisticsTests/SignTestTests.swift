// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("Sign test")
struct SignTestTests {
    @Test("the p-value agrees with SciPy's binomial test", arguments: Reference.values.paired)
    func reference(reference: Reference.Paired) throws {
        let test = try SignTest(reference.differences)
        #expect(test.positive + test.negative == reference.differences.count { $0 != 0 })
        #expect(agrees(test.pValue, reference.sign, within: specialFunctionTolerance))
    }

    @Test("five of one sign have p = 2/2⁵")
    func oneSided() throws {
        #expect(agrees(try SignTest([1, 2, 3, 4, .infinity]).pValue, 0.0625, within: formulaTolerance))
    }

    @Test("zeros alone say nothing")
    func zeros() throws {
        #expect(try SignTest([0, 0]).pValue == 1)
    }

    @Test("no differences and NaN are refused", arguments: [[] as [Double], [1, .nan]])
    func refused(differences: [Double]) {
        #expect(throws: StatisticsError.self) { try SignTest(differences) }
    }
}
