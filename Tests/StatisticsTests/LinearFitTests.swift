// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("Linear fit")
struct LinearFitTests {
    let reference = Reference.values.line

    private func check(_ interval: ConfidenceInterval, _ expected: [Double]) {
        #expect(agrees(interval.lower, expected[0], within: specialFunctionTolerance))
        #expect(agrees(interval.upper, expected[1], within: specialFunctionTolerance))
    }

    @Test("coefficients and intervals agree with SciPy")
    func scipy() throws {
        let fit = try LinearFit(x: reference.x, y: reference.y)
        #expect(agrees(fit.slope, reference.slope, within: formulaTolerance))
        #expect(agrees(fit.intercept, reference.intercept, within: formulaTolerance))
        #expect(agrees(fit.residualSumOfSquares, reference.rss, within: formulaTolerance))
        #expect(agrees(try #require(fit.determination), reference.determination, within: formulaTolerance))
        check(try fit.slopeInterval(), reference.slopeInterval)
        check(try fit.interceptInterval(), reference.interceptInterval)
        check(try fit.interval(at: 6), reference.intervalAt6)
    }

    @Test("points on a line give that line with no uncertainty")
    func exactLine() throws {
        let fit = try LinearFit(x: [0, 1, 2, 3], y: [1, 3, 5, 7])
        #expect(fit.slope == 2 && fit.intercept == 1)
        #expect(fit.residualSumOfSquares == 0)
        #expect(fit.determination == 1)
        #expect(try fit.slopeInterval() == ConfidenceInterval(lower: 2, upper: 2, level: 0.95))
    }

    @Test("a level line explains nothing")
    func level() throws {
        #expect(try LinearFit(x: [0, 1, 2], y: [4, 4, 4]).determination == nil)
    }

    @Test("what has no line is refused")
    func refused() {
        #expect(throws: StatisticsError.self) { try LinearFit(x: [1, 2], y: [1, 2]) }
        #expect(throws: StatisticsError.self) { try LinearFit(x: [1, 2, 3], y: [1, 2]) }
        #expect(throws: StatisticsError.self) { try LinearFit(x: [2, 2, 2], y: [1, 2, 3]) }
        #expect(throws: StatisticsError.self) { try LinearFit(x: [1, 2, .nan], y: [1, 2, 3]) }
        #expect(throws: GSLError.self) { try LinearFit(x: [-1e200, 0, 1e200], y: [1, 2, 4]) }
    }
}
