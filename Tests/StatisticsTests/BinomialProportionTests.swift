// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics
import Testing

@Suite struct BinomialProportionTests {
    @Test func `the p-value is the sum of the binomial's lower tail`() throws {
        // Binomial(5, 0.9): P(X ≤ 3) = 1 − 5·0.9⁴·0.1 − 0.9⁵.
        let expected = 1 - 5 * 0.6561 * 0.1 - 0.59049
        #expect(abs(try BinomialProportion(successes: 3, trials: 5).pValue(forAtLeast: 0.9) - expected) < 1e-14)
    }

    @Test func `Clopper and Pearson's interval has the closed form at the ends`() throws {
        // No success: upper end 1 − (α/2)^(1/n).
        let interval = try BinomialProportion(successes: 0, trials: 10).interval()
        #expect(interval.lower == 0)
        #expect(abs(interval.upper - (1 - 0.691_502_892_181_239_2)) < 1e-12)
        let all = try BinomialProportion(successes: 10, trials: 10).interval()
        #expect(all.upper == 1)
        #expect(abs(all.lower + interval.upper - 1) < 1e-12)
    }

    @Test func `the interval's ends leave half of the error probability in each tail`() throws {
        let (k, n) = (37, 50)
        let interval = try BinomialProportion(successes: k, trials: n).interval(level: 0.9)
        #expect(abs(try BinomialProportion(successes: k, trials: n).pValue(forAtLeast: interval.upper) - 0.05) < 1e-9)
        #expect(abs(1 - (try BinomialProportion(successes: k - 1, trials: n).pValue(forAtLeast: interval.lower)) - 0.05) < 1e-9)
    }

    @Test func `wrong counts are named`() {
        #expect(throws: StatisticsError.self) { try BinomialProportion(successes: 3, trials: 2) }
        #expect(throws: StatisticsError.self) { try BinomialProportion(successes: 0, trials: 0) }
    }
}
