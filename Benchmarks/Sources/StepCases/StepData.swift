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
    /// Moments and step counts that it starts from; nil for none.
    public let optimizerState: SafetensorsFile?

    /// Reads `inputs.npy` ([samples, features]; uint8 are pixels, to be divided by 255), `targets.npy` (int64 classes, or real
    /// [samples, outputs]), `order.npy` (int64, one row of sample indices a step), `initial.safetensors` and, where it is there,
    /// `optimizer.safetensors` from a folder.
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
        let state = folder.appendingPathComponent("optimizer.safetensors")
        optimizerState = FileManager.default.fileExists(atPath: state.path) ? try SafetensorsFile.read(state) : nil
    }

    /// Data in the case's shape from a seed, no files needed: pixels have MNIST's share of ink and random classes; coordinates fill a cube,
    /// and their target is |x₀| − |x₁|.
    public init(_ stepCase: StepCase, seed: UInt64) throws {
        var stream = RandomStream(seed: seed, name: "benchmark")
        switch stepCase.loss {
        case .crossEntropy:
            let count = max(4096, stepCase.batch)
            let pixels = (0..<count * stepCase.inputCount).map { _ in
                stream.uniform() < Self.inkedShare ? UInt8(stream.uniform(in: 0..<256)) : 0
            }
            let classes = (0..<count).map { _ in Int(stream.uniform(in: 0..<10)) }
            samples = Samples(bytes: pixels, divisor: 255, featureCount: stepCase.inputCount, targets: .classes(classes))
            order = try .shuffled(samples: count, batch: stepCase.batch, seed: seed)
        case .meanSquaredError, .linear:
            let (count, width) = (stepCase.batch, stepCase.inputCount)
            let points = (0..<count * width).map { _ in stream.uniform(in: -1..<1) }
            let targets = (0..<count).map { abs(points[width * $0]) - abs(points[width * $0 + 1]) }
            samples = Samples(values: points, featureCount: width, targets: .values(targets, width: 1))
            order = try .sequential(samples: count, batch: stepCase.batch)
        }
        initial = nil
        optimizerState = nil
    }

    /// Share of MNIST's training pixels that are not 0.
    private static let inkedShare = 0.191
}
