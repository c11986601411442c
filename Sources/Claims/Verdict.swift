// SPDX-License-Identifier: GPL-3.0-or-later

/// What an experiment says of a law.
public enum Verdict: Sendable, Equatable {
    /// No comparison contradicts the law at the significance asked for; see ``ClaimResult/misses`` for estimates beyond what it predicts.
    case supported
    /// A comparison contradicts it; which ones.
    case violated([String])
    /// The law could not be tested: hypotheses that don't hold, what is missing, or what went wrong in the experiment.
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
    /// What the law assumes, and on how much of the experiment that was checked.
    public var hypotheses: [HypothesisCheck] = []
    /// nil if the law could not be tested.
    public var measurement: Measurement?
    /// p-values of the measurement's tests after Holm's correction over all tests of the verification, nil for exact comparisons.
    public var adjustedPValues: [Double?]
    public var seconds: Double

    /// Comparisons whose estimate is not as predicted, though chance may have made the difference: no evidence against the law, and none for it.
    public var misses: [String] {
        guard verdict == .supported else { return [] }
        return measurement?.comparisons.filter { !$0.isMet }.map(\.quantity) ?? []
    }

    /// The comparison to show where there is room for one, with its corrected p-value: the first that contradicts the law, of a law that
    /// stands the first.
    public var headline: (comparison: Comparison, adjusted: Double?)? {
        guard let measurement else { return nil }
        let pairs = zip(measurement.comparisons, adjustedPValues)
        guard case .violated(let broken) = verdict else { return pairs.first { _ in true } }
        return pairs.first { broken.contains($0.0.quantity) }
    }

    /// Decides from the comparisons, each p-value being adjusted already.
    static func verdict(of measurement: Measurement, adjustedPValues: [Double?], significance: Double) -> Verdict {
        let broken = zip(measurement.comparisons, adjustedPValues).filter { $0.isBroken(adjustedPValue: $1, significance: significance) }
        return broken.isEmpty ? .supported : .violated(broken.map(\.0.quantity))
    }
}
