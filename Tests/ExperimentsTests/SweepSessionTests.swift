// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Datasets
import Foundation
import Records
import Synchronization
import Testing

@testable import Experiments

/// The table without its last column, the only one that depends on the clock.
private func comparable(_ url: URL) throws -> [[String]] {
    let table = try CSVTable.read(url)
    #expect(table.columns.last == "seconds")
    return try table.columns.dropLast().map { try [$0] + table.texts($0) }
}

/// Model and optimiser state of each run, by its name.
private func states(_ sweep: URL) throws -> [String: [Data]] {
    let runs = SweepDirectory(sweep).runs
    let names = try FileManager.default.contentsOfDirectory(atPath: runs.path)
    return Dictionary(uniqueKeysWithValues: try names.map { ($0, try RunDirectory(runs.appendingPathComponent($0)).finalState()) })
}

@Suite("Sweeps being made")
struct SweepSessionTests {
    private let folder: RunFolder
    private let sweep: Sweep

    init() throws {
        folder = try RunFolder()
        sweep = try SmallSweep.parse("axes: {l2: [0, 1e-2], precision: [float32, float64], seed: [1, 2]}\n")
    }

    @discardableResult
    private func make(
        _ name: String, of sweep: Sweep? = nil, jobs: Int = 1, shard: SweepShard = .whole, resume: Bool = false
    ) throws -> SweepSummary {
        try SweepSession(sweep ?? self.sweep, in: folder[name], shard: shard, jobs: jobs).perform(resume: resume)
    }

    @Test("One job or two: the same bits as each run alone, the same table, rows in the order of the points")
    func bits() throws {
        #expect(try make("one").completed == 8)
        #expect(try make("two", jobs: 2).completed == 8)
        let (one, two) = (try states(folder["one"]), try states(folder["two"]))
        #expect(one == two && one.count == 8)
        #expect(try comparable(folder["one/results.csv"]) == comparable(folder["two/results.csv"]))
        for point in sweep.points {
            let alone = try folder.run(point.configuration, as: "alone-\(point.fingerprint)")
            #expect(try alone.finalState() == one[point.fingerprint])
        }
        let table = try CSVTable.read(folder["one/results.csv"])
        #expect(try table.texts("run") == sweep.points.map(\.fingerprint))
        #expect(try table.integers("seed") == [1, 2, 1, 2, 1, 2, 1, 2])
        let first = SweepDirectory(folder["one"]).run(sweep.points[0].fingerprint)
        let summary = try JSONValue.read(first.summary)
        #expect(try table.numbers("testError").first == summary["testError"]?.double)
        #expect(try table.integers("parameters").first == 64 * 8 + 8 + 8 * 10 + 10)
    }

    @Test("Finished runs are kept, also those copied in under another name; the rest is made, and the grid may grow")
    func resume() throws {
        try make("first")
        let names = sweep.points.map(\.fingerprint)
        let target = SweepDirectory(folder["second"])
        try Folder.create(at: target.runs)
        try FileManager.default.copyItem(at: SweepDirectory(folder["first"]).run(names[3]).url, to: target.runs.appendingPathComponent("mine"))
        #expect(throws: SweepError.outputExists(target.url.path)) { try make("second") }
        let summary = try make("second", resume: true)
        #expect(summary.kept == 1 && summary.completed == 7)
        #expect(try states(folder["second"]) == states(folder["first"]))
        #expect(try comparable(target.results) == comparable(folder["first/results.csv"]))

        let larger = try SmallSweep.parse("axes: {l2: [1e-3, 0, 1e-2], precision: [float32, float64], seed: [1, 2]}\n")
        let grown = try make("second", of: larger, resume: true)
        #expect(grown.kept == 8 && grown.completed == 4)
        #expect(try CSVTable.read(target.results).rowCount == 12)
    }

