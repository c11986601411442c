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

    @Test func `a statistic of runs is held against its range with the spread over runs`() throws {
        func comparison(_ values: [Double]) throws -> Comparison {
            var random = RandomStream(seed: 1, name: "comparison")
            return try Comparison.bootstrapped(
                "x", predicted: "0.9 … 1.1", in: 0.9...1.1, groups: [values], count: values.count, from: &random
            ) { groups in groups[0].reduce(0, +) / Double(groups[0].count) }
        }
        #expect(try comparison([1, 1.05, 0.95, 1.1]).pValue == 1)
        #expect(try #require(try comparison([1.05, 1.2, 0.95, 1.3]).pValue) > 0.05)
        #expect(try #require(try comparison([1.5, 1.52, 1.48, 1.51]).pValue) < 1e-3)
        #expect(try comparison([1, .nan]).pValue == 0)
        #expect(try comparison([2]).pValue == 0)
        #expect(try #require(try comparison([1, 1.05, 0.95, 1.1]).interval).contains(1.025))
    }

    @Test func `a change shows only where its whole interval lies on the predicted side`() throws {
        func holds(_ changes: [Double], isMore: Bool = true) throws -> Bool {
            try Comparison.change("x", changes, isMore: isMore).decision == .exact(holds: true)
        }
        #expect(try holds([3, 4, 5, 4]))
        #expect(try !holds([3, 4, 5, 4], isMore: false))
        #expect(try holds([-3, -4, -5, -4], isMore: false))
        // The mean is 1, its interval holds 0.
        #expect(try !holds([5, -3, 2, 0]))
        // One run has no interval.
        #expect(try !holds([4]))
    }

    @Test func `gains that are losses are refuted`() throws {
        let gains = (1...12).map { 0.1 * Double($0) }
        #expect(try #require(try Comparison.gains("x", gains).pValue) > 0.99)
        #expect(try #require(try Comparison.gains("x", gains.map { -$0 }).pValue) == 1 / 4096.0)
        #expect(try Comparison.gains("x", gains).measured > 0)
    }
}
