// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Records
import Synchronization

extension Trial {
    /// Makes the runs of a claim, or finds them: a finished run of the same configuration under ``runs`` is used again.
    ///
    /// Each run is single-threaded; ``threads`` of them are made at a time, and each is the same to the bit as alone.
    /// - Parameters:
    ///   - claim: the claim's id, which names the folders.
    ///   - probes: what looks at the runs besides their own probes.
    /// - Returns: the run directories, in the order of the configurations.
    /// - Throws: the first error of a run; ``ClaimError/cancelled``.
    public func perform(_ configurations: [RunConfiguration], for claim: String, probes: RunProbes = .none) throws -> [RunDirectory] {
        let folder = runs ?? FileManager.default.temporaryDirectory.appendingPathComponent("adamprobe-\(UUID().uuidString)")
        try Folder.create(at: folder)
        let items = configurations.map { configuration in
            ConcurrentRuns.Item(
                configuration, in: RunDirectory(folder.appendingPathComponent("\(claim)-\(configuration.fingerprint.prefix(8))")), probes: probes)
        }
        let failure = Mutex<(any Error)?>(nil)
        let shares = Mutex(configurations.map { _ in 0.0 })
        let report = { @Sendable (index: Int, share: Double) in
            let total = shares.withLock { shares in
                shares[index] = share
                return shares.reduce(0, +)
            }
            progress(total / Double(configurations.count))
        }
        ConcurrentRuns(items, workers: threads, stopsAtFailure: true).perform(isCancelled: isCancelled, progress: report) { index, outcome in
            if case .failed(let error) = outcome { failure.withLock { $0 = $0 ?? error } }
            report(index, 1)
        }
        if let error = failure.withLock({ $0 }) { throw error }
        try checkCancellation()
        return items.map(\.directory)
    }
}
