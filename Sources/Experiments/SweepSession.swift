// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Dispatch
import Foundation
import Records
import Synchronization

/// How far a sweep is.
public struct SweepProgress: Sendable {
    /// Runs that have ended, those found included, and all runs of the shard.
    public let finished: Int
    public let total: Int
    public let failed: Int
    /// Seconds since the first run began.
    public let seconds: Double
    /// Seconds left at the mean speed so far; nil before it is known.
    public let secondsLeft: Double?
}

/// What a call of a sweep came to.
public struct SweepSummary: Sendable, Equatable {
    /// Points of the shard.
    public var points = 0
    /// Runs made, and runs that were there already.
    public var completed = 0
    public var kept = 0
    public var interrupted = 0
    /// Labels of the points whose run failed, with the reason.
    public var failures: [String] = []
    /// Names of directories in `runs` that hold a run of no point: of an earlier state of the sweep's file, say. They are left as they are and
    /// are not in the table.
    public var strays: [String] = []
    /// Paths, within the sweep's directory, of files that are no longer what a run of some point wrote. Such runs count as not made.
    public var damaged: [String] = []
    /// Runs kept or gone on with that other programs made or began, and these programs, by ``RunEnvironment/program``.
    public var ofOtherPrograms = 0
    public var otherPrograms: [String] = []
    public var wasCancelled = false
}

/// Makes a sweep's runs in a directory, and keeps its table.
public struct SweepSession: Sendable {
    public let sweep: Sweep
    public let directory: SweepDirectory
    public let shard: SweepShard
    /// Runs made at a time.
    public let jobs: Int
    /// Steps between checkpoints of a run; nil for none.
    public let checkpointEvery: Int?

    public init(
        _ sweep: Sweep, in directory: URL, shard: SweepShard = .whole, jobs: Int = ProcessInfo.processInfo.activeProcessorCount,
        checkpointEvery: Int? = nil
    ) {
        self.sweep = sweep
        self.directory = SweepDirectory(directory)
        self.shard = shard
        self.jobs = max(1, jobs)
        self.checkpointEvery = checkpointEvery
    }

    /// The shard's points, in order.
    public var points: [Sweep.Point] { sweep.points.indices.filter(shard.contains).map { sweep.points[$0] } }

    /// Directories in `runs` with a run of no point, and none that a call of ``perform(resume:isCancelled:progress:)`` would take in.
    public var strays: [String] {
        let adoptable = Set(directory.adoptable(sweep.points).map(\.found.url.lastPathComponent))
        return directory.otherRuns(than: Set(sweep.points.map(\.fingerprint))).filter { !adoptable.contains($0) }
    }

    /// Checks that the data of the shard's runs that are not finished are there and are what they should be: each data set is loaded once, as a
    /// run would, and let go. Nothing is written.
    /// - Throws: `DatasetError`, as a run would.
    public func checkData() throws(DatasetError) {
        let adoptable = Set(directory.adoptable(sweep.points).map(\.target.url.lastPathComponent))
        var checked: [DataSource] = []
        for point in points where point.configuration.data.isFromFiles && !checked.contains(point.configuration.data) {
            if adoptable.contains(point.fingerprint) || directory.run(point.fingerprint).isFinished(point.configuration) { continue }
            _ = try point.configuration.data.load(seed: point.configuration.seed)
            checked.append(point.configuration.data)
        }
    }

