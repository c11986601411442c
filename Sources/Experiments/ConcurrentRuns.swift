// SPDX-License-Identifier: GPL-3.0-or-later
import Dispatch
import Foundation
import Records
import Synchronization

/// Several runs, some at a time in one process.
///
/// Each run belongs to one worker from beginning to end, with that thread's own floating-point state and streams of its own seed, so that it is
/// the same to the bit as alone, whatever the number of workers and the order in which runs end.
public struct ConcurrentRuns: Sendable {
    /// How one run ended.
    public enum Outcome: Sendable {
        /// It was there already, whole.
        case kept
        case completed(RunSummary)
        /// Stopped on request, with everything recorded kept.
        case interrupted
        case failed(any Error)
    }

    /// What is made, and where.
    public struct Item: Sendable {
        public let configuration: RunConfiguration
        public let directory: RunDirectory
        public let probes: RunProbes

        public init(_ configuration: RunConfiguration, in directory: RunDirectory, probes: RunProbes = .none) {
            self.configuration = configuration
            self.directory = directory
            self.probes = probes
        }

        /// The run is there, whole, with what its probes keep.
        var isFinished: Bool {
            guard directory.isFinished(configuration) else { return false }
            let files = (try? JSONValue.read(directory.manifest))?["files"]
            return probes.files.allSatisfy { files?["probe/\($0)"] != nil }
        }
    }

    public let items: [Item]
    /// Runs made at a time, at most one a processor.
    public let workers: Int
    /// Whether the first failure keeps runs from being started; those under way are made to their end.
    public let stopsAtFailure: Bool
    /// Steps between checkpoints of a run, from which it is gone on with; nil for none.
    public let checkpointEvery: Int?

    public init(_ items: [Item], workers: Int, stopsAtFailure: Bool = false, checkpointEvery: Int? = nil) {
        self.items = items
        self.workers = max(1, workers)
        self.stopsAtFailure = stopsAtFailure
        self.checkpointEvery = checkpointEvery
    }

    /// Makes the runs in order, as workers become free. A finished run of the same configuration in an item's directory is kept, one with a
    /// checkpoint is gone on with; anything else there is removed before the run is made.
    ///
    /// - Parameters:
    ///   - isCancelled: asked after every step and before every run; true ends the runs under way and starts no others.
    ///   - progress: told of an item's share that is done, 0 … 1; called by any worker, of several at once.
    ///   - finished: told of each item that was begun, once; called as `progress` is.
    public func perform(
        isCancelled: @escaping @Sendable () -> Bool, progress: @escaping @Sendable (_ item: Int, _ share: Double) -> Void = { _, _ in },
        finished: @escaping @Sendable (_ item: Int, Outcome) -> Void
    ) {
        let next = Atomic(0)
        let isStopped = Atomic(false)
        DispatchQueue.concurrentPerform(iterations: min(workers, items.count)) { _ in
            while !isCancelled(), !isStopped.load(ordering: .relaxed) {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < items.count else { return }
                let outcome = make(items[index], isCancelled: isCancelled) { progress(index, $0) }
                if case .failed = outcome, stopsAtFailure { isStopped.store(true, ordering: .relaxed) }
                finished(index, outcome)
            }
        }
    }

    private func make(
        _ item: Item, isCancelled: @escaping @Sendable () -> Bool, progress: @escaping @Sendable (Double) -> Void
    ) -> Outcome {
        if item.isFinished { return .kept }
        let observer = RunObserver(progress: { progress(Double($0.step) / Double(max($0.totalSteps, 1))) }, isCancelled: isCancelled)
        do {
            if !item.directory.canGoOn(item.configuration), FileManager.default.fileExists(atPath: item.directory.url.path) {
                try FileManager.default.removeItem(at: item.directory.url)
            }
            let summary = try Run.resume(
                item.configuration, in: item.directory.url, probes: item.probes.make(item.configuration, item.directory),
                checkpointEvery: checkpointEvery, observer: observer)
            return summary.status == .interrupted ? .interrupted : .completed(summary)
        } catch {
            return .failed(error)
        }
    }
}
