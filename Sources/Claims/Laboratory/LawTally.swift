// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Theory

/// Predictions beside what was measured, and how many cases a law had nothing to say about.
struct LawTally {
    private(set) var pairs: [(predicted: Prediction, measured: Double)] = []
    private(set) var refusals: [(reason: String, count: Int)] = []
    private(set) var drawn = 0

    /// A case that the law applies to; `measured` is NaN if what it foretells did not happen.
    mutating func add(_ predicted: Prediction, measured: Double) {
        drawn += 1
        pairs.append((predicted, measured))
    }

    /// A case that the law says nothing about.
    mutating func exclude(_ reason: String, count: Int = 1) {
        drawn += count
        if let index = refusals.firstIndex(where: { $0.reason == reason }) {
            refusals[index].count += count
        } else if count > 0 {
            refusals.append((reason, count))
        }
    }

    var count: Int { pairs.count }
    /// Cases whose measurement lies within the prediction's own error bound.
    var inside: Int { pairs.count { ($0.predicted.value - $0.measured).magnitude <= $0.predicted.errorBound } }
    /// |predicted/measured − 1|; the largest number for what did not happen.
    var relativeErrors: [Double] {
        pairs.map { pair in
            let error = (pair.predicted.value / pair.measured - 1).magnitude
            return error.isFinite ? error : .greatestFiniteMagnitude
        }
    }

    var exclusions: [Exclusion] { exclusions(of: nil) }

    /// The same for one of several samples, which the reasons then name.
    func exclusions(of sample: String?) -> [Exclusion] {
        refusals.map { Exclusion($0.count, of: drawn, because: (sample.map { "\($0): " } ?? "") + $0.reason) }
    }

    /// Such as "the law's range selects 312 of 1000 drawn cases".
    var selection: String { "the law's range selects \(count) of \(drawn) drawn cases" }

    /// Columns predicted, errorBound, measured.
    var table: MeasuredTable {
        MeasuredTable(
            columns: ["predicted", "errorBound", "measured"], rows: pairs.map { [$0.predicted.value, $0.predicted.errorBound, $0.measured] })
    }

    /// The share of cases inside the law's own bound, which is an estimate of the neglected terms: 95 % of all cases should lie inside.
    func insideBound(_ quantity: String) throws -> Comparison {
        try .share("share of cases whose \(quantity) lies within the law's error bound", inside, of: count, atLeast: 0.95)
    }
}

/// Throws where a sample is too small to say anything: a law's range that selects next to nothing is a mistake in the experiment.
func requireCases(_ tally: LawTally, atLeast least: Int = 10, _ law: String) throws(ClaimError) {
    if tally.count < least { throw .tooFewCases(law: law, found: tally.count, least: least) }
}

extension String {
    /// A law's reason for not applying with an ellipsis for each number of the case, so that like reasons can be counted together; numbers that
    /// belong to a name, as in B5, stay.
    var withoutNumbers: String {
        replacingOccurrences(of: #"(?<![A-Za-z0-9])-?\d+(\.\d+)?(e[-+]?\d+)?"#, with: "…", options: .regularExpression)
    }
}