    @Test("A run that was not finished is made again: killed, interrupted, failed, or of another configuration")
    func unfinished() throws {
        try make("sweep")
        let directory = SweepDirectory(folder["sweep"])
        let before = try states(folder["sweep"])
        for (point, status) in zip(sweep.points, ["running", "interrupted", "failed"]) {
            let manifest = directory.run(point.fingerprint).manifest
            let text = try String(contentsOf: manifest, encoding: .utf8).replacing("\"completed\"", with: "\"\(status)\"")
            try Data(text.utf8).write(to: manifest)
        }
        try Data("{}".utf8).write(to: directory.run(sweep.points[3].fingerprint).manifest)
        let summary = try make("sweep", resume: true)
        #expect(summary.kept == 4 && summary.completed == 4)
        #expect(try states(folder["sweep"]) == before)
    }

    @Test("A run that fails is recorded with its message and does not stop the rest")
    func failure() throws {
        let broken = try SmallSweep.parse("axes: {initial: [heNormal, nowhere.safetensors], seed: [1, 2]}\n")
        let summary = try make("sweep", of: broken)
        #expect(summary.completed == 2 && summary.failures.count == 2)
        #expect(summary.failures.first?.hasPrefix("initial=nowhere.safetensors seed=1: ") == true, "\(summary.failures)")
        let table = try CSVTable.read(folder["sweep/results.csv"])
        #expect(try table.texts("status") == ["completed", "completed", "failed", "failed"])
        #expect(try table.texts("message")[2].contains("nowhere.safetensors"))
        #expect(try table.texts("testError")[2].isEmpty)
    }

