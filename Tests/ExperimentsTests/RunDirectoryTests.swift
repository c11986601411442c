// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Networks
import Optimizers
import Probes
import Records
import Synchronization
import Testing

@testable import Experiments

/// A probe that throws at a step.
private final class Fuse: Probe {
    typealias Scalar = Double
    struct Blown: Error, CustomStringConvertible { let description = "the fuse blew" }
    let step: Int

    init(step: Int) { self.step = step }

    func afterUpdate(_ view: StepView<Double>) throws { if view.step == step { throw Blown() } }
}

@Suite("Run directories")
struct RunDirectoryTests {
    private let folder: RunFolder

    init() throws { folder = try RunFolder() }

    private func configuration(steps: Int = 30) -> RunConfiguration {
        RunConfiguration(
            seed: 3, data: .digits, network: [.dense(units: 5), .batchNorm(), .activation(.relu()), .dense(units: 10)], optimizer: Adam(),
            l2: CoupledL2(weights: 1e-3), batch: 64, length: .steps(steps), probe: ProbeConfiguration(cadence: Cadence(every: 1)))
    }

    private func status(_ run: RunDirectory) throws -> String? { try JSONValue.read(run.manifest)["status"]?.string }

    /// What makes the manifest's digests wrong; nil if every file is there, listed, and as it was.
    private func complaint(_ run: RunDirectory) throws -> String? {
        let files = try #require(try JSONValue.read(run.manifest)["files"]?.object)
        for (name, digest) in files.members where try SHA256Digest.hex(ofFile: run.url.appendingPathComponent(name)) != digest.string {
            return name
        }
        let present = try ["", "probe"].flatMap { sub in
            try FileManager.default.contentsOfDirectory(atPath: run.url.appendingPathComponent(sub).path).map { sub.isEmpty ? $0 : "probe/\($0)" }
        }
        return Set(present).subtracting(files.keys).subtracting(["manifest.json", "probe", "figures"]).first
    }

    @Test("A completed run says so, and its digests are its files'")
    func completed() throws {
        let run = try folder.run(configuration())
        #expect(try status(run) == "completed")
        #expect(try complaint(run) == nil)
        let manifest = try JSONValue.read(run.manifest)
        #expect(manifest["seed"]?.unsigned == 3 && manifest["totalSteps"]?.integer == 30 && manifest["stepsPerEpoch"]?.integer == 23)
        #expect(manifest["started"]?.string != nil && manifest["ended"]?.string != nil)
        for key in ["adamprobe", "gsl", "openblas", "operatingSystem", "processor"] {
            #expect(manifest["environment"]?[key]?.string?.isEmpty == false, "\(key)")
        }
        // A changed byte is found.
        var bytes = try Data(contentsOf: run.nodes)
        bytes[bytes.count - 2] ^= 1
        try bytes.write(to: run.nodes)
        #expect(try complaint(run) == "nodes.csv")
    }

    @Test("An interrupted run keeps what it has, and is the shorter run")
    func interrupted() throws {
        let asked = Atomic(0)
        let observer = RunObserver(isCancelled: { asked.wrappingAdd(1, ordering: .relaxed).newValue == 12 })
        let run = try folder.run(configuration(), observer: observer)
        #expect(try status(run) == "interrupted")
        #expect(try complaint(run) == nil)
        let summary = try JSONValue.read(run.summary)
        #expect(summary["status"]?.string == "interrupted" && summary["steps"]?.integer == 12)
        #expect(try run.samples("steps").integers() == Array(0...12))
        #expect(try CSVTable.read(run.metrics).integers("step") == [0, 12])
        #expect(try run.finalState() == folder.run(configuration(steps: 12), as: "shorter").finalState())
    }

    @Test("A run whose probe throws has failed, says why, and keeps its samples")
    func failed() throws {
        #expect(throws: Fuse.Blown.self) { try folder.run(configuration(), probes: ExtraProbes(float64: [Fuse(step: 9)])) }
        let run = RunDirectory(folder["run"])
        #expect(try status(run) == "failed")
        #expect(try JSONValue.read(run.manifest)["failure"]?.string == "the fuse blew")
        #expect(try run.samples("steps").integers() == Array(0...9))
        #expect(try run.samples("0.incomingNorm").shape == [10, 5])
        #expect(try CSVTable.read(run.metrics).rowCount == 1)
        #expect(!FileManager.default.fileExists(atPath: run.model.path), "no model that could be taken for a result")
    }