    /// Makes what is missing. A run that fails is recorded, and the others go on.
    ///
    /// `results.csv` is written anew after each run: whatever ends the process, a call with `resume` goes on from there. Finished runs of the
    /// same configuration are kept if their files are as they were written; interrupted, failed and killed ones are gone on with from their last
    /// checkpoint, or made again, as damaged ones are.
    ///
    /// - Parameters:
    ///   - resume: whether the directory may hold something already.
    ///   - isCancelled: asked after every step; true ends the runs under way.
    ///   - progress: called by any worker, a few times a second.
    /// - Throws: ``SweepError``; `DatasetError` as ``checkData()``, before anything is written or run; `RecordsError` for files that can't be
    ///   written.
    public func perform(
        resume: Bool, isCancelled: @escaping @Sendable () -> Bool = { false }, progress: @escaping @Sendable (SweepProgress) -> Void = { _ in }
    ) throws -> SweepSummary {
        let record = SweepRecord(sweep)
        try directory.requireFree(resume: resume)
        try directory.requireSame(record)
        try checkData()
        let lock = try directory.open(resume: resume)
        defer { withExtendedLifetime(lock) {} }
        try directory.adopt(sweep.points)
        try AtomicFile.write(Data(sweep.yaml.utf8), to: directory.yaml)
        // What could be taken in has been.
        let strays = directory.otherRuns(than: Set(sweep.points.map(\.fingerprint)))
        let damage = try directory.damage(record, threads: jobs)
        let items = Self.items(points, in: directory)
        let isKept = items.map { damage[$0.directory.url.lastPathComponent] == nil && $0.directory.isCompleted($0.configuration) }
        let missing = zip(items, isKept).filter { !$1 }.map(\.0)
        // The other programs of each run that is kept or gone on with, where there are any.
        let others = zip(items, isKept).filter { $1 || $0.directory.canGoOn($0.configuration) }
            .map { $0.0.directory.otherPrograms() }.filter { !$0.isEmpty }
        let otherPrograms = Set(others.flatMap(\.self)).sorted()
        try record.json(shard: shard, strays: strays, started: directory.started() ?? Date(), otherPrograms: otherPrograms)
            .write(to: directory.record)
        let state = Mutex(State(results: SweepResults(record), shares: missing.map { _ in 0 }, kept: items.count - missing.count))
        try readRows(record, except: damage, into: state)
        try state.withLock { try $0.results.write(to: directory.results) }

        let report = { @Sendable (index: Int, share: Double) in
            progress(
                state.withLock { state in
                    state.shares[index] = share
                    return state.progress(total: items.count)
                })
        }
        ConcurrentRuns(missing, workers: jobs, checkpointEvery: checkpointEvery).perform(isCancelled: isCancelled, progress: report) {
            index, outcome in
            let item = missing[index]
            if case .failed(let error) = outcome { recordFailure(error, of: item) }
            let row = SweepRow(run: item.directory)
            state.withLock { state in
                state.count(outcome, label(of: item))
                state.results.set(row, run: item.directory.url.lastPathComponent)
                do { try state.results.write(to: directory.results) } catch { state.writingError = state.writingError ?? error }
            }
            report(index, 1)
        }
        return try state.withLock { state in
            if let error = state.writingError { throw error }
            state.summary.points = points.count
            state.summary.strays = strays
            state.summary.ofOtherPrograms = others.count
            state.summary.otherPrograms = otherPrograms
            state.summary.damaged = damage.values.flatMap(\.self).sorted()
            state.summary.wasCancelled = isCancelled()
            return state.summary
        }
    }

    /// One item a run: points with the same configuration share it.
    private static func items(_ points: [Sweep.Point], in directory: SweepDirectory) -> [ConcurrentRuns.Item] {
        var seen: Set<String> = []
        return points.filter { seen.insert($0.fingerprint).inserted }.map {
            ConcurrentRuns.Item($0.configuration, in: directory.run($0.fingerprint))
        }
    }

    /// Rows of the runs that the directory holds, those of other shards too, but for the damaged ones.
    private func readRows(_ record: SweepRecord, except damage: [String: [String]], into state: borrowing Mutex<State>) throws {
        let names = Set(record.points.map(\.fingerprint)).filter { damage[$0] == nil }
        let rows = try concurrentMap(Array(names), threads: jobs) { SweepRow(run: directory.run($0)) }
        for case (let name, let row?) in zip(names, rows) { state.withLock { $0.results.set(row, run: name) } }
    }

    private func label(of item: ConcurrentRuns.Item) -> String {
        let name = item.directory.url.lastPathComponent
        let labels = sweep.points.first { $0.fingerprint == name }?.labels ?? []
        return zip(sweep.axes, labels).map { "\($0)=\($1)" }.joined(separator: " ")
    }

    /// A run that fails before it has a directory leaves a manifest all the same.
    private func recordFailure(_ error: any Error, of item: ConcurrentRuns.Item) {
        guard !FileManager.default.fileExists(atPath: item.directory.manifest.path) else { return }
        let manifest: JSONValue = [
            "format": "adamprobe-run/1", "status": .string(RunDirectory.Status.failed.rawValue),
            "configuration": item.configuration.resolved, "seed": .unsigned(item.configuration.seed),
            "environment": .object(RunEnvironment.describe()), "failure": .string("\(error)"),
        ]
        try? Folder.create(at: item.directory.url)
        try? manifest.write(to: item.directory.manifest)
    }

    private struct State {
        var results: SweepResults
        /// Of each run that is to be made.
        var shares: [Double]
        var summary = SweepSummary()
        var writingError: (any Error)?
        let started = DispatchTime.now().uptimeNanoseconds

        init(results: SweepResults, shares: [Double], kept: Int) {
            self.results = results
            self.shares = shares
            summary.kept = kept
        }

        mutating func count(_ outcome: ConcurrentRuns.Outcome, _ label: String) {
            switch outcome {
            case .kept: summary.kept += 1
            case .completed: summary.completed += 1
            case .interrupted: summary.interrupted += 1
            case .failed(let error): summary.failures.append("\(label): \(error)")
            }
        }

        func progress(total: Int) -> SweepProgress {
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - started) / 1e9
            let done = shares.reduce(0, +)
            return SweepProgress(
                finished: summary.kept + summary.completed + summary.interrupted + summary.failures.count, total: total,
                failed: summary.failures.count, seconds: seconds,
                secondsLeft: done > 0 ? seconds / done * (Double(shares.count) - done) : nil)
        }
    }
}
