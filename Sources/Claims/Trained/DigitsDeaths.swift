// SPDX-License-Identifier: GPL-3.0-or-later
import Dispatch
import Experiments
import Foundation
import Synchronization

/// The dead nodes of trained networks on the digits, with the state that each died in and the ledger's story of it.
///
/// The configuration is that of `adamprobe init`: 64-256-10, ReLU, Adam, λ = 1e-3, ε = 1e-7, so that αλ/ε = 10 < 38; 30,000 steps.
struct DigitsDeaths {
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

    static let seeds = 5
    /// Dead nodes that a full trial needs.
    static let leastDeaths = 100
    /// The name that the claims' runs go by.
    static let runName = "digits-deaths"

    let runs: [RunDeaths]

    /// Precisions × seeds.
    static func configurations(_ trial: Trial) throws -> [RunConfiguration] {
        let count = trial.runSeeds ?? (trial.extent == .full ? seeds : 1)
        return try Precision.allCases.flatMap { precision in
            try (1...UInt64(count)).map { seed in
                var configuration = try RunConfiguration.parse(yaml: ConfigurationTemplate.yaml, name: ConfigurationTemplate.fileName)
                (configuration.seed, configuration.precision) = (seed, precision)
                return configuration
            }
        }
    }

    /// Makes or finds the runs and reads them.
    /// - Throws: ``ClaimError/unavailable(_:)`` if a full trial gives fewer than ``leastDeaths`` dead nodes.
    init(_ trial: Trial) throws {
        let configurations = try Self.configurations(trial)
        let directories = try trial.perform(try configurations.map { try $0.under(trial.subject) }, for: Self.runName)
        runs = try zip(configurations, directories).map { try Self.read($1, of: $0) }
        let count = runs.reduce(0) { $0 + $1.deaths.count }
        if trial.extent == .full, trial.runSeeds == nil, count < Self.leastDeaths {
            throw ClaimError.unavailable("only \(count) nodes died; \(Self.leastDeaths) are asked for")
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
        let values = Mutex<[Value?]>(Array(repeating: nil, count: cases.count))
        let failure = Mutex<(any Error)?>(nil)
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, cases.count))) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < cases.count, failure.withLock({ $0 == nil }) else { return }
                do {
                    let value = try body(cases[index].0, cases[index].1)
                    values.withLock { $0[index] = value }
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return zip(cases, values.withLock { $0 }).compactMap { pair, value in value.map { (pair.0, pair.1, $0) } }
    }
}
