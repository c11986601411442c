// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Testing

@testable import Experiments

@Suite("Experiments by name")
struct NamedExperimentTests {
    @Test("Each is named after its file, has a version and a line, and every point of it is found good")
    func all() throws {
        #expect(NamedExperiment.all.count >= 29)
        for experiment in NamedExperiment.all {
            #expect(experiment.version >= 1 && !experiment.summary.isEmpty && NamedExperiment(experiment.name) == experiment)
            if experiment.isSweep {
                let sweep = try experiment.sweep()
                #expect(sweep.points.count >= 2, "\(experiment.name)")
                #expect(Set(sweep.points.map(\.fingerprint)).count == sweep.points.count, "\(experiment.name)")
            } else {
                _ = try experiment.configuration()
            }
        }
        #expect(NamedExperiment("paper/nothing") == nil)
    }

    @Test("The known set-up is the one that the claims test")
    func known() throws {
        let claim = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Claims/Resources/C7/mnist-known.yaml").standardizedFileURL
        let named = try #require(NamedExperiment("paper/mnist-adam")).configuration()
        #expect(try named == RunConfiguration.load(url: claim))
    }

    @Test("Sweeps of one set of data share the runs of their common base, but for those with a base of their own", arguments: ["mnist", "digits"])
    func sharedRuns(_ data: String) throws {
        let base = try #require(NamedExperiment("paper/\(data)-adam")).configuration(overrides: ["seed=1"]).fingerprint
        let ownBase = ["paper/mnist-sparsity", "paper/digits-trap"]
        let sweeps = NamedExperiment.all.filter { $0.isSweep && $0.name.hasPrefix("paper/\(data)") && !ownBase.contains($0.name) }
        #expect(sweeps.count == 13)
        for sweep in sweeps { #expect(try sweep.sweep().points.contains { $0.fingerprint == base }, "\(sweep.name)") }
    }

    @Test("The command lists them, shows one, and runs one by name with changes")
    func command() throws {
        let list = try BuiltProgram(["experiments"]).finish()
        #expect(list.status == 0 && list.output.contains("paper/mnist-adam\t1\trun\t"), "\(list)")
        let shown = try BuiltProgram(["experiments", "show", "paper/digits-l2"]).finish()
        #expect(shown.output == NamedExperiment("paper/digits-l2")?.yaml)
        #expect(try BuiltProgram(["experiments", "show", "paper/none"]).finish().status == 1)
        let unknown = try BuiltProgram(["run", "paper/none"]).finish()
        #expect(unknown.status == 1 && unknown.errors.contains("adamprobe experiments"), "\(unknown)")
        let folder = try RunFolder()
        let run = try BuiltProgram(["run", "paper/digits-adam", "--set", "steps=5", "--quiet"], in: folder.url).finish()
        #expect(run.status == 0 && run.output.contains("results in runs/digits-adam"), "\(run)")
        #expect(try BuiltProgram(["run", "paper/digits-l2"], in: folder.url).finish().status == 64)
    }
}
