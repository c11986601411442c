// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Networks

@Suite("Losses")
struct LossFunctionTests {
    /// A dozen roundings; measured at most 2.1e-16.
    static let tolerance = 1e-14
    /// The same in float32; measured at most 5.3e-8.
    static let floatTolerance = 1e-6

    static func loss(named name: String) throws -> Loss {
        try #require(["crossEntropy": Loss.crossEntropy, "meanSquaredError": .meanSquaredError, "linear": .linear][name])
    }

    /// Loss and gradient of a batch given as rows.
    static func evaluate<Scalar: NetworkScalar>(
        _ loss: Loss, _ output: [[Double]], classes: [Int32]?, values: [[Double]]?, as: Scalar.Type
    ) -> (loss: BatchLoss, gradient: [Scalar]) {
        let shape = [output.count, output[0].count]
        let (y, gradient) = (Tensor<Scalar>(shape: shape), Tensor<Scalar>(shape: shape))
        y.assign(output.joined().map { Scalar($0) })
        if let classes {
            return classes.withUnsafeBufferPointer {
                (loss.evaluate(y, targets: .classes($0), batch: shape[0], gradient: gradient), gradient.values)
            }
        }
        return (values ?? []).joined().map { Scalar($0) }.withUnsafeBufferPointer {
            (loss.evaluate(y, targets: .values($0), batch: shape[0], gradient: gradient), gradient.values)
        }
    }

    @Test("losses and gradients are PyTorch's, with outputs of ±1000 too", arguments: Reference.values.losses)
    func reference(_ expected: Reference.LossCase) throws {
        let loss = try Self.loss(named: expected.loss)
        let double = Self.evaluate(loss, expected.output, classes: expected.classes, values: expected.values, as: Double.self)
        #expect(difference([double.loss.mean], [expected.mean]) < Self.tolerance)
        #expect(difference(double.gradient, Array(expected.gradient.joined())) < Self.tolerance)
        let float = Self.evaluate(loss, expected.output, classes: expected.classes, values: expected.values, as: Float.self)
        #expect(difference([float.loss.mean], [expected.mean]) < Self.floatTolerance)
        #expect(difference(float.gradient, Array(expected.gradient.joined())) < Self.floatTolerance)
    }

    @Test("an error is a sample whose largest output is another class; of several largest, the first counts")
    func errors() {
        let outputs: [[Double]] = [[3, 1], [3, 1], [2, 2], [2, 2]]
        let found = Self.evaluate(.crossEntropy, outputs, classes: [0, 1, 0, 1], values: nil, as: Double.self).loss
        #expect(found.errors == 2)
        #expect(found.samples == 4)
        #expect(
            Self.evaluate(.meanSquaredError, outputs, classes: nil, values: outputs, as: Double.self).loss
                == BatchLoss(mean: 0, errors: 0, samples: 4))
    }

    @Test(
        "only the rows of the batch count, and without a gradient the loss is the same", arguments: [Loss.crossEntropy, .meanSquaredError, .linear])
    func partialBatch(_ loss: Loss) {
        let (y, gradient) = (Tensor<Double>(shape: [3, 2]), Tensor<Double>(shape: [3, 2], repeating: 9))
        y.assign([1, -2, 0.5, 3, .nan, .nan])
        let classes: [Int32] = [1, 0]
        let values: [Double] = [0.5, 0.25, 1, -1]
        classes.withUnsafeBufferPointer { classes in
            values.withUnsafeBufferPointer { values in
                let targets: BatchTargets<Double> = loss == .crossEntropy ? .classes(classes) : .values(values)
                let withGradient = loss.evaluate(y, targets: targets, batch: 2, gradient: gradient)
                #expect(withGradient.mean.isFinite)
                #expect(loss.evaluate(y, targets: targets, batch: 2, gradient: nil) == withGradient)
            }
        }
        #expect(Array(gradient.values.suffix(2)) == [9, 9])
        #expect(gradient.values.prefix(4).allSatisfy { $0 != 9 })
    }

    @Test("a linear loss plants the output gradient: target over batch size")
    func plantedGradient() {
        let found = Self.evaluate(.linear, [[5, 6], [7, 8]], classes: nil, values: [[2, -4], [0, 1]], as: Float.self)
        #expect(found.gradient == [1, -2, 0, 0.5])
        #expect(found.loss.mean == (10 - 24 + 8) / 2)
    }

    @Test("a class that the network has no output for stops the process instead of reading beyond the outputs")
    func impossibleClass() async {
        await #expect(processExitsWith: .failure) {
            _ = LossFunctionTests.evaluate(.crossEntropy, [[1, 2]], classes: [2], values: nil, as: Double.self)
        }
        await #expect(processExitsWith: .failure) {
            _ = LossFunctionTests.evaluate(.crossEntropy, [[1, 2]], classes: [-1], values: nil, as: Double.self)
        }
        await #expect(processExitsWith: .success) {
            _ = LossFunctionTests.evaluate(.crossEntropy, [[1, 2]], classes: [1], values: nil, as: Double.self)
        }
    }
}
