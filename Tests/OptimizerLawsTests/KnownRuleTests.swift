// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import OptimizerLaws
import Optimizers
import Testing

/// Every optimiser of the toolkit, in every variant, obeys the laws.
@Suite struct KnownRuleTests {
    /// Cases of each law; ADAMPROBE_SLOW=1 tries twenty times as many.
    static let cases = ProcessInfo.processInfo.environment["ADAMPROBE_SLOW"] == "1" ? 400 : 20
    static let seed = ProcessInfo.processInfo.environment["ADAMPROBE_TEST_SEED"].flatMap { UInt64($0) } ?? 2018

    @Test(arguments: KnownRule.all)
    func everyRuleObeysTheLaws(_ known: KnownRule) {
        let report = known.report(Self.seed, Self.cases, OptimizerLaw.allCases)
        #expect(report.broken.isEmpty, "\(report)")
        #expect(Set(report.skipped.map(\.law)) == known.skipped, "\(report)")
    }

    @Test func theSameSeedGivesTheSameReport() {
        let first = OptimizerLaws.report(for: Adam(), seed: 3, cases: 5), second = OptimizerLaws.report(for: Adam(), seed: 3, cases: 5)
        #expect(first.results == second.results)
    }

    @Test func lawsAreTriedOneByOneIfAskedFor() {
        let report = OptimizerLaws.report(for: Adam(), seed: 1, cases: 3, laws: [.rest, .determinism])
        #expect(report.results.map(\.law) == [.rest, .determinism])
        #expect(report.results.map(\.outcome) == [.held, .held])
        #expect(report[.rest]?.tried == 3)
        #expect(report[.moments] == nil)
    }

    /// Adam's supremum is found from outside to three digits, by gradients that grow by β₂/β₁ a step.
    @Test func theLongestStepOfAdamIsFound() throws {
        let declared = RuleTraits<Adam>(stepBound: 0.999 * KnownRule.momentRatio(0.9, 0.999))
        let report = OptimizerLaws.report(for: Adam(), traits: declared, seed: 1, laws: [.stepBound])
        let broken = try #require(report.broken.first, "a bound that is one per mille too small is refuted")
        #expect(broken.measurements.first?.contains("7.2703") == true, "\(report)")
    }

    /// At ε = 0 a weight that never had a gradient is 0/0, as Adam's documentation says.
    @Test func adamWithoutEpsilonDoesNotRest() throws {
        let report = OptimizerLaws.report(for: Adam(epsilon: 0), seed: 1, cases: 20, laws: [.rest, .finiteness])
        #expect(report.broken.map(\.law) == [.rest, .finiteness])
    }

    /// Under a constant gradient |Δw|/α = 1/√(q(1−q)) after t steps, 1 − q = β₂ᵗ: 23163.6 after the 2,000 that are tried.
    @Test func aCentredRMSpropHasNoBound() throws {
        let result = try #require(OptimizerLaws.report(for: RMSprop(centered: true), seed: 1, laws: [.stepBound])[.stepBound])
        #expect(result.measurements.first?.contains("23164") == true, "\(result)")
    }

    /// λ of the known set-up is above Adam's edge, a tenth of it below (theory notes B6).
    @Test func theRegimesOfAdamOnBothSidesOfTheEdgeAreMeasured() throws {
        let result = try #require(OptimizerLaws.report(for: Adam(), seed: 1, laws: [.deadWeight])[.deadWeight])
        #expect(result.measurements.count == 2)
        #expect(result.measurements[0].contains("after a dip below"), "\(result)")
        #expect(result.measurements[1].contains("below 1e-15 from step"), "\(result)")
    }
}
