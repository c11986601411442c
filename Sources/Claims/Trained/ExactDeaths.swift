// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments

extension Claim {
    /// B0 on trained networks.
    static let exactDeaths = Claim(
        id: "B0-trained", title: "The state at death decides a node's future to the bit", level: .trained,
        statement:
            "from (w, m, v, t) at its last data gradient the scalar recursion g = λw alone, in the run's precision and recipe, gives every dip, "
            + "passage and rise of a dead node's norm to the very step, and its final norm to the last bit",
        source: "theory notes B0",
        hypotheses: [.adamWithCoupledL2, .rectified],
        experiment:
            "64-256-10 on the digits, 30,000 steps, \(DigitsDeaths.seeds) seeds in float32 and in float64: every node that died, from deaths.safetensors "
            + "alone",
        test: "the run's ledger of that node, event by event; exact",
        falsifier: "one node with one event at another step, or another last bit of its norm",
        configurations: { try DigitsDeaths.configurations($0) },
        measure: { trial in
            let deaths = try DigitsDeaths(trial)
            let results = try deaths.map(threads: trial.threads) { run, death in
                death.entry.differences(from: try run.records.exact(death.record), of: death.record)
            }
            var comparisons: [Comparison] = []
            var table = MeasuredTable(columns: ["bits", "seed", "node", "death", "passage@1e-15", "differences"], rows: [])
            for precision in Precision.allCases {
                let some = results.filter { $0.run.configuration.precision == precision }
                comparisons.append(
                    .noException("\(precision.rawValue), nodes foretold wrongly", exceptions: some.count { !$0.value.isEmpty }, of: some.count))
            }
            for result in results {
                table.rows.append([
                    result.run.configuration.precision == .float32 ? 32 : 64, Double(result.run.configuration.seed), Double(result.death.record.node),
                    Double(result.death.record.lastStep + 1), result.death.entry.crossings.last?.passage.map(Double.init) ?? .nan,
                    Double(result.value.count),
                ])
            }
            let examples = results.filter { !$0.value.isEmpty }.prefix(5).map { result in
                "\(result.run.configuration.precision.rawValue), seed \(result.run.configuration.seed), node \(result.death.record.node): "
                    + result.value.joined(separator: "; ")
            }
            return Measurement(comparisons, excluded: [deaths.awakened], notes: examples, table: table)
        })
}
