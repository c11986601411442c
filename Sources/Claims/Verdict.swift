// SPDX-License-Identifier: GPL-3.0-or-later

/// What an experiment says of a law.
public enum Verdict: Sendable, Equatable {
    /// No comparison contradicts the law at the significance asked for.
    case supported
    /// A comparison contradicts it; which ones.
    case violated([String])
    /// The law could not be tested: hypotheses that don't hold, or what is missing.
    case hypothesesNotMet([String])

    /// `supported`, `violated` or `hypothesesNotMet`.
    public var name: String {
        switch self {
        case .supported: "supported"
        case .violated: "violated"
        case .hypothesesNotMet: "hypothesesNotMet"
        }
    }

    /// The verdict in words.
    public var words: String {
        switch self {
        case .supported: "supported"
        case .violated: "violated"
        case .hypothesesNotMet: "hypotheses not met"
        }
    }
}

/// A claim with what its experiment gave.
public struct ClaimResult: Sendable {
    public var claim: Claim
    public var verdict: Verdict
    /// nil if the law could not be tested.
    public var measurement: Measurement?
    /// p-values of the measurement's tests after Holm's correction over all tests of the verification, nil for exact comparisons.
    public var adjustedPValues: [Double?]
    public var seconds: Double

    /// Decides from the comparisons, each p-value being adjusted already.
    static func verdict(of measurement: Measurement, adjustedPValues: [Double?], significance: Double) -> Verdict {
        let broken = zip(measurement.comparisons, adjustedPValues).filter { $0.isBroken(adjustedPValue: $1, significance: significance) }
        return broken.isEmpty ? .supported : .violated(broken.map(\.0.quantity))
    }
}
