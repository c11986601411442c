// SPDX-License-Identifier: GPL-3.0-or-later
import OptimizerLaws
import Optimizers
import Testing

/// A rule of the toolkit with all that is known of it, behind one type so that a test can take them as arguments.
struct KnownRule: Sendable, CustomTestStringConvertible {
    let name: String
    /// Laws that do not apply to this rule: they must be skipped, and no other may be.
    let skipped: Set<OptimizerLaw>
    let report: @Sendable (_ seed: UInt64, _ cases: Int, _ laws: [OptimizerLaw]) -> LawReport

    var testDescription: String { name }

    init<Rule: UpdateRule>(_ name: String, _ rule: Rule, _ traits: RuleTraits<Rule>) {
        self.name = name
        skipped = Set(traits.waived.keys)
            .union(traits.gradientScaling == nil ? [.gradientScaling] : []).union(traits.stepBound == nil ? [.stepBound] : [])
        report = { OptimizerLaws.report(for: rule, traits: traits, seed: $0, cases: $1, laws: $2) }
    }

    /// (1−β₁)/√((1−β₂)(1−β₁²/β₂)), the supremum of Adam's |m|/√v (theory notes B10 v); written out here, not taken from the theory's code.
    static func momentRatio(_ beta1: Double, _ beta2: Double) -> Double {
        (1 - beta1) / ((1 - beta2) * (1 - beta1 * beta1 / beta2)).squareRoot()
    }

    static func adam(_ name: String, _ rule: Adam) -> KnownRule {
        let inside = rule.epsilonPlacement == .insideRoot
        return KnownRule(
            name, rule,
            RuleTraits(
                hyperParameters: [\.learningRate, \.beta1, \.beta2, \.epsilon],
                gradientScaling: GradientScaling(degree: 0) { $0.epsilon *= inside ? $1 * $1 : $1 },
                stepBound: momentRatio(rule.beta1, rule.beta2)))
    }

    static func amsgrad(_ name: String, _ rule: AMSGrad) -> KnownRule {
        let inside = rule.epsilonPlacement == .insideRoot
        return KnownRule(
            name, rule,
            RuleTraits(
                hyperParameters: [\.learningRate, \.beta1, \.beta2, \.epsilon],
                gradientScaling: GradientScaling(degree: 0) { $0.epsilon *= inside ? $1 * $1 : $1 },
                stepBound: momentRatio(rule.beta1, rule.beta2)))
    }

    static func nadam(_ name: String, _ rule: NAdam) -> KnownRule {
        let inside = rule.epsilonPlacement == .insideRoot
        return KnownRule(
            name, rule,
            RuleTraits(
                hyperParameters: [\.learningRate, \.beta1, \.beta2, \.epsilon, \.momentumDecay],
                gradientScaling: GradientScaling(degree: 0) { $0.epsilon *= inside ? $1 * $1 : $1 }))
    }

    static func rmsprop(_ name: String, _ rule: RMSprop) -> KnownRule {
        KnownRule(
            name, rule,
            RuleTraits(
                hyperParameters: [\.learningRate, \.beta2, \.epsilon, \.momentum],
                gradientScaling: GradientScaling(degree: 0) { $0.epsilon *= $1 },
                // v ≥ (1−β₂)g², and a buffer sums up to 1/(1−μ) of the ratios. Centred, v − ḡ² goes to 0 under a constant gradient.
                stepBound: rule.centered ? nil : 1 / (1 - rule.beta2).squareRoot() / (1 - rule.momentum)))
    }

    static func adaGrad(_ name: String, _ rule: AdaGrad) -> KnownRule {
        KnownRule(
            name, rule,
            RuleTraits(
                hyperParameters: [\.learningRate, \.epsilon, \.learningRateDecay, \.initialAccumulator],
                gradientScaling: GradientScaling(degree: 0) {
                    $0.epsilon *= $1
                    $0.initialAccumulator *= $1 * $1
                }, stepBound: 1))
    }

