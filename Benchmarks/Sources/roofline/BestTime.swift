// SPDX-License-Identifier: GPL-3.0-or-later
import Dispatch
import Foundation

/// The shortest time of some work: a limit is what the machine can do when nothing disturbs it.
enum BestTime {
    /// Seconds of processor time of the running thread in the fastest of `rounds` rounds, after one that is not counted.
    static func seconds(rounds: Int, _ work: () -> Void) -> Double { fastest(rounds: rounds, CLOCK_THREAD_CPUTIME_ID, work) }

    /// The same for work that every thread does at once: wall time until the last is done.
    static func seconds(threads: Int, rounds: Int, _ work: @Sendable (_ thread: Int) -> Void) -> Double {
        guard threads > 1 else { return seconds(rounds: rounds) { work(0) } }
        return wallSeconds(rounds: rounds) { DispatchQueue.concurrentPerform(iterations: threads, execute: work) }
    }

    /// Wall seconds of work that brings its own threads.
    static func wallSeconds(rounds: Int, _ work: () -> Void) -> Double { fastest(rounds: rounds, CLOCK_MONOTONIC, work) }

    private static func fastest(rounds: Int, _ clock: clockid_t, _ work: () -> Void) -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(clock, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
        var best = Double.infinity
        for round in 0...rounds {
            let start = now()
            work()
            if round > 0 { best = min(best, now() - start) }
        }
        return best
    }
}

/// Memory of one thread, starting at a cache line, set to a value.
struct LineAlignedFloats: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let count: Int

    init(count: Int, value: Float) {
        self.count = count
        base = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
            .bindMemory(to: Float.self, capacity: count)
        base.initialize(repeating: value, count: count)
    }

    func free() { base.deallocate() }
}
