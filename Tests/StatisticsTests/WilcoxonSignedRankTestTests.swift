// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("Wilcoxon's signed-rank test")
struct WilcoxonSignedRankTestTests {
    @Test("exact and normal p-values agree with SciPy, and with all sign patterns where there are ties", arguments: Reference.values.paired)
    func reference(reference: Reference.Paired) throws {
        let exact = try WilcoxonSignedRankTest(reference.differences)
        #expect(exact.method == .exact)
        #expect(exact.statistic == reference.statistic)
        #expect(agrees(exact.pValue, reference.exact, within: formulaTolerance))
        let normal = try WilcoxonSignedRankTest(reference.differences, method: .normal)
        #expect(agrees(normal.pValue, reference.normal, within: specialFunctionTolerance))
    }

    @Test("large samples take the normal approximation")
    func large() throws {
        let test = try WilcoxonSignedRankTest((1...51).map { Double($0) })
        #expect(test.method == .normal)
        #expect(test.statistic == 51 * 52 / 2)
        #expect(test.pValue < 1e-9)
    }

    @Test("zeros alone say nothing")
    func zeros() throws {
        let test = try WilcoxonSignedRankTest([0, 0])
        #expect(test.pValue == 1 && test.count == 0)
    }

    @Test("no differences and values that are not finite are refused", arguments: [[] as [Double], [1, .nan], [1, .infinity]])
    func refused(differences: [Double]) {
        #expect(throws: StatisticsError.self) { try WilcoxonSignedRankTest(differences) }
    }
}
