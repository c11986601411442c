// SPDX-License-Identifier: GPL-3.0-or-later

/// Why a law says nothing about a case.
public enum LawError: Error, Equatable, CustomStringConvertible {
    /// A hypothesis of the law doesn't hold: which law, and which hypothesis.
    case notApplicable(law: String, reason: String)
    /// A number lies outside what it can mean.
    case invalid(quantity: String, found: Double, accepted: String)

    public var description: String {
        switch self {
        case .notApplicable(let law, let reason): "\(law) does not apply: \(reason)"
        case .invalid(let quantity, let found, let accepted): "\(quantity) is \(found), but must be \(accepted)"
        }
    }
}

/// What a law predicts: a number, and how far the terms that the law neglects can move it.
public struct Prediction: Sendable, Equatable {
    /// The predicted number, in the unit that the law names.
    public var value: Double
    /// Estimate of |measured − value| from the neglected terms, in the same unit; 0 where the law is exact but for rounding.
    public var errorBound: Double

    public init(_ value: Double, errorBound: Double) {
        self.value = value
        self.errorBound = errorBound
    }

    /// value − errorBound … value + errorBound.
    public var range: ClosedRange<Double> { value - errorBound...value + errorBound }
}

/// Throws unless `value` is finite and ≥ 0, or > 0 where `positive` is asked for.
func requireNonNegative(_ quantity: String, _ value: Double, positive: Bool = false) throws(LawError) {
    guard value.isFinite, positive ? value > 0 : value >= 0 else {
        throw .invalid(quantity: quantity, found: value, accepted: positive ? "finite and > 0" : "finite and ≥ 0")
    }
}

/// Throws unless 0 ≤ `value` < 1.
func requireForgetting(_ quantity: String, _ value: Double) throws(LawError) {
    guard value >= 0, value < 1 else { throw .invalid(quantity: quantity, found: value, accepted: "≥ 0 and < 1") }
}
