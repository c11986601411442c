// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Optimizers
import Probes
import Records
import Testing

@testable import Experiments

@Suite("Checkpoints")
struct RunCheckpointTests {
    private let folder: RunFolder

    init() throws { folder = try RunFolder() }

    /// Set-ups that between them keep every kind of state that a run has.
    private static let setUps = [
        "network: [{dense: 12}, batchNorm, relu, {dense: 10}]\nprecision: float32\noptimizer: adam\nl2: 0.01\nprobe: {every: 7, observe: [0/3, 0/5/2]}",
        "network: [{dense: 12}, relu, {dense: 6}, relu, {dense: 10}]\noptimizer: {nadam: {learningRate: 0.02}}\nl2: 0.01\nprobe: {logarithmic: 9}",
        "network: [{dense: 12}, tanh, {dense: 10}]\noptimizer: {amsgrad: {learningRate: 0.01}}\nschedule: {warmup: {steps: 30, then: constant}}",
        "network: [{dense: 12}, relu, {dense: 10}]\noptimizer: {rmsprop: {momentum: 0.9, centered: true}}\norder: sequential\nprobe: none",
        // Diverges to NaN within the first steps.
        "network: [{dense: 12}, relu, {dense: 10}]\noptimizer: {sgd: {learningRate: 1e12}}\nl2: 0.01\nprobe: {every: 7}",
    ]

    private func configuration(_ setUp: String, steps: Int = 90) throws -> RunConfiguration {
        try .parse(yaml: "seed: 3\ndata: digits\nbatch: 50\nsteps: \(steps)\n" + setUp, name: "run.yaml")
    }

    /// Every file of a run that its numbers are in, by name; wall-clock columns left out.
    private func results(_ run: RunDirectory) throws -> [String: Data] {
        var files = ["model": try Data(contentsOf: run.model), "optimizer": try Data(contentsOf: run.optimizer)]
        let probes = (try? FileManager.default.contentsOfDirectory(atPath: run.probe.path)) ?? []
        for name in probes { files[name] = try Data(contentsOf: run.probe.appendingPathComponent(name)) }
        for url in [run.nodes, run.deaths] where FileManager.default.fileExists(atPath: url.path) {
            files[url.lastPathComponent] = try Data(contentsOf: url)
        }
        let metrics = try String(contentsOf: run.metrics, encoding: .utf8).split(separator: "\n")
        files["metrics"] = Data(
            metrics.map { $0.split(separator: ",", omittingEmptySubsequences: false).dropLast().joined(separator: ",") }.joined().utf8)
        return files
    }

