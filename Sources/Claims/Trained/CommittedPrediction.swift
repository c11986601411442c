// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// A prediction about one run, written down in a file of its own: `NAME.json` beside `NAME.yaml`.
struct CommittedPrediction: Decodable, Sendable {
    /// `before the run`, or why not.
    let committed: String
    /// The reasoning.
    let because: String
    /// What the census of nodes will show.
    let statements: [CensusStatement]?
    /// When dead nodes are back after a drop of the rate.
    let revival: CommittedRevival?

    /// Reads `NAME.json` of claim `claim`.
    /// - Throws: ``ClaimError/unavailable(_:)``, `DecodingError`.
    static func bundled(_ name: String, of claim: String) throws -> CommittedPrediction {
        try JSONDecoder().decode(CommittedPrediction.self, from: Data(contentsOf: try bundledFile("\(claim)/\(name)", "json")))
    }
}

/// A statement about a column of `metrics.csv` over a range of epochs: a bound that each of them keeps.
struct CensusStatement: Decodable, Sendable {
    let column: String
    /// First and last epoch.
    let from: Int
    let to: Int
    let atLeast: Double?
    let atMost: Double?
    /// Bounds as shares of what column `of` is at epoch `at`.
    let atLeastShare: Double?
    let atMostShare: Double?
    let of: String?
    let at: Int?

    /// The statement against a run's metrics: an exact comparison, broken by any epoch that breaks it or is missing.
    /// - Parameter run: the run's name.
    /// - Throws: `RecordsError` for columns that the metrics don't have.
    func compared(with metrics: CSVTable, run: String) throws -> Comparison {
        let epochs = try metrics.integers("epoch")
        func rows(_ column: String, _ range: ClosedRange<Int>) throws -> [Double] {
            zip(epochs, try metrics.numbers(Self.spelled(column))).filter { range.contains($0.0) }.map(\.1)
        }
        let values = try rows(column, from...to)
        let reference = if let of, let at { try rows(of, at...at).last } else { nil as Double? }
        let least = atLeast ?? atLeastShare.flatMap { share in reference.map { share * $0 } }
        let most = atMost ?? atMostShare.flatMap { share in reference.map { share * $0 } }
        let isWhole = values.count == to - from + 1 && (least != nil || most != nil)
        let exceptions = values.count { value in least.map { value < $0 } ?? false || most.map { value > $0 } ?? false }
        let bounds = [least.map { "at least \(brief($0))" }, most.map { "at most \(brief($0))" }].compactMap { $0 }.joined(separator: ", ")
        let when = from == to ? "epoch \(from)" : "epochs \(from) to \(to)"
        return Comparison(
            "\(run), \(column), \(when)", predicted: bounds, accepted: (least ?? -.infinity)...(most ?? .infinity),
            measured: (least == nil ? values.max() : values.min()) ?? .nan, test: "exact", decision: .exact(holds: isWhole && exceptions == 0),
            count: values.count)
    }
}

extension CensusStatement {
    /// The column as `metrics.csv` spells it: `zero@1e-08` for `zero@1e-8`.
    static func spelled(_ column: String) -> String {
        let parts = column.split(separator: "@", maxSplits: 1)
        guard parts.count == 2, let threshold = Double(parts[1]) else { return column }
        return "\(parts[0])@\(threshold)"
    }
}

/// "Nodes at their floor are back above `threshold` `stepsAfterDrop` steps after step `drop`, give or take `within`."
struct CommittedRevival: Decodable, Sendable, Equatable {
    let drop: Int
    let threshold: Double
    let stepsAfterDrop: Double
    let within: Double
}
