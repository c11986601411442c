// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// A claim's table that holds a quantity by the law and by the experiment, as plain values.
public struct PredictionTable: Sendable {
    /// The claim, such as `B3`.
    public var claim: String
    public var columns: [String]
    public var rows: [[Double]]

    public init(claim: String, columns: [String], rows: [[Double]]) {
        self.claim = claim
        self.columns = columns
        self.rows = rows
    }

    /// One quantity by the law and by the experiment.
    struct Pair: Equatable {
        let predicted: Double
        let measured: Double
        /// Whether they differ by more than the law's own error bound.
        let isOutside: Bool
    }

    /// The rows in which both columns, `predicted` and `measured`, are positive numbers; nil for a table without these columns. A column `errorBound` tells
    /// which pairs lie outside the law's bound.
    var pairs: [Pair]? {
        guard let predicted = columns.firstIndex(of: "predicted"), let measured = columns.firstIndex(of: "measured") else { return nil }
        let bound = columns.firstIndex(of: "errorBound")
        return rows.compactMap { row in
            let (law, found) = (row[predicted], row[measured])
            guard law > 0, found > 0, law.isFinite, found.isFinite else { return nil }
            return Pair(predicted: law, measured: found, isOutside: bound.map { !((found - law).magnitude <= row[$0]) } ?? false)
        }
    }
}

/// Measured against predicted, for the table of any claim.
enum MeasuredTableFigure {
    /// The least spread of the lower panel, in per cent; the most, beyond which points are left out there.
    private static let spans = (least: 4, most: 100)

    /// - Throws: `FigureError.nothingToShow` for a table without the columns, or without a pair.
    static func make(_ table: PredictionTable) throws -> FigureSource {
        guard let pairs = table.pairs else { throw FigureError.nothingToShow("\(table.claim) has no columns predicted and measured") }
        guard let first = pairs.first else { throw FigureError.nothingToShow("no row of \(table.claim) has a positive prediction and measurement") }
        let (inside, outside) = (pairs.filter { !$0.isOutside }, pairs.filter(\.isOutside))
        let values = pairs.flatMap { [$0.predicted, $0.measured] }
        let (lowest, highest) = (values.min() ?? first.predicted, values.max() ?? first.predicted)
        let errors = pairs.map { ($0.predicted / $0.measured - 1).magnitude }.sorted()
        let most = errors[errors.count * 95 / 100]
        // Room for 98 of 100 points, so that a stray one doesn't flatten the others.
        let widest = 100 * errors[errors.count * 98 / 100]
        let span = min(max(Int(min(widest, 1e6) / 4 + 1) * 4, spans.least), spans.most)
        let beyond = errors.count { 100 * $0 > Double(span) }
        let hasBound = table.columns.contains("errorBound")
        var series = [
            PredictedMeasuredPanels.Series(
                block: 0, title: "\(hasBound ? "inside the law's bound" : "cases"): \(inside.count)", color: FigureStyle.blue,
                pointSize: pairs.count < 100 ? 0.7 : 0.35)
        ]
        if !outside.isEmpty {
            series.append(
                .init(
                    block: 1, title: "outside of it: \(outside.count)", color: FigureStyle.vermilion, opacity: 1, pointType: 8, pointSize: 0.7))
        }
        let panels = PredictedMeasuredPanels(
            series: series, range: lowest / 1.5...highest * 1.5, span: span, predicted: "predicted", measured: "\(table.claim): measured",
            error: "error of the law")
        func block(_ title: String, _ pairs: [PredictionTable.Pair]) -> String {
            "# \(title)\n" + pairs.map { "\(Number.short($0.predicted)) \(Number.short($0.measured))" }.joined(separator: "\n")
        }
        let left = table.rows.count - pairs.count
        return FigureSource(
            name: table.claim,
            caption: [
                "\(table.claim): measured against predicted, \(pairs.count) of the \(table.rows.count) rows of its table"
                    + (left > 0 ? "; \(left) have no positive prediction and measurement." : "."),
                String(format: "95 %% of them within %.3g %%. Below: the relative error of the law", 100 * most)
                    + (beyond > 0 ? ", \(beyond) of them beyond the axis." : "."),
            ],
            height: 620,
            data: "# predicted, measured\n" + block("inside the law's error bound, if there is one", inside)
                + (outside.isEmpty ? "" : "\n\n\n" + block("outside of it", outside)) + "\n",
            commands: panels.commands)
    }
}
