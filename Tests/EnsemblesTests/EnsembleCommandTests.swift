// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Datasets
import Ensembles
import Experiments
import Foundation
import Records
import Testing

/// `adamprobe ensemble`, as built.
@Suite("ensemble")
final class EnsembleCommandTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("adamprobe-ensemble-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let samples = squarePoints(16, features: 2)
        guard case .values(let targets, _) = samples.targets else { return }
        try write(samples.inputs(as: Double.self), shape: [16, 2], as: "x.npy")
        try write(targets, shape: [16], as: "y.npy")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ values: [Double], shape: [Int], as name: String) throws {
        try NPY.write(
            TensorRecord(elementType: .float64, shape: shape, data: values.withUnsafeBytes { Data($0) }), to: folder.appendingPathComponent(name))
    }

    private static let base = """
        base:
          data: {npy: {inputs: x.npy, targets: y.npy}}
          network: [{dense: 8}, relu, {dense: 1}]
          loss: meanSquaredError
          optimizer: {adam: {learningRate: 0.01}}
          batch: 16
          order: sequential
          steps: 300

        """

    private func ensemble(_ axes: String, replacing change: (String, String)? = nil, options: [String] = []) throws
        -> (status: Int, output: String, errors: String)
    {
        var yaml = Self.base + axes
        if let (old, new) = change { yaml = yaml.replacingOccurrences(of: old, with: new) }
        try Data(yaml.utf8).write(to: folder.appendingPathComponent("sweep.yaml"))
        return try BuiltProgram(["ensemble", "sweep.yaml", "--out", "out", "--quiet"] + options, in: folder).finish()
    }

    private func table(_ name: String) throws -> CSVTable { try CSVTable.read(folder.appendingPathComponent("out/\(name).csv")) }

    @Test("It ends where the runs of the sweep would, and its tables say what became of each")
    func endsAsTheSweep() throws {
        let axes = "axes: {l2: [0, 0.01], optimizer.adam.epsilon: [1e-8, 1e-3], seed: {range: [3, 7]}}\n"
        for option in ["--every", "--jobs"] {
            let refused = try ensemble(axes, options: [option, "-1"])
            #expect(refused.status == 64 && refused.errors.contains("\(option) is -1"))
        }
        let (status, output, errors) = try ensemble(axes, options: ["--every", "100", "--jobs", "2"])
        try #require(status == 0, "\(errors)")
        #expect(output.hasPrefix("20 networks, 300 steps each"))
        let results = try table("results")
        #expect(results.columns.prefix(5) == ["member", "run", "l2", "optimizer.adam.epsilon", "seed"])
        #expect(results.rowCount == 20)
        #expect(try table("nodes").rowCount == 160)
        #expect(try table("trajectories").texts("step") == ["1", "100", "200", "300"].flatMap { Array(repeating: $0, count: 20) })
        let sweep = try BuiltProgram(["sweep", "sweep.yaml", "--out", "runs", "--quiet"], in: folder).finish()
        try #require(sweep.status == 0, "\(sweep.errors)")
        let runs = try CSVTable.read(folder.appendingPathComponent("runs/results.csv"))
        for column in ["run", "seed", "trainingLoss", "finite", "nodes", "below@1e-05"] {
            #expect(try results.texts(column) == (try runs.texts(column)), "\(column)")
        }
    }

    @Test(
        "What an ensemble can't do is refused by key, with what is accepted",
        arguments: [
            (("order: sequential", "order: shuffled"), "axes: {seed: [1, 2]}", "order: found shuffled; an ensemble accepts sequential"),
            (("batch: 16", "batch: 8"), "axes: {seed: [1, 2]}", "batch: found 8; an ensemble accepts all samples in every step, 16"),
            (("relu", "tanh"), "axes: {seed: [1, 2]}", "layer 1 is activation"),
            (("adam:", "rmsprop:"), "axes: {seed: [1, 2]}", "optimizer: found rmsprop; an ensemble accepts adam"),
            (("relu", "relu"), "axes: {batch: [16, 32]}", "batch: found another value at batch=32"),
        ])
    func refusals(_ change: (String, String), _ axes: String, _ message: String) throws {
        let (status, _, errors) = try ensemble(axes + "\n", replacing: change)
        #expect(status == 1)
        #expect(errors.contains(message), "\(errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("out").path))
    }

    @Test("A named sweep is found like a file, and refused for what it is")
    func named() throws {
        let refused = try BuiltProgram(["ensemble", "paper/digits-l2", "--out", "out"], in: folder).finish()
        #expect(refused.status == 1 && refused.errors.contains("an ensemble accepts"), "\(refused.errors)")
        #expect(try BuiltProgram(["ensemble", "paper/digits-adam", "--out", "out"], in: folder).finish().status == 64)
    }

    @Test("A directory with something in it is left alone")
    func keepsOtherContent() throws {
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("out"), withIntermediateDirectories: true)
        try Data().write(to: folder.appendingPathComponent("out/mine"))
        let (status, _, errors) = try ensemble("axes: {seed: [1, 2]}\n")
        #expect(status == 1)
        #expect(errors.contains("out"))
    }
}
