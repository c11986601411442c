// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels

/// What a network should answer, one entry a sample.
public enum Targets: Sendable, Equatable {
    /// Class indices, from 0.
    case classes([Int])
    /// Real vectors, row-major [samples × width].
    case values([Double], width: Int)

    /// The number of samples.
    public var count: Int {
        switch self {
        case .classes(let classes): classes.count
        case .values(let values, let width): width == 0 ? 0 : values.count / width
        }
    }

    /// The targets of the given rows, in their order.
    func selecting(_ rows: [Int]) -> Targets {
        switch self {
        case .classes(let classes): .classes(rows.map { classes[$0] })
        case .values(let values, let width): .values(rows.flatMap { values[$0 * width..<($0 + 1) * width] }, width: width)
        }
    }
}

/// Samples of one part of a data set: inputs [count × featureCount], row-major, and their targets.
///
/// Images stay bytes in memory (MNIST: 47 MB) and are scaled on the way out as Scalar(byte) / Scalar(divisor): the correctly rounded
/// quotient in the scalar's own precision, which is what PyTorch's `ToTensor` gives for float32.
public struct Samples: Sendable, Equatable {
    /// How inputs are kept.
    enum Storage: Sendable, Equatable {
        case bytes([UInt8], divisor: Int)
        case values([Double])
    }

    let storage: Storage
    public let featureCount: Int
    public let targets: Targets

    /// The number of samples.
    public var count: Int { targets.count }

    /// Samples of bytes; an input is byte / divisor. `bytes.count` must be the number of targets times `featureCount`.
    public init(bytes: [UInt8], divisor: Int, featureCount: Int, targets: Targets) {
        precondition(divisor > 0 && bytes.count == targets.count * featureCount, "bytes must be targets × features")
        self.init(storage: .bytes(bytes, divisor: divisor), featureCount: featureCount, targets: targets)
    }

    /// Samples of real numbers. `values.count` must be the number of targets times `featureCount`.
    public init(values: [Double], featureCount: Int, targets: Targets) {
        precondition(values.count == targets.count * featureCount, "values must be targets × features")
        self.init(storage: .values(values), featureCount: featureCount, targets: targets)
    }

    private init(storage: Storage, featureCount: Int, targets: Targets) {
        self.storage = storage
        self.featureCount = featureCount
        self.targets = targets
    }

    /// All inputs, row-major [count × featureCount]. In float64 this takes 8 bytes an input (MNIST's training set: 376 MB); for one batch
    /// at a time use ``gather(_:into:)``.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func inputs<Scalar: BinaryFloatingPoint>(as: Scalar.Type) -> [Scalar] {
        Array(unsafeUninitializedCapacity: count * featureCount) { buffer, initialized in
            switch storage {
            case .bytes(let bytes, let divisor):
                let divisor = Scalar(divisor)
                for index in 0..<bytes.count { buffer[index] = Scalar(bytes[index]) / divisor }
            case .values(let values):
                for index in 0..<values.count { buffer[index] = Scalar(values[index]) }
            }
            initialized = count * featureCount
        }
    }

    /// Writes the inputs of the given samples, row after row, to the start of `batch`; allocates nothing.
    ///
    /// - Precondition: every index is in 0..<count and `batch` holds `indices.count * featureCount` scalars or more.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func gather<Scalar: BinaryFloatingPoint>(_ indices: ArraySlice<Int32>, into batch: UnsafeMutableBufferPointer<Scalar>) {
        precondition(batch.count >= indices.count * featureCount, "the batch buffer is too small")
        let count = self.count
        switch storage {
        case .bytes(let bytes, let divisor):
            guard let start = batch.baseAddress else { return }
            bytes.withUnsafeBufferPointer { bytes in
                var out = start
                for index in indices {
                    precondition(index >= 0 && Int(index) < count, "a sample index is out of range")
                    let row = Int(index) * featureCount
                    Self.scale(UnsafeBufferPointer(rebasing: bytes[row..<row + featureCount]), into: out, divisor: divisor)
                    out += featureCount
                }
            }
        case .values(let values):
            values.withUnsafeBufferPointer { values in
                var out = 0
                for index in indices {
                    precondition(index >= 0 && Int(index) < count, "a sample index is out of range")
                    let row = Int(index) * featureCount
                    for feature in 0..<featureCount { batch[out + feature] = Scalar(values[row + feature]) }
                    out += featureCount
                }
            }
        }
    }

    /// Scalar(byte) / Scalar(divisor), by the kernel for `Float` and `Double`.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private static func scale<Scalar: BinaryFloatingPoint>(
        _ bytes: UnsafeBufferPointer<UInt8>, into result: UnsafeMutablePointer<Scalar>, divisor: Int
    ) {
        let raw = UnsafeMutableRawPointer(result)
        if Scalar.self == Float.self {
            adamprobe_scale_bytes_f32(bytes.baseAddress, raw.assumingMemoryBound(to: Float.self), bytes.count, Float(divisor))
        } else if Scalar.self == Double.self {
            adamprobe_scale_bytes_f64(bytes.baseAddress, raw.assumingMemoryBound(to: Double.self), bytes.count, Double(divisor))
        } else {
            for feature in bytes.indices { result[feature] = Scalar(bytes[feature]) / Scalar(divisor) }
        }
    }

    /// The given rows, in their order; a row may come more than once.
    public func selecting(_ rows: [Int]) -> Samples {
        func pick<Element>(_ all: [Element]) -> [Element] {
            var picked: [Element] = []
            picked.reserveCapacity(rows.count * featureCount)
            for row in rows { picked.append(contentsOf: all[row * featureCount..<(row + 1) * featureCount]) }
            return picked
        }
        let selected: Storage =
            switch storage {
            case .bytes(let bytes, let divisor): .bytes(pick(bytes), divisor: divisor)
            case .values(let values): .values(pick(values))
            }
        return Samples(storage: selected, featureCount: featureCount, targets: targets.selecting(rows))
    }
}
