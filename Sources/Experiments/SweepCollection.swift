// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Several directories of one sweep, such as its shards, as one table.
public struct SweepCollection: Sendable {
    public let results: SweepResults
    /// Paths of run directories in these that belong to no point of any; they are not in the table.
    public let strays: [String]
    /// Paths of files that are no longer what a run of some point wrote. Such runs have no row, unless another directory holds them whole.
    public let damaged: [String]
    private let directories: [SweepDirectory]

    /// Reads the runs of all directories; of a run that several hold, the completed one, and of those the first.
    /// - Throws: ``SweepError`` for a folder that is no sweep's, or directories of different sweeps; `RecordsError` for unreadable files.
    public init(_ directories: [URL]) throws {
        let directories = directories.map { SweepDirectory($0) }
        let records = try directories.map { (record: try SweepRecord(directory: $0), directory: $0.url.path) }
        guard let record = try SweepRecord.union(records) else { preconditionFailure("a collection of no directories") }
        var results = SweepResults(record)
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let damage = try directories.map { try $0.damage(record, threads: threads) }
        let known = Set(record.points.map(\.fingerprint))
        let names = Array(known)
        // A row's forecast may take seconds.
        let found = try concurrentMap(names, threads: threads) { name in
            let whole = zip(directories, damage).filter { $0.1[name] == nil }.map(\.0)
            let rows = whole.lazy.compactMap { SweepRow(run: $0.run(name)) }
            return rows.first { $0.status == .completed } ?? rows.first
        }
        for (name, row) in zip(names, found) { results.set(row, run: name) }
        self.results = results
        self.directories = directories
        damaged = zip(directories, damage).flatMap { directory, damage in
            damage.values.flatMap(\.self).sorted().map { directory.url.appendingPathComponent($0).relativePath }
        }
        strays = directories.flatMap { directory in
            directory.otherRuns(than: known).map { directory.runs.appendingPathComponent($0).relativePath }
        }
    }

    /// Writes the table.
    /// - Throws: ``SweepError/ownFile(_:)`` where it would take the place of a file that one of the directories keeps; `RecordsError.unwritable`.
    public func write(to url: URL) throws {
        guard !directories.contains(where: { $0.keeps(url) }) else { throw SweepError.ownFile(url.path) }
        try results.write(to: url)
    }

    /// Points whose run is not completed, with what is known of it.
    public var incomplete: [(labels: String, state: String)] {
        zip(results.record.points, results.rows).compactMap { point, row in
            guard row?.status != .completed else { return nil }
            let labels = zip(results.record.axes, point.labels).map { "\($0)=\($1)" }.joined(separator: " ")
            return (labels, row.map { $0.status == .failed ? "failed: \($0.message)" : $0.status.rawValue } ?? "missing")
        }
    }
}
