// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Optimizers
import Records

/// Samples every node of every hidden layer at a cadence and streams the samples to `.npy` files, one a layer and quantity,
/// [samples × nodes], in the run's precision; `steps.npy` holds the step of each sample, and `<layer>.state.npy` the ledger's states.
///
/// All files go to disk together, `steps.npy` last: every sample whose step can be read can be read in every file. A process that is killed
/// just then may leave some files with samples that `steps.npy` does not name yet.
///
/// A sample of step k shows weights and moments after the update, and gradients, activity and pre-activations of the batch before it. The
/// sample of step 0 shows the initial weights; what a gradient or a moment would be needed for is NaN there.
public final class NodeRecorder<Scalar: TrainingScalar>: Probe {
    public let cadence: Cadence
    public let levels: [QuantileLevel]
    private let folder: URL
    private let ledger: DeathLedger<Scalar>
    /// Made at the start.
    private var steps: NPYWriter?
    private var layers: [LayerRecorder<Scalar>] = []
    /// Samples taken so far.
    public private(set) var sampleCount = 0

    /// - Parameters:
    ///   - folder: where the files go; it must exist.
    ///   - ledger: the run's ledger, which must see each step before this probe does.
    public init(cadence: Cadence, levels: [QuantileLevel], folder: URL, ledger: DeathLedger<Scalar>) {
        self.cadence = cadence
        self.levels = levels
        self.folder = folder
        self.ledger = ledger
    }

    private func open(_ view: StepView<Scalar>, continuingAfter samples: Int?) throws {
        steps = try NPYWriter(url: folder.appendingPathComponent("steps.npy"), elementType: .int64, rowShape: [], continuingAfter: samples)
        layers = try view.layers.enumerated().map { index, layer in
            try LayerRecorder(index: index, layer: layer, levels: levels, folder: folder, continuingAfter: samples)
        }
        for recorder in layers { recorder.clear() }
        sampleCount = samples ?? 0
    }

    /// - Throws: `RecordsError` if a file cannot be created.
    public func start(_ view: StepView<Scalar>) throws {
        try open(view, continuingAfter: nil)
        for (recorder, layer) in zip(layers, view.layers) { recorder.measureWeights(layer) }
        try write(view)
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func beforeUpdate(_ view: StepView<Scalar>) throws {
        if cadence.samples(step: view.step, isLast: view.isLast) {
            for (recorder, layer) in zip(layers, view.layers) { recorder.measureGradients(layer, batch: view.batch) }
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func afterUpdate(_ view: StepView<Scalar>) throws {
        if cadence.samples(step: view.step, isLast: view.isLast) {
            for (recorder, layer) in zip(layers, view.layers) {
                recorder.measureWeights(layer)
                recorder.measureMoments(layer, learningRate: view.learningRate)
            }
            try write(view)
        } else if cadence.samples(step: view.step + 1, isLast: false) || view.isNextLast {
            for (recorder, layer) in zip(layers, view.layers) { recorder.keepGradient(layer) }
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private func write(_ view: StepView<Scalar>) throws {
        if steps?.isFull == true || layers.contains(where: { $0.isFull }) { try flush() }
        try steps?.append(Int64(view.step))
        for recorder in layers { try recorder.write(ledger) }
        sampleCount += 1
    }

    /// Makes what was sampled so far readable on disk.
    public func flush() throws {
        for recorder in layers { try recorder.flush() }
        try steps?.flush()
    }

    public func finish() throws {
        try flush()
        for recorder in layers { try recorder.close() }
        try steps?.close()
    }
}

extension NodeRecorder: ResumableProbe {
    private static var samplesName: String { "recorder.samples" }

    public func memory() throws -> [(name: String, tensor: TensorRecord)] {
        try flush()
        return [(Self.samplesName, TensorRecord([sampleCount]))] + layers.compactMap(\.memory)
    }

    public func resume(_ view: StepView<Scalar>, memory: SafetensorsFile) throws {
        let samples = try memory.tensor(named: Self.samplesName).integers()
        guard samples.count == 1, samples[0] >= 0 else {
            throw RecordsError(.mismatch, at: .key(Self.samplesName), "\(samples)", accepted: "one count of samples")
        }
        try open(view, continuingAfter: samples[0])
        for recorder in layers { try recorder.restore(memory) }
    }
}