    @Test(
        "The manifest's configuration, run again, gives the same bits",
        arguments: [
            "precision=float32", "optimizer={nadam: {momentumDecay: 0.01}}", "optimizer={sgd: {momentum: 0.8, nesterov: true}}",
            "schedule={warmup: {steps: 7, then: {cosine: {epochs: 2, minimum: 0.1}}}}", "network=[{dense: 6}, {elu: {alpha: 0.7}}, {dense: 10}]",
            "l2={weights: 0.1, biases: 0.01, batchNorm: 0.003}", "freeze=[0.weight]", "order=sequential", "probe={logarithmic: 5, observe: [0/1]}",
            "seed=18446744073709551615", "data={source: teacher, teacher: {inputs: 4, hidden: 3, outputs: 10, samples: 70, testSamples: 9}}",
            "initial=glorotUniform",
        ])
    func resolved(override: String) throws {
        let loss = override.contains("teacher") ? ["loss=meanSquaredError"] : []
        let yaml = "data: digits\nnetwork: [{dense: 5}, batchNorm, relu, {dense: 10}]\noptimizer: adam\nbatch: 32\nsteps: 25\n"
        let first = try folder.run(try .parse(yaml: yaml, overrides: [override] + loss), as: "first")
        let recorded = try #require(try JSONValue.read(first.manifest)["configuration"]).serialized()
        let second = try folder.run(try .parse(yaml: recorded), as: "second")
        #expect(try first.finalState() == second.finalState())
        #expect(try Data(contentsOf: first.nodes) == Data(contentsOf: second.nodes))
    }

    @Test("A folder with something in it is refused and left as it is; an empty one is taken")
    func existing() throws {
        let target = folder["run"]
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        try Data("precious".utf8).write(to: target.appendingPathComponent("thesis.txt"))
        #expect(throws: RunError.outputExists(target.path)) { try folder.run(configuration(steps: 1)) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: target.path) == ["thesis.txt"])
        try FileManager.default.removeItem(at: target.appendingPathComponent("thesis.txt"))
        try folder.run(configuration(steps: 1))
        #expect(throws: RunError.outputExists(target.path)) { try folder.run(configuration(steps: 1)) }
        try Data("a file".utf8).write(to: folder["file"])
        #expect(throws: RunError.outputIsFile(folder["file"].path)) { try folder.run(configuration(steps: 1), as: "file") }
    }

    @Test("Numbers that are not finite have an explicit form in every file")
    func nonFinite() throws {
        var configuration = configuration(steps: 30)
        configuration.optimizer = StochasticGradientDescent(learningRate: 1e300)
        configuration.network = [.dense(units: 5), .activation(.relu()), .dense(units: 10)]
        let run = try folder.run(configuration)
        let summary = try JSONValue.read(run.summary)
        #expect(summary["finite"]?.bool == false)
        #expect(summary["trainingLoss"]?.string == "NaN")
        #expect(summary["trainingLoss"]?.double?.isNaN == true)
        let metrics = try CSVTable.read(run.metrics)
        #expect(try metrics.texts("testLoss").last == "nan")
        #expect(try CSVTable.read(run.nodes).numbers("finalNorm").contains { !$0.isFinite })
        #expect(try run.samples("0.incomingNorm").values(as: Double.self).contains { !$0.isFinite })
        #expect(try status(run) == "completed" && complaint(run) == nil)
    }

    @Test("No steps: the initial model, one sample, and zero moments")
    func noSteps() throws {
        let run = try folder.run(configuration(steps: 0))
        #expect(try status(run) == "completed")
        #expect(try run.samples("steps").integers() == [0])
        let optimizer = try SafetensorsFile.read(run.optimizer)
        #expect(try optimizer.tensors.allSatisfy { try $0.tensor.values(as: Double.self).allSatisfy { $0 == 0 } })
        // One more run starts from it and is the run that starts from the seed.
        var planted = configuration(steps: 8)
        planted.initial = .planted(model: run.model, optimizer: run.optimizer)
        #expect(try folder.run(planted, as: "planted").finalState() == folder.run(configuration(steps: 8), as: "drawn").finalState())
        #expect(try CSVTable.read(run.metrics).integers("step") == [0])
    }

