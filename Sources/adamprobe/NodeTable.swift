// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Records
import Theory

/// One line of the table of forecasts: a node, what is known of it, and what is foretold.
struct NodeLine {
    let layer: String
    let node: Int
    /// dead, alive, or how it is known; for reading.
    let state: String
    /// The step that forecasts count from; nil for a living node.
    let lastStep: Int?
    /// nil for a living node.
    let prediction: NodePrediction?
    /// The run's ledger, where there is one and the node is dead.
    let ledger: NodeLedger.Entry?
    /// Where ledger and exact forecast differ; nil where they are not compared.
    let differences: [String]?
    /// More columns, by name.
    let extra: [(name: String, value: JSONValue)]

    /// Step `k` of a forecast, by the run's or optimiser's count.
    func step(_ k: Int?) -> Int? { k.flatMap { k in lastStep.map { $0 + k } } }
    func time(_ k: Double?) -> Double? { k.flatMap { k in lastStep.map { Double($0) + k } } }
}

/// The table in its three forms.
struct NodeTable {
    let thresholds: [Double]
    let lines: [NodeLine]

    // MARK: JSON

    var json: JSONValue { .array(lines.map(json)) }

    private func json(_ line: NodeLine) -> JSONValue {
        func count(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        var object: JSONObject = ["layer": .string(line.layer), "node": .integer(line.node), "state": .string(line.state)]
        for (name, value) in line.extra { object[name] = value }
        guard let prediction = line.prediction else { return .object(object) }
        object["deathStep"] = count(line.step(1))
        object["regime"] = .string(prediction.fate.regime.rawValue)
        object["effectiveDecayLimit"] = number(prediction.fate.effectiveDecayLimit)
        object["stabilityThreshold"] = number(prediction.fate.stabilityThreshold)
        object["floorNorm"] = number(prediction.fate.floorNorm?.value)
        object["floorErrorBound"] = number(prediction.fate.floorNorm?.errorBound)
        object["finalNorm"] = number(prediction.exact.finalNorm)
        object["thresholds"] = .array(
            thresholds.indices.map { index in
                let (exact, law, measured) = (prediction.exact.crossings[index], prediction.law?.crossings[index], line.ledger?.crossings[index])
                var entry: JSONObject = ["threshold": .number(thresholds[index])]
                entry["dip"] = count(line.step(exact.dip))
                entry["passage"] = count(line.step(exact.passage))
                entry["rise"] = count(line.step(exact.rise))
                entry["lastPassage"] = count(line.step(exact.lastPassage))
                entry["lawPassage"] = number(line.time(law?.passage?.value))
                entry["lawErrorBound"] = number(law?.passage?.errorBound)
                entry["lawRevival"] = number(line.time(law?.revival?.value))
                if line.ledger != nil { entry["measuredPassage"] = count(measured?.passage) }
                if line.ledger != nil { entry["measuredRise"] = count(measured?.rise) }
                return .object(entry)
            })
        if let reason = prediction.lawReason { object["lawReason"] = .string(reason) }
        if let differences = line.differences { object["agrees"] = .bool(differences.isEmpty) }
        if let differences = line.differences, !differences.isEmpty { object["differences"] = .array(differences.map { .string($0) }) }
        return .object(object)
    }

    // MARK: CSV

    func write(to url: URL) throws {
        let each = ["passage", "lawPassage", "lawErrorBound", "measuredPassage", "rise", "lawRevival"]
        let writer = try CSVWriter(
            url: url,
            columns: ["layer", "node", "state", "deathStep", "regime", "finalNorm", "floorNorm", "agrees"]
                + each.flatMap { name in thresholds.map { "\(name)@\($0)" } })
        for line in lines {
            let (prediction, fate) = (line.prediction, line.prediction?.fate)
            func column(_ value: (Int) -> CSVField) -> [CSVField] { thresholds.indices.map { prediction == nil ? .empty : value($0) } }
            var row: [CSVField] = [.text(line.layer), .integer(line.node), .text(line.state), .integer(ifAny: line.step(1))]
            row += [.text(fate?.regime.rawValue ?? ""), .number(ifAny: prediction?.exact.finalNorm), .number(ifAny: fate?.floorNorm?.value)]
            row.append(line.differences.map { .text($0.isEmpty ? "yes" : "no") } ?? .empty)
            row += column { .integer(ifAny: line.step(prediction?.exact.crossings[$0].passage)) }
            row += column { .number(ifAny: line.time(prediction?.law?.crossings[$0].passage?.value)) }
            row += column { .number(ifAny: prediction?.law?.crossings[$0].passage?.errorBound) }
            row += column { .integer(ifAny: line.ledger?.crossings[$0].passage) }
            row += column { .integer(ifAny: line.step(prediction?.exact.crossings[$0].rise)) }
            row += column { .number(ifAny: line.time(prediction?.law?.crossings[$0].revival?.value)) }
            try writer.append(row)
        }
        try writer.close()
    }

    // MARK: Text

    var text: String {
        let measured = lines.contains { $0.ledger != nil }
        var table = [
            ["node", "state", "death", "regime"] + thresholds.map { "passage of \($0.description)" + (measured ? " (ledger)" : "") }
                + ["law", "floor", "norm"]
        ]
        for line in lines {
            guard let prediction = line.prediction else {
                table.append(["\(line.layer)/\(line.node)", line.state])
                continue
            }
            func words(_ step: Int?) -> String { step.map { "\($0)" } ?? "-" }
            var row = ["\(line.layer)/\(line.node)", line.state, words(line.step(1)), prediction.fate.regime.rawValue]
            for (index, crossing) in prediction.exact.crossings.enumerated() {
                let rise = crossing.rise.map { ", up at \(words(line.step($0)))" } ?? ""
                row.append(
                    words(line.step(crossing.passage)) + rise + (line.ledger.map { " (\(words($0.crossings[index].passage)))" } ?? ""))
            }
            let law = prediction.law?.crossings.map { crossing -> String in
                guard let passage = crossing.passage, let step = line.time(passage.value) else { return "-" }
                return String(format: "%.0f±%.0f", step, passage.errorBound)
            }
            row.append(law?.joined(separator: " ") ?? "none")
            row.append(prediction.fate.floorNorm.map { String(format: "%.2g", $0.value) } ?? "-")
            row.append(String(format: "%.3g", prediction.exact.finalNorm))
            table.append(row)
        }
        let columns = table[0].count
        let widths = (0..<columns).map { column in table.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return table.map { row in
            row.enumerated().map { $1.padding(toLength: widths[$0], withPad: " ", startingAt: 0) }.joined(separator: "  ")
                .trimmingCharacters(in: .whitespaces)
        }.joined(separator: "\n")
    }

    /// Nodes by regime, in words.
    var regimes: [(String, Int)] {
        DeadWeightForecast.Regime.allCases.map { regime in (regime.rawValue, lines.count { $0.prediction?.fate.regime == regime }) }
    }
}
