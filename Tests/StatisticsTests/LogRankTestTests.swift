// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("Log-rank test")
struct LogRankTestTests {
    let cases = Reference.values.survival.cases

    @Test("statistic and p-value agree with SciPy")
    func reference() throws {
        let reference = Reference.values.survival.logRank
        let test = try LogRankTest(cases[0].lifetimes, cases[1].lifetimes)
        #expect(agrees(test.statistic, reference.statistic, within: formulaTolerance))
        #expect(agreesRelatively(test.pValue, reference.pValue, within: specialFunctionTolerance))
        #expect(test.observed == 9)
        #expect(abs(test.expected - 19.25) < 0.005)  // As printed in textbooks: 9 observed, 19.25 expected.
    }

    @Test("exchanging the groups changes the sign alone")
    func exchange() throws {
        let test = try LogRankTest(cases[0].lifetimes, cases[1].lifetimes)
        let exchanged = try LogRankTest(cases[1].lifetimes, cases[0].lifetimes)
        #expect(agrees(exchanged.statistic, -test.statistic, within: formulaTolerance))
        #expect(agrees(exchanged.pValue, test.pValue, within: formulaTolerance))
    }

    @Test("late entries count from their entry on")
    func lateEntry() throws {
        // At t = 2, n = 2 with one of the first group: E = ½, V = ¼. At t = 4 the late subject has joined, so n = 2 again: E = 1, V = ½.
        let first: [Lifetime] = [.event(2), Lifetime(time: 4, isEvent: true, entry: 3)]
        let test = try LogRankTest(first, [.censored(5)])
        #expect(test.observed == 2)
        #expect(test.expected == 1)
        #expect(test.variance == 0.5)
    }

    @Test("groups that cannot be compared are refused")
    func refused() {
        #expect(throws: StatisticsError.self) { try LogRankTest([], [.event(1)]) }
        #expect(throws: StatisticsError.self) { try LogRankTest([.censored(1)], [.censored(2)]) }
        #expect(throws: StatisticsError.self) { try LogRankTest([.censored(1)], [.event(2)]) }
    }
}
