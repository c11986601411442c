// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Records

/// The verdicts of a verification, as text, Markdown and JSON.
public struct VerificationReport: Sendable {
    public var results: [ClaimResult]
    public var trial: Trial
    public var significance: Double

    /// Every claim is supported.
    public var isSupported: Bool { results.allSatisfy { $0.verdict == .supported } }
    /// Some claim is violated.
    public var isViolated: Bool { results.contains { if case .violated = $0.verdict { true } else { false } } }

    /// Claims with each verdict, in words.
    public var summary: String {
        let counts = ["supported", "violated", "hypotheses not met"].map { words in (words, results.count { $0.verdict.words == words }) }
        let missing = results.count { !$0.misses.isEmpty }
        let besides = missing > 0 ? ", \(missing) of the supported with an estimate beyond what is predicted, within chance" : ""
        return counts.filter { $0.1 > 0 || $0.0 == "supported" }.map { "\($0.1) \($0.0)" }.joined(separator: ", ") + besides
    }

    /// `{format, subject, extent, seed, significance, environment, claims: [{id, title, verdict, predicted, measured, interval, test, pValue,
    /// excluded, seconds, …}]}`: of each claim its headline (``ClaimResult/headline``), and all comparisons under `comparisons`. `pValue` is of
    /// the single test, `adjustedPValue`, which decides, corrected over all.
    public var json: JSONValue {
        [
            "format": "adamprobe-verification/1", "subject": .string(trial.subject.name), "extent": .string(trial.extent.rawValue),
            "seed": .unsigned(trial.seed), "significance": .number(significance), "environment": .object(RunEnvironment.describe()),
            "claims": .array(results.map(\.json)),
        ]
    }

    /// Writes `report.md`, `report.json`, and the numbers behind each claim as `ID.csv`, each whole or not at all.
    /// - Parameter figures: pictures that `report.md` shows.
    /// - Throws: `RecordsError` where the folder can't be written.
    public func write(to folder: URL, figures: ReportFigures = ReportFigures()) throws {
        try Folder.create(at: folder)
        for result in results {
            guard let table = result.measurement?.table else { continue }
            try AtomicFile.write(to: folder.appendingPathComponent("\(result.claim.id).csv")) { url in
                let writer = try CSVWriter(url: url, columns: table.columns)
                for row in table.rows { try writer.append(row.map(CSVField.number)) }
                try writer.close()
            }
        }
        try AtomicFile.write(Data(markdown(figures: figures).utf8), to: folder.appendingPathComponent("report.md"))
        try json.write(to: folder.appendingPathComponent("report.json"))
    }
}

extension Claim {
    /// What the claim says and how it is tested.
    public var json: JSONValue {
        [
            "id": .string(id), "title": .string(title), "level": .integer(level.rawValue), "statement": .string(statement),
            "prediction": .string(prediction), "source": .string(source), "hypotheses": .array(hypotheses.map { .string($0.statement) }),
            "experiment": .string(experiment),
            "seeds": .string(seeds), "test": .string(test), "falsifier": .string(falsifier),
        ]
    }
}

extension ClaimResult {
    var json: JSONValue {
        var object: JSONObject = [
            "id": .string(claim.id), "title": .string(claim.title), "level": .integer(claim.level.rawValue), "verdict": .string(verdict.name),
        ]
        let comparisons = measurement.map { zip($0.comparisons, adjustedPValues).map(Self.json) } ?? []
        // The headline, flat, for readers that want one row a claim.
        let flat = headline.map { Self.json($0.comparison, $0.adjusted) }
        for key in ["quantity", "predicted", "measured", "interval", "test", "pValue", "adjustedPValue"] { object[key] = flat?[key] ?? .null }
        object["prediction"] = .string(claim.prediction)
        object["hypotheses"] = .array(
            hypotheses.map { ["statement": .string($0.statement), "checked": .integer($0.count), "on": .string($0.objects)] })
        object["misses"] = .array(misses.map(JSONValue.string))
        object["excluded"] = .array(
            (measurement?.exclusions ?? []).map { ["count": .integer($0.count), "of": .integer($0.of), "reason": .string($0.reason)] })
        object["seconds"] = .number(seconds)
        object["comparisons"] = .array(comparisons)
        object["notes"] = .array((measurement?.notes ?? []).map(JSONValue.string))
        switch verdict {
        case .supported: break
        case .violated(let broken): object["violatedBy"] = .array(broken.map(JSONValue.string))
        case .hypothesesNotMet(let unmet): object["unmet"] = .array(unmet.map(JSONValue.string))
        }
        return .object(object)
    }

    private static func json(_ comparison: Comparison, _ adjusted: Double?) -> JSONValue {
        var object: JSONObject = [
            "quantity": .string(comparison.quantity), "predicted": .string(comparison.predicted), "measured": .number(comparison.measured),
            "interval": comparison.interval.map { [.number($0.lower), .number($0.upper)] } ?? .null, "test": .string(comparison.test),
            "count": .integer(comparison.count),
        ]
        // JSON has no infinity: null for an end that the law doesn't set.
        object["accepted"] =
            comparison.accepted.map { range in .array([range.lowerBound, range.upperBound].map { $0.isFinite ? .number($0) : .null }) } ?? .null
        object["pValue"] = comparison.pValue.map { .number($0) } ?? .null
        object["adjustedPValue"] = adjusted.map { .number($0) } ?? .null
        object["isMet"] = .bool(comparison.isMet)
        return .object(object)
    }
}
