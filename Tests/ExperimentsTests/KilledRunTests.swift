// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Records
import Testing

@testable import Experiments

@Suite("Runs that are ended from outside")
struct KilledRunTests {
    private let folder: RunFolder

    init() throws {
        folder = try RunFolder()
        let yaml = "data: digits\nnetwork: [{dense: 8}, relu, {dense: 10}]\noptimizer: adam\nl2: 0.001\nsteps: 100000000\nprobe: {every: 10}\n"
        try Data(yaml.utf8).write(to: folder["run.yaml"])
    }

    /// The run under way, once its probes and its metrics have reached the disk.
    private func started() throws -> (BuiltProgram, RunDirectory) {
        let program = try BuiltProgram(["run", "run.yaml", "--out", "run", "--quiet"], in: folder.url)
        let run = RunDirectory(folder["run"])
        func isOnDisk() -> Bool { (try? run.samples("steps").count) ?? 0 >= 2 && (try? CSVTable.read(run.metrics).rowCount) ?? 0 >= 1 }
        for _ in 0..<600 where !isOnDisk() { Thread.sleep(forTimeInterval: 0.05) }
        return (program, run)
    }

    @Test("Killed, it is recognised by its status, and what it recorded can be read")
    func killed() throws {
        let (program, run) = try started()
        kill(program.process.processIdentifier, SIGKILL)
        #expect(try program.finish().status == -Int(SIGKILL))
        let manifest = try JSONValue.read(run.manifest)
        #expect(manifest["status"]?.string == "running" && manifest["ended"] == nil && manifest["files"] == nil)
        let steps = try run.samples("steps").integers()
        #expect(steps.count >= 2 && steps.prefix(3) == [0, 1, 10])
        #expect(try run.samples("0.incomingNorm").shape.last == 8)
        #expect(try CSVTable.read(run.metrics).rowCount >= 1)
        #expect(!FileManager.default.fileExists(atPath: run.summary.path))
    }

    @Test("After Ctrl-C it ends by itself with everything recorded, status 130")
    func interrupted() throws {
        let (program, run) = try started()
        kill(program.process.processIdentifier, SIGINT)
        let ended = try program.finish()
        #expect(ended.status == 130, "\(ended.errors)")
        #expect(ended.output.hasPrefix("interrupted after "))
        #expect(try JSONValue.read(run.manifest)["status"]?.string == "interrupted")
        let last = try #require(try JSONValue.read(run.summary)["steps"]?.integer)
        #expect(try run.samples("steps").integers().last.map { $0 <= last && $0 > last - 10 } == true)
        #expect(try SafetensorsFile.read(run.optimizer).tensor(named: "0.weight.step").values(as: Double.self) == [Double(last)])
    }
}
