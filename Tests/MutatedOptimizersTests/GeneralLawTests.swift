// SPDX-License-Identifier: GPL-3.0-or-later
import MutatedOptimizers
import OptimizerLaws
import Optimizers
import Testing

/// Which mutations the laws of any optimiser see, knowing nothing of Adam but the bound of its step. The others are consistent optimisers,
/// only not the one that they claim to be: to catch them takes the laws of that one.
@Suite struct GeneralLawTests {
    static let caught: [String: Set<OptimizerLaw>] = [
        "second-moment-uncorrected": [.stepBound],
        "betas-swapped": [.stepBound],
        "decay-decoupled": [.coupledL2, .moments],
        "second-moment-unsquared": [.stepBound],
        "amsgrad-maximum-of-first-moment": [.signSymmetry, .stepBound],
        "one-sign-flipped": [.elementwise, .deadWeight],
        "l2-twice": [.coupledL2],
        "learning-rate-inside-buffer": [.moments],
    ]

    @Test(arguments: [Mutation.none] + Mutation.all)
    func theLawsOfAnyOptimiserSeeWhatTheyCan(_ mutation: Mutation) {
        func broken<Rule: UpdateRule>(_ rule: Rule) -> Set<OptimizerLaw> {
            // The supremum at the default β for Adam and AMSGrad (theory notes B10 v); a heavy ball has none.
            let bound = mutation.original is HeavyBall ? nil : 7.2703
            return Set(OptimizerLaws.report(for: rule, traits: RuleTraits(stepBound: bound), seed: 1, cases: 20).broken.map(\.law))
        }
        #expect(broken(mutation.rule(mutation.original)) == Self.caught[mutation.name] ?? [])
    }
}
