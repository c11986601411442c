// SPDX-License-Identifier: GPL-3.0-or-later
import Dispatch
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
        let directories = configurations.map { configuration in
            RunDirectory(folder.appendingPathComponent("\(claim)-\(configuration.fingerprint)"))
        }
        let failure = Mutex<(any Error)?>(nil)
        let shares = Mutex(configurations.map { _ in 0.0 })
        let next = Atomic(0)
        let report = { @Sendable (index: Int, share: Double) in
            let total = shares.withLock { shares in
                shares[index] = share
                return shares.reduce(0, +)
            }
            progress(total / Double(configurations.count))
        }
        DispatchQueue.concurrentPerform(iterations: min(max(threads, 1), configurations.count)) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < configurations.count, !isCancelled(), failure.withLock({ $0 == nil }) else { return }
                do {
                    try Self.make(configurations[index], in: directories[index], probes, isCancelled: isCancelled) { report(index, $0) }
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
                report(index, 1)
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        try checkCancellation()
        return directories
    }

    private static func make(
        _ configuration: RunConfiguration, in directory: RunDirectory, _ probes: RunProbes, isCancelled: @escaping @Sendable () -> Bool,
        progress: @escaping @Sendable (Double) -> Void
    ) throws {
        if isFinished(configuration, in: directory, probes) { return }
        try? FileManager.default.removeItem(at: directory.url)
        try Run.perform(
            configuration, output: directory.url, probes: probes.make(configuration, directory),
            observer: RunObserver(progress: { progress(Double($0.step) / Double(max($0.totalSteps, 1))) }, isCancelled: isCancelled))
    }

    private static func isFinished(_ configuration: RunConfiguration, in directory: RunDirectory, _ probes: RunProbes) -> Bool {
        guard let manifest = try? JSONValue.read(directory.manifest) else { return false }
        return manifest["status"]?.string == RunDirectory.Status.completed.rawValue && manifest["configuration"] == configuration.resolved
            && manifest["environment"]?["adamprobe"]?.string == adamProbeVersion
            && probes.files.allSatisfy { manifest["files"]?["probe/\($0)"] != nil }
    }
}

/// Probes that look at a claim's runs besides the runs' own, and keep what they find in the run directory: so that it is there again when a
/// finished run is used again, with its digest in the manifest.
public struct RunProbes: Sendable {
    /// The files that the probes write into the run's `probe` folder as the training ends. A run without one of them is made anew.
    public let files: [String]
    /// The probes of one run, for its directory.
    public let make: @Sendable (RunConfiguration, RunDirectory) -> ExtraProbes

    public init(files: [String], make: @escaping @Sendable (RunConfiguration, RunDirectory) -> ExtraProbes) {
        self.files = files
        self.make = make
    }

    public static let none = RunProbes(files: []) { _, _ in ExtraProbes() }
}

extension RunConfiguration {
    /// Eight hexadecimal digits that tell configurations apart.
    fileprivate var fingerprint: String { String(SHA256Digest.hex(of: Data(resolved.serialized(.compact).utf8)).prefix(8)) }
}
