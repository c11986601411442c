// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Theory

/// What a run's ledger, `nodes.csv`, says of each node: what forecasts are compared with.
public struct NodeLedger: Sendable {
    /// One threshold's columns; steps of the run, nil where it never happened.
    public struct Crossing: Sendable, Equatable {
        public let threshold: Double
        public let dip: Int?
        public let passage: Int?
        public let rise: Int?
        public let lastPassage: Int?
    }

    /// One node's row.
    public struct Entry: Sendable, Equatable {
        public let layer: String
        public let node: Int
        public let fate: String
        /// The first step after the last data gradient; nil for a living node.
        public let deathStep: Int?
        /// Times that the node, dead, was active again.
        public let revivals: Int
        public let finalNorm: Double
        /// One entry a threshold, largest first.
        public let crossings: [Crossing]
    }

    public let entries: [Entry]

    /// - Parameter thresholds: ξ, as the run's columns name them.
    /// - Throws: `RecordsError` for a file that is missing or damaged, or lacks a column.
    public init(run url: URL, thresholds: [Double]) throws {
        let table = try CSVTable.read(RunDirectory(url).nodes)
        let (layers, nodes, fates) = (try table.texts("layer"), try table.integers("node"), try table.texts("fate"))
        let (deaths, revivals) = (try table.optionalIntegers("deathStep"), try table.integers("revivals"))
        let norms = try table.numbers("finalNorm")
        let columns = try thresholds.map { threshold in
            try ["dip", "passage", "rise", "lastPassage"].map { try table.optionalIntegers("\($0)@\(threshold)") }
        }
        entries = (0..<table.rowCount).map { row in
            Entry(
                layer: layers[row], node: nodes[row], fate: fates[row], deathStep: deaths[row], revivals: revivals[row], finalNorm: norms[row],
                crossings: zip(thresholds, columns).map { threshold, columns in
                    Crossing(
                        threshold: threshold, dip: columns[0][row], passage: columns[1][row], rise: columns[2][row],
                        lastPassage: columns[3][row])
                })
        }
    }

    /// A node's entry; nil if there is none.
    public func entry(layer: String, node: Int) -> Entry? { entries.first { $0.layer == layer && $0.node == node } }
}

extension NodeLedger.Entry {
    /// The node's last captured state is its death: it is dead, and its record tells what became of it since.
    public func isDead(at record: NodeRecord) -> Bool { deathStep == record.lastStep + 1 }

    /// Where the ledger and a forecast to the run's end differ, in words; empty if they agree to the very step and the last bit of the norm.
    ///
    /// What a ledger saw up to the death is not foretold from it and is left aside: a dip, passage or rise at or before the record's step.
    /// - Precondition: ``isDead(at:)``, and the forecast ends with the run.
    public func differences(from forecast: NodeForecast, of record: NodeRecord) -> [String] {
        var differences: [String] = []
        for (measured, foretold) in zip(crossings, forecast.crossings) {
            func compare(_ name: String, _ step: Int?, _ predicted: Int?, isForetold: Bool) {
                let predicted = predicted.map { record.lastStep + $0 }
                guard isForetold, step != predicted else { return }
                let words = [step, predicted].map { $0.map { "\($0)" } ?? "never" }
                differences.append("\(name)@\(measured.threshold): \(words[0]) in the ledger, \(words[1]) foretold")
            }
            func isLater(_ step: Int?) -> Bool { step.map { $0 > record.lastStep } ?? true }
            compare("dip", measured.dip, foretold.dip, isForetold: isLater(measured.dip))
            compare("passage", measured.passage, foretold.passage, isForetold: isLater(measured.passage))
            compare("rise", measured.rise, foretold.rise, isForetold: isLater(measured.passage) && isLater(measured.rise))
            compare("lastPassage", measured.lastPassage, foretold.lastPassage, isForetold: isLater(measured.lastPassage))
        }
        if finalNorm.bitPattern != forecast.finalNorm.bitPattern, !(finalNorm.isNaN && forecast.finalNorm.isNaN) {
            differences.append("norm: \(finalNorm) in the ledger, \(forecast.finalNorm) foretold")
        }
        return differences
    }
}
