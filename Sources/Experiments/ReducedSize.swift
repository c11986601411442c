// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Probes
import Records
import Reduction

/// How many numbers that training may change a run's final network has, and how many are left of them by the exact reduction (theory notes, D).
public struct ReducedSize: Sendable, Equatable {
    public let before: Int
    public let after: Int

    /// Reads the run's model; its data are not needed.
    /// - Parameter threshold: ξ, below which a group of weights counts as zero.
    /// - Throws: `RecordsError`, ``ModelFileError`` for a model that can't be read or holds a NaN; `ReductionError`.
    public init(run directory: RunDirectory, configuration: RunConfiguration, threshold: Double) throws {
        switch configuration.precision {
        case .float32: self = try Self.measure(Float.self, directory, configuration, threshold)
        case .float64: self = try Self.measure(Double.self, directory, configuration, threshold)
        }
    }

    private init(before: Int, after: Int) { (self.before, self.after) = (before, after) }

    private static func measure<Scalar: TrainingScalar>(
        _: Scalar.Type, _ directory: RunDirectory, _ configuration: RunConfiguration, _ threshold: Double
    ) throws -> ReducedSize {
        let file = try SafetensorsFile.read(directory.model)
        let network: Network<Scalar> = try ModelFiles.network(configuration.network, file, named: directory.model.path)
        let reduction = try NetworkReduction(of: network, threshold: threshold)
        return ReducedSize(before: reduction.parametersBefore, after: reduction.parametersAfter)
    }
}
