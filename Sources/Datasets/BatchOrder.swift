// SPDX-License-Identifier: GPL-3.0-or-later
import Records
import Statistics

/// The order in which samples come to the training step: a value that yields one batch of sample indices after another, without end.
///
/// An epoch has `stepsPerEpoch` = ⌈samples / batch⌉ batches; the last, smaller one is kept (60,000 samples in batches of 64: 938 steps, the
/// last of 32 samples), as with PyTorch's `DataLoader(drop_last=False)`. A step allocates nothing; a new epoch of a shuffled order allocates its permutation.
public struct BatchOrder: Sendable, Equatable {
    /// Where an order stands, for checkpoints; with the same construction it gives the same batches from there on.
    public struct State: Sendable, Equatable, Codable {
        /// Epochs finished before this one.
        public var epoch: Int
        /// Batches of this epoch that were already given, 0 to stepsPerEpoch.
        public var position: Int
        /// The four words of the stream `order` before this epoch's permutation was drawn; empty unless shuffled.
        public var stream: [UInt64]
    }

    private enum Rule: Sendable, Equatable {
        case sequential
        case shuffled
        /// Bounds of row r in `indices`: rows[r]..<rows[r + 1].
        case explicit(rows: [Int])
    }

    private let rule: Rule
    /// The number of samples; indices are below it.
    public let sampleCount: Int
    /// The size of a full batch.
    public let batch: Int
    /// ⌈sampleCount / batch⌉.
    public let stepsPerEpoch: Int
    /// This epoch's samples in order; for explicit orders, all rows one after the other.
    private var indices: [Int32]
    private var epoch = 0
    private var position = 0
    private var epochStream: RandomStream
    private var stream: RandomStream

    /// 0, 1, 2, …, in batches of `batch`; every epoch the same.
    public static func sequential(samples: Int, batch: Int) throws(DatasetError) -> BatchOrder {
        try BatchOrder(rule: .sequential, samples: samples, batch: batch, seed: 0)
    }

    /// A new permutation in every epoch, drawn from the stream `order` of `seed`.
    public static func shuffled(samples: Int, batch: Int, seed: UInt64) throws(DatasetError) -> BatchOrder {
        try BatchOrder(rule: .shuffled, samples: samples, batch: batch, seed: seed)
    }

    /// Row r of `rows` is step r's batch; after the last row the first comes again.
    ///
    /// - Parameters:
    ///   - rows: integers [steps × batch], sample indices below `samples`, repetitions allowed. −1 at a row's end pads a smaller batch; a row
    ///     needs one index or more.
    ///   - name: what errors call it, such as the file's path.
    public static func explicit(rows: TensorRecord, samples: Int, name: String) throws(DatasetError) -> BatchOrder {
        guard rows.shape.count == 2, rows.shape[0] > 0, rows.shape[1] > 0 else {
            throw .malformed(file: name, problem: "shape \(rows.shape)", accepted: "[steps, batch], neither 0")
        }
        guard !rows.elementType.isFloatingPoint, rows.elementType != .bool else {
            throw .malformed(file: name, problem: "elements of type \(rows.elementType.rawValue)", accepted: "int64 sample indices")
        }
        let width = rows.shape[1]
        let values: [Int]
        do { values = try rows.integers() } catch { throw .unreadable(file: name, reason: "\(error)") }
        var indices: [Int32] = []
        var bounds = [0]
        indices.reserveCapacity(values.count)
        for row in 0..<rows.shape[0] {
            for column in 0..<width {
                let index = values[row * width + column]
                let follows = column == 0 || values[row * width + column - 1] != -1
                guard index == -1 ? column > 0 : (0..<samples).contains(index) && follows else {
                    throw .malformed(
                        file: name, problem: "row \(row), column \(column) is \(index)",
                        accepted: "a sample index, 0 to \(samples - 1)\(column > 0 ? ", or -1 to the row's end" : "")")
                }
                if index != -1 { indices.append(Int32(index)) }
            }
            bounds.append(indices.count)
        }
        var order = try BatchOrder(rule: .explicit(rows: bounds), samples: samples, batch: width, seed: 0)
        order.indices = indices
        return order
    }

    private init(rule: Rule, samples: Int, batch: Int, seed: UInt64) throws(DatasetError) {
        guard samples >= 1, samples <= Int(Int32.max) else {
            throw .invalidValue(key: "samples", value: "\(samples)", accepted: "1 to \(Int32.max)")
        }
        guard batch >= 1 else { throw .invalidValue(key: "batch", value: "\(batch)", accepted: "1 or more") }
        self.rule = rule
        sampleCount = samples
        self.batch = batch
        stepsPerEpoch = (samples - 1) / batch + 1
        indices = rule == .sequential ? Array(0..<Int32(samples)) : []
        stream = RandomStream(seed: seed, name: "order")
        epochStream = stream
        if rule == .shuffled { shuffle() }
    }

    /// The number of rows of an explicit order; nil for the others, which have no end.
    public var rowCount: Int? {
        if case .explicit(let rows) = rule { rows.count - 1 } else { nil }
    }

    /// The number of samples in the smallest of the first `steps` batches (of a new order; `batch` for no steps).
    public func smallestBatch(inFirst steps: Int) -> Int {
        guard steps > 0 else { return batch }
        if case .explicit(let rows) = rule {
            return (0..<min(steps, rows.count - 1)).map { rows[$0 + 1] - rows[$0] }.min() ?? batch
        }
        let last = sampleCount - (stepsPerEpoch - 1) * batch
        return steps >= stepsPerEpoch ? last : batch
    }

    /// The next batch's sample indices: `batch` of them or, in an epoch's last batch, as many as are left.
    public mutating func next() -> ArraySlice<Int32> {
        if position == stepsPerEpoch {
            position = 0
            epoch += 1
            if rule == .shuffled { shuffle() }
        }
        defer { position += 1 }
        if case .explicit(let rows) = rule {
            let row = (epoch * stepsPerEpoch + position) % (rows.count - 1)
            return indices[rows[row]..<rows[row + 1]]
        }
        let start = position * batch
        return indices[start..<min(start + batch, sampleCount)]
    }

    /// Where the order stands. Between two epochs it counts as the end of the former one: position = stepsPerEpoch.
    public var state: State {
        let words = epochStream.state
        return State(epoch: epoch, position: position, stream: rule == .shuffled ? [words.0, words.1, words.2, words.3] : [])
    }

    /// Continues from a state of an order that was constructed alike.
    public mutating func restore(_ state: State) throws(DatasetError) {
        guard state.epoch >= 0, (0...stepsPerEpoch).contains(state.position) else {
            throw .invalidValue(
                key: "order state", value: "epoch \(state.epoch), position \(state.position)",
                accepted: "epoch 0 or more, position 0 to \(stepsPerEpoch)")
        }
        if rule == .shuffled {
            let words = state.stream
            guard words.count == 4, let restored = try? RandomStream(state: (words[0], words[1], words[2], words[3])) else {
                throw .invalidValue(key: "order state", value: "stream \(words)", accepted: "four words, not all zero")
            }
            stream = restored
            shuffle()
        }
        epoch = state.epoch
        position = state.position
    }

    private mutating func shuffle() {
        epochStream = stream
        indices = stream.permutation(of: sampleCount).map(Int32.init)
    }
}
