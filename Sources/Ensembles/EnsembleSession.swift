// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Networks
import Probes
import Records

/// How far an ensemble's session is.
public struct EnsembleProgress: Sendable {
    public let step: Int
    public let totalSteps: Int
    public let members: Int
    /// Seconds since the first step began.
    public let seconds: Double
}

/// What a session came to.
public struct EnsembleSummary: Sendable, Equatable {
    public let members: Int
    /// Steps made, fewer than asked for after an interruption.
    public let steps: Int
    public let seconds: Double
    public let wasCancelled: Bool
}

/// Trains an ensemble in a directory: `sweep.yaml` as given, `ensemble.json` with what all members share and the environment, `results.csv` with a
/// row a member, `nodes.csv` with a row a member and hidden node, and, if asked for, `trajectories.csv` with a row a sampled step and member.
///
/// Tables are there whole or not at all, but for `trajectories.csv`, to which rows are added as steps are made.
public struct EnsembleSession: Sendable {
    public let ensemble: EnsembleSweep
    public let directory: URL
    /// Threads that share out the members; results don't depend on it.
    public let jobs: Int
    /// Steps between two rows of a member in `trajectories.csv`; nil for no such file.
    public let every: Int?

    public init(
        _ ensemble: EnsembleSweep, in directory: URL, jobs: Int = ProcessInfo.processInfo.activeProcessorCount, every: Int? = nil
    ) {
        self.ensemble = ensemble
        self.directory = directory
        self.jobs = max(1, jobs)
        self.every = every
    }

    /// Trains all members and writes the tables, of an interrupted session too.
    ///
    /// - Parameters:
    ///   - isCancelled: asked every few hundred steps; true ends the training.
    ///   - progress: called as often.
    /// - Throws: ``EnsembleError``; `RunError` for a directory that holds something; `RecordsError` for files that can't be written.
    public func perform(isCancelled: () -> Bool = { false }, progress: (EnsembleProgress) -> Void = { _ in }) throws -> EnsembleSummary {
        switch ensemble.configuration.precision {
        case .float32: try perform(Float.self, isCancelled, progress)
        case .float64: try perform(Double.self, isCancelled, progress)
        }
    }

    private func perform<Scalar: TrainingScalar>(
        _: Scalar.Type, _ isCancelled: () -> Bool, _ progress: (EnsembleProgress) -> Void
    ) throws -> EnsembleSummary {
        let shared = ensemble.configuration
        guard case .drawn(let initialization) = shared.initial else { preconditionFailure("an ensemble's sweep draws its weights") }
        let members = try Ensemble<Scalar>(
            shared.network, initialization: initialization, loss: shared.loss, samples: ensemble.samples, members: ensemble.members,
            schedule: shared.schedule, flushesSubnormals: shared.flushToZero, threads: jobs)
        try RunDirectory.requireFree(directory)
        try Folder.create(at: directory)
        try AtomicFile.write(Data(ensemble.sweep.yaml.utf8), to: file("sweep.yaml"))
        let trajectories = try every.map { _ in try CSVWriter(url: file("trajectories.csv"), columns: trajectoryColumns) }
        let start = DispatchTime.now().uptimeNanoseconds
        func seconds() -> Double { Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9 }
        try members.run(
            steps: ensemble.steps, cadence: every.map { Cadence(every: $0) }, observe: { try append($0, to: trajectories) },
            isCancelled: isCancelled
        ) {
            progress(EnsembleProgress(step: $0, totalSteps: ensemble.steps, members: ensemble.members.count, seconds: seconds()))
        }
        try trajectories?.close()
        let summary = EnsembleSummary(
            members: ensemble.members.count, steps: members.completedSteps, seconds: seconds(),
            wasCancelled: members.completedSteps < ensemble.steps)
        let outcomes = members.outcomes()
        try writeNodes(outcomes)
        try writeResults(outcomes)
        try record(summary).write(to: file("ensemble.json"))
        return summary
    }

    private func file(_ name: String) -> URL { directory.appendingPathComponent(name) }

    /// ξ, largest first.
    private var thresholds: [Double] { ensemble.configuration.probe.thresholds.sorted(by: >) }

    // MARK: Tables

    private var axes: [String] { ensemble.sweep.axes.filter { $0 != "seed" } }

    private func labels(of member: Int) -> [CSVField] {
        zip(ensemble.sweep.axes, ensemble.sweep.points[member].labels).filter { $0.0 != "seed" }.map { .text($0.1) }
    }

    /// `run` is the fingerprint, as in a sweep's table.
    private func writeResults(_ outcomes: [EnsembleOutcome]) throws {
        let found = ["completedSteps", "trainingLoss", "finite", "nodes", "silentNodes", "longestSilence"]
        let columns = ["member", "run"] + axes + ["seed"] + found + thresholds.map { "below@\($0)" }
        try AtomicFile.write(to: file("results.csv")) { url in
            let writer = try CSVWriter(url: url, columns: columns)
            for (member, outcome) in outcomes.enumerated() {
                let point = ensemble.sweep.points[member]
                var row: [CSVField] = [.integer(member), .text(point.fingerprint)] + labels(of: member)
                row += [.text("\(point.configuration.seed)"), .integer(outcome.steps), .number(outcome.loss), .text("\(outcome.isFinite)")]
                row += [.integer(outcome.nodes.count), .integer(outcome.silentNodes)]
                row.append(.integer(outcome.nodes.map(\.silentSteps).max() ?? 0))
                row += thresholds.map { .integer(outcome.nodes(below: $0)) }
                try writer.append(row)
            }
            try writer.close()
        }
    }

    private func writeNodes(_ outcomes: [EnsembleOutcome]) throws {
        try AtomicFile.write(to: file("nodes.csv")) { url in
            let writer = try CSVWriter(
                url: url, columns: ["member", "node", "incomingNorm", "outgoingNorm", "activeSamples", "silentSteps"])
            for (member, outcome) in outcomes.enumerated() {
                for (index, node) in outcome.nodes.enumerated() {
                    try writer.append([
                        .integer(member), .integer(index), .number(node.incomingNorm), .number(node.outgoingNorm),
                        .integer(node.activeSamples), .integer(node.silentSteps),
                    ])
                }
            }
            try writer.close()
        }
    }

    private var trajectoryColumns: [String] { ["step", "member", "loss", "silentNodes"] + thresholds.map { "below@\($0)" } }

    private func append(_ observation: EnsembleObservation, to writer: CSVWriter?) throws {
        guard let writer else { return }
        for member in observation.losses.indices {
            let nodes = member * observation.nodeCount..<(member + 1) * observation.nodeCount
            let norms = observation.incomingNorms[nodes]
            try writer.append(
                [
                    .integer(observation.step), .integer(member), .number(observation.losses[member]),
                    .integer(observation.isSilent[nodes].count { $0 }),
                ] + thresholds.map { threshold in .integer(norms.count { $0 < threshold }) })
        }
        try writer.flush()
    }

    private func record(_ summary: EnsembleSummary) -> JSONValue {
        [
            "format": "adamprobe-ensemble/1", "status": .string(summary.wasCancelled ? "interrupted" : "completed"),
            "environment": .object(RunEnvironment.describe()), "configuration": ensemble.configuration.resolved,
            "axes": .array(ensemble.sweep.axes.map { .string($0) }), "members": .integer(summary.members), "steps": .integer(summary.steps),
            "seconds": .number(summary.seconds),
        ]
    }
}
