// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks

/// The outputs of two networks on the same samples, in evaluation mode.
public struct OutputComparison: Sendable, Equatable {
    /// `training` or `test`.
    public let part: String
    public let samples: Int
    /// Largest |difference| of an output; NaN if there is one.
    public let largestChange: Double
    /// Largest |output| of the first network.
    public let largestOutput: Double
    /// Samples whose largest output (the first, if several are largest) is another one.
    public let changedPredictions: Int
    /// Shares of samples whose class is not the largest output, for both networks; nil for real targets, and for samples without labels.
    public let errors: (first: Double, second: Double)?

    public static func == (a: OutputComparison, b: OutputComparison) -> Bool {
        a.part == b.part && a.samples == b.samples && a.largestChange == b.largestChange && a.largestOutput == b.largestOutput
            && a.changedPredictions == b.changedPredictions && a.errors?.first == b.errors?.first && a.errors?.second == b.errors?.second
    }

    /// - Parameters:
    ///   - part: the samples' name.
    ///   - isLabelled: whether the samples' classes mean something.
    ///   - inputs: features of the samples that the first network takes; those of the second are `secondInputs` of these.
    /// - Precondition: both networks have the same capacity and outputs.
    init<Scalar: NetworkScalar>(
        of first: Network<Scalar>, and second: Network<Scalar>, on samples: Samples, part: String, isLabelled: Bool, inputs: [Int],
        secondInputs: [Int]
    ) throws {
        let (capacity, width, outputs) = (first.capacity, samples.featureCount, first.outputCount)
        let batch = UnsafeMutableBufferPointer<Scalar>.allocate(capacity: capacity * width)
        defer { batch.deallocate() }
        batch.initialize(repeating: 0)
        var (change, largest, changed, wrong) = (0.0, 0.0, 0, (0, 0))
        let all = Array(0..<Int32(samples.count))
        for start in stride(from: 0, to: samples.count, by: capacity) {
            let indices = all[start..<min(start + capacity, samples.count)]
            samples.gather(indices, into: batch)
            Self.copy(UnsafeBufferPointer(batch), width, rows: indices.count, inputs, into: first.input.mutableElements)
            Self.copy(first.input.elements, inputs.count, rows: indices.count, secondInputs, into: second.input.mutableElements)
            try first.forward(batch: indices.count, mode: .evaluation)
            try second.forward(batch: indices.count, mode: .evaluation)
            let (a, b) = (first.output.elements, second.output.elements)
            for row in 0..<indices.count {
                var (bestA, bestB) = (0, 0)
                for output in 0..<outputs {
                    let (x, y) = (a[row * outputs + output], b[row * outputs + output])
                    let difference = Double(abs(x - y))
                    if !(difference <= change) { change = change.isNaN ? change : difference }
                    largest = max(largest, Double(abs(x)))
                    if x > a[row * outputs + bestA] { bestA = output }
                    if y > b[row * outputs + bestB] { bestB = output }
                }
                if bestA != bestB { changed += 1 }
                if case .classes(let classes) = samples.targets {
                    let target = classes[Int(indices[indices.startIndex + row])]
                    wrong = (wrong.0 + (bestA == target ? 0 : 1), wrong.1 + (bestB == target ? 0 : 1))
                }
            }
        }
        self.part = part
        self.samples = samples.count
        (largestChange, largestOutput, changedPredictions) = (change, largest, changed)
        if isLabelled, case .classes = samples.targets {
            errors = (Double(wrong.0) / Double(samples.count), Double(wrong.1) / Double(samples.count))
        } else {
            errors = nil
        }
    }

    /// Copies some columns of a matrix of rows of `width`.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private static func copy<Scalar: NetworkScalar>(
        _ matrix: UnsafeBufferPointer<Scalar>, _ width: Int, rows: Int, _ columns: [Int], into result: UnsafeMutableBufferPointer<Scalar>
    ) {
        for row in 0..<rows {
            for (place, column) in columns.enumerated() { result[row * columns.count + place] = matrix[row * width + column] }
        }
    }
}
