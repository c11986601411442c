// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels
import Datasets
import Probes

/// The samples that all members train on, as the kernel reads them: in tiles, [inputs × samples of the tile], then the samples left over one by one.
final class EnsembleSamples<Scalar: TrainingScalar>: @unchecked Sendable {
    // Written once, here.
    let inputs: UnsafeMutablePointer<Scalar>
    let targets: UnsafeMutablePointer<Scalar>
    let count: Int

    /// - Throws: ``EnsembleError/unfitSamples(reason:accepted:)``.
    init(_ samples: Samples, network: EnsembleNetwork) throws(EnsembleError) {
        guard case .values(let values, let width) = samples.targets, width == network.outputCount else {
            throw .unfitSamples(
                reason: "the targets are classes or have another width than the network's \(network.outputCount) outputs",
                accepted: "real targets, one number an output")
        }
        guard samples.count >= 1 else { throw .unfitSamples(reason: "there are no samples", accepted: "1 or more") }
        let (features, targets) = (samples.inputs(as: Scalar.self), values.map { Scalar($0) })
        guard features.allSatisfy(\.isFinite), targets.allSatisfy(\.isFinite) else {
            throw .unfitSamples(reason: "an input or a target is not finite in this precision", accepted: "finite numbers")
        }
        count = samples.count
        inputs = Self.tiled(features, width: samples.featureCount)
        self.targets = Self.tiled(targets, width: width)
    }

    deinit {
        inputs.deallocate()
        targets.deallocate()
    }

    /// Row-major [samples × width] in tiles.
    private static func tiled(_ rows: [Scalar], width: Int) -> UnsafeMutablePointer<Scalar> {
        let tile = adamprobe_ensemble_tile
        let count = rows.count / width
        let whole = count / tile * tile
        let result = UnsafeMutablePointer<Scalar>.allocate(capacity: rows.count)
        for sample in 0..<count {
            for column in 0..<width {
                let place =
                    sample < whole ? (sample / tile * width + column) * tile + sample % tile : sample * width + column
                (result + place).initialize(to: rows[sample * width + column])
            }
        }
        return result
    }
}
