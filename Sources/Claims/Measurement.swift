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
    public var measured: Double
    /// The 95 % interval of `measured`, where it has one.
    public var interval: ConfidenceInterval?
    /// The test's name, such as "binomial, one-sided".
    public var test: String
    public var decision: Decision
    /// The measured quantity itself is as predicted. A test may let the law stand though it is not, since chance may have made the difference.
    public var isMet: Bool
    /// How many cases, nodes or runs it rests on.
    public var count: Int

    /// - Parameter isMet: of a test, whether the estimate lies in the predicted range; an exact comparison's follows from its decision.
    public init(
        _ quantity: String, predicted: String, measured: Double, interval: ConfidenceInterval? = nil, test: String, decision: Decision,
        isMet: Bool = true, count: Int
    ) {
        self.quantity = quantity
        self.predicted = predicted
        self.measured = measured
        self.interval = interval
        self.test = test
        self.decision = decision
        if case .exact(let holds) = decision { self.isMet = holds } else { self.isMet = isMet }
        self.count = count
    }

    public var pValue: Double? { if case .test(let pValue) = decision { pValue } else { nil } }
}
