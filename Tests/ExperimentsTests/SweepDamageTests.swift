// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Records
import Testing

@testable import Experiments

@Suite("Damaged runs of sweeps")
struct SweepDamageTests {
    private let folder: RunFolder
    private let sweep: Sweep

    init() throws {
        folder = try RunFolder()
        sweep = try SmallSweep.parse("axes: {l2: [0, 1e-2], seed: [1, 2]}\n")
    }

    private func make(resume: Bool = false) throws -> SweepSummary {
        try SweepSession(sweep, in: folder["sweep"], jobs: 1).perform(resume: resume)
    }

    @Test(
        "A file that is not what was written, or gone, is named; its run is not collected, and is made again",
        arguments: [
            ("summary.json", "garbage"), ("summary.json", #"{"steps": 40, "testError": 0}"#), ("model.safetensors", ""), ("nodes.csv", "garbage"),
            ("manifest.json", "garbage"), ("metrics.csv", nil), ("probe/steps.npy", nil),
        ] as [(String, String?)])
    func damage(_ file: String, _ content: String?) throws {
        #expect(try make().damaged.isEmpty)
        let directory = SweepDirectory(folder["sweep"])
        let (run, url) = (directory.run(sweep.points[1].fingerprint), directory.url)
        let (state, table) = (try run.finalState(), try CSVTable.read(directory.results).texts("run"))
        #expect(run.damagedFiles().isEmpty && run.isFinished(sweep.points[1].configuration))
        if let content {
            try Data(content.utf8).write(to: run.url.appendingPathComponent(file))
        } else {
            try FileManager.default.removeItem(at: run.url.appendingPathComponent(file))
        }
        #expect(run.damagedFiles() == [file] && !run.isFinished(sweep.points[1].configuration))
        let path = "runs/\(sweep.points[1].fingerprint)/\(file)"

        let collection = try SweepCollection([url])
        #expect(collection.damaged.map { URL(fileURLWithPath: $0).path } == [url.appendingPathComponent(path).path])
        #expect(collection.incomplete.map(\.labels) == ["l2=0 seed=2"])
        let collected = try BuiltProgram(["sweep", "collect", "sweep"], in: folder.url).finish()
        #expect(collected.status == 1 && collected.output.contains("(1): sweep/\(path)\n"), "\(collected)")
        #expect(collected.output.contains("3 of 4 runs completed"), "\(collected)")

        let summary = try make(resume: true)
        #expect(summary.damaged == [path] && summary.kept == 3 && summary.completed == 1)
        #expect(try run.damagedFiles().isEmpty && run.finalState() == state && CSVTable.read(directory.results).texts("run") == table)
        #expect(try make(resume: true) == SweepSummary(points: 4, kept: 4))
    }

    @Test("Where another directory holds the run whole, its row is that one's, and the damage is told all the same")
    func copy() throws {
        _ = try make()
        try FileManager.default.copyItem(at: folder["sweep"], to: folder["copy"])
        let name = sweep.points[2].fingerprint
        try Data().write(to: SweepDirectory(folder["sweep"]).run(name).summary)
        let collection = try SweepCollection([folder["sweep"], folder["copy"]])
        #expect(collection.incomplete.isEmpty && collection.damaged.count == 1)
        try collection.write(to: folder["collected.csv"])
        #expect(try Data(contentsOf: folder["collected.csv"]) == Data(contentsOf: folder["copy/results.csv"]))
    }

    @Test("The command says what it made again; a single run is refused by the names of its damaged files")
    func commands() throws {
        _ = try make()
        try Data((SmallSweep.base + "axes: {l2: [0, 1e-2], seed: [1, 2]}\n").utf8).write(to: folder["sweep.yaml"])
        let name = sweep.points[0].fingerprint
        try Data().write(to: SweepDirectory(folder["sweep"]).run(name).nodes)
        let resumed = try BuiltProgram(["sweep", "sweep.yaml", "--out", "sweep", "--resume", "--quiet"], in: folder.url).finish()
        let said = "files that are no longer what their run wrote, so that it counts as not made (1): sweep/runs/\(name)/nodes.csv\n"
        #expect(resumed.status == 0 && resumed.output.hasPrefix("1 runs completed, 3 kept\n") && resumed.output.contains(said), "\(resumed)")

        try Data(SmallSweep.base.dropFirst("base: ".count).utf8).write(to: folder["run.yaml"])
        for more in [[], ["--resume"]] {
            #expect(try BuiltProgram(["run", "run.yaml", "--out", "run", "--quiet"] + more, in: folder.url).finish().status == 0)
        }
        try Data().write(to: RunDirectory(folder["run"]).model)
        let refused = try BuiltProgram(["run", "run.yaml", "--out", "run", "--resume", "--quiet"], in: folder.url).finish()
        #expect(refused.status == 1 && refused.errors.contains("not as it was written: model.safetensors"), "\(refused)")
        #expect(throws: RunError.damaged(folder["run"].path, files: ["model.safetensors"])) {
            try Run.resume(RunConfiguration.load(url: folder["run.yaml"]), in: folder["run"])
        }
    }
}
