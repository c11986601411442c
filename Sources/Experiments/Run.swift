// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Datasets
import Foundation
import Networks
import Optimizers
import Probes
import Records

/// A run: configuration → data → network → optimiser → probes → run directory.
public enum Run {
    /// Makes the run that a configuration describes and leaves it at `output`.
    ///
    /// - Parameters:
    ///   - output: a folder that is empty or not there yet.
    ///   - extraProbes: probes of one's own, for a run in the configured precision; see ``Probe``.
    ///   - checkpointEvery: steps, at least 1, from one checkpoint to the next (with another one when the run is interrupted), for
    ///     ``resume(_:in:probes:checkpointEvery:observer:)``; the probes must then be ``ResumableProbe``s. Nil for none.
    ///   - observer: told of progress, and asked whether to go on.
    /// - Returns: the summary that `summary.json` holds.
    /// - Throws: ``RunError``, ``ModelFileError``, `DatasetError`, `NetworkError`, `ProbeError` or `RecordsError`. Whatever is wrong with data,
    ///   model or parameter names is thrown before the directory is made; after that the manifest says `failed`.
    @discardableResult
    public static func perform(
        _ configuration: RunConfiguration, output: URL, probes extraProbes: ExtraProbes = ExtraProbes(), checkpointEvery: Int? = nil,
        observer: RunObserver = RunObserver()
    ) throws -> RunSummary {
        // Before data are loaded, which may take long.
        try RunDirectory.requireFree(output)
        return try session(configuration, extraProbes, checkpointEvery, observer) {
            try $0.perform(output)
        } float64: {
            try $0.perform(output)
        }
    }

    /// Goes on with an earlier attempt at a run, killed, interrupted or failed, from its last checkpoint; without one from the start.
    ///
    /// Parameters, moments, ledger, samples and metrics end with the bits of a run that was never stopped; times add up what was spent up to the
    /// checkpoint and after it. `manifest.json` says where the run was taken up, and by which programs it was made if another wrote the checkpoint.
    /// - Parameters:
    ///   - output: the directory of the attempt; a folder that is empty or not there starts the run.
    ///   - checkpointEvery: as in ``perform(_:output:probes:checkpointEvery:observer:)``; nil for what it was.
    /// - Throws: as there; ``RunError/alreadyCompleted(_:)``, ``RunError/damaged(_:files:)``, ``RunError/otherRun(_:differs:)``; `RecordsError` for a damaged checkpoint.
    @discardableResult
    public static func resume(
        _ configuration: RunConfiguration, in output: URL, probes extraProbes: ExtraProbes = ExtraProbes(), checkpointEvery: Int? = nil,
        observer: RunObserver = RunObserver()
    ) throws -> RunSummary {
        let directory = RunDirectory(output)
        switch try directory.attempt(at: configuration) {
        case .none:
            return try perform(configuration, output: output, probes: extraProbes, checkpointEvery: checkpointEvery, observer: observer)
        case .completed:
            let damaged = directory.damagedFiles()
            throw damaged.isEmpty ? RunError.alreadyCompleted(output.path) : .damaged(output.path, files: damaged)
        case .unfinished:
            return try session(configuration, extraProbes, checkpointEvery, observer) {
                try $0.resume(in: directory)
            } float64: {
                try $0.resume(in: directory)
            }
        }
    }

    /// The run in its precision and floating-point state.
    private static func session(
        _ configuration: RunConfiguration, _ probes: ExtraProbes, _ checkpointEvery: Int?, _ observer: RunObserver,
        float32: (RunSession<Float>) throws -> RunSummary, float64: (RunSession<Double>) throws -> RunSummary
    ) throws -> RunSummary {
        precondition(checkpointEvery.map { $0 >= 1 } ?? true, "checkpoints are at least a step apart")
        return try FloatingPointState(flushesSubnormals: configuration.flushToZero).run {
            switch configuration.precision {
            case .float32:
                try float32(RunSession(configuration, probes: probes.float32, checkpointEvery: checkpointEvery, observer: observer))
            case .float64:
                try float64(RunSession(configuration, probes: probes.float64, checkpointEvery: checkpointEvery, observer: observer))
            }
        }
    }
}

/// Probes of a user's own, by the precision that they can look at.
public struct ExtraProbes {
    public var float32: [any Probe<Float>]
    public var float64: [any Probe<Double>]

    public init(float32: [any Probe<Float>] = [], float64: [any Probe<Double>] = []) {
        self.float32 = float32
        self.float64 = float64
    }
}