    static func lion(_ name: String, _ rule: Lion) -> KnownRule {
        KnownRule(
            name, rule,
            RuleTraits(
                hyperParameters: [\.learningRate, \.beta1, \.beta2, \.weightDecay.weights], gradientScaling: GradientScaling(degree: 0),
                stepBound: 1, waived: [.moments: "the step is the sign of another mixture of m and g than the moment that is kept"]))
    }

    static let all: [KnownRule] = [
        KnownRule(
            "sgd", StochasticGradientDescent(learningRate: 0.05),
            RuleTraits(hyperParameters: [\.learningRate], gradientScaling: GradientScaling(degree: 1))),
        KnownRule(
            "heavyBall", HeavyBall(learningRate: 0.01),
            RuleTraits(hyperParameters: [\.learningRate, \.momentum], gradientScaling: GradientScaling(degree: 1))),
        KnownRule(
            "nesterov", Nesterov(learningRate: 0.01),
            RuleTraits(hyperParameters: [\.learningRate, \.momentum], gradientScaling: GradientScaling(degree: 1))),
        adaGrad("adagrad", AdaGrad()),
        adaGrad("adagrad.decayed", AdaGrad(learningRate: 0.05, learningRateDecay: 0.01, initialAccumulator: 0.1)),
        rmsprop("rmsprop", RMSprop()),
        rmsprop("rmsprop.centered", RMSprop(centered: true)),
        rmsprop("rmsprop.momentum", RMSprop(learningRate: 0.001, momentum: 0.9)),
        rmsprop("rmsprop.centered.momentum", RMSprop(learningRate: 0.001, momentum: 0.9, centered: true)),
        KnownRule(
            "adadelta", Adadelta(),
            RuleTraits(
                hyperParameters: [\.learningRate, \.beta2, \.epsilon],
                // ε is of the unit of g² in one root and of w² in the other: both take c², and the step then grows with the gradient.
                gradientScaling: GradientScaling(degree: 1) { $0.epsilon *= $1 * $1 },
                waived: [.moments: "the denominator reported after a step is the next step's"])),
        adam("adam", Adam()),
        adam("adam.lowBeta1", Adam(learningRate: 0.01, beta1: 0.3, beta2: 0.99, epsilon: 1e-6)),
        adam("adam.epsilonHat", Adam(epsilon: 1e-4, epsilonPlacement: .epsilonHat)),
        adam("adam.insideRoot", Adam(epsilon: 1e-6, epsilonPlacement: .insideRoot)),
        amsgrad("amsgrad", AMSGrad()),
        amsgrad("amsgrad.insideRoot", AMSGrad(epsilon: 1e-6, epsilonPlacement: .insideRoot)),
        KnownRule(
            "adamax", AdaMax(),
            RuleTraits(
                hyperParameters: [\.learningRate, \.beta1, \.beta2, \.epsilon],
                gradientScaling: GradientScaling(degree: 0) { $0.epsilon *= $1 },
                // u ≥ β₂^j|g_{t−j}|, so |m|/u ≤ (1−β₁)Σ(β₁/β₂)^j.
                stepBound: (1 - 0.9) / (1 - 0.9 / 0.999))),
        nadam("nadam", NAdam()),
        nadam("nadam.epsilonHat", NAdam(epsilon: 1e-4, epsilonPlacement: .epsilonHat)),
        nadam("nadam.insideRoot", NAdam(epsilon: 1e-6, epsilonPlacement: .insideRoot)),
        KnownRule(
            "adamw", AdamW(learningRate: 0.01),
            RuleTraits(
                hyperParameters: [\.learningRate, \.beta1, \.beta2, \.epsilon, \.weightDecay.weights],
                gradientScaling: GradientScaling(degree: 0) { $0.epsilon *= $1 }, stepBound: momentRatio(0.9, 0.999))),
        lion("lion", Lion(learningRate: 0.001)),
        lion("lion.decayed", Lion(learningRate: 0.001, weightDecay: DecoupledDecay(everywhere: 0.1))),
        KnownRule(
            "signDescent", SignDescent(),
            RuleTraits(hyperParameters: [\.learningRate], gradientScaling: GradientScaling(degree: 0), stepBound: 1)),
    ]
}
