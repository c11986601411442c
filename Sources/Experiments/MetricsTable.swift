// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Probes
import Records

/// One row of `metrics.csv`: losses, errors and the census of nodes at the end of an epoch.
struct MetricsRow {
    let step: Int
    let epoch: Int
    let learningRate: Double
    /// Means over the batches since the last row, each before its update and in training mode; nil at step 0.
    let trainingLoss: Double?
    let trainingError: Double?
    /// In evaluation mode after the step; nil without test samples.
    let testLoss: Double?
    let testError: Double?
    /// Nodes in each state, and those with a certificate; nil without a ledger.
    let census: [NodeState: Int]?
    let certified: Int?
    let belowThresholds: [Int]
    let subnormal: SubnormalCount
    /// Since training began.
    let seconds: Double
}

/// `metrics.csv`, a row an epoch (every n-th in runs of more than a thousand epochs), and one for step 0 and the last step.
final class MetricsTable {
    private let writer: CSVWriter
    /// The row of the latest step: after the training, of its last.
    private(set) var lastRow: MetricsRow?

    /// Bytes of the table so far.
    var byteCount: Int { writer.byteCount }

    /// - Parameter continuingAfter: bytes to keep of the table that is there; nil for a new one.
    init(url: URL, thresholds: [Double], continuingAfter bytes: Int? = nil) throws {
        writer = try CSVWriter(
            url: url,
            columns: ["step", "epoch", "learningRate", "trainingLoss", "trainingError", "testLoss", "testError", "alive", "dead", "certified"]
                + thresholds.map { "zero@\($0)" } + ["subnormalParameters", "subnormalMoments", "seconds"],
            continuingAfter: bytes)
    }

    /// Alive and dead make up all nodes; dead are those silent for a whole epoch, those certified, and those whose norm is under the smallest
    /// ξ (even if a positive bias keeps one active). Certified counts the nodes with a certificate now, zero@ξ those under ξ. Without a
    /// ledger these counts stay empty.
    func append(_ row: MetricsRow) throws {
        let alive = row.census.map { $0[.alive] ?? 0 }
        let dead = row.census.map { census in census.values.reduce(0, +) - (census[.alive] ?? 0) }
        try writer.append(
            [
                .integer(row.step), .integer(row.epoch), .number(row.learningRate), .number(ifAny: row.trainingLoss),
                .number(ifAny: row.trainingError), .number(ifAny: row.testLoss), .number(ifAny: row.testError), .integer(ifAny: alive),
                .integer(ifAny: dead),
                .integer(ifAny: row.certified),
            ] + row.belowThresholds.map { .integer($0) }
                + [.integer(row.subnormal.parameters), .integer(row.subnormal.moments), .number(row.seconds)])
        lastRow = row
    }

    func flush() throws { try writer.flush() }

    func close() throws { try writer.close() }
}