    @Test("A run interrupted again and again, and resumed each time, ends with the bits of one that was not", arguments: setUps)
    func interrupted(setUp: String) throws {
        let configuration = try configuration(setUp)
        let whole = try results(try folder.run(configuration, as: "whole"))
        let directory = RunDirectory(folder["parts"])
        var allowances = [1, 22, 13, 36, 200].makeIterator()
        var status = RunDirectory.Status.running
        while status != .completed, let steps = allowances.next() {
            let allowance = StepAllowance(steps)
            status = try Run.resume(
                configuration, in: directory.url, checkpointEvery: 1000, observer: RunObserver(isCancelled: { allowance.isSpent() })
            ).status
        }
        #expect(status == .completed)
        let parts = try results(directory)
        #expect(Set(parts.keys) == Set(whole.keys))
        for (name, content) in whole { #expect(parts[name] == content, "\(name) differs") }
        #expect(try JSONValue.read(directory.manifest)["resumedAfter"] == [1, 23, 36, 72])
        #expect(!FileManager.default.fileExists(atPath: directory.checkpoint.path))
    }

    /// The end of a process at any point, as far as files show it: those of a later moment beside a checkpoint of an earlier one.
    @Test("What was recorded after the last checkpoint is cut off and made anew")
    func cutOff() throws {
        let configuration = try configuration(Self.setUps[0])
        let whole = try results(try folder.run(configuration, as: "whole"))
        let (first, later) = (StepAllowance(40), StepAllowance(30))
        let directory = RunDirectory(folder["parts"])
        try Run.perform(configuration, output: directory.url, checkpointEvery: 1000, observer: RunObserver(isCancelled: { first.isSpent() }))
        let checkpoint = try Data(contentsOf: directory.checkpoint)
        try Run.resume(configuration, in: directory.url, observer: RunObserver(isCancelled: { later.isSpent() }))
        try checkpoint.write(to: directory.checkpoint)
        try Run.resume(configuration, in: directory.url)
        for (name, content) in whole { #expect(try results(directory)[name] == content, "\(name) differs") }
    }

    @Test("Killed with -9 at three moments and resumed, the command's run ends with the bits of one that was not")
    func killed() throws {
        let yaml =
            "seed: 3\ndata: digits\nnetwork: [{dense: 40}, batchNorm, relu, {dense: 10}]\noptimizer: adam\nl2: 0.01\nsteps: 3000\nprobe: {every: 10}\n"
        try Data(yaml.utf8).write(to: folder["run.yaml"])
        let arguments = ["run", "run.yaml", "--quiet", "--checkpoint-every", "23", "--resume", "--out"]
        #expect(try BuiltProgram(arguments + ["whole"], in: folder.url).finish().status == 0)
        let directory = RunDirectory(folder["parts"])
        for kill in 1...3 {
            let program = try BuiltProgram(arguments + ["parts"], in: folder.url)
            let due = { (try? RunCheckpoint(directory.checkpoint).session.completedSteps).map { $0 >= kill * 115 } ?? false }
            while program.process.isRunning, !due() { Thread.sleep(forTimeInterval: 0.01) }
            Foundation.kill(program.process.processIdentifier, SIGKILL)
            #expect(try program.finish().status == -Int(SIGKILL))
        }
        let last = try BuiltProgram(arguments + ["parts"], in: folder.url).finish()
        #expect(last.status == 0, "\(last.errors)")
        #expect(try JSONValue.read(directory.manifest)["resumedAfter"]?.array?.count == 3)
        let (whole, parts) = (try results(RunDirectory(folder["whole"])), try results(directory))
        for (name, content) in whole { #expect(parts[name] == content, "\(name) differs") }
        let again = try BuiltProgram(arguments + ["parts"], in: folder.url).finish()
        #expect(again.status == 0 && again.output.hasPrefix("completed already"))
    }

    @Test("Another configuration, a folder of something else and a damaged checkpoint are refused by name")
    func refused() throws {
        let configuration = try configuration(Self.setUps[0])
        let allowance = StepAllowance(10)
        let directory = RunDirectory(folder["run"])
        try Run.perform(configuration, output: directory.url, checkpointEvery: 5, observer: RunObserver(isCancelled: { allowance.isSpent() }))
        var other = configuration
        (other.seed, other.batch) = (4, 51)
        #expect(throws: RunError.otherRun(directory.url.path, differs: ["seed", "batch"])) { try Run.resume(other, in: directory.url) }
        // A key that the run has and the configuration lacks, and the other way round.
        var penalised = configuration
        penalised.sparsity = SparsityPenalty(.l1, coefficient: 1e-3, method: .subgradient)
        try Run.perform(penalised, output: folder["penalised"])
        #expect(throws: RunError.otherRun(folder["penalised"].path, differs: ["sparsity"])) { try Run.resume(configuration, in: folder["penalised"]) }
        #expect(throws: RunError.otherRun(directory.url.path, differs: ["sparsity"])) { try Run.resume(penalised, in: directory.url) }
        var bytes = try Data(contentsOf: directory.checkpoint)
        bytes[bytes.count - 100] ^= 1
        try bytes.write(to: directory.checkpoint)
        #expect(throws: RecordsError.self) { try Run.resume(configuration, in: directory.url) }
        try Data("0123456789".utf8).write(to: directory.checkpoint)
        #expect(throws: RecordsError.self) { try Run.resume(configuration, in: directory.url) }
        let misuse = try BuiltProgram(["run", "run.yaml", "--resume"], in: folder.url).finish()
        #expect(misuse.status == 64 && misuse.errors.contains("--out"))
        let negative = try BuiltProgram(["run", "run.yaml", "--checkpoint-every", "-5"], in: folder.url).finish()
        #expect(negative.status == 64 && negative.errors.contains("--checkpoint-every is -5"))
        try Data("mine".utf8).write(to: folder["notes"])
        #expect(throws: RunError.outputExists(folder.url.path)) { try Run.resume(configuration, in: folder.url) }
    }

    @Test("A probe that can't be resumed is refused before the first step of a run with checkpoints")
    func notResumable() throws {
        final class Onlooker: Probe { typealias Scalar = Double }
        let configuration = try configuration(Self.setUps[1])
        #expect(throws: RunError.notResumable(probe: "Onlooker")) {
            try Run.perform(configuration, output: folder["run"], probes: ExtraProbes(float64: [Onlooker()]), checkpointEvery: 10)
        }
    }
}
