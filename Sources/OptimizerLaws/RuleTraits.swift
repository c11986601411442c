// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers

/// What a rule's author says of it beyond the protocol. Everything is optional: a law that needs what was left out is skipped, and the
/// report says so.
///
///     RuleTraits<Adam>(
///         hyperParameters: [\.learningRate, \.beta1, \.beta2, \.epsilon],
///         gradientScaling: GradientScaling(degree: 0) { $0.epsilon *= $1 },
///         stepBound: 7.28)
public struct RuleTraits<Rule: UpdateRule>: Sendable {
    /// Numbers that ``UpdateRule/validate()`` must refuse to be NaN or infinite.
    public var hyperParameters: [WritableKeyPath<Rule, Double> & Sendable]
    /// How the step answers to larger gradients; nil if there is no such law, or it is unknown.
    public var gradientScaling: GradientScaling<Rule>?
    /// A bound of |Δw|/α without decoupled decay; nil if none is known, and then the longest step is only measured.
    public var stepBound: Double?
    /// Laws that this rule does not obey by design, with the reason; they are not tried.
    public var waived: [OptimizerLaw: String]

    public init(
        hyperParameters: [WritableKeyPath<Rule, Double> & Sendable] = [], gradientScaling: GradientScaling<Rule>? = nil,
        stepBound: Double? = nil, waived: [OptimizerLaw: String] = [:]
    ) {
        self.hyperParameters = hyperParameters
        self.gradientScaling = gradientScaling
        self.stepBound = stepBound
        self.waived = waived
    }
}

/// How a step answers to gradients times c, once the rule's own constants are in the new unit (theory notes B10 i).
public struct GradientScaling<Rule: UpdateRule>: Sendable {
    /// The step is multiplied by c^degree: 0 for rules that divide by the size of the gradients (Adam), 1 for plain descent.
    public let degree: Int
    /// Multiplies what has the gradient's unit by c: ε outside the root by c, ε or an accumulator inside by c²; nothing by default.
    public let rescale: @Sendable (inout Rule, _ c: Double) -> Void

    public init(degree: Int, rescale: @escaping @Sendable (inout Rule, _ c: Double) -> Void = { _, _ in }) {
        self.degree = degree
        self.rescale = rescale
    }
}
