// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Optimizers

/// A mistake that training code could have, as a value: what it replaces, and nothing else.
///
/// A mutation may change the rule, the activation, the epoch that the schedule is asked for, or what happens at a drop of the rate. What
/// it does not change it passes through, so that every mutation can be put into every run:
///
///     for mutation in Mutation.all {
///         let rule = mutation.rule(mutation.original), activation = mutation.activation(.relu())
///         …
///     }
public struct Mutation: Sendable, CustomStringConvertible {
    /// A short key, fit for a table's row.
    public let name: String
    /// What is wrong, in one sentence.
    public let explanation: String
    /// True if a dead weight under L2 moves otherwise than it should, so that the exact recursion (theory notes B0) is broken.
    public let touchesDeadWeight: Bool
    /// A rule that the mutation shows on, unmutated; Adam where it concerns no rule.
    public let original: any UpdateRule
    /// The rule with the mistake; rules that it does not concern come back as they are.
    public let rule: @Sendable (any UpdateRule) -> any UpdateRule
    /// The activation with the mistake.
    public let activation: @Sendable (Activation) -> Activation
    /// Added to the epoch before the schedule is asked: 1 makes every drop come an epoch early.
    public let epochShift: Int
    /// True if moments, scalars and step counts start anew when the learning rate falls.
    public let resetsMomentsAtDrop: Bool

    public var description: String { name }

    init(
        _ name: String, _ explanation: String, touchesDeadWeight: Bool = true, original: any UpdateRule = Adam(),
        rule: @escaping @Sendable (any UpdateRule) -> any UpdateRule = { $0 },
        activation: @escaping @Sendable (Activation) -> Activation = { $0 }, epochShift: Int = 0, resetsMomentsAtDrop: Bool = false
    ) {
        self.name = name
        self.explanation = explanation
        self.touchesDeadWeight = touchesDeadWeight
        self.original = original
        self.rule = rule
        self.activation = activation
        self.epochShift = epochShift
        self.resetsMomentsAtDrop = resetsMomentsAtDrop
    }

    /// A mutation of Adam with ε outside the root; other rules pass.
    private static func adam(
        _ name: String, _ explanation: String, _ mutated: @escaping @Sendable (Adam) -> any UpdateRule
    ) -> Mutation {
        Mutation(name, explanation, rule: { ($0 as? Adam).map(mutated) ?? $0 })
    }

    /// A mutation of AMSGrad with ε outside the root; other rules pass.
    private static func amsgrad(
        _ name: String, _ explanation: String, _ mutated: @escaping @Sendable (Adam) -> any UpdateRule
    ) -> Mutation {
        Mutation(
            name, explanation, original: AMSGrad(),
            rule: {
                guard let rule = $0 as? AMSGrad else { return $0 }
                return mutated(Adam(learningRate: rule.learningRate, beta1: rule.beta1, beta2: rule.beta2, epsilon: rule.epsilon))
            })
    }

    /// No mistake: the row of a matrix in which nothing may be caught.
    public static let none = Mutation("none", "Nothing is wrong.", touchesDeadWeight: false)

    public static let all: [Mutation] = [
        adam("epsilon-inside-root", "ε is added to v̂ before the root is taken.") { EpsilonInsideRoot(adam: $0) },
        adam("first-moment-uncorrected", "m is not divided by 1 − β₁ᵗ.") { UncorrectedFirstMoment(adam: $0) },
        adam("second-moment-uncorrected", "v is not divided by 1 − β₂ᵗ.") { UncorrectedSecondMoment(adam: $0) },
        adam("betas-swapped", "β₂ averages the gradient and β₁ its square.") {
            Adam(learningRate: $0.learningRate, beta1: $0.beta2, beta2: $0.beta1, epsilon: $0.epsilon, epsilonPlacement: $0.epsilonPlacement)
        },
        adam("decay-decoupled", "λ shrinks w outside the gradient, as in AdamW.") { DecoupledInsteadOfCoupled(adam: $0) },
        adam("second-moment-unsquared", "v averages |g| in place of g².") { UnsquaredSecondMoment(adam: $0) },
        amsgrad("amsgrad-maximum-of-corrected", "The maximum is taken of v/(1 − β₂ᵗ) in place of v.") { MaximumOfCorrected(adam: $0) },
        amsgrad("amsgrad-maximum-of-first-moment", "The maximum is taken of m in place of v.") { MaximumOfFirstMoment(adam: $0) },
        adam("one-sign-flipped", "The gradient of the weight in the middle of each parameter has the wrong sign.") { OneSignFlipped(adam: $0) },
        adam("l2-twice", "λw is added by the loop and by the rule.") { L2Twice(adam: $0) },
        Mutation(
            "relu-leaks", "ReLU's derivative and value for z < 0 are 1e-9 and 1e-9·z in place of 0.",
            activation: { if case .relu = $0 { .leakyReLU(slope: 1e-9) } else { $0 } }),
        Mutation(
            "learning-rate-inside-buffer", "The momentum buffer holds αg in place of g, so that a drop of α reaches the step only slowly.",
            original: HeavyBall(), rule: { ($0 as? HeavyBall).map { LearningRateInsideBuffer(ball: $0) } ?? $0 }),
        Mutation("schedule-an-epoch-early", "The schedule is advanced before an epoch in place of after it.", epochShift: 1),
        Mutation(
            "moments-reset-at-drop", "A new optimiser is made when the rate drops, with moments and step count 0.", resetsMomentsAtDrop: true),
    ]
}
