// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Records
import Statistics

/// What a case trains on: samples, their order, and the parameters it starts from.
public struct StepData: Sendable {
    public let samples: Samples
    public let order: BatchOrder
    /// Parameters by PyTorch's names; nil to draw them from the seed.
    public let initial: SafetensorsFile?

    /// Reads `inputs.npy` ([samples, features]; uint8 are pixels, to be divided by 255), `targets.npy` (int64 classes, or real
    /// [samples, outputs]), `order.npy` (int64, one row of sample indices a step) and `initial.safetensors` from a folder.
    public init(folder: URL) throws {
        let inputs = try NPY.read(folder.appendingPathComponent("inputs.npy"))
        let targetRecord = try NPY.read(folder.appendingPathComponent("targets.npy"))
        let targets: Targets =
            targetRecord.elementType == .int64
            ? .classes(try targetRecord.integers()) : .values(try targetRecord.values(as: Double.self), width: targetRecord.shape[1])
        samples =
            inputs.elementType == .uint8
            ? Samples(bytes: [UInt8](inputs.data), divisor: 255, featureCount: inputs.shape[1], targets: targets)
            : Samples(values: try inputs.values(as: Double.self), featureCount: inputs.shape[1], targets: targets)
        order = try .explicit(rows: try NPY.read(folder.appendingPathComponent("order.npy")), samples: samples.count, name: "order.npy")
        initial = try SafetensorsFile.read(folder.appendingPathComponent("initial.safetensors"))
    }

    /// Data in the case's shape from a seed, no files needed: `mnist-step` has MNIST's share of non-zero pixels and random classes,
    /// `tiny-step` points in a square whose target is |x₀| − |x₁|.
    public init(_ stepCase: StepCase, seed: UInt64) throws {
        var stream = RandomStream(seed: seed, name: "benchmark")
        switch stepCase {
        case .mnist:
            let count = 4096
            let pixels = (0..<count * stepCase.inputCount).map { _ in
                stream.uniform() < Self.inkedShare ? UInt8(stream.uniform(in: 0..<256)) : 0
            }
            let classes = (0..<count).map { _ in Int(stream.uniform(in: 0..<10)) }
            samples = Samples(bytes: pixels, divisor: 255, featureCount: stepCase.inputCount, targets: .classes(classes))
            order = try .shuffled(samples: count, batch: stepCase.batch, seed: seed)
        case .tiny:
            let points = (0..<stepCase.batch * stepCase.inputCount).map { _ in stream.uniform(in: -1..<1) }
            let targets = (0..<stepCase.batch).map { abs(points[2 * $0]) - abs(points[2 * $0 + 1]) }
            samples = Samples(values: points, featureCount: stepCase.inputCount, targets: .values(targets, width: 1))
            order = try .sequential(samples: stepCase.batch, batch: stepCase.batch)
        }
        initial = nil
    }

    /// Share of MNIST's training pixels that are not 0.
    private static let inkedShare = 0.191
}
