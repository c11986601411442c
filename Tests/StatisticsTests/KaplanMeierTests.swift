// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("Kaplan–Meier")
struct KaplanMeierTests {
    @Test("survival, Greenwood's error and the band agree with the reference", arguments: Reference.values.survival.cases)
    func reference(reference: Reference.Survival.Case) throws {
        let curve = try KaplanMeier(reference.lifetimes)
        #expect(curve.points.count == reference.points.count)
        for (point, expected) in zip(curve.points, reference.points) {
            #expect(point.time == expected.time)
            #expect(point.atRisk == expected.atRisk)
            #expect(point.events == expected.events)
            #expect(agrees(point.survival, expected.survival, within: formulaTolerance))
            #expect(agrees(point.lower, expected.lower, within: specialFunctionTolerance))
            #expect(agrees(point.upper, expected.upper, within: specialFunctionTolerance))
            if let error = expected.standardError {
                #expect(agrees(point.standardError, error, within: formulaTolerance))
            } else {
                #expect(point.standardError.isNaN)
            }
        }
    }

    @Test("the textbook's values for 6-mercaptopurine come out")
    func textbook() throws {
        // Kalbfleisch & Prentice and many after them: S(6) = 18/21, S(7) = 0.807, S(10) = 0.753, S(23) = 0.448; standard error at 6: 0.0764.
        let treated = try #require(Reference.values.survival.cases.first)
        let curve = try KaplanMeier(treated.lifetimes)
        #expect(agrees(curve.survival(at: 6), 18.0 / 21, within: formulaTolerance))
        #expect(agrees(try #require(curve.point(at: 6)).standardError, (18.0 / 21 * 3 / 21 / 21).squareRoot(), within: formulaTolerance))
        #expect(abs(curve.survival(at: 7) - 0.807) < 0.0005)
        #expect(abs(curve.survival(at: 10.5) - 0.753) < 0.0005)
        #expect(abs(curve.survival(at: 23) - 0.448) < 0.0005)
        #expect(curve.survival(at: 1e6) == curve.survival(at: 23))
        #expect(curve.survival(at: 5.999) == 1)
        #expect(curve.point(at: 5.999) == nil)
        #expect(try curve.quantile(0.5) == 23)
        #expect(try curve.quantile(0.9) == nil)
    }

    @Test("without censoring it is the share still alive")
    func uncensored() throws {
        let curve = try KaplanMeier([4, 1, 3, 2].map(Lifetime.event))
        #expect(curve.points.map(\.time) == [1, 2, 3, 4])
        for (point, expected) in zip(curve.points, [0.75, 0.5, 0.25, 0]) {
            #expect(agrees(point.survival, expected, within: formulaTolerance))
        }
        #expect(try curve.quantile(0.5) == 2)
        #expect(curve.points[3].lower == 0)
        #expect(curve.points[3].upper == curve.points[2].upper)
        #expect(curve.points[3].standardError.isNaN)
    }

    @Test("a death and a censoring at the same time: the censored one is still at risk")
    func ties() throws {
        let curve = try KaplanMeier([.censored(2), .event(2), .event(5)])
        #expect(curve.points[0].atRisk == 3)
        #expect(curve.points[0].censored == 1)
        #expect(agrees(curve.points[0].survival, 2.0 / 3, within: formulaTolerance))
        #expect(curve.points[1].atRisk == 1)
    }

    @Test("with censoring alone the curve and its band stay at 1")
    func censoringAlone() throws {
        let curve = try KaplanMeier([.censored(1), .censored(4)])
        #expect(curve.points.allSatisfy { $0.survival == 1 && $0.lower == 1 && $0.upper == 1 && $0.standardError == 0 })
        #expect(try curve.quantile(0.5) == nil)
    }

    @Test("the band widens with its confidence, and never leaves 0 … 1 nor the curve")
    func band() throws {
        let lifetimes = try #require(Reference.values.survival.cases.last).lifetimes
        let narrow = try KaplanMeier(lifetimes, confidence: 0.5)
        let wide = try KaplanMeier(lifetimes, confidence: 0.99)
        for (inner, outer) in zip(narrow.points, wide.points) where inner.survival > 0 && inner.survival < 1 {
            #expect(0 < outer.lower && outer.lower < inner.lower && inner.lower < inner.survival)
            #expect(inner.survival < inner.upper && inner.upper < outer.upper && outer.upper < 1)
        }
    }

    @Test("no subjects, times that are not finite, and entries that are no earlier are refused")
    func refused() {
        #expect(throws: StatisticsError.self) { try KaplanMeier([]) }
        #expect(throws: StatisticsError.self) { try KaplanMeier([.event(.nan)]) }
        #expect(throws: StatisticsError.self) { try KaplanMeier([.censored(.infinity)]) }
        #expect(throws: StatisticsError.self) { try KaplanMeier([Lifetime(time: 3, isEvent: true, entry: 3)]) }
        #expect(throws: StatisticsError.self) { try KaplanMeier([.event(1)], confidence: 1) }
    }
}
