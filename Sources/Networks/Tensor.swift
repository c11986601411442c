// SPDX-License-Identifier: GPL-3.0-or-later

/// Row-major numbers in one block aligned to a cache line, allocated once and written in place.
///
/// A tensor is storage, hence a reference: a network plans its tensors when it is built and a training step allocates none. What leaves
/// the training (snapshots, records, results) does so as arrays, by ``values``.
public final class Tensor<Scalar: NetworkScalar> {
    /// Extents, slowest first; a scalar sequence has one extent.
    public let shape: [Int]
    /// Number of elements, the product of ``shape``.
    public let count: Int
    @usableFromInline let base: UnsafeMutablePointer<Scalar>

    /// Bytes of a cache line, and of the widest vector register of today's CPUs.
    private static var alignment: Int { 64 }

    /// A tensor of the given shape, every element equal to `value`.
    public init(shape: [Int], repeating value: Scalar = 0) {
        precondition(shape.allSatisfy { $0 >= 0 }, "a tensor's extents are not negative, got \(shape)")
        self.shape = shape
        count = shape.reduce(1, *)
        base = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, count) * MemoryLayout<Scalar>.stride, alignment: Self.alignment
        ).bindMemory(to: Scalar.self, capacity: max(1, count))
        base.initialize(repeating: value, count: count)
    }

    deinit { base.deallocate() }

    /// Every element as an array: a copy out, and a checked copy in.
    public var values: [Scalar] {
        get { Array(elements) }
        set { assign(newValue) }
    }

    /// A view for reading, valid while the tensor lives.
    @inlinable public var elements: UnsafeBufferPointer<Scalar> { UnsafeBufferPointer(start: base, count: count) }

    /// A view for writing, valid while the tensor lives.
    @inlinable public var mutableElements: UnsafeMutableBufferPointer<Scalar> { UnsafeMutableBufferPointer(start: base, count: count) }

    /// Elements between two slowest-axis indices: rows of a matrix, samples of a batch.
    public func rows(_ range: Range<Int>) -> UnsafeBufferPointer<Scalar> {
        precondition(range.lowerBound >= 0 && range.upperBound <= (shape.first ?? 1), "rows \(range) of a tensor of shape \(shape)")
        let rowLength = shape.dropFirst().reduce(1, *)
        return UnsafeBufferPointer(start: base + range.lowerBound * rowLength, count: range.count * rowLength)
    }

    /// Replaces every element.
    /// - Precondition: `newValues.count == count`.
    public func assign(_ newValues: [Scalar]) {
        precondition(newValues.count == count, "\(newValues.count) values for a tensor of shape \(shape)")
        newValues.withUnsafeBufferPointer { if let start = $0.baseAddress { base.update(from: start, count: count) } }
    }
}
