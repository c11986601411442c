// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics

/// What an experiment gave: one comparison or more, and what was left out of them.
public struct Measurement: Sendable {
    /// The first is the headline.
    public var comparisons: [Comparison]
    public var exclusions: [Exclusion]
    /// What a reader should know besides: shares selected, laws corrected, observations.
    public var notes: [String]
    /// Numbers behind the comparisons, for figures and for readers' own analysis.
    public var table: MeasuredTable?

    public init(_ comparisons: [Comparison], excluded exclusions: [Exclusion] = [], notes: [String] = [], table: MeasuredTable? = nil) {
        self.comparisons = comparisons
        self.exclusions = exclusions
        self.notes = notes
        self.table = table
    }
}

/// Cases that a comparison does not use, and why.
public struct Exclusion: Sendable, Equatable {
    public var count: Int
    public var of: Int
    public var reason: String

    public init(_ count: Int, of total: Int, because reason: String) {
        self.count = count
        self.of = total
        self.reason = reason
    }
}

/// Rows of numbers with named columns; NaN for what was not measured.
///
/// Columns `predicted` and `measured`, if there are both, hold one quantity by the law and by the experiment, and `errorBound` the law's own bound on
/// their difference: such a table is drawn as a figure.
public struct MeasuredTable: Sendable, Equatable {
    public var columns: [String]
    public var rows: [[Double]]

    public init(columns: [String], rows: [[Double]]) {
        self.columns = columns
        self.rows = rows
    }
}

/// One measured quantity beside its prediction, with the rule that decides between them.
public struct Comparison: Sendable, Equatable {
    /// What decides.
    public enum Decision: Sendable, Equatable {
        /// The law allows no exception.
        case exact(holds: Bool)
        /// The p-value of "the law holds", to be corrected for the number of tests made.
        case test(pValue: Double)
    }

    /// The measured quantity, such as "median relative error of the passage of 1e-15".
    public var quantity: String
    /// What the law says of it, such as "at most 0.5 %".
    public var predicted: String
    /// The same as a range, with an infinite end where the law sets none; nil where it is none. What decides is ``decision``: where that is a test,
    /// chance may leave `measured` a little outside.
    public var accepted: ClosedRange<Double>?
    public var measured: Double
    /// The 95 % interval of `measured`, where it has one.
    public var interval: ConfidenceInterval?
    /// The test's name, such as "binomial, one-sided".
    public var test: String
    public var decision: Decision
    /// The measured quantity itself is as predicted. A test may let the law stand though it is not, since chance may have made the difference.
    public var isMet: Bool {
        if case .exact(let holds) = decision { holds } else { accepted?.contains(measured) ?? true }
    }
    /// How many cases, nodes or runs it rests on.
    public var count: Int

    public init(
        _ quantity: String, predicted: String, accepted: ClosedRange<Double>? = nil, measured: Double, interval: ConfidenceInterval? = nil,
        test: String, decision: Decision, count: Int
    ) {
        self.quantity = quantity
        self.predicted = predicted
        self.accepted = accepted
        self.measured = measured
        self.interval = interval
        self.test = test
        self.decision = decision
        self.count = count
    }

    /// Whether it contradicts the law: an exception of an exact one, or a p-value under `significance`, the corrected one if it is known.
    public func isBroken(adjustedPValue: Double?, significance: Double) -> Bool {
        switch decision {
        case .exact(let holds): !holds
        case .test(let pValue): (adjustedPValue ?? pValue) < significance
        }
    }

    public var pValue: Double? { if case .test(let pValue) = decision { pValue } else { nil } }
}
