// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Dispatch
import Foundation
import Networks
import Optimizers
import Probes
import Records

/// One run under way in one precision: the training loop with its bookkeeping of epochs, files and progress.
final class RunSession<Scalar: TrainingScalar> {
    private let plan: RunPlan<Scalar>
    private let extraProbes: [any Probe<Scalar>]
    private let observer: RunObserver
    private let ledger: DeathLedger<Scalar>
    private var recorder: NodeRecorder<Scalar>?
    /// Steps between checkpoints; nil for none.
    private var checkpointEvery: Int?
    private var started = Date()
    /// Steps after which the run was taken up again.
    private var resumptions: [Int] = []
    /// The programs that made the run, this one last.
    private var programs = [RunEnvironment.program]
    /// Set when training begins, so that loading data does not count.
    private var startedNanoseconds = DispatchTime.now().uptimeNanoseconds

    private var configuration: RunConfiguration { plan.configuration }
    private var seconds: Double { Double(DispatchTime.now().uptimeNanoseconds - startedNanoseconds) / 1e9 }

    init(_ configuration: RunConfiguration, probes: [any Probe<Scalar>], checkpointEvery: Int?, observer: RunObserver) throws {
        plan = try RunPlan(configuration)
        self.checkpointEvery = checkpointEvery
        extraProbes = probes
        self.observer = observer
        ledger = DeathLedger(settings: plan.ledgerSettings)
    }

    /// The whole run, in a directory that is free.
    func perform(_ output: URL) throws -> RunSummary {
        try perform(in: try RunDirectory.create(at: output), from: nil)
    }

    /// The rest of a run whose earlier attempt was ended: from its checkpoint or, without one, from the start.
    func resume(in directory: RunDirectory) throws -> RunSummary {
        try directory.createFolders()
        let manifest = RunManifest(content: try JSONValue.read(directory.manifest), file: directory.manifest.path)
        checkpointEvery = try checkpointEvery ?? manifest.checkpointEvery()
        guard FileManager.default.fileExists(atPath: directory.checkpoint.path) else { return try perform(in: directory, from: nil) }
        let checkpoint = try RunCheckpoint(directory.checkpoint)
        try checkpoint.restore(plan.network, plan.optimizer, named: directory.checkpoint.path)
        (started, resumptions) = try (manifest.started(), manifest.resumptions() + [checkpoint.session.completedSteps])
        programs = manifest.programs.last == RunEnvironment.program ? manifest.programs : manifest.programs + programs
        return try perform(in: directory, from: checkpoint)
    }

    private func perform(in directory: RunDirectory, from checkpoint: RunCheckpoint?) throws -> RunSummary {
        try writeManifest(to: directory, status: .running)
        do {
            let probes = makeProbes(in: directory)
            if checkpointEvery != nil { _ = try Training.resumable(probes) }
            let training = try Training(
                network: plan.network, loss: configuration.loss, optimizer: plan.optimizer, l2: configuration.l2,
                sparsity: configuration.sparsity, schedule: configuration.schedule, order: plan.order, samples: plan.dataset.training,
                totalSteps: plan.totalSteps, probes: probes, compaction: plan.makeCompaction(), resuming: checkpoint?.position)
            startedNanoseconds = DispatchTime.now().uptimeNanoseconds - (checkpoint?.session.nanoseconds ?? 0)
            let metrics = try MetricsTable(
                url: directory.metrics, thresholds: measuredThresholds, continuingAfter: checkpoint?.session.metricsBytes)
            let status = try train(training, metrics, in: directory, after: checkpoint?.session.loss)
            try training.finish()
            try metrics.close()
            let summary = try summarize(training, metrics.lastRow, status: status)
            try writeResults(summary, to: directory)
            if status == .completed { try? FileManager.default.removeItem(at: directory.checkpoint) }
            try writeManifest(to: directory, status: status, digests: try directory.digests())
            return summary
        } catch {
            try? writeManifest(to: directory, status: .failed, failure: "\(error)")
            throw error
        }
    }

    private var measuredThresholds: [Double] { configuration.probe.isOff ? [] : ledger.settings.thresholds }

    private func makeProbes(in directory: RunDirectory) -> [any Probe<Scalar>] {
        guard !configuration.probe.isOff else { return extraProbes }
        let recorder = NodeRecorder(
            cadence: configuration.probe.cadence, levels: configuration.probe.quantiles.map { QuantileLevel($0) }, folder: directory.probe,
            ledger: ledger)
        self.recorder = recorder
        let observations = ObservationRecorder<Scalar>(configuration.probe.observed, folder: directory.probe)
        return [ledger, recorder, observations] + extraProbes
    }

