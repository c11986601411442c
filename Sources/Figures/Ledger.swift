// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// The dead-node ledger, nodes.csv, as far as figures need it.
struct Ledger: Sendable {
    /// One history a row, in the file's order.
    let histories: [NodeHistory]
    /// The thresholds that have a column `passage@ξ`, ascending.
    let thresholds: [NodeHistory.Threshold]

    /// - Throws: `RecordsError` for a file that is no such table, `FigureError.unusableInput` for a fate there is no name for.
    init(_ file: URL) throws {
        let table = try CSVTable.read(file)
        let prefix = "passage@"
        let thresholds = table.columns.filter { $0.hasPrefix(prefix) }.compactMap { column in
            let name = String(column.dropFirst(prefix.count))
            return Double(name).flatMap { $0 > 0 && $0.isFinite ? NodeHistory.Threshold(name: name, value: $0) : nil }
        }.sorted()
        let passages = try thresholds.map { ($0, try table.optionalIntegers(prefix + $0.name)) }
        let layers = try table.texts("layer"), nodes = try table.integers("node"), fates = try table.texts("fate")
        let deaths = try table.optionalIntegers("deathStep"), censored = try table.optionalIntegers("censoredAt")
        let norms = try table.optionalNumbers("finalNorm")
        self.thresholds = thresholds
        histories = try (0..<table.rowCount).map { row in
            guard let fate = NodeHistory.Fate(rawValue: fates[row]) else {
                let accepted = NodeHistory.Fate.allCases.map(\.rawValue).joined(separator: ", ")
                throw FigureError.unusableInput(file, "row \(row + 1), column fate: \"\(fates[row])\"; accepted: \(accepted)")
            }
            guard nodes[row] >= 0 else {
                throw FigureError.unusableInput(file, "row \(row + 1), column node: \(nodes[row]); accepted: 0 or more")
            }
            var passed: [NodeHistory.Threshold: Int] = [:]
            for (threshold, steps) in passages { passed[threshold] = steps[row] }
            return NodeHistory(
                layer: layers[row], node: nodes[row], fate: fate, deathStep: deaths[row], censoredAt: censored[row], finalNorm: norms[row],
                passages: passed)
        }
    }
}

extension NodeHistory {
    /// The histories that a probe tells by itself: a node died at the first sample of its last unbroken stretch of death.
    /// - Throws: `FigureError.nothingToShow` for a probe without samples, as a run leaves behind that was stopped at once.
    static func fromStates(of run: RecordedRun) throws -> [NodeHistory] {
        let steps = try run.steps()
        guard !steps.isEmpty else { throw FigureError.nothingToShow("the run was stopped before the probe had written its first samples") }
        return try run.layers(with: "state").flatMap { layer -> [NodeHistory] in
            let states = try run.samples(layer: layer, quantity: "state")
            let norms = try? run.samples(layer: layer, quantity: "incomingNorm")
            let count = min(steps.count, states.sampleCount)
            guard count > 0 else { return [] }
            return (0..<states.nodeCount).map { node in
                let fates = Fate.allCases
                let last = Int(states[count - 1, node])
                let fate = fates.indices.contains(last) ? fates[last] : .alive
                let awake = (0..<count).last { states[$0, node] == 0 }
                let death = fate == .alive ? nil : awake.map { steps[$0 + 1] } ?? steps[0]
                let norm = norms.flatMap { $0.sampleCount > 0 && node < $0.nodeCount ? $0[min(count, $0.sampleCount) - 1, node] : nil }
                return NodeHistory(
                    layer: layer, node: node, fate: fate, deathStep: death, censoredAt: fate == .alive ? steps[count - 1] : nil, finalNorm: norm,
                    passages: [:])
            }
        }
    }
}
