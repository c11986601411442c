// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Statistics

/// The circumstances of an experiment: what is under test, how much is made, with which seeds, and where runs are kept.
public struct Trial: Sendable {
    /// How much of an experiment is made.
    public enum Extent: String, Sendable {
        /// As the claim describes it.
        case full
        /// A tenth of the cases and the least of runs: a check within seconds, with wider intervals.
        case quick
    }

    public var subject: Subject
    public var extent: Extent
    /// Where random cases come from; every claim draws from streams of its own.
    public var seed: UInt64
    /// Seeds of trained networks, in place of the claim's own number of them.
    public var runSeeds: Int?
    /// Folder that keeps the runs of trained networks; a finished run of the same configuration found there is used again. nil: a temporary
    /// folder.
    public var runs: URL?
    /// Threads that an experiment may use; no result depends on it.
    public var threads: Int
    /// Told of the share of a claim that is done, 0 … 1.
    public var progress: @Sendable (Double) -> Void
    /// Asked now and then whether to stop.
    public var isCancelled: @Sendable () -> Bool
    /// Of the claim under way.
    var hypotheses = HypothesisChecks.none

    public init(
        subject: Subject = .toolkit, extent: Extent = .full, seed: UInt64 = 1, runSeeds: Int? = nil, runs: URL? = nil,
        threads: Int = ProcessInfo.processInfo.activeProcessorCount, progress: @escaping @Sendable (Double) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.subject = subject
        self.extent = extent
        self.seed = seed
        self.runSeeds = runSeeds
        self.runs = runs
        self.threads = threads
        self.progress = progress
        self.isCancelled = isCancelled
    }

    /// `full`, or a tenth of it (at least 20) in a quick trial.
    public func count(_ full: Int) -> Int { extent == .full ? full : max(min(full, 20), full / 10) }

    /// Seeds of trained networks: as many as were asked for, else `full` of them, or `quick` in a quick trial.
    public func seeds(_ full: Int, quick: Int = 1) -> ClosedRange<UInt64> { 1...UInt64(runSeeds ?? (extent == .full ? full : quick)) }

    /// A stream of random numbers for the claim `id`.
    public func random(_ id: String) -> RandomStream { RandomStream(seed: seed, name: "claim-\(id)") }

    /// Throws ``ClaimError/cancelled`` once the trial was asked to stop.
    public func checkCancellation() throws(ClaimError) { if isCancelled() { throw .cancelled } }
}

/// Why a claim has no measurement.
public enum ClaimError: Error, Equatable, CustomStringConvertible {
    /// Something the experiment needs is not there, such as a data set; the verdict is that the hypotheses are not met.
    case unavailable(String)
    /// The trial was asked to stop.
    case cancelled
    /// What an experiment drew or planted breaks these hypotheses of the law.
    case hypothesesNotMet([String])
    /// A law's range selected too few of the drawn cases to test it.
    case tooFewCases(law: String, found: Int, least: Int)
    /// No claim has this id.
    case unknown(id: String, known: [String])

    public var description: String {
        switch self {
        case .unavailable(let what): what
        case .cancelled: "stopped on request"
        case .hypothesesNotMet(let statements): "not met by what the experiment starts from: \(statements.joined(separator: "; "))"
        case .tooFewCases(let law, let found, let least): "the range of \(law) selects \(found) cases, but \(least) are needed to test it"
        case .unknown(let id, let known): "there is no claim \(id); there are \(known.joined(separator: ", "))"
        }
    }
}
