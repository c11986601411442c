// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks

/// The targets of a set of samples in the training's types, and the buffer that a batch of them is gathered in.
final class TargetBuffer<Scalar: NetworkScalar> {
    private let classes: [Int32]
    private let values: [Scalar]
    private let width: Int
    private let batchClasses: UnsafeMutableBufferPointer<Int32>
    private let batchValues: UnsafeMutableBufferPointer<Scalar>

    init(_ targets: Targets, capacity: Int) {
        switch targets {
        case .classes(let all):
            classes = all.map(Int32.init)
            (values, width) = ([], 0)
        case .values(let all, let width):
            classes = []
            (values, self.width) = (all.map { Scalar($0) }, width)
        }
        batchClasses = .allocate(capacity: capacity)
        batchClasses.initialize(repeating: 0)
        batchValues = .allocate(capacity: max(1, capacity * width))
        batchValues.initialize(repeating: 0)
    }

    deinit {
        batchClasses.deallocate()
        batchValues.deallocate()
    }

    /// The targets of the given samples, valid until the next call.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func gather(_ indices: ArraySlice<Int32>) -> BatchTargets<Scalar> {
        if width == 0 {
            for (position, index) in indices.enumerated() { batchClasses[position] = classes[Int(index)] }
            return .classes(UnsafeBufferPointer(batchClasses))
        }
        for (position, index) in indices.enumerated() {
            for column in 0..<width { batchValues[position * width + column] = values[Int(index) * width + column] }
        }
        return .values(UnsafeBufferPointer(batchValues))
    }
}
