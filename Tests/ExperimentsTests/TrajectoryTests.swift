// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Testing

@testable import Experiments

/// `Tests/Reference/trajectories.safetensors`: what PyTorch's optimisers make of a small network (see `trajectories.py` beside it).
private enum Trajectories {
    static let file = Result { try SafetensorsFile.read(ReferenceFiles.url("trajectories.safetensors")) }
    static let names = [
        "sgd", "heavyBall", "nesterov", "adagrad", "rmsprop", "rmspropCentered", "rmspropMomentum", "adadelta", "adam", "amsgrad", "adamax",
        "nadam", "adamw",
    ]

    /// The `optimizer:` of a configuration, from the words that the file's metadata have for it.
    static func optimizer(of run: String) throws -> String {
        let runs = try JSONValue(parsing: Data(try #require(file.get().metadata["runs"]).utf8))
        let members = try #require(runs[run]?.object?.members)
        let word = try #require(runs[run]?["optimizer"]?.string)
        let options = members.filter { $0.key != "optimizer" }.map { ($0.key, $0.value) }
        return JSONValue.object([word: .object(JSONObject(options))]).serialized(.compact)
    }
}

@Suite("Reference trajectories")
struct TrajectoryTests {
    @Test("The file holds the runs that are tested here, and no others")
    func runs() throws {
        let runs = try JSONValue(parsing: Data(try #require(Trajectories.file.get().metadata["runs"]).utf8))
        #expect(runs.object?.keys.sorted() == Trajectories.names.sorted())
    }

    @Test("1,000 steps of dense, batch norm, ReLU, dense agree with PyTorch's", arguments: Trajectories.names, ["plain", "bias"])
    func trajectory(of run: String, variant: String) throws {
        let reference = try Trajectories.file.get()
        let folder = try RunFolder()
        for name in ["inputs", "targets", "order"] { try NPY.write(try reference.tensor(named: name), to: folder["\(name).npy"]) }
        let initial = reference.tensors.filter { $0.name.hasPrefix("\(variant)/initial/") }
        try SafetensorsFile(initial.map { (String($0.name.dropFirst("\(variant)/initial/".count)), $0.tensor) }).write(
            to: folder["initial.safetensors"])
        // PyTorch's AdamW decays by itself, in decoupled form, and gets no coupled L2.
        let l2 = run == "adamw" ? "0" : try #require(reference.metadata["l2"])
        let yaml = """
            data: {source: npy, npy: {inputs: inputs.npy, targets: targets.npy}}
            network: [{dense: {units: 5, bias: \(variant == "bias")}}, batchNorm, relu, {dense: 3}]
            initial: initial.safetensors
            optimizer: \(try Trajectories.optimizer(of: run))
            l2: \(l2)
            schedule: {step: {everyEpochs: 50, factor: 0.5}}
            batch: 8
            steps: 1000
            order: order.npy
            """
        let plan = try RunPlan<Double>(try RunConfiguration.parse(yaml: yaml, folder: folder.url))
        let training = try Training(
            network: plan.network, loss: plan.configuration.loss, optimizer: plan.optimizer, l2: plan.configuration.l2,
            schedule: plan.configuration.schedule, order: plan.order, samples: plan.dataset.training, totalSteps: plan.totalSteps, probes: [])
        var compared = 0
        for checkpoint in [10, 100, 400, 1000] {
            while training.completedSteps < checkpoint { try training.step() }
            let ours =
                ModelFiles.model(of: plan.network).tensors
                + (checkpoint == 1000 ? try ModelFiles.optimizer(plan.optimizer, shapes: plan.network.parameters.map(\.value.shape)).tensors : [])
            let values = Dictionary(ours.map { ($0.name, $0.tensor) }) { first, _ in first }
            let prefix = "\(variant)/\(run)/\(checkpoint)/"
            for (name, tensor) in reference.tensors where name.hasPrefix(prefix) && !isNoise(name, variant) {
                let key = String(name.dropFirst(prefix.count))
                let found = try #require(values[key], "\(key) is not among \(values.keys.sorted())").values(as: Double.self)
                let difference = relativeDifference(found, try tensor.values(as: Double.self))
                #expect(difference <= agreementWithPyTorch, "\(name): \(difference)")
                compared += 1
            }
        }
        // Five parameters without the dense bias at four checkpoints, and the running variance, at the least.
        #expect(compared >= 21)
    }

    /// A dense bias in front of a batch norm has zero true gradient: what it receives is rounding noise, which depends on the order of
    /// summation and which adaptive optimisers blow up to full steps. The running mean contains the bias, and goes with it.
    private func isNoise(_ name: String, _ variant: String) -> Bool {
        variant == "bias" && (name.contains("/0.bias") || name.hasSuffix("/1.running_mean"))
    }
}
