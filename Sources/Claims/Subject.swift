// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Optimizers

/// What is under test: the product as it is, or a change of it that a claim should notice.
///
/// Laws speak of Adam, of ReLU, of a schedule; experiments make their steps with what the subject puts in the place of each. Predictions
/// never look at it.
public struct Subject: Sendable {
    public var name: String
    /// The rule that makes the steps in place of the one the law names.
    public var rule: @Sendable (any UpdateRule) -> any UpdateRule
    /// The activation that networks have in place of the one the law names.
    public var activation: @Sendable (Activation) -> Activation
    /// Epochs that the schedule runs ahead.
    public var epochShift: Int
    /// Whether the optimiser's state is set to zero where the schedule changes the rate.
    public var resetsMomentsAtDrop: Bool

    public init(
        name: String, rule: @escaping @Sendable (any UpdateRule) -> any UpdateRule = { $0 },
        activation: @escaping @Sendable (Activation) -> Activation = { $0 }, epochShift: Int = 0, resetsMomentsAtDrop: Bool = false
    ) {
        self.name = name
        self.rule = rule
        self.activation = activation
        self.epochShift = epochShift
        self.resetsMomentsAtDrop = resetsMomentsAtDrop
    }

    /// The toolkit's own optimisers, layers and schedules.
    public static let toolkit = Subject(name: "AdamProbe")
}