    @Test("Absent data are refused as a run would, before anything is written; what is finished needs none")
    func absentData() throws {
        try Data("no array".utf8).write(to: folder["targets.npy"])
        let base = "base: {data: digits, network: [{dense: 8}, relu, {dense: 10}], optimizer: adam, steps: 5}\n"
        let mine = "{npy: {inputs: inputs.npy, targets: targets.npy}}"
        func sweep(_ seeds: String) throws -> Sweep {
            try Sweep.parse(yaml: base + "axes: {data: [digits, \(mine)], seed: \(seeds)}\n", name: "sweep.yaml", folder: folder.url)
        }
        let small = try sweep("[1]")
        let configuration = small.points[1].configuration
        func refusal(_ work: () throws -> Void) -> DatasetError? { #expect(throws: DatasetError.self, performing: work) }
        // Neither file is there, then one is no array.
        for _ in 0..<2 {
            let error = try #require(refusal { try make("sweep", of: small) })
            #expect(error == refusal { try Run.perform(configuration, output: folder["alone"]) } && "\(error)".contains("inputs.npy"))
            #expect(error == refusal { try SweepSession(small, in: folder["sweep"]).checkData() })
            #expect(!FileManager.default.fileExists(atPath: folder["sweep"].path))
            try Data("no array".utf8).write(to: folder["inputs.npy"])
        }
        // A shard without those points needs no such data.
        #expect(try make("shard", of: small, shard: try #require(SweepShard(number: 1, count: 2))).completed == 1)

        let inputs = TensorRecord((0..<120).map { Double($0 % 7) }, shape: [40, 3])
        try NPY.write(inputs, to: folder["inputs.npy"])
        try NPY.write(TensorRecord((0..<40).map { $0 % 10 }), to: folder["targets.npy"])
        #expect(try make("sweep", of: small).completed == 2)
        let table = try Data(contentsOf: folder["sweep/results.csv"])
        try FileManager.default.removeItem(at: folder["inputs.npy"])
        let finished = SweepDirectory(folder["sweep"]).run(configuration.fingerprint)
        #expect(try make("sweep", of: small, resume: true).kept == 2)
        // Nor does one that was copied in under another name.
        try FileManager.default.moveItem(at: finished.url, to: folder["sweep/runs/mine"])
        #expect(try make("sweep", of: small, resume: true).kept == 2)
        _ = try #require(refusal { try make("sweep", of: try sweep("[1, 2]"), resume: true) })
        #expect(try Data(contentsOf: folder["sweep/results.csv"]) == table)
    }

    @Test("Runs of points that the file has no more are named, left alone, and not in the table")
    func strays() throws {
        let before = try SmallSweep.parse("axes: {l2: [0, 1e-2], seed: [1, 2]}\n")
        let after = try SmallSweep.parse("axes: {l2: [0, 1e-3], seed: [1, 2]}\n")
        func names(_ sweep: Sweep) -> [String] { sweep.points[2...].map(\.fingerprint).sorted() }
        #expect(try make("sweep", of: before).strays.isEmpty)
        let directory = SweepDirectory(folder["sweep"])
        #expect(try JSONValue.read(directory.record)["strays"]?.array?.isEmpty == true)
        try Folder.create(at: directory.runs.appendingPathComponent("notes"))
        let old = try names(before).map { try directory.run($0).finalState() }
        for (sweep, strays) in [(after, names(before)), (before, names(after))] {
            let summary = try make("sweep", of: sweep, resume: true)
            #expect(summary.strays == strays)
            #expect(try JSONValue.read(directory.record)["strays"]?.array?.compactMap(\.string) == strays)
            #expect(try CSVTable.read(directory.results).texts("run") == sweep.points.map(\.fingerprint))
            #expect(try SweepCollection([directory.url]).strays.map { URL(fileURLWithPath: $0).lastPathComponent } == strays)
        }
        #expect(try names(before).map { try directory.run($0).finalState() } == old)
        // A shard's runs are points of the whole.
        try make("half", of: before, shard: try #require(SweepShard(number: 1, count: 2)))
        let other = try make("half", of: before, shard: try #require(SweepShard(number: 2, count: 2)), resume: true)
        #expect(other.strays.isEmpty)
    }

    @Test("Points with the same configuration share a run and have a row each")
    func twins() throws {
        let twins = try SmallSweep.parse("axes: {twin: {a: {l2: 0.5}, b: {l2: 0.5}}}\n")
        #expect(try make("sweep", of: twins).completed == 1)
        let table = try CSVTable.read(folder["sweep/results.csv"])
        #expect(try table.texts("twin") == ["a", "b"] && Set(try table.texts("run")).count == 1)
    }

    @Test("Two shards collected are the whole; one alone says what is missing")
    func collect() throws {
        try make("whole")
        for number in 1...2 { try make("shard\(number)", shard: try #require(SweepShard(number: number, count: 2))) }
        let shards = ["shard1", "shard2"].map { folder[$0] }
        let collection = try SweepCollection(shards.reversed())
        #expect(collection.incomplete.isEmpty)
        try collection.write(to: folder["collected.csv"])
        #expect(try comparable(folder["collected.csv"]) == comparable(folder["whole/results.csv"]))
        let half = try SweepCollection([shards[0]])
        #expect(half.incomplete.map(\.labels).first == "l2=0 precision=float32 seed=2")
        #expect(half.incomplete.map(\.state) == ["missing", "missing", "missing", "missing"])
        #expect(throws: SweepError.notASweep(folder["nowhere"].path)) { try SweepCollection([folder["nowhere"]]) }
    }

    @Test("A collection takes the place of no file of the directories that it is of, by whatever path")
    func ownTable() throws {
        for number in 1...2 { try make("shard\(number)", shard: try #require(SweepShard(number: number, count: 2))) }
        let collection = try SweepCollection([folder["shard1"], folder["shard2"]])
        try FileManager.default.createSymbolicLink(at: folder["link"], withDestinationURL: folder["shard2"])
        for path in ["shard1/results.csv", "shard2/sweep.json", "shard1/../shard1/sweep.yaml", "link/results.csv", "shard1/runs/table.csv"] {
            let before = try states(folder["shard1"])
            let table = try Data(contentsOf: folder["shard2/results.csv"])
            #expect(throws: SweepError.ownFile(folder[path].path)) { try collection.write(to: folder[path]) }
            #expect(try states(folder["shard1"]) == before && Data(contentsOf: folder["shard2/results.csv"]) == table)
        }
        let refused = try BuiltProgram(["sweep", "collect", "shard1", "shard2", "--out", "shard1/results.csv"], in: folder.url).finish()
        #expect(refused.status == 1 && refused.errors.contains("shard1/results.csv belongs to a sweep's directory that is collected"), "\(refused)")
        #expect(try CSVTable.read(folder["shard1/results.csv"]).rowCount == 4)
        for path in ["all.csv", "shard1/all.csv"] {
            try collection.write(to: folder[path])
            #expect(try CSVTable.read(folder[path]).rowCount == 8)
        }
    }

    @Test("Stopped on request, it ends the runs under way and says so; the row tells how far each came")
    func cancelled() throws {
        let steps = Atomic(0)
        let summary = try SweepSession(sweep, in: folder["sweep"], jobs: 1).perform(
            resume: false, isCancelled: { steps.wrappingAdd(1, ordering: .relaxed).oldValue > 60 })
        #expect(summary.wasCancelled && summary.completed == 1 && summary.interrupted == 1)
        #expect(try CSVTable.read(folder["sweep/results.csv"]).texts("status") == ["completed", "interrupted"])
        #expect(try make("sweep", resume: true).kept == 1)
    }

    @Test(
        "A wrong number is refused with the reason and what is accepted",
        arguments: [
            ("--jobs", "-1", "--jobs is -1, but must be at least 1"), ("--checkpoint-every", "-5", "--checkpoint-every is -5"),
            ("--shard", "3/2", "1 ≤ K ≤ N"), ("--shard", "-1/2", "1 ≤ K ≤ N"), ("--shard", "1", "1 ≤ K ≤ N"),
        ])
    func wrongNumbers(_ option: String, _ value: String, _ reason: String) throws {
        let refused = try BuiltProgram(["sweep", "paper/digits-l2", "--out", "refused", option, value], in: folder.url).finish()
        #expect(refused.status == 64 && refused.errors.contains(reason), "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder["refused"].path))
    }

    @Test("A row without a forecast says why, without the place where its run lies")
    func noForecast() throws {
        let penalized = try SmallSweep.parse("set: {steps: 5, sparsity: {groupLasso: {coefficient: 0.1}}}\naxes: {seed: [1]}\n")
        try make("sweep", of: penalized)
        let message = try #require(try CSVTable.read(folder["sweep/results.csv"]).texts("message").first)
        #expect(message.hasPrefix("no forecast: manifest.json: the run had a sparsity-inducing penalty"), "\(message)")
    }

    @Test("A folder of something else is not gone on with")
    func foreignFolder() throws {
        try Folder.create(at: folder["notes"])
        try Data("mine".utf8).write(to: folder["notes/today.txt"])
        #expect(throws: SweepError.notASweep(folder["notes"].path)) { try make("notes", resume: true) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder["notes"].path) == ["today.txt"])
    }

    @Test("A directory in which a sweep is being made is left alone")
    func lock() throws {
        let held = try SweepDirectory(folder["sweep"]).open(resume: false)
        #expect(throws: SweepError.inUse(folder["sweep"].path)) { try make("sweep", resume: true) }
        withExtendedLifetime(held) {}
    }
}

@Suite("Sweeps of the built command")
struct SweepCommandTests {
    private let folder: RunFolder
    private static let text = """
        base: {data: digits, network: [{dense: 16}, relu, {dense: 10}], optimizer: adam, steps: 500, probe: {every: 50}}
        axes: {l2: [0, 1e-3, 1e-2], seed: {range: [1, 4]}}

        """

    init() throws {
        folder = try RunFolder()
        try Data(Self.text.utf8).write(to: folder["sweep.yaml"])
    }

    @Test("24 runs, two at a time with checkpoints, killed three times and resumed, are what they are undisturbed")
    func killed() throws {
        try Data(Self.text.replacing("{range: [1, 4]}", with: "{range: [1, 8]}").utf8).write(to: folder["sweep.yaml"])
        func start(_ name: String) throws -> BuiltProgram {
            let options = ["--jobs", "2", "--checkpoint-every", "20", "--resume", "--quiet"]
            return try BuiltProgram(["sweep", "sweep.yaml", "--out", name] + options, in: folder.url)
        }
        let undisturbed = try start("whole").finish()
        #expect(undisturbed.status == 0 && undisturbed.output.hasPrefix("24 runs completed\n"), "\(undisturbed)")
        let killed = SweepDirectory(folder["killed"])
        func runs() -> [RunDirectory] {
            ((try? FileManager.default.contentsOfDirectory(atPath: killed.runs.path)) ?? []).map { killed.run($0) }
        }
        for begun in [4, 10, 17] {
            let program = try start("killed")
            // Until it is some runs further, with a checkpoint of one that is under way.
            for _ in 0..<2000 where runs().count < begun || !runs().contains(where: { FileManager.default.fileExists(atPath: $0.checkpoint.path) }) {
                Thread.sleep(forTimeInterval: 0.005)
            }
            kill(program.process.processIdentifier, SIGKILL)
            #expect(try program.finish().status == -Int(SIGKILL))
            #expect((begun..<24).contains(runs().count), "killed after \(runs().count) runs were begun")
        }
        let resumed = try start("killed").finish()
        #expect(resumed.status == 0 && resumed.output.contains("kept"), "\(resumed)")
        #expect(try runs().contains { try JSONValue.read($0.manifest)["resumedAfter"] != nil }, "no run went on from its checkpoint")
        #expect(try states(killed.url) == states(folder["whole"]) && runs().count == 24)
        #expect(try comparable(killed.results) == comparable(folder["whole/results.csv"]))
    }

    @Test("After Ctrl-C it ends by itself, status 130, and goes on from there")
    func interrupted() throws {
        let program = try BuiltProgram(["sweep", "sweep.yaml", "--out", "sweep", "--jobs", "1"], in: folder.url)
        let runs = SweepDirectory(folder["sweep"]).runs
        for _ in 0..<1200 where (try? FileManager.default.contentsOfDirectory(atPath: runs.path).count) ?? 0 < 2 {
            Thread.sleep(forTimeInterval: 0.01)
        }
        kill(program.process.processIdentifier, SIGINT)
        let ended = try program.finish()
        #expect(ended.status == 130 && ended.output.contains("interrupted"), "\(ended)")
        let points = try Sweep.load(url: folder["sweep.yaml"]).points
        let finished = points.count { SweepDirectory(folder["sweep"]).run($0.fingerprint).isFinished($0.configuration) }
        #expect(finished < 12, "it came to the end")

        let resumed = try BuiltProgram(["sweep", "sweep.yaml", "--out", "sweep", "--jobs", "2", "--resume", "--quiet"], in: folder.url).finish()
        #expect(resumed.status == 0, "\(resumed)")
        #expect(resumed.output.hasPrefix("\(12 - finished) runs completed" + (finished > 0 ? ", \(finished) kept\n" : "\n")), "\(resumed)")
        #expect(try BuiltProgram(["sweep", "sweep.yaml", "--out", "whole", "--jobs", "2", "--quiet"], in: folder.url).finish().status == 0)
        #expect(try states(folder["sweep"]) == states(folder["whole"]))
        #expect(try comparable(folder["sweep/results.csv"]) == comparable(folder["whole/results.csv"]))
    }

    @Test("The dry run lists the shard's points and makes none; wrong usage is 64, a failed run 1")
    func statuses() throws {
        let dry = try BuiltProgram(["sweep", "sweep.yaml", "--dry-run", "--shard", "2/3"], in: folder.url).finish()
        #expect(dry.status == 0 && dry.output.contains("4 points of 12, 4 runs") && dry.output.contains("l2=0 seed=2"), "\(dry)")
        #expect(try folder.names == ["sweep.yaml"])
        for wrong in [[], ["--out", "x", "--shard", "3/2"], ["--out", "x", "--jobs", "0"]] {
            #expect(try BuiltProgram(["sweep", "sweep.yaml"] + wrong, in: folder.url).finish().status == 64)
        }
        let left = try BuiltProgram(["sweep", "sweep.yaml", "--dry-run", "--out", "none"], in: folder.url).finish()
        #expect(left.status == 0 && !left.output.contains("no point") && !left.output.contains("(finished)"), "\(left)")
        let failing = Self.text.replacing("seed: {range: [1, 4]}", with: "initial: [heNormal, nowhere.safetensors]")
        try Data(failing.replacing("steps: 500", with: "steps: 5").utf8).write(to: folder["broken.yaml"])
        let broken = try BuiltProgram(["sweep", "broken.yaml", "--out", "broken", "--quiet"], in: folder.url).finish()
        #expect(broken.status == 1 && broken.output.contains("3 runs completed, 3 failed"), "\(broken)")
        let collected = try BuiltProgram(["sweep", "collect", "broken", "--out", "table.csv"], in: folder.url).finish()
        #expect(collected.status == 1 && collected.output.contains("3 of 6 runs completed"), "\(collected)")
    }

    @Test("An absent data set ends it with 1 before anything is made, in the words of a run; the dry run lists and says it too")
    func absentData() throws {
        let text = "base: {data: mnist, network: [{dense: 4}, relu, {dense: 10}], optimizer: adam, steps: 5, probe: none}\n"
        try Data((text + "axes: {seed: [1, 2]}\n").utf8).write(to: folder["mnist.yaml"])
        let nowhere = ["ADAMPROBE_DATA": folder["nowhere"].path, "XDG_CACHE_HOME": folder["cache"].path]
        func made(_ arguments: String...) throws -> (status: Int, output: String, errors: String) {
            try BuiltProgram(arguments, in: folder.url, environment: nowhere).finish()
        }
        try Data(text.dropFirst("base: ".count).utf8).write(to: folder["run.yaml"])
        let run = try made("run", "run.yaml", "--out", "run")
        #expect(run.status == 1 && run.errors.contains("adamprobe data fetch mnist") && run.errors.contains(folder["nowhere"].path), "\(run)")
        let sweep = try made("sweep", "mnist.yaml", "--out", "sweep")
        #expect(sweep.status == 1 && sweep.errors == run.errors && sweep.output.isEmpty, "\(sweep)")
        let dry = try made("sweep", "mnist.yaml", "--dry-run")
        #expect(dry.status == 1 && dry.errors == run.errors && dry.output.contains("2 points of 2"), "\(dry)")
        #expect(try folder.names == ["mnist.yaml", "run.yaml", "sweep.yaml"])
    }

    @Test("Runs of a level that was replaced are named by the sweep, its dry run and its collection")
    func strays() throws {
        func make(_ arguments: String...) throws -> String {
            let done = try BuiltProgram(["sweep"] + arguments, in: folder.url).finish()
            #expect(done.status == 0, "\(done)")
            return done.output
        }
        let text = Self.text.replacing("steps: 500", with: "steps: 5").replacing("seed: {range: [1, 4]}", with: "seed: [1]")
        try Data(text.utf8).write(to: folder["grid.yaml"])
        let whole = try make("grid.yaml", "--out", "sweep")
        #expect(!whole.contains("no point"), "\(whole)")
        let replaced = try Sweep.load(url: folder["grid.yaml"]).points[2].fingerprint
        try Data(text.replacing("1e-2]", with: "5e-2]").utf8).write(to: folder["grid.yaml"])
        let said = "run directories that belong to no point of this sweep, left alone and not in the table (1): sweep/runs/\(replaced)\n"
        #expect(try make("grid.yaml", "--out", "sweep", "--dry-run").contains(said))
        let changed = try make("grid.yaml", "--out", "sweep", "--resume", "--quiet")
        #expect(changed == "1 runs completed, 2 kept\n\(said)results in sweep/results.csv\n")
        #expect(try make("collect", "sweep").hasPrefix(said))
    }
}
