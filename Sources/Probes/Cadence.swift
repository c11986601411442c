// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// The steps at which nodes are sampled: any of several rules, and always the first and the last step.
public struct Cadence: Sendable, Equatable {
    /// Every `every`-th step; nil for none.
    public let every: Int?
    /// About this many steps in each decade, evenly spaced on a log scale; nil for none.
    public let samplesPerDecade: Int?
    /// Windows in which every step is sampled.
    public let windows: [ClosedRange<Int>]

    /// - Precondition: `every` and `samplesPerDecade` are at least 1.
    public init(every: Int? = nil, samplesPerDecade: Int? = nil, windows: [ClosedRange<Int>] = []) {
        precondition(every.map { $0 >= 1 } ?? true && samplesPerDecade.map { $0 >= 1 } ?? true, "a cadence counts from 1")
        self.every = every
        self.samplesPerDecade = samplesPerDecade
        self.windows = windows
    }

    /// True if step `step`, counted from 1, is sampled.
    public func samples(step: Int, isLast: Bool) -> Bool {
        if step <= 1 || isLast { return true }
        if let every, step % every == 0 { return true }
        if let samplesPerDecade, Self.isLogarithmic(step, samplesPerDecade) { return true }
        return windows.contains { $0.contains(step) }
    }

    /// True if `step` is the first whole number at or above one of the points 10^{i/n}.
    private static func isLogarithmic(_ step: Int, _ samplesPerDecade: Int) -> Bool {
        let n = Double(samplesPerDecade)
        let index = (n * Double.log10(Double(step))).rounded(.down)
        let previous = (n * Double.log10(Double(step - 1))).rounded(.down)
        return index != previous
    }
}
