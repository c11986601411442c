// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Compaction
import Datasets
import Experiments
import Foundation
import Networks
import Optimizers
import Probes

extension Training {
    /// A case's training with the probes that a run of the same configuration would have, and nothing else of a run: no evaluation, no
    /// metrics.
    ///
    /// - Parameters:
    ///   - folder: where the probes' samples go; it must exist.
    ///   - totalSteps: steps until the last, which is always sampled.
    ///   - dead: nodes of the first hidden layer, evenly spread, that are dead from the start: γ 0, β −1.
    ///   - compacted: whether nodes that are certified dead are left out of the passes.
    public convenience init(
        _ stepCase: StepCase, data: StepData, probes choice: ProbeChoice, folder: URL, totalSteps: Int = .max, threads: Int = 1,
        dead: Int = 0, compacted: Bool = false
    ) throws {
        let network = try Network<Scalar>(
            stepCase.network, inputCount: data.samples.featureCount, capacity: stepCase.batch, threads: threads)
        if let initial = data.initial {
            try ModelFiles.plant(initial, named: "initial.safetensors", into: network)
        } else {
            network.initialize(.heNormal, seed: 1)
        }
        network.kill(dead)
        let optimizer = try Optimizer<Scalar>(
            rule: stepCase.rule,
            parameters: network.parameters.map { OptimizedParameter(name: $0.name, count: $0.value.count, group: $0.role.decayGroup) })
        if let state = data.optimizerState {
            try ModelFiles.plant(state, named: "optimizer.safetensors", into: optimizer, shapes: network.parameters.map(\.value.shape))
        }
        let boxes = network.hiddenLayers.enumerated().map { index, layer in
            index == 0 ? stepCase.inputBox : Box(outputsOf: .relu(), count: layer.inputCount)
        }
        var probes: [any Probe<Scalar>] = []
        if case .every(let steps) = choice {
            let defaults = ProbeConfiguration(cadence: Cadence(every: steps))
            let settings = LedgerSettings(
                thresholds: defaults.thresholds, persistence: Int((6 / (1 - optimizer.rule.firstMomentDecay)).rounded(.up)),
                largestBatch: stepCase.batch, boxes: boxes)
            let ledger = DeathLedger<Scalar>(settings: settings)
            let recorder = NodeRecorder(
                cadence: defaults.cadence, levels: defaults.quantiles.map { QuantileLevel($0) }, folder: folder, ledger: ledger)
            probes = [ledger, recorder, ObservationRecorder<Scalar>(defaults.observed, folder: folder)]
        }
        try self.init(
            network: network, loss: stepCase.loss, optimizer: optimizer, l2: stepCase.l2, schedule: .constant, order: data.order,
            samples: data.samples, totalSteps: totalSteps, probes: probes,
            compaction: compacted
                ? Compaction(
                    network, optimizer: optimizer, l2: stepCase.l2.weights,
                    settings: CompactionSettings(boxes: boxes, largestBatch: stepCase.batch)) : nil)
    }
}

extension Network {
    /// Makes nodes of the first hidden layer dead, evenly spread: with γ 0 and β −1 under batch normalisation, else by a bias no input outweighs.
    fileprivate func kill(_ count: Int) {
        guard count > 0 else { return }
        let layer = hiddenLayers[0]
        for node in (0..<count).map({ $0 * layer.nodeCount / count }) {
            layer.batchNorm?.scale.value.mutableElements[node] = 0
            layer.batchNorm?.shift.value.mutableElements[node] = -1
            if layer.batchNorm == nil { layer.bias?.value.mutableElements[node] = -1e4 }
        }
    }
}

/// A folder that lives as long as the value's owner says, for the probes' samples.
public struct SampleFolder: Sendable {
    public let url: URL

    /// Makes the folder: `path` if there is one, else under `parent` or the system's place for temporary files.
    public init(in parent: URL? = nil, named path: String? = nil) throws {
        url =
            path.map { URL(fileURLWithPath: $0) }
            ?? (parent ?? FileManager.default.temporaryDirectory).appendingPathComponent("adamprobe-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Removes the folder with all that is in it.
    public func remove() throws { try FileManager.default.removeItem(at: url) }
}
