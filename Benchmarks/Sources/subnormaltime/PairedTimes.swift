// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks

/// Processor time of the same work with subnormals kept and with subnormals flushed, in interleaved pairs on the running thread.
///
/// A ratio is taken within a pair, so that what else the machine does falls on both sides of it.
struct PairedTimes {
    /// Nanoseconds a unit of work, pair by pair.
    private(set) var kept: [Double] = []
    private(set) var flushed: [Double] = []

    /// Times `pairs` pairs; who goes first alternates.
    ///
    /// - Parameters:
    ///   - units: what the times are divided by.
    ///   - rounds: how often a measurement prepares and works.
    ///   - prepare: sets the operands, with subnormals kept; not timed.
    init(pairs: Int, units: Double, rounds: Int = 1, prepare: () throws -> Void, work: () throws -> Void) rethrows {
        func measure(flushes: Bool) throws -> Double {
            var total = 0.0
            for _ in 0..<rounds {
                try prepare()
                try FloatingPointState(flushesSubnormals: flushes).run {
                    let start = Self.processorNanoseconds()
                    try work()
                    total += Self.processorNanoseconds() - start
                }
            }
            return total / (units * Double(rounds))
        }
        _ = try measure(flushes: false)
        for pair in 0..<pairs {
            for flushes in pair % 2 == 0 ? [false, true] : [true, false] {
                let time = try measure(flushes: flushes)
                if flushes { flushed.append(time) } else { kept.append(time) }
            }
        }
    }

    /// Kept over flushed, pair by pair.
    var ratios: [Double] { zip(kept, flushed).map { $0 / $1 } }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return values.isEmpty ? .nan : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// Nanoseconds of processor time that the running thread has used.
    static func processorNanoseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