    /// The loop over steps; returns how it ended.
    /// - Parameter resumed: the epoch's loss so far, of a run that goes on; nil for one that starts.
    private func train(
        _ training: Training<Scalar>, _ metrics: MetricsTable, in directory: RunDirectory, after resumed: RunningLoss?
    ) throws -> RunDirectory.Status {
        let epochs = (plan.totalSteps + training.stepsPerEpoch - 1) / training.stepsPerEpoch
        let stride = training.stepsPerEpoch * max(1, epochs / Self.mostMetricsRows)
        var clock = ProgressClock()
        var epoch = resumed ?? RunningLoss()
        if resumed == nil { try metrics.append(try measure(training, epoch)) }
        while training.completedSteps < training.totalSteps {
            let loss = try training.step()
            epoch.add(loss)
            let isLast = training.completedSteps == training.totalSteps
            if training.completedSteps % stride == 0 || isLast {
                try metrics.append(try measure(training, epoch))
                epoch = RunningLoss()
            }
            if clock.isDue() || isLast {
                observer.progress(progress(training, loss))
                if clock.isFlushDue() {
                    try recorder?.flush()
                    try metrics.flush()
                }
                if !isLast, clock.isLedgerDue() { try writeLedger(to: directory) }
            }
            let isCancelled = !isLast && observer.isCancelled()
            if let every = checkpointEvery, !isLast, isCancelled || training.completedSteps % every == 0 {
                try checkpoint(training, metrics, epoch).write(to: directory.checkpoint)
            }
            if isCancelled {
                if epoch.samples > 0 { try metrics.append(try measure(training, epoch)) }
                return .interrupted
            }
        }
        return .completed
    }

    /// The run as it stands, its streams on disk.
    private func checkpoint(_ training: Training<Scalar>, _ metrics: MetricsTable, _ epoch: RunningLoss) throws -> SafetensorsFile {
        try metrics.flush()
        let position = try training.position()
        let session = RunCheckpoint.Session(
            completedSteps: position.completedSteps, order: position.order, loss: epoch, metricsBytes: metrics.byteCount,
            nanoseconds: DispatchTime.now().uptimeNanoseconds - startedNanoseconds, probeNanoseconds: position.probeNanoseconds)
        return try RunCheckpoint(session, network: plan.network, optimizer: plan.optimizer, probes: position.memory.tensors).file
    }

    /// Rows that `metrics.csv` has at most, roughly.
    private static var mostMetricsRows: Int { 1000 }

    private func measure(_ training: Training<Scalar>, _ loss: RunningLoss) throws -> MetricsRow {
        let step = training.completedSteps
        let epoch = (step + training.stepsPerEpoch - 1) / training.stepsPerEpoch
        try training.settle()
        let test = try plan.dataset.test.map { try Evaluation(of: plan.network, loss: configuration.loss, on: $0) }
        let lastStep = max(0, step - 1)
        return MetricsRow(
            step: step, epoch: epoch,
            learningRate: configuration.optimizer.learningRate
                * configuration.schedule.factor(step: lastStep, epoch: lastStep / training.stepsPerEpoch),
            trainingLoss: loss.samples > 0 ? loss.mean : nil,
            trainingError: loss.samples > 0 && configuration.loss == .crossEntropy ? loss.error : nil, testLoss: test?.loss, testError: test?.error,
            census: configuration.probe.isOff ? nil : ledger.census(),
            certified: configuration.probe.isOff ? nil : ledger.certifiedCount(),
            belowThresholds: configuration.probe.isOff ? [] : ledger.countsBelowThresholds(),
            subnormal: SubnormalCount(plan.network, plan.optimizer), seconds: seconds)
    }

    private func progress(_ training: Training<Scalar>, _ loss: BatchLoss) -> RunProgress {
        RunProgress(
            step: training.completedSteps, totalSteps: training.totalSteps,
            epoch: (training.completedSteps + training.stepsPerEpoch - 1) / training.stepsPerEpoch, loss: loss.mean,
            census: configuration.probe.isOff ? [:] : ledger.census(), seconds: seconds)
    }

