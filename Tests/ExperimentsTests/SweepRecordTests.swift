// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Records
import Testing

@testable import Experiments

@Suite("What sweeps' directories say of them")
struct SweepRecordTests {
    private let folder: RunFolder

    init() throws { folder = try RunFolder() }

    @discardableResult
    private func make(_ name: String, _ text: String, shard: Int? = nil, resume: Bool = false) throws -> SweepSummary {
        let shard = try shard.map { try #require(SweepShard(number: $0, count: 2)) } ?? .whole
        return try SweepSession(try SmallSweep.parse("set: {steps: 5}\n" + text), in: folder[name], shard: shard).perform(resume: resume)
    }

    private func collect(_ names: String...) throws -> SweepCollection { try SweepCollection(names.map { folder[$0] }) }

    /// Another set on top of the usual one.
    private func other(_ text: String) throws -> Sweep { try SmallSweep.parse("set: {steps: 6, batch: 32}\n" + text) }

    @Test("What all points start from tells sweeps apart, however it is written; axes and their levels don't")
    func base() throws {
        func base(_ text: String) throws -> String { try SmallSweep.parse(text).base }
        let plain = try base("axes: {l2: [0]}\n")
        #expect(try plain == base("axes: {seed: [1, 2]}\n") && plain == base("set: {steps: 40}\naxes: {l2: [1]}\n"))
        #expect(try plain == base("set: {threads: 2}\naxes: {l2: [0]}\n") && plain != base("set: {batch: 32}\naxes: {l2: [0]}\n"))
        // One that an axis completes.
        func partial(_ rest: String) throws -> String {
            let text = "base: {data: digits, network: [{dense: 10}], \(rest)}\naxes: {optimizer: [adam, nadam]}\n"
            return try Sweep.parse(yaml: text, folder: folder.url).base
        }
        #expect(try partial("steps: 5") == partial("steps:  5 ") && partial("steps: 5") != partial("steps: 6"))
    }

    @Test("Directories of another base or set are not collected, whether or not they have labels in common")
    func bases() throws {
        try make("one", "axes: {l2: [0], seed: [1, 2]}\n")
        for (name, levels) in [("other levels", "1e-3"), ("same levels", "0")] {
            _ = try SweepSession(try other("axes: {l2: [\(levels)], seed: [1, 2]}\n"), in: folder[name]).perform(resume: false)
            let error = SweepError.differentBases(folder["one"].path, folder[name].path)
            #expect(throws: error) { try collect("one", name) }
            #expect("\(error)".contains("these are different sweeps: base or set of"))
        }
        let refused = try BuiltProgram(["sweep", "collect", "one", "same levels", "--out", "table.csv"], in: folder.url).finish()
        #expect(refused.status == 1 && refused.errors.contains("base or set of"), "\(refused)")
        #expect(!FileManager.default.fileExists(atPath: folder["table.csv"].path))
        // Shards of files that differ in set.
        try make("half", "axes: {l2: [0], seed: [1, 2]}\n", shard: 1)
        let rest = try #require(SweepShard(number: 2, count: 2))
        _ = try SweepSession(try other("axes: {l2: [0], seed: [1, 2]}\n"), in: folder["other half"], shard: rest).perform(resume: false)
        #expect(throws: SweepError.self) { try collect("half", "other half") }
    }

    @Test("The same labels for another run are refused, also where no base is told; a sweep that was extended is one")
    func labels() throws {
        try make("one", "axes: {rule: {a: {l2: 0}, b: {l2: 0.5}}, seed: [1]}\n")
        try make("two", "axes: {rule: {a: {l2: 0}, b: {l2: 0.25}}, seed: [1]}\n")
        #expect(throws: SweepError.differentRuns("rule=b seed=1", folder["one"].path, folder["two"].path)) { try collect("one", "two") }
        try make("more", "axes: {rule: {a: {l2: 0}, c: {l2: 0.25}}, seed: [1, 2]}\n")
        #expect(try collect("one", "more").results.record.points.map(\.labels) == [["a", "1"], ["b", "1"], ["a", "2"], ["c", "1"], ["c", "2"]])

        // As earlier versions wrote it.
        let file = SweepDirectory(folder["one"]).record
        guard case .object(let members) = try JSONValue.read(file) else { return }
        let earlier = JSONObject(members.members.filter { $0.key != "base" }.map { ($0.key, $0.value) })
        try JSONValue.object(earlier).write(to: file)
        #expect(try SweepRecord(directory: SweepDirectory(folder["one"])).base == nil)
        #expect(throws: SweepError.self) { try collect("one", "two") }
        #expect(try collect("one", "more").incomplete.isEmpty)
    }

    @Test("A file with another base is refused where none of its runs is, before anything is written; a change of levels is not")
    func resumed() throws {
        let text = "axes: {l2: [0], seed: [1, 2]}\n"
        try make("one", text)
        let directory = SweepDirectory(folder["one"])
        let files = [directory.yaml, directory.record, directory.results]
        let before = try files.map { try Data(contentsOf: $0) }
        for levels in ["0", "1e-3"] {
            let session = SweepSession(try other("axes: {l2: [\(levels)], seed: [1, 2]}\n"), in: directory.url)
            #expect(throws: SweepError.otherSweep(directory.url.path)) { try session.perform(resume: true) }
        }
        #expect(try files.map { try Data(contentsOf: $0) } == before)
        #expect(try make("one", "axes: {l2: [1e-3], seed: [1, 2]}\n", resume: true).strays.count == 2)
        // What was in set becomes an axis.
        let grown = SweepSession(try SmallSweep.parse("axes: {l2: [1e-3], seed: [1, 2], steps: [5, 6]}\n"), in: directory.url)
        #expect(try grown.perform(resume: true).kept == 2)
    }

    @Test("Every committed table's sweep.json is read, though it tells no base")
    func committed() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let sweeps = root.appendingPathComponent("plots/sweeps")
        let names = try FileManager.default.contentsOfDirectory(atPath: sweeps.path).filter { !$0.contains(".") }
        #expect(names.count >= 19)
        for name in names {
            let directory = SweepDirectory(sweeps.appendingPathComponent(name))
            let record = try SweepRecord(directory: directory)
            #expect(try CSVTable.read(directory.results).texts("run").allSatisfy { run in record.points.contains { $0.fingerprint == run } })
        }
    }
}
