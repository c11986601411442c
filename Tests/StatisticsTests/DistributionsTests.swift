// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("Distributions")
struct DistributionsTests {
    let reference = Reference.values.distributions

    @Test("the normal distribution agrees with SciPy, far tails included")
    func normal() throws {
        for (index, x) in reference.x.enumerated() {
            #expect(agreesRelatively(try NormalDistribution.cumulative(x), reference.normalCumulative[index], within: specialFunctionTolerance))
            #expect(agreesRelatively(try NormalDistribution.upperTail(x), reference.normalUpperTail[index], within: specialFunctionTolerance))
        }
        for (index, p) in reference.p.enumerated() {
            #expect(agrees(try NormalDistribution.quantile(p), reference.normalQuantile[index], within: specialFunctionTolerance))
        }
    }

    @Test("Student's t and χ² agree with SciPy")
    func studentAndChiSquared() throws {
        for (index, x) in reference.x.enumerated() {
            let t = try StudentDistribution.cumulative(x, degreesOfFreedom: 4.5)
            #expect(agreesRelatively(t, reference.studentCumulative[index], within: specialFunctionTolerance))
            let chi = try ChiSquaredDistribution.upperTail(x, degreesOfFreedom: 3)
            #expect(agreesRelatively(chi, reference.chiSquaredUpperTail[index], within: specialFunctionTolerance))
        }
        for (index, p) in reference.p.enumerated() {
            let t = try StudentDistribution.quantile(p, degreesOfFreedom: 4.5)
            #expect(agrees(t, reference.studentQuantile[index], within: specialFunctionTolerance), "p = \(p)")
        }
    }

    @Test("the quantiles of 0 and 1 are infinite")
    func ends() throws {
        #expect(try NormalDistribution.quantile(0) == -.infinity)
        #expect(try NormalDistribution.quantile(1) == .infinity)
        #expect(try StudentDistribution.quantile(1, degreesOfFreedom: 2) == .infinity)
    }

    @Test("degrees of freedom must be positive", arguments: [0, -1, .nan, Double.infinity])
    func degreesOfFreedom(nu: Double) {
        #expect(throws: StatisticsError.self) { try StudentDistribution.quantile(0.5, degreesOfFreedom: nu) }
        #expect(throws: StatisticsError.self) { try ChiSquaredDistribution.upperTail(1, degreesOfFreedom: nu) }
    }
}
