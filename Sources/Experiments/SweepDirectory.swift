// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// Where a sweep leaves what it found: `sweep.yaml` as given, `sweep.json` with all points and what they start from, the environment, the programs
/// that made its runs, when it was first started, and the names of runs that belong to no point, `results.csv` with a row a run, and the run
/// directories in `runs`, each named by its configuration's fingerprint.
public struct SweepDirectory: Sendable {
    public let url: URL

    /// Refers to a directory that is there or will be.
    public init(_ url: URL) { self.url = url }

    public var yaml: URL { url.appendingPathComponent("sweep.yaml") }
    public var record: URL { url.appendingPathComponent("sweep.json") }
    public var results: URL { url.appendingPathComponent("results.csv") }
    public var runs: URL { url.appendingPathComponent("runs") }
    private var lock: URL { url.appendingPathComponent(".lock") }

    /// The directory of a run.
    public func run(_ fingerprint: String) -> RunDirectory { RunDirectory(runs.appendingPathComponent(fingerprint)) }

    /// Whether a sweep keeps that file here, which nothing else may write: its file, record, table, and what is in `runs`.
    func keeps(_ file: URL) -> Bool {
        func resolved(_ url: URL) -> String {
            url.deletingLastPathComponent().standardizedFileURL.resolvingSymlinksInPath().appendingPathComponent(url.lastPathComponent).path
        }
        return [yaml, record, results].contains { resolved($0) == resolved(file) } || resolved(file).hasPrefix(resolved(runs) + "/")
    }

    /// Checks that a sweep may be made here, and writes nothing.
    /// - Throws: ``SweepError/outputExists(_:)``, ``SweepError/notASweep(_:)``.
    func requireFree(resume: Bool) throws(SweepError) {
        let content = Set((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).subtracting([".lock"])
        if !resume, !content.isEmpty { throw SweepError.outputExists(url.path) }
        // Runs alone are there to be taken in; a sweep that was killed at once may have left its file alone.
        if !content.isSubset(of: ["runs", yaml.lastPathComponent]), !content.contains(record.lastPathComponent) {
            throw SweepError.notASweep(url.path)
        }
    }

    /// Checks that what was made here before is of that sweep: its base is the same, or some run of it is a point of the sweep, which is then
    /// an extension or a change of levels.
    /// - Throws: ``SweepError/otherSweep(_:)``.
    func requireSame(_ sweep: SweepRecord) throws(SweepError) {
        guard let before = try? SweepRecord(directory: self), let base = before.base, base != sweep.base else { return }
        let made = before.points.map(\.fingerprint).filter { FileManager.default.fileExists(atPath: run($0).manifest.path) }
        if !made.isEmpty, Set(made).isDisjoint(with: sweep.points.map(\.fingerprint)) { throw .otherSweep(url.path) }
    }

    /// Makes the directory, or takes it up again, and keeps other processes out of it for as long as the lock lives.
    /// - Throws: as ``requireFree(resume:)``; ``SweepError/inUse(_:)``; `RecordsError.unwritable`.
    func open(resume: Bool) throws -> SweepLock {
        try requireFree(resume: resume)
        try Folder.create(at: runs)
        guard let lock = try SweepLock(lock) else { throw SweepError.inUse(url.path) }
        return lock
    }

    /// Run directories that were copied into `runs` under any name, each with the place that it takes: finished runs of points that have none
    /// yet, the first in the order of names for each.
    func adoptable(_ points: [Sweep.Point]) -> [(found: RunDirectory, target: RunDirectory)] {
        let wanted = Dictionary(points.map { ($0.fingerprint, $0.configuration) }) { first, _ in first }
        var taken: Set<String> = []
        return otherRuns(than: Set(wanted.keys)).compactMap { name in
            let found = RunDirectory(runs.appendingPathComponent(name))
            guard let resolved = (try? JSONValue.read(found.manifest))?["configuration"] else { return nil }
            let fingerprint = RunConfiguration.fingerprint(ofResolved: resolved)
            guard let configuration = wanted[fingerprint], found.isFinished(configuration) else { return nil }
            let target = run(fingerprint)
            guard !target.isFinished(configuration), taken.insert(fingerprint).inserted else { return nil }
            return (found, target)
        }
    }

    /// Takes in what is ``adoptable(_:)``: those directories are renamed.
    func adopt(_ points: [Sweep.Point]) throws {
        for (found, target) in adoptable(points) {
            try? FileManager.default.removeItem(at: target.url)
            try FileManager.default.moveItem(at: found.url, to: target.url)
        }
    }

    /// When a sweep was first started here, by its record; nil without one that tells.
    func started() -> Date? {
        (try? JSONValue.read(record))?["started"]?.string.flatMap { ISO8601DateFormatter().date(from: $0) }
    }

    /// The damaged files of the runs of a record's points, as paths within this directory, by the run's name; whole runs have no entry.
    func damage(_ record: SweepRecord, threads: Int) throws -> [String: [String]] {
        let names = Array(Set(record.points.map(\.fingerprint)))
        let files = try concurrentMap(names, threads: threads) { name in
            run(name).damagedFiles().map { "\(runs.lastPathComponent)/\(name)/\($0)" }
        }
        return Dictionary(uniqueKeysWithValues: zip(names, files).filter { !$0.1.isEmpty })
    }

    /// Names of the run directories in `runs` that have none of these names, sorted.
    func otherRuns(than fingerprints: Set<String>) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? []
        return names.sorted().filter { name in
            !fingerprints.contains(name)
                && FileManager.default.fileExists(atPath: RunDirectory(runs.appendingPathComponent(name)).manifest.path)
        }
    }
}

/// A directory's lock: held while this lives, and gone with the process, however that ends.
final class SweepLock: Sendable {
    private let descriptor: Int32

    /// nil if another process has it.
    init?(_ url: URL) throws {
        descriptor = Foundation.open(url.path, O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw RecordsError(.unwritable, file: url.path, "can't be made", accepted: "a folder where you may write") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }
}
