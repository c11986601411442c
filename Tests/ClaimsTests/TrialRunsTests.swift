// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Networks
import Optimizers
import Synchronization
import Testing

@testable import Claims

@Suite struct TrialRunsTests {
    /// Digits under probes, in both precisions, with subnormals kept and flushed: what runs side by side could disturb in each other.
    private static let configurations = [(1, Precision.float32, false), (4, .float32, true), (2, .float64, false), (3, .float32, false)].map {
        RunConfiguration(
            seed: $0, precision: $1, data: .digits, network: [.dense(units: 16), .batchNorm(), .activation(.relu()), .dense(units: 10)],
            optimizer: Adam(), l2: CoupledL2(weights: 1e-3), length: .steps(60), flushToZero: $2)
    }

    private func perform(_ configurations: [RunConfiguration], threads: Int, progress: @escaping @Sendable (Double) -> Void = { _ in }) throws
        -> [[Data]]
    {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adamprobe-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        return try Trial(runs: folder, threads: threads, progress: progress).perform(configurations, for: "test").map { directory in
            try [directory.model, directory.optimizer, directory.nodes].map { try Data(contentsOf: $0) }
        }
    }

    @Test func runsSideBySideAreTheSameToTheBitAsOneAfterTheOther() throws {
        let largest = Mutex(0.0)
        let together = try perform(Self.configurations, threads: 4) { share in largest.withLock { $0 = max($0, share) } }
        #expect(try together == perform(Self.configurations, threads: 1))
        #expect(Set(together).count == 4)
        #expect(largest.withLock { $0 } == 1)
    }

    @Test func theFirstErrorEndsThem() {
        var impossible = Self.configurations[1]
        impossible.freeze = ["7.weight"]
        let configurations = [Self.configurations[0], impossible, Self.configurations[2]]
        #expect(throws: (any Error).self) { try perform(configurations, threads: 3) }
    }
}
