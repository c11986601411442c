// SPDX-License-Identifier: GPL-3.0-or-later
import CElementary
import Foundation

/// Bytes a second that come from, or go to and fro, a level of memory.
enum MemoryRates {
    /// A working set a thread that lies well inside a level.
    struct Level {
        let name: String
        let bytes: Int
    }

    /// The running machine's levels, from the system's own account of its caches; common sizes where it gives none.
    static let levels: [Level] = {
        func size(_ key: Int32, default fallback: Int) -> Int {
            let size = sysconf(key)
            return size > 0 ? size : fallback
        }
        #if os(Linux)
            let first = size(Int32(_SC_LEVEL1_DCACHE_SIZE), default: 32 << 10)
            let second = size(Int32(_SC_LEVEL2_CACHE_SIZE), default: 1 << 20)
        #else
            let (first, second) = (32 << 10, 1 << 20)
        #endif
        return [
            Level(name: "L1", bytes: first / 2), Level(name: "L2", bytes: second / 2), Level(name: "L3", bytes: 4 * second),
            Level(name: "DRAM", bytes: 256 << 20),
        ]
    }()

    /// How memory is walked.
    enum Pattern: String, CaseIterable {
        case read
        case update = "read-modify-write"
    }

    /// Bytes touched a second by all threads together; an updated byte counts once.
    static func bytesPerSecond(_ pattern: Pattern, bytes: Int, threads: Int, rounds: Int) -> Double {
        let count = bytes / MemoryLayout<Float>.stride / 128 * 128
        let memory = (0..<threads).map { _ in LineAlignedFloats(count: count, value: 1) }
        defer { for part in memory { part.free() } }
        let repetitions = max(1, (64 << 20) / bytes)
        let set = ArithmeticRates.instructions.set
        let time = BestTime.seconds(threads: threads, rounds: rounds) { thread in
            for _ in 0..<repetitions {
                switch pattern {
                case .read: _ = throughput_read(set, count, memory[thread].base)
                case .update: throughput_update(set, count, memory[thread].base, 0x1p-30)
                }
            }
        }
        return Double(threads * repetitions * count * MemoryLayout<Float>.stride) / time
    }

    /// Seconds of the traffic of one of Adam's updates: g is read, w, m and v are read and written, `bytes` each, shared out among the threads.
    static func momentsSeconds(bytes: Int, threads: Int, rounds: Int) -> Double {
        let count = bytes / MemoryLayout<Float>.stride / threads / 128 * 128
        let memory = (0..<4 * threads).map { _ in LineAlignedFloats(count: count, value: 1) }
        defer { for part in memory { part.free() } }
        let repetitions = max(1, (16 << 20) / bytes)
        let set = ArithmeticRates.instructions.set
        let time = BestTime.seconds(threads: threads, rounds: rounds) { thread in
            let part = (0..<4).map { memory[4 * thread + $0].base }
            for _ in 0..<repetitions { throughput_moments(set, count, part[0], part[1], part[2], part[3]) }
        }
        return time / Double(repetitions)
    }

    /// Seconds to read `bytes` once from wherever they lie when they are read again and again, shared out among the threads.
    static func readSeconds(bytes: Int, threads: Int, rounds: Int) -> Double {
        Double(bytes) / bytesPerSecond(.read, bytes: bytes / threads, threads: threads, rounds: rounds)
    }
}
