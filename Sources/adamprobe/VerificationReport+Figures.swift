// SPDX-License-Identifier: GPL-3.0-or-later
import Claims
import Figures
import Foundation

extension VerificationReport {
    /// Draws the figures of the report into `FOLDER/figures`.
    ///
    /// Where gnuplot is missing or fails, the report goes without: what it gives then has no pictures but a note that says why.
    /// - Throws: file errors.
    func drawFigures(in folder: URL) throws -> ReportFigures {
        let name = "figures"
        let groups = Claim.Level.allCases.map { level in
            VerificationFigures.Group(
                name: "level-\(level.rawValue)", title: "level \(level.rawValue), \(level.name)",
                comparisons: results.filter { $0.claim.level == level }.flatMap { $0.comparisonRows(significance: significance) })
        }
        let tables = results.compactMap { result in
            result.measurement?.table.map { PredictionTable(claim: result.claim.id, columns: $0.columns, rows: $0.rows) }
        }
        do {
            let drawn = try VerificationFigures(groups: groups, tables: tables).write(format: .svg, to: folder.appendingPathComponent(name))
            let titles = groups.filter { !$0.comparisons.isEmpty }.map { "Comparisons of \($0.title)" }
            return ReportFigures(
                overview: zip(titles, drawn.comparisons).map { ($0, "\(name)/\($1.lastPathComponent)") },
                claims: drawn.tables.mapValues { "\(name)/\($0.lastPathComponent)" })
        } catch let failure as Gnuplot.Failure {
            return ReportFigures(note: "There are no figures: \(failure).")
        }
    }
}

extension ClaimResult {
    /// The claim's comparisons as figures take them.
    fileprivate func comparisonRows(significance: Double) -> [ComparisonRow] {
        guard let measurement else { return [] }
        return zip(measurement.comparisons, adjustedPValues).map { comparison, adjusted in
            ComparisonRow(
                claim: claim.id, quantity: comparison.quantity, predicted: comparison.predicted, measured: comparison.measured,
                interval: comparison.interval.flatMap { $0.lower <= $0.upper ? $0.lower...$0.upper : nil }, accepted: comparison.accepted,
                isSupported: !comparison.isBroken(adjustedPValue: adjusted, significance: significance))
        }
    }
}
