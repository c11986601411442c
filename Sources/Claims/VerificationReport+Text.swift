// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

extension VerificationReport {
    /// The report as Markdown: a table of verdicts, then each claim with everything that was assumed, predicted, measured and left out.
    ///
    /// - Parameters:
    ///   - withTimes: leaves out how long each claim took if false, so that two reports of the same numbers are the same text.
    ///   - figures: pictures that it shows.
    public func markdown(withTimes: Bool = true, figures: ReportFigures = ReportFigures()) -> String {
        var lines = [
            "# Verification", "",
            "Under test: \(trial.subject.name); \(trial.extent.rawValue) extent; seed \(trial.seed). \(summary).", "",
            "p-values answer \"if the law holds, how likely is a sample like this?\" and are corrected over all tests of this report (Holm). "
                + "A claim is violated where one falls under \(significance), or where an exact law has an exception. Of a violated claim the table shows "
                + "the first comparison that contradicts it; \(Comparison.missMark) marks estimates beyond what is predicted, by more than chance or not.",
            "",
            tableRow(["claim", "law", "verdict"] + Comparison.cellNames), tableRow(Array(repeating: "---", count: 10)),
        ]
        for result in results {
            let verdict = [result.claim.id, result.claim.title, "**\(result.verdict.words)**"]
            let cells = result.headline.map { $0.comparison.cells(adjusted: $0.adjusted) }
            lines.append(tableRow(verdict + (cells ?? Array(repeating: "–", count: 7))))
        }
        if let note = figures.note { lines += ["", note] }
        for (title, path) in figures.overview { lines += ["", "![\(title)](\(path))"] }
        for result in results { lines += ["", result.markdown(withTimes: withTimes, figure: figures.claims[result.claim.id])] }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension ClaimResult {
    /// The claim and its result, as a section of a Markdown report.
    func markdown(withTimes: Bool, figure: String? = nil) -> String {
        var lines = ["## \(claim.id) \(claim.title)", "", claim.description(markdown: true), ""]
        lines.append("**Verdict: \(verdict.words).**" + (withTimes ? String(format: " (%.1f s)", seconds) : ""))
        switch verdict {
        case .supported: if !misses.isEmpty { lines.append("Beyond what is predicted, within chance: " + misses.joined(separator: "; ") + ".") }
        case .violated(let broken): lines.append("Contradicted by: " + broken.joined(separator: "; ") + ".")
        case .hypothesesNotMet(let unmet): lines.append("Not met: " + unmet.joined(separator: "; ") + ".")
        }
        guard let measurement else { return lines.joined(separator: "\n") }
        lines.append("Hypotheses checked before the first step, and met: " + hypotheses.map(\.text).joined(separator: "; ") + ".")
        lines += ["", tableRow(Comparison.cellNames), tableRow(Array(repeating: "---", count: Comparison.cellNames.count))]
        lines += zip(measurement.comparisons, adjustedPValues).map { tableRow($0.cells(adjusted: $1)) }
        if !measurement.exclusions.isEmpty {
            lines += [""] + measurement.exclusions.map { "- left out: \($0.count) of \($0.of), \($0.reason)" }
        }
        if !measurement.notes.isEmpty { lines += [""] + measurement.notes.map { "- \($0)" } }
        if let figure { lines += ["", "![\(claim.id): measured against predicted](\(figure))"] }
        return lines.joined(separator: "\n")
    }

    /// One line for a table that grows as claims finish, and the reasons where there is something to say.
    public var line: String {
        let shown = headline.map(\.comparison).map { "\($0.quantity): \(brief($0.measured)), predicted \($0.predicted)" }
        var text = "\(claim.id.padding(14)) \(verdict.words.padding(18)) \(shown ?? "")"
        switch verdict {
        case .supported: text += misses.map { "\n    beyond what is predicted, within chance: \($0)" }.joined()
        case .violated(let broken): text += "\n" + broken.map { "    contradicted by: \($0)" }.joined(separator: "\n")
        case .hypothesesNotMet(let unmet): text += unmet.joined(separator: "; ")
        }
        return text
    }
}

extension Claim {
    /// Statement, prediction, source, hypotheses, experiment, test and falsifier.
    public func description(markdown: Bool = false) -> String {
        let bold = markdown ? "**" : ""
        let entries = [
            ("Law", statement), ("Prediction", prediction), ("Source", source),
            ("Hypotheses", hypotheses.map(\.statement).joined(separator: "; ")),
            ("Experiment", experiment), ("Seeds", seeds), ("Test", test), ("Would be refuted by", falsifier),
        ]
        return entries.map { "\(bold)\($0).\(bold) \($1)" }.joined(separator: markdown ? "\\\n" : "\n")
    }
}

extension Comparison {
    /// Stands behind a measured number that is not as predicted.
    static let missMark = "✗"

    static let cellNames = ["quantity", "predicted", "measured", "95 % interval", "test", "p, corrected", "n"]

    /// The comparison as cells of a table.
    func cells(adjusted: Double?) -> [String] {
        let range = interval.map { "\(brief($0.lower)) … \(brief($0.upper))" } ?? "–"
        return [quantity, predicted, brief(measured) + (isMet ? "" : " " + Self.missMark), range, test, adjusted.map(brief) ?? "–", "\(count)"]
    }
}

private func tableRow(_ cells: [String]) -> String {
    "| " + cells.map { $0.replacingOccurrences(of: "|", with: "\\|") }.joined(separator: " | ") + " |"
}

extension String {
    func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

/// Four significant digits.
func brief(_ value: Double) -> String { value.isNaN ? "nan" : String(format: "%.4g", value) }
