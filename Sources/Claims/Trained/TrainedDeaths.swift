// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Experiments
import Foundation

/// Networks whose dead nodes claims foretell.
struct DeathSetting: Sendable {
    /// What is trained, in words.
    let description: String
    /// The name that the runs go by: claims with the same name share theirs.
    let runName: String
    /// Dead nodes that a full trial needs.
    let leastDeaths: Int
    /// Why the data can't be used; nil where they can.
    let absence: @Sendable () -> String?
    let configurations: @Sendable (Trial) throws -> [RunConfiguration]

    private static let digitsSeeds = 5

    /// The configuration of `adamprobe init`: 64-256-10, ReLU, Adam, λ = 1e-3, ε = 1e-7, so that αλ/ε = 10 < 38; precisions × seeds.
    static let digits = DeathSetting(
        description: "64-256-10 on the digits, 30,000 steps, \(digitsSeeds) seeds in float32 and in float64", runName: "digits-deaths",
        leastDeaths: 100, absence: { nil }
    ) { trial in
        let count = trial.runSeeds ?? (trial.extent == .full ? digitsSeeds : 1)
        return try Precision.allCases.flatMap { precision in
            try (1...UInt64(count)).map { seed in
                var configuration = try RunConfiguration.parse(yaml: ConfigurationTemplate.yaml, name: ConfigurationTemplate.fileName)
                (configuration.seed, configuration.precision) = (seed, precision)
                return configuration
            }
        }
    }

    /// The known set-up of Yaguchi et al.: the run that the claim C7 has too, and more seeds of it if asked for.
    static let mnist = DeathSetting(
        description: "784-1000-10 on MNIST with batch normalisation, float32, 100 epochs, α halved every 25, αλ/ε = 50 > 38 through the first 25, "
            + "seed 1 (mnist-known of C7)",
        runName: "C7", leastDeaths: 100, absence: { DataSource.mnist.absence }
    ) { trial in
        try (1...UInt64(trial.runSeeds ?? 1)).map { seed in
            var configuration = try RunConfiguration.bundled("mnist-known", of: "C7")
            configuration.seed = seed
            return configuration
        }
    }
}

/// The dead nodes of trained networks, with the state that each died in and the ledger's story of it.
struct TrainedDeaths {
    /// A node that died and stayed silent to the run's end.
    struct Death {
        let record: NodeRecord
        let entry: NodeLedger.Entry
    }

    /// One run's deaths.
    struct RunDeaths {
        let configuration: RunConfiguration
        let records: DeathRecords
        let deaths: [Death]
        /// Nodes that the run kept a state of, but that were active again.
        let awake: Int
    }

    let runs: [RunDeaths]

    /// Makes or finds the runs and reads them.
    /// - Throws: ``ClaimError/unavailable(_:)`` without data, and if a full trial gives too few dead nodes.
    init(_ setting: DeathSetting, _ trial: Trial) throws {
        if let absence = setting.absence() { throw ClaimError.unavailable(absence) }
        let configurations = try setting.configurations(trial)
        let directories = try trial.perform(try configurations.map { try $0.under(trial.subject) }, for: setting.runName)
        runs = try zip(configurations, directories).map { try Self.read($1, of: $0) }
        let count = runs.reduce(0) { $0 + $1.deaths.count }
        if trial.extent == .full, trial.runSeeds == nil, count < setting.leastDeaths {
            throw ClaimError.unavailable("only \(count) nodes died; \(setting.leastDeaths) are asked for")
        }
    }

    static func read(_ run: RunDirectory, of configuration: RunConfiguration) throws -> RunDeaths {
        let records = try DeathRecords(run: run.url)
        let ledger = try NodeLedger(run: run.url, thresholds: records.thresholds)
        let known = records.records.compactMap { record in
            ledger.entry(layer: record.layer, node: record.node).map { Death(record: record, entry: $0) }
        }
        let deaths = known.filter { $0.entry.isDead(at: $0.record) }
        return RunDeaths(configuration: configuration, records: records, deaths: deaths, awake: known.count - deaths.count)
    }

    /// Nodes of all runs with a state at a silence that ended, left out.
    var awakened: Exclusion {
        let awake = runs.reduce(0) { $0 + $1.awake }
        return Exclusion(
            awake, of: awake + runs.reduce(0) { $0 + $1.deaths.count }, because: "silent for a while and active again: no death to foretell from")
    }

    /// Computes something of every death, `threads` at a time, in the order of runs and nodes.
    func map<Value: Sendable>(threads: Int, _ body: @Sendable (RunDeaths, Death) throws -> Value) throws -> [(
        run: RunDeaths, death: Death, value: Value
    )] {
        let cases = runs.flatMap { run in run.deaths.map { (run, $0) } }
        let values = try concurrentMap(cases, threads: threads) { try body($0.0, $0.1) }
        return zip(cases, values).map { ($0.0, $0.1, $1) }
    }
}
