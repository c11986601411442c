// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Records
import Testing

@testable import Experiments

/// The tests' own program and the built command are two programs of one version.
@Suite("The program that made a run")
struct RunEnvironmentTests {
    private let folder: RunFolder
    private static let run = "{data: digits, network: [{dense: 8}, relu, {dense: 10}], optimizer: adam, steps: 60, probe: {every: 20}}\n"

    init() throws {
        folder = try RunFolder()
        try Data(Self.run.utf8).write(to: folder["run.yaml"])
        try Data(("base: " + Self.run + "axes: {seed: [1, 2, 3]}\n").utf8).write(to: folder["sweep.yaml"])
    }

    private func made(_ arguments: String...) throws -> String {
        let done = try BuiltProgram(arguments + ["--quiet"], in: folder.url).finish()
        #expect(done.status == 0, "\(done)")
        return done.output
    }

    private func program(_ file: URL) throws -> String { try #require(try JSONValue.read(file)["environment"]?["program"]?.string) }
    private func programs(_ file: URL) throws -> [String]? { try JSONValue.read(file)["programs"]?.array?.compactMap(\.string) }

    @Test("It is the beginning of its executable's SHA-256")
    func digest() throws {
        let tests = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0])
        let built = tests.deletingLastPathComponent().appendingPathComponent("adamprobe")
        _ = try made("run", "run.yaml", "--out", "run")
        #expect(try program(RunDirectory(folder["run"]).manifest) == SHA256Digest.hex(ofFile: built).prefix(16))
        #expect(try RunEnvironment.program == SHA256Digest.hex(ofFile: tests).prefix(16))
    }

    @Test("A sweep that keeps another program's runs says so, in words and in sweep.json, which tells when it was first started")
    func sweep() throws {
        let directory = SweepDirectory(folder["sweep"])
        let before = Date(timeIntervalSinceNow: -1)
        #expect(try !made("sweep", "sweep.yaml", "--out", "sweep").contains("another program"))
        let built = try program(directory.record)
        let started = try #require(directory.started())
        #expect((before...Date()).contains(started))
        #expect(try programs(directory.record) == [built])
        Thread.sleep(forTimeInterval: 1.1)
        #expect(try !made("sweep", "sweep.yaml", "--out", "sweep", "--resume").contains("another program"))

        let sweep = try Sweep.load(url: folder["sweep.yaml"])
        try FileManager.default.removeItem(at: directory.run(sweep.points[1].fingerprint).url)
        let resumed = try SweepSession(sweep, in: directory.url, jobs: 1).perform(resume: true)
        #expect(resumed.kept == 2 && resumed.completed == 1 && resumed.ofOtherPrograms == 2 && resumed.otherPrograms == [built])
        #expect(try programs(directory.record) == [built, RunEnvironment.program] && directory.started() == started)
        let said = "1 runs made, or begun up to a checkpoint, by another program (\(RunEnvironment.program); this one is \(built))"
        #expect(try made("sweep", "sweep.yaml", "--out", "sweep", "--resume").contains(said))

        // Runs of earlier versions don't tell.
        let manifest = directory.run(sweep.points[0].fingerprint).manifest
        let text = try String(contentsOf: manifest, encoding: .utf8).replacing("\"program\": \"\(built)\",", with: "")
        try Data(text.utf8).write(to: manifest)
        #expect(try made("sweep", "sweep.yaml", "--out", "sweep", "--resume").contains("2 runs made"))
        #expect(try programs(directory.record) == [RunEnvironment.program, RunEnvironment.unknownProgram, built])
    }

    @Test("A run that goes on from another program's checkpoint says so, also when it is there already, and its manifest has both")
    func checkpoint() throws {
        let configuration = try RunConfiguration.load(url: folder["run.yaml"])
        let allowance = StepAllowance(30)
        let directory = RunDirectory(folder["run"])
        try Run.perform(configuration, output: directory.url, checkpointEvery: 10, observer: RunObserver(isCancelled: { allowance.isSpent() }))
        let said = try made("run", "run.yaml", "--out", "run", "--resume")
        let built = try program(directory.manifest)
        let note = "note: made, or begun up to a checkpoint, by another program (\(RunEnvironment.program); this one is \(built))"
        #expect(said.contains(note), "\(said)")
        #expect(try programs(directory.manifest) == [RunEnvironment.program, built])
        let again = try made("run", "run.yaml", "--out", "run", "--resume")
        #expect(again.hasPrefix("completed already") && again.contains(note), "\(again)")
        #expect(directory.otherPrograms() == [built])
        // Without a checkpoint it starts anew, and is one program's.
        let text = try String(contentsOf: directory.manifest, encoding: .utf8).replacing("\"completed\"", with: "\"failed\"")
        try Data(text.utf8).write(to: directory.manifest)
        #expect(try !made("run", "run.yaml", "--out", "run", "--resume").contains("another program"))
        #expect(try programs(directory.manifest) == nil)
    }
}
