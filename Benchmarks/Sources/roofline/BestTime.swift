// SPDX-License-Identifier: GPL-3.0-or-later
import Dispatch
import Foundation

/// The shortest time of some work: a limit is what the machine can do when nothing disturbs it.
enum BestTime {
    /// Wall seconds of the fastest of `rounds` rounds, after one that is not counted.
    static func seconds(rounds: Int, _ work: () -> Void) -> Double {
        var best = Double.infinity
        for round in 0...rounds {
            let start = DispatchTime.now().uptimeNanoseconds
            work()
            let time = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
            if round > 0 { best = min(best, time) }
        }
        return best
    }

    /// The same for work that every thread does at once, until the last is done.
    static func seconds(threads: Int, rounds: Int, _ work: @Sendable (_ thread: Int) -> Void) -> Double {
        seconds(rounds: rounds) { DispatchQueue.concurrentPerform(iterations: threads, execute: work) }
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
