// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Foundation
import Networks
import Probes
import Records

/// `nodes.csv`: the ledger, one row a node, empty fields where something never happened.
enum NodesTable {
    /// Quantile levels of √v at death over the node's incoming weights (theory notes, C2).
    private static let levels = [0, 0.25, 0.5, 0.75, 1].map { QuantileLevel($0) }

    /// Writes the ledger as it stands, in place of an earlier state.
    static func write<Scalar: TrainingScalar>(_ ledger: DeathLedger<Scalar>, network: Network<Scalar>, to url: URL) throws {
        try AtomicFile.write(to: url) { try stream(ledger, network: network, to: $0) }
    }

    private static func stream<Scalar: TrainingScalar>(_ ledger: DeathLedger<Scalar>, network: Network<Scalar>, to url: URL) throws {
        let thresholds = ledger.settings.thresholds
        let writer = try CSVWriter(
            url: url,
            columns: [
                "layer", "node", "fate", "lastDataGradientStep", "deathStep", "lastActiveStep", "deadOnDataStep", "certificate.batch",
                "certificate.box", "certificate.anySigns", "certificate.smallWeights", "certificate.data", "withdrawals", "revivals", "censoredAt",
                "finalNorm",
            ] + levels.map { "rootSecondMomentAtDeath.\($0.name)" }
                + thresholds.map { "dip@\($0)" } + thresholds.map { "passage@\($0)" } + thresholds.map { "rise@\($0)" }
                + thresholds.map { "lastPassage@\($0)" })
        for (index, layer) in network.hiddenLayers.enumerated() {
            for (node, life) in ledger.lives[index].enumerated() {
                let norm = Scalar.norm(of: layer.incoming.value.rows(node..<node + 1))
                var row: [CSVField] = [.text(layer.name), .integer(node), .text("\(ledger.state(layer: index, node: node))")]
                row += [.integer(life.lastDataGradientStep), .integer(ifAny: life.deathStep), .integer(life.lastActiveStep)]
                row.append(.integer(ifAny: life.deadOnDataStep))
                row += [DeathCertificate.batch, .box, .anySigns, .smallWeights, .data].map { .integer(ifAny: life.firstCertificateSteps[$0]) }
                row += [.integer(life.withdrawals), .integer(life.revivals), .integer(ifAny: life.isDead ? nil : ledger.lastStep), .number(norm)]
                row += rootSecondMoments(ledger.deathStates[index], node, life)
                row += life.crossings.map { .integer(ifAny: $0.dip) } + life.crossings.map { .integer(ifAny: $0.passage) }
                row += life.crossings.map { .integer(ifAny: $0.rise) } + life.crossings.map { .integer(ifAny: $0.lastPassage) }
                try writer.append(row)
            }
        }
        try writer.close()
    }

    /// √v of the captured second moment, without bias correction; empty for living nodes and for optimisers that keep none.
    private static func rootSecondMoments<Scalar: TrainingScalar>(
        _ states: DeathStates<Scalar>, _ node: Int, _ life: NodeLife
    ) -> [CSVField] {
        let names = ["exp_avg_sq", "square_avg"]
        guard life.isDead, states.steps[node] >= 0, let name = names.first(where: { states.values("incoming.\($0)", of: node) != nil }),
            let values = states.values("incoming.\(name)", of: node)
        else { return levels.map { _ in .empty } }
        let sorted = values.map { Double($0).squareRoot() }.sorted()
        return levels.map { .number(sorted[$0.rank(among: sorted.count)]) }
    }
}
