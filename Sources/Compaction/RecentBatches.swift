// SPDX-License-Identifier: GPL-3.0-or-later

/// The sample indices of the last batches, in a ring that is planned once.
struct RecentBatches: Sendable, Equatable, Codable {
    let capacity: Int
    private let width: Int
    private var indices: [Int32]
    private var counts: [Int]
    /// Where the next batch goes.
    private var next = 0

    init(capacity: Int, largestBatch: Int) {
        self.capacity = capacity
        width = largestBatch
        indices = Array(repeating: 0, count: capacity * largestBatch)
        counts = Array(repeating: 0, count: capacity)
    }

    /// - Precondition: the batch is no larger than the largest.
    mutating func append(_ batch: ArraySlice<Int32>) {
        guard capacity > 0 else { return }
        precondition(batch.count <= width, "a batch of \(batch.count) samples, planned for \(width)")
        let start = next * width
        for (offset, index) in batch.enumerated() { indices[start + offset] = index }
        counts[next] = batch.count
        next = (next + 1) % capacity
    }

    /// The remembered batches, oldest first.
    var batches: [ArraySlice<Int32>] {
        (0..<capacity).compactMap { offset in
            let slot = (next + offset) % capacity
            return counts[slot] > 0 ? indices[slot * width..<slot * width + counts[slot]] : nil
        }
    }
}
