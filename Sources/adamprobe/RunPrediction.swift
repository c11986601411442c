// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Records
import Theory

/// `adamprobe predict --from RUN`: every dead node of a run, foretold from its state at death, beside the run's ledger.
struct RunPrediction {
    private let records: DeathRecords
    private let table: NodeTable
    private let source: SourceOptions
    private let living: Int
    private let revived: Int
    private let extraSteps: Int

    init(run: URL, source: SourceOptions, extraSteps: Int) throws {
        self.source = source
        self.extraSteps = extraSteps
        records = try DeathRecords(run: run)
        let records = records
        let ledger = try NodeLedger(run: run, thresholds: records.thresholds)
        let entries = ledger.entries.filter { source.includes(layer: $0.layer, node: $0.node) }
        guard !entries.isEmpty || ledger.entries.isEmpty else {
            throw NodeSelectionError(layer: source.layer, node: source.node, layers: records.layers)
        }
        let dead = entries.filter { $0.deathStep != nil }
        living = entries.count - dead.count
        revived = dead.count { $0.revivals > 0 }
        let lines = try dead.map { entry -> NodeLine in
            guard let record = records.record(layer: entry.layer, node: entry.node), entry.isDead(at: record) else {
                throw DeathRecordsError.damaged(
                    file: RunDirectory(run).deaths.path, key: "\(entry.layer).steps",
                    problem: "has no state of node \(entry.node) at its death, step \(entry.deathStep ?? 0) of nodes.csv",
                    accepted: "files of one run")
            }
            let prediction = try records.predict(record, extraSteps: extraSteps)
            // The ledger ends with the run; a run without an end has one that may lag behind its own steps.
            var differences: [String]?
            if records.completedSteps != nil {
                let measured = extraSteps == 0 ? prediction.exact : try records.exact(record)
                differences = entry.differences(from: measured, of: record)
            }
            return NodeLine(
                layer: entry.layer, node: entry.node, state: entry.revivals > 0 ? "dead again" : "dead", lastStep: record.lastStep,
                prediction: prediction, ledger: entry, differences: differences, extra: [("revivals", .integer(entry.revivals))])
        }
        table = NodeTable(thresholds: records.thresholds, lines: lines)
    }

    func report(json: Bool) throws {
        if let out = source.out { try table.write(to: URL(fileURLWithPath: out)) }
        let summary = summary
        if json {
            print(JSONValue.object(["run": .string(records.url.relativePath), "summary": .object(summary), "nodes": table.json]).serialized(.pretty))
            return
        }
        if !table.lines.isEmpty { print(table.text + "\n") }
        print(text(summary))
    }

    private var end: Int { (records.completedSteps ?? records.totalSteps) + extraSteps }

    /// Passages that both ledger and law have: (foretold, measured) in steps since the death.
    private var passages: [(law: Prediction, measured: Double)] {
        table.lines.flatMap { line in
            zip(line.prediction?.law?.crossings ?? [], line.ledger?.crossings ?? []).compactMap { law, measured in
                guard let passage = law.passage, let step = measured.passage, let last = line.lastStep, step > last else { return nil }
                return (passage, Double(step - last))
            }
        }
    }

    private var summary: JSONObject {
        let lines = table.lines
        let compared = lines.filter { $0.differences != nil }
        let passages = passages
        let errors = passages.map { ($0.law.value - $0.measured).magnitude / $0.measured }.sorted()
        var object: JSONObject = [
            "optimizer": .string(records.rule.name), "precision": .string(records.precision.rawValue), "steps": .integer(end),
            "dead": .integer(lines.count), "revivedBefore": .integer(revived), "alive": .integer(living),
            "regimes": .object(JSONObject(table.regimes.map { ($0.0, .integer($0.1)) })),
            "compared": .integer(compared.count), "agreeing": .integer(compared.count { $0.differences?.isEmpty == true }),
            "lawPassages": .integer(passages.count),
        ]
        if !errors.isEmpty {
            object["lawMedianError"] = .number(errors[errors.count / 2])
            object["lawWithinFivePercent"] = .number(Double(errors.count { $0 <= 0.05 }) / Double(errors.count))
            object["lawWithinBound"] = .number(Double(passages.count { $0.law.range.contains($0.measured) }) / Double(passages.count))
        }
        return object
    }

    private func text(_ summary: JSONObject) -> String {
        func count(_ key: String) -> Int { summary[key]?.integer ?? 0 }
        func number(_ key: String) -> Double { summary[key]?.double ?? .nan }
        let all = count("dead") + count("alive")
        var lines = [
            "\(count("dead")) dead nodes of \(all), foretold to step \(end); \(count("revivedBefore")) of them were dead before, and came back"
        ]
        lines.append("regimes: " + table.regimes.map { "\($1) \($0)" }.joined(separator: ", "))
        if records.completedSteps == nil {
            lines.append("the run has not ended (\(records.status.rawValue)): its ledger is not compared")
        } else {
            lines.append("exact recursion: \(count("agreeing")) of \(count("compared")) nodes agree with the ledger to the very step")
        }
        if count("lawPassages") > 0 {
            lines.append(
                String(
                    format: "adiabatic law: %d passages, median error %.2g %%, %.0f %% within 5 %%, %.0f %% within the law's bound",
                    count("lawPassages"), 100 * number("lawMedianError"), 100 * number("lawWithinFivePercent"), 100 * number("lawWithinBound")))
        } else if let reason = table.lines.lazy.compactMap({ $0.prediction?.lawReason }).first {
            lines.append(reason)
        }
        for line in table.lines { for difference in line.differences ?? [] { lines.append("\(line.layer)/\(line.node): \(difference)") } }
        return lines.joined(separator: "\n")
    }
}

/// A layer or node that is not there.
struct NodeSelectionError: Error, CustomStringConvertible {
    let layer: String?
    let node: Int?
    let layers: [String]

    var description: String {
        let asked = [layer.map { "layer \($0)" }, node.map { "node \($0)" }].compactMap(\.self).joined(separator: ", ")
        return "there is no \(asked); accepted: a node of the hidden layers \(layers.joined(separator: ", "))"
    }
}