    @Test("A learning rate of 0 keeps every parameter's bits and still fills the moments")
    func zeroRate() throws {
        var configuration = configuration()
        configuration.optimizer = Adam(learningRate: 0)
        let run = try folder.run(configuration)
        let initial = try SafetensorsFile.read(folder.run(self.configuration(steps: 0), as: "initial").model)
        let model = try SafetensorsFile.read(run.model)
        for name in ["0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias"] { #expect(model[name] == initial[name], "\(name)") }
        #expect(model["1.running_mean"] != initial["1.running_mean"])
        let moments = try SafetensorsFile.read(run.optimizer).tensor(named: "0.weight.exp_avg_sq").values(as: Double.self)
        #expect(moments.contains { $0 > 0 })
    }

    @Test("A frozen parameter keeps its bits, its moments and its step count; the others train")
    func frozen() throws {
        var configuration = configuration()
        configuration.freeze = ["0.weight", "1.bias"]
        let run = try folder.run(configuration)
        let initial = try SafetensorsFile.read(folder.run(self.configuration(steps: 0), as: "initial").model)
        let (model, optimizer) = (try SafetensorsFile.read(run.model), try SafetensorsFile.read(run.optimizer))
        for name in ["0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias"] {
            let isFrozen = configuration.freeze.contains(name)
            #expect((model[name] == initial[name]) == isFrozen, "\(name)")
            #expect(try optimizer.tensor(named: "\(name).step").values(as: Double.self) == [isFrozen ? 0 : 30], "\(name)")
            #expect(try optimizer.tensor(named: "\(name).exp_avg").values(as: Double.self).allSatisfy { $0 == 0 } == isFrozen, "\(name)")
        }
    }

    /// What keeps a run from starting is thrown before anything is written.
    @Test(
        "Nothing is written for a run that cannot be made",
        arguments: [
            (["data={source: npy, npy: {inputs: nowhere.npy, targets: nowhere.npy}}"], "nowhere.npy"),
            (
                ["batch=1436"],
                "batch: a training batch of 1 cannot be normalised, batchNorm needs 2 samples; accepted: another batch size, such as 1435,"
            ),
            (["batch=1436", "epochs=2"], "a training batch of 1 cannot be normalised"),
            (["loss=meanSquaredError"], "the data has classes"),
            (["initial=nowhere.safetensors"], "nowhere.safetensors"),
            (["order=nowhere.npy"], "nowhere.npy"),
            (["order=wide.npy", "batch=4"], "more than the batch of 4"),
            (["order=wide.npy", "steps=3"], "needs a row a step"),
            (["order=single.npy", "steps=2"], "order: a training batch of 1 cannot be normalised"),
            (["probe={observe: [0/4/64]}"], "there is no 0/4/64"),
        ])
    func impossible(overrides: [String], words: String) throws {
        try NPY.write(TensorRecord((0..<10).map(Int64.init), shape: [2, 5]), to: folder["wide.npy"])
        try NPY.write(TensorRecord([1, 2, 3, -1] as [Int64], shape: [2, 2]), to: folder["single.npy"])
        let yaml = "data: digits\nnetwork: [{dense: 5}, batchNorm, relu, {dense: 10}]\noptimizer: adam\nsteps: 2\n"
        var text = ""
        do { try folder.run(try .parse(yaml: yaml, folder: folder.url, overrides: overrides)) } catch { text = "\(error)" }
        #expect(text.contains(words), "\(text)")
        #expect(try folder.names == ["single.npy", "wide.npy"])
    }

    @Test("A dense layer without an activation behind it is no hidden layer, and the summary says so")
    func unactivated() throws {
        var configuration = configuration(steps: 1)
        configuration.network = [.dense(units: 5), .dense(units: 4), .activation(.relu()), .dense(units: 3), .batchNorm(), .dense(units: 10)]
        let run = try folder.run(configuration)
        let notes = try #require(try JSONValue.read(run.summary)["notes"]?.array).compactMap(\.string)
        #expect(notes.count == 2 && notes[0].hasPrefix("layer 0 is dense") && notes[1].hasPrefix("layer 3 is dense"), "\(notes)")
        #expect(Set(try CSVTable.read(run.nodes).texts("layer")) == ["1"])
    }

    @Test("A batch of 1 that never comes is no obstacle, nor is one without batch norm")
    func smallBatches() throws {
        var configuration = configuration(steps: 1)
        configuration.batch = 1436
        #expect(try status(folder.run(configuration, as: "one")) == "completed")
        configuration.network = [.dense(units: 5), .activation(.relu()), .dense(units: 10)]
        configuration.length = .steps(3)
        #expect(try status(folder.run(configuration, as: "three")) == "completed")
    }
}
