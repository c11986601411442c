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
    ///   - observer: told of progress, and asked whether to go on.
    /// - Returns: the summary that `summary.json` holds.
    /// - Throws: ``RunError``, ``ModelFileError``, `DatasetError`, `NetworkError`, `ProbeError` or `RecordsError`. Whatever is wrong with data,
    ///   model or parameter names is thrown before the directory is made; after that the manifest says `failed`.
    @discardableResult
    public static func perform(
        _ configuration: RunConfiguration, output: URL, probes extraProbes: ExtraProbes = ExtraProbes(), observer: RunObserver = RunObserver()
    ) throws -> RunSummary {
        // Before data are loaded, which may take long.
        try RunDirectory.requireFree(output)
        return try FloatingPointState(flushesSubnormals: configuration.flushToZero).run {
            switch configuration.precision {
            case .float32: try RunSession(configuration, probes: extraProbes.float32, observer: observer).perform(output)
            case .float64: try RunSession(configuration, probes: extraProbes.float64, observer: observer).perform(output)
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
