// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics
import Testing

@testable import Claims

@Suite struct ComparisonTests {
    @Test func `a share below what the law says is refuted, one above is not`() throws {
        let low = try Comparison.share("x", 80, of: 100, atLeast: 0.95)
        let high = try Comparison.share("x", 97, of: 100, atLeast: 0.95)
        #expect(try #require(low.pValue) < 1e-6)
        #expect(try #require(high.pValue) > 0.5)
        #expect(try #require(low.interval).contains(0.8))
    }

    @Test func `a median above the limit is refuted by the sign test`() throws {
        let values = (1...101).map(Double.init)
        #expect(try #require(try Comparison.quantile("x", of: values, atMost: 30).pValue) < 1e-4)
        #expect(try #require(try Comparison.quantile("x", of: values, atMost: 60).pValue) > 0.5)
    }

    @Test func `a quantile's interval is made of order statistics that bracket it`() throws {
        let sample = try SortedSample((1...101).map(Double.init))
        let interval = try sample.quantileInterval(0.5)
        // Binomial(101, ½): ranks 41 and 61 leave 2.3 % on each side.
        #expect(interval.lower == 41)
        #expect(interval.upper == 61)
    }

    @Test func `an estimate inside the tolerated range has p = 1, one far outside next to none`() throws {
        func p(_ estimate: Double) throws -> Double? {
            try Comparison.within(
                "x", estimate: estimate, standardError: 0.01, interval: nil, predicted: 1, tolerance: 0.02, degreesOfFreedom: 30, count: 32
            ).pValue
        }
        #expect(try p(1.015) == 1)
        #expect(try #require(try p(1.1)) < 1e-6)
        #expect(try p(.nan) == 0)
    }

    @Test func `one exception breaks an exact law`() {
        #expect(Comparison.noException("x", exceptions: 0, of: 5).decision == .exact(holds: true))
        #expect(Comparison.noException("x", exceptions: 1, of: 5).decision == .exact(holds: false))
    }
}
