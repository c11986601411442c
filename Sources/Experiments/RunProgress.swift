// SPDX-License-Identifier: GPL-3.0-or-later
import Probes

/// Where a run stands, for a progress display.
public struct RunProgress: Sendable {
    public let step: Int
    public let totalSteps: Int
    public let epoch: Int
    /// Loss of the last batch.
    public let loss: Double
    /// Nodes of all hidden layers in each state; empty without a ledger.
    public let census: [NodeState: Int]
    /// Seconds since training began.
    public let seconds: Double

    public var stepsPerSecond: Double { seconds > 0 ? Double(step) / seconds : 0 }
    /// Seconds left at the mean speed so far.
    public var secondsLeft: Double { stepsPerSecond > 0 ? Double(totalSteps - step) / stepsPerSecond : .infinity }
}

/// What the program that runs an experiment may do meanwhile: be told of progress, and ask for an end.
public struct RunObserver: Sendable {
    /// Called a few times a second.
    public let progress: @Sendable (RunProgress) -> Void
    /// Asked after every step; true ends the run there, with everything recorded kept.
    public let isCancelled: @Sendable () -> Bool

    public init(progress: @escaping @Sendable (RunProgress) -> Void = { _ in }, isCancelled: @escaping @Sendable () -> Bool = { false }) {
        self.progress = progress
        self.isCancelled = isCancelled
    }
}
