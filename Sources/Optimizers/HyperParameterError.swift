// SPDX-License-Identifier: GPL-3.0-or-later

/// A hyper-parameter outside its range: which rule, which key, what was given and what would be accepted.
public struct HyperParameterError: Error, Equatable, CustomStringConvertible {
    /// Name of the rule or schedule, as in a configuration.
    public let owner: String
    /// The key, as in a configuration.
    public let key: String
    public let value: Double
    /// The accepted range, in words.
    public let accepted: String

    public init(owner: String, key: String, value: Double, accepted: String) {
        self.owner = owner
        self.key = key
        self.value = value
        self.accepted = accepted
    }

    public var description: String { "\(owner): \(key) is \(value), but must be \(accepted)" }
}

extension UpdateRule {
    /// Throws unless `value` is finite and ≥ 0: learning rates, ε, decay coefficients.
    public func requireNonNegative(_ key: String, _ value: Double) throws(HyperParameterError) {
        guard value >= 0, value.isFinite else {
            throw HyperParameterError(owner: Self.name, key: key, value: value, accepted: "a finite number ≥ 0")
        }
    }

    /// Throws unless 0 ≤ `value` < 1: β₁, β₂ and momentum, which forget nothing at 1.
    public func requireForgetting(_ key: String, _ value: Double) throws(HyperParameterError) {
        guard value >= 0, value < 1 else {
            throw HyperParameterError(owner: Self.name, key: key, value: value, accepted: "≥ 0 and < 1")
        }
    }

    /// Throws unless every coefficient of the decoupled decay is finite and ≥ 0.
    public func requireValidDecay() throws(HyperParameterError) {
        for group in DecayGroup.allCases {
            try requireNonNegative("weightDecay (\(group.rawValue))", decoupledDecay.coefficient(for: group))
        }
    }
}