    /// The final evaluation on the training samples, and with it the certificates that speak of them; the test scores are those of the last
    /// row of the metrics, which was measured after the last step.
    private func summarize(_ training: Training<Scalar>, _ last: MetricsRow?, status: RunDirectory.Status) throws -> RunSummary {
        try training.settle()
        let evaluation = try Evaluation(of: plan.network, loss: configuration.loss, on: plan.dataset.training)
        if !configuration.probe.isOff {
            for (index, layer) in plan.network.hiddenLayers.enumerated() where layer.activation.activation == .relu(derivativeAtZero: 0) {
                ledger.recordEvaluation(
                    layer: index, largestPreactivations: evaluation.largestPreactivations[index], step: training.completedSteps)
            }
        }
        let nonFinite = plan.network.parameters.first { !$0.value.elements.allSatisfy(\.isFinite) }
        return RunSummary(
            status: status, steps: training.completedSteps, trainingLoss: evaluation.loss, trainingError: evaluation.error,
            testLoss: last?.testLoss, testError: last?.testError, census: configuration.probe.isOff ? nil : ledger.census(),
            thresholds: measuredThresholds, belowThresholds: configuration.probe.isOff ? nil : ledger.countsBelowThresholds(), seconds: seconds,
            probeShare: Double(training.probeNanoseconds) / 1e9 / max(seconds, 1e-9), samples: recorder?.sampleCount ?? 0,
            isFinite: evaluation.loss.isFinite && nonFinite == nil, firstNonFiniteParameter: nonFinite?.name,
            subnormal: SubnormalCount(plan.network, plan.optimizer),
            compaction: training.compaction.map { compaction in
                RunSummary.Compaction(
                    skipped: compaction.skipped.map(\.count).reduce(0, +), releases: compaction.releases,
                    savedShare: training.completedSteps > 0 ? compaction.savedSteps / Double(training.completedSteps) : 0)
            },
            notes: plan.dataset.notes + plan.networkNotes)
    }

    private func writeResults(_ summary: RunSummary, to directory: RunDirectory) throws {
        try ModelFiles.model(of: plan.network).write(to: directory.model)
        try ModelFiles.optimizer(plan.optimizer, shapes: plan.network.parameters.map(\.value.shape)).write(to: directory.optimizer)
        try writeLedger(to: directory)
        try summary.json.write(to: directory.summary)
    }

    /// The ledger as it stands, so that a run that is killed leaves one.
    private func writeLedger(to directory: RunDirectory) throws {
        guard !configuration.probe.isOff else { return }
        try NodesTable.write(ledger, network: plan.network, to: directory.nodes)
        try SafetensorsFile(ledger.deathStates.flatMap { $0.records() }).write(to: directory.deaths)
    }

    private func writeManifest(
        to directory: RunDirectory, status: RunDirectory.Status, digests: JSONObject? = nil, failure: String? = nil
    ) throws {
        let format = ISO8601DateFormatter()
        var manifest: JSONObject = [
            "format": "adamprobe-run/1",
            "status": .string(status.rawValue),
            "configuration": configuration.resolved,
            "seed": .unsigned(configuration.seed),
            "stepsPerEpoch": .integer(plan.order.stepsPerEpoch),
            "totalSteps": .integer(plan.totalSteps),
            "environment": .object(RunEnvironment.describe()),
            "started": .string(format.string(from: started)),
        ]
        if let checkpointEvery { manifest["checkpointEvery"] = .integer(checkpointEvery) }
        if programs.count > 1 { manifest["programs"] = .array(programs.map { .string($0) }) }
        if !resumptions.isEmpty { manifest["resumedAfter"] = .array(resumptions.map { .integer($0) }) }
        if status != .running { manifest["ended"] = .string(format.string(from: Date())) }
        if let failure { manifest["failure"] = .string(failure) }
        if let digests { manifest["files"] = .object(digests) }
        try JSONValue.object(manifest).write(to: directory.manifest)
    }
}

/// When progress is told (four times a second), streams are flushed (every other second), and the ledger is written (twice a minute).
private struct ProgressClock {
    /// One reading starts all three, so that none lies before another until it was due.
    private var lastTold = DispatchTime.now().uptimeNanoseconds
    private var lastFlush: UInt64
    private var lastLedger: UInt64

    init() { (lastFlush, lastLedger) = (lastTold, lastTold) }

    mutating func isDue() -> Bool {
        let now = DispatchTime.now().uptimeNanoseconds
        guard now - lastTold >= 250_000_000 else { return false }
        lastTold = now
        return true
    }

    mutating func isFlushDue() -> Bool {
        guard lastTold - lastFlush >= 2_000_000_000 else { return false }
        lastFlush = lastTold
        return true
    }

    mutating func isLedgerDue() -> Bool {
        guard lastTold - lastLedger >= 30_000_000_000 else { return false }
        lastLedger = lastTold
        return true
    }
}
