// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments

extension Claim {
    /// B0 on trained networks.
    static let exactDeaths = exactClaim(id: "B0-trained", title: "The state at death decides a node's future to the bit", .digits)

    /// The same behind batch normalisation and through drops of the rate, which incoming weights under L2 on weights alone don't notice otherwise.
    static let exactDeathsOnMNIST = exactClaim(
        id: "B0-mnist", title: "The state at death decides a node's future to the bit, through the drops of the rate too", .mnist)

    private static func exactClaim(id: String, title: String, _ setting: DeathSetting) -> Claim {
        Claim(
            id: id, title: title, level: .trained,
            statement:
                "from (w, m, v, t) at its last data gradient the scalar recursion g = λw alone, in the run's precision and recipe, gives every dip, "
                + "passage and rise of a dead node's norm to the very step, and its final norm to the last bit",
            prediction:
                "from (w, m, v, t) at a node's death every later dip, passage and rise of its norm to the step, and its final norm to the last bit",
            source: "theory notes B0",
            hypotheses: [.adamWithCoupledL2, .rectified],
            experiment: "\(setting.description): every node that died, from deaths.safetensors alone",
            test: "the run's ledger of that node, event by event; exact",
            falsifier: "one node with one event at another step, or another last bit of its norm",
            configurations: { try setting.configurations($0) },
            measure: { trial in try measureExactly(setting, trial) })
    }

    private static func measureExactly(_ setting: DeathSetting, _ trial: Trial) throws -> Measurement {
        let deaths = try TrainedDeaths(setting, trial)
        let results = try deaths.map(threads: trial.threads) { run, death in
            death.entry.differences(from: try run.records.exact(death.record), of: death.record)
        }
        var comparisons: [Comparison] = []
        var table = MeasuredTable(columns: ["bits", "seed", "node", "death", "passage@1e-15", "differences"], rows: [])
        for precision in Precision.allCases {
            let some = results.filter { $0.run.configuration.precision == precision }
            guard !some.isEmpty else { continue }
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
    }
}
