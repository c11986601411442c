// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Records
import Testing

@testable import Experiments

@Suite("What the commands run and inspect tell of unusual runs")
struct ReportingTests {
    private let folder: RunFolder

    init() throws { folder = try RunFolder() }

    private func run(_ configuration: String) throws -> String {
        let yaml = "data: digits\nnetwork: [{dense: 4}, relu, {dense: 10}]\nsteps: 3\n" + configuration
        try Data(yaml.utf8).write(to: folder["run.yaml"])
        let result = try BuiltProgram(["run", "run.yaml", "--out", "run", "--quiet"], in: folder.url).finish()
        #expect(result.status == 0, "\(result.errors)")
        return result.output
    }

    private func inspect(_ arguments: String...) throws -> (status: Int, output: String, errors: String) {
        try BuiltProgram(["inspect", "run"] + arguments, in: folder.url).finish()
    }

    @Test("Without probes there are no counts of nodes: null in JSON, empty in the metrics, nothing in the text, and no figures to draw")
    func withoutProbes() throws {
        let told = try run("optimizer: adam\nprobe: none\n")
        for word in ["nodes", "alive", "probes took", "adamprobe plot"] { #expect(!told.contains(word), "\(told)") }
        let directory = RunDirectory(folder["run"])
        let summary = try JSONValue.read(directory.summary)
        #expect(summary["nodes"] == .null && summary["nodesBelow"] == .null)
        let metrics = try CSVTable.read(directory.metrics)
        for column in ["alive", "dead", "certified"] { #expect(try metrics.texts(column).allSatisfy(\.isEmpty)) }
        let text = try inspect().output
        #expect(text.contains("status: completed") && !text.contains("nodes") && !text.contains("null"))
        #expect(try JSONValue(parsing: Data(inspect("--json").output.utf8))["nodes"] == .null)
    }

    @Test("A run that diverged says nan without a sign, and names the first parameter that is not finite")
    func diverged() throws {
        let told = try run("optimizer: {sgd: {learningRate: 1e300}}\n")
        #expect(told.contains("training loss nan"))
        #expect(told.contains("warning: the parameter 0.weight is not finite at the end"))
        #expect(try JSONValue.read(RunDirectory(folder["run"]).summary)["firstNonFiniteParameter"]?.string == "0.weight")
        let text = try inspect().output
        #expect(text.contains("trainingLoss: nan") && !text.contains("-nan"))
    }

    @Test("Subnormal numbers are counted, by epoch and at the end; flushed, they are gone after the first update", arguments: [false, true])
    func subnormal(flushes: Bool) throws {
        // Four nodes that no input in [0, 16] can lift, and nothing moves their weights: no data gradient, no L2.
        func tensor(_ value: Float, _ shape: [Int]) -> TensorRecord { TensorRecord(Array(repeating: value, count: shape.reduce(1, *)), shape: shape) }
        try SafetensorsFile([
            ("0.weight", tensor(Float(bitPattern: 70_000), [4, 64])), ("0.bias", tensor(-1, [4])),
            ("2.weight", tensor(0, [10, 4])), ("2.bias", tensor(0, [10])),
        ]).write(to: folder["planted.safetensors"])
        let told = try run("initial: planted.safetensors\noptimizer: {sgd: {learningRate: 0.01}}\nprecision: float32\nflushToZero: \(flushes)\n")
        #expect(told.contains("subnormal numbers: 256 parameters, 0 of the optimiser's state") == !flushes)
        let directory = RunDirectory(folder["run"])
        let metrics = try CSVTable.read(directory.metrics)
        #expect(try metrics.texts("subnormalParameters") == ["256", flushes ? "0" : "256"])
        let summary = try JSONValue.read(directory.summary)
        #expect(summary["subnormal"]?["parameters"] == .integer(flushes ? 0 : 256))
        #expect(summary["subnormal"]?["moments"] == 0)
    }

    @Test("A damaged manifest is named as such", arguments: ["{\n\"status\": ", "{\n3: 4}", "[1, 2]", "{}", ""])
    func damagedManifest(content: String) throws {
        _ = try run("optimizer: adam\n")
        try Data(content.utf8).write(to: RunDirectory(folder["run"]).manifest)
        let result = try inspect()
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("Error: manifest.json is damaged: "), "\(result.errors)")
    }

    @Test("A run that never ended is running or was killed, and inspect says when its newest file was written")
    func running() throws {
        _ = try run("optimizer: adam\n")
        let directory = RunDirectory(folder["run"])
        try JSONValue.object(["status": "running"]).write(to: directory.manifest)
        let written = Date(timeIntervalSince1970: 1_700_000_000)
        let files = try FileManager.default.subpathsOfDirectory(atPath: directory.url.path)
        for (index, file) in files.sorted().enumerated() {
            let age = Double(files.count - 1 - index)
            try FileManager.default.setAttributes(
                [.modificationDate: written.addingTimeInterval(-age)], ofItemAtPath: directory.url.appendingPathComponent(file).path)
        }
        let text = try inspect().output
        #expect(text.hasPrefix("status: running, or killed\nlastWritten: 2023-11-14T22:13:20Z"), "\(text)")
        let json = try JSONValue(parsing: Data(inspect("--json").output.utf8))
        #expect(json["status"]?.string == "running" && json["lastWritten"]?.string == "2023-11-14T22:13:20Z")
    }
}
