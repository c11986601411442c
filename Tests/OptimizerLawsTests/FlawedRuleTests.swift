// SPDX-License-Identifier: GPL-3.0-or-later
import OptimizerLaws
import Optimizers
import Testing

/// The suite must be able to fail: each flaw breaks the laws that it should, and counterexamples are small.
@Suite struct FlawedRuleTests {
    static let traits = RuleTraits<FlawedRule>(hyperParameters: [\.momentum], gradientScaling: GradientScaling(degree: 1))

    @Test(arguments: FlawedRule.Flaw.allCases)
    func aFlawBreaksItsLawsAndNoOther(_ flaw: FlawedRule.Flaw) {
        let rule = FlawedRule(flaw)
        let report = OptimizerLaws.report(for: rule, traits: Self.traits, seed: 5, cases: 30, laws: OptimizerLaw.allCases.filter { $0 != .stepBound })
        let broken = Set(report.broken.map(\.law))
        #expect(broken.subtracting(rule.broken).isEmpty, "\(flaw) breaks more")
        #expect(rule.broken.subtracting(broken).isEmpty, "\(flaw) breaks less")
    }

    @Test func everyLawIsBrokenBySomeFlaw() {
        let caught = FlawedRule.Flaw.allCases.reduce(into: Set<OptimizerLaw>([.stepBound])) { $0.formUnion(FlawedRule($1).broken) }
        #expect(caught == Set(OptimizerLaw.allCases))
    }

    @Test func aBoundThatDoesNotHoldIsRefuted() throws {
        let report = OptimizerLaws.report(for: FlawedRule(.none), traits: RuleTraits(stepBound: 100), seed: 1, laws: [.stepBound])
        #expect(report.broken.map(\.law) == [.stepBound])
    }

    /// Clipping from below shows on one weight in one step, with a gradient beyond the clip and no L2.
    @Test func counterexamplesAreShrunk() throws {
        let report = OptimizerLaws.report(for: FlawedRule(.clipsFromBelow), seed: 2, laws: [.signSymmetry])
        guard case .broken(let counterexample) = try #require(report[.signSymmetry]).outcome, let trial = counterexample.trial else {
            Issue.record("nothing was found: \(report)")
            return
        }
        #expect(trial.weights == [0])
        #expect(trial.gradients.count == 1)
        let gradient = trial.gradients[0][0].magnitude
        #expect(gradient > 1 && gradient.significand == 1)
        #expect(trial.l2 == 0 && trial.stepsBefore == 0)
        #expect("\(report)".contains("replay with seed: 2, cases: 50"))
    }

    @Test func checkThrowsWhatItFound() throws {
        let error = #expect(throws: BrokenLaws.self) { try OptimizerLaws.check(FlawedRule(.addsL2Twice), seed: 1) }
        #expect(error?.description.contains("BROKEN   coupledL2") == true)
        #expect(error?.report.broken.map(\.law) == [.coupledL2])
        let report = try OptimizerLaws.check(FlawedRule(.none), seed: 1)
        #expect(Set(report.skipped.map(\.law)) == [.validation, .gradientScaling, .stepBound])
    }

    @Test func aWaivedLawIsNotTriedAndSaysWhy() throws {
        let traits = RuleTraits<FlawedRule>(waived: [.moments: "for show"])
        let report = try OptimizerLaws.check(FlawedRule(.reportsTheWrongSign), traits: traits, seed: 1, laws: [.moments])
        #expect(report.results.map(\.outcome) == [.skipped(reason: "waived: for show")])
    }

    @Test func aRuleThatReportsNoMomentsIsNotJudgedByThem() {
        struct Silent: UpdateRule {
            static let name = "silent"
            let learningRate = 0.1
            let stateNames: [String] = []
            func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {}
            func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {}
        }
        let report = OptimizerLaws.report(for: Silent(), seed: 1, laws: [.moments])
        #expect(report.skipped.map(\.law) == [.moments])
    }
}
