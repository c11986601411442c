// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Networks

@Suite("Batch normalisation")
struct BatchNormTests {
    /// Sums of at most nine terms in another order; measured at most 3e-16.
    static let tolerance = 1e-14
    /// Float32 inputs of about 1 with a spread of 1e-3 lose digits, inputs of about 50 too; measured at most 3e-6.
    static let floatTolerance = 2e-5

    @Test("outputs, gradients and running statistics are PyTorch's, in training and in evaluation")
    func reference() {
        #expect(Self.worstDifference(as: Double.self) < Self.tolerance)
        #expect(Self.worstDifference(as: Float.self) < Self.floatTolerance)
    }

    private static func worstDifference<Scalar: NetworkScalar>(as: Scalar.Type) -> Double {
        let reference = Reference.values.batchNorm
        let layer = BatchNorm<Scalar>(name: "1", features: 3, epsilon: reference.epsilon, momentum: reference.momentum)
        layer.scale.value.assign(reference.scale.map { Scalar($0) })
        layer.shift.value.assign(reference.shift.map { Scalar($0) })
        let (x, y, delta, result) = (
            Tensor<Scalar>(shape: [9, 3]), Tensor<Scalar>(shape: [9, 3]), Tensor<Scalar>(shape: [9, 3]), Tensor<Scalar>(shape: [9, 3])
        )
        func plant(_ values: [[Double]], in tensor: Tensor<Scalar>) {
            for (index, value) in values.joined().enumerated() { tensor.mutableElements[index] = Scalar(value) }
        }
        var worst = 0.0
        func compare(_ found: [Scalar], _ expected: [Double]) { worst = max(worst, difference(found, expected)) }
        for batch in reference.batches {
            plant(batch.x, in: x)
            plant(batch.delta, in: delta)
            let rows = batch.x.count
            layer.forward(x, into: y, batch: rows, mode: .training)
            layer.backward(input: x, output: y, outputGradient: delta, inputGradient: result, batch: rows)
            compare(firstRows(y, rows), Array(batch.y.joined()))
            // Gradients through a deviation of 1e-3 are large: relative to the largest of the batch.
            let gradients = Array(batch.inputGradient.joined())
            let scale = max(1, gradients.map(\.magnitude).max() ?? 1)
            compare(firstRows(result, rows).map { $0 / Scalar(scale) }, gradients.map { $0 / scale })
            compare(layer.scale.gradient.values, batch.scaleGradient)
            compare(layer.shift.gradient.values, batch.shiftGradient)
            compare(layer.runningMean.values, batch.runningMean)
            compare(layer.runningVariance.values, batch.runningVariance)
        }
        plant(reference.evaluation.x, in: x)
        layer.forward(x, into: y, batch: 4, mode: .evaluation)
        compare(firstRows(y, 4), Array(reference.evaluation.y.joined()))
        compare(layer.runningMean.values, reference.batches[2].runningMean)
        return worst
    }

    @Test("the batch's variance is biased, the running one unbiased, and momentum is the weight of the new batch")
    func conventions() {
        let layer = BatchNorm<Double>(name: "1", features: 1, epsilon: 1, momentum: 0.25)
        let (x, y) = (Tensor<Double>(shape: [2, 1]), Tensor<Double>(shape: [2, 1]))
        x.assign([4, 8])
        layer.forward(x, into: y, batch: 2, mode: .training)
        // Mean 6, biased variance 4, unbiased 8.
        #expect(y.values == [-2 / 5.0.squareRoot(), 2 / 5.0.squareRoot()])
        #expect(layer.runningMean.values == [1.5])
        #expect(layer.runningVariance.values == [0.75 + 2])
        #expect(layer.batchesTracked == 1)
        layer.forward(x, into: y, batch: 1, mode: .evaluation)
        #expect(y.values[0] == 2.5 * (1 / 3.75.squareRoot()))
        #expect(layer.batchesTracked == 1)
    }

    @Test("a training batch of 1 is an error that says so, an evaluation batch of 1 is not")
    func singleSample() throws {
        let network = try Network<Double>([.dense(units: 2), .batchNorm(), .activation(.relu()), .dense(units: 1)], inputCount: 2, capacity: 4)
        #expect(network.smallestTrainingBatch == 2)
        #expect(throws: NetworkError.batchTooSmall(batch: 1, smallest: 2)) { try network.forward(batch: 1, mode: .training) }
        #expect("\(NetworkError.batchTooSmall(batch: 1, smallest: 2))".contains("at least 2 samples"))
        try network.forward(batch: 1, mode: .evaluation)
        try network.forward(batch: 2, mode: .training)
    }

    @Test("where δ is 0 for every sample, all gradients are exactly 0; where not, δ's of other features change nothing", arguments: Draws.seeds)
    func silentFeature(seed: UInt64) {
        func check<Scalar: NetworkScalar>(_: Scalar.Type) {
            var draws = Draws(seed: seed)
            let layer = BatchNorm<Scalar>(name: "1", features: 3, epsilon: 1e-5, momentum: 0.1)
            let (x, y, delta, result) = (
                Tensor<Scalar>(shape: [6, 3]), Tensor<Scalar>(shape: [6, 3]), Tensor<Scalar>(shape: [6, 3]), Tensor<Scalar>(shape: [6, 3])
            )
            x.assign(draws.normal(18))
            var deltas: [Scalar] = draws.normal(18)
            for row in 0..<6 { deltas[3 * row + 1] = 0 }
            delta.assign(deltas)
            layer.forward(x, into: y, batch: 6, mode: .training)
            layer.backward(input: x, output: y, outputGradient: delta, inputGradient: result, batch: 6)
            #expect(layer.scale.gradient.values[1] == 0)
            #expect(layer.shift.gradient.values[1] == 0)
            for row in 0..<6 {
                #expect(result.values[3 * row + 1] == 0)
                #expect(result.values[3 * row] != 0)
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("evaluation after a training pass leaves that pass's statistics for its backward pass")
    func evaluationBetween() {
        let layer = BatchNorm<Double>(name: "1", features: 1, epsilon: 1e-5, momentum: 0.1)
        let (x, y, other, delta, result) = (
            Tensor<Double>(shape: [3, 1]), Tensor<Double>(shape: [3, 1]), Tensor<Double>(shape: [3, 1]), Tensor<Double>(shape: [3, 1]),
            Tensor<Double>(shape: [3, 1])
        )
        x.assign([1, 2, 4])
        delta.assign([1, 0, 0])
        func gradients(evaluating: Bool) -> [Double] {
            layer.forward(x, into: y, batch: 3, mode: .training)
            if evaluating { layer.forward(other, into: other, batch: 3, mode: .evaluation) }
            layer.backward(input: x, output: y, outputGradient: delta, inputGradient: result, batch: 3)
            return result.values + layer.scale.gradient.values
        }
        #expect(gradients(evaluating: true) == gradients(evaluating: false))
    }

    @Test("names and buffers are PyTorch's")
    func names() {
        let layer = BatchNorm<Float>(name: "1", features: 2, epsilon: 1e-5, momentum: 0.1)
        #expect(layer.parameters.map(\.name) == ["1.weight", "1.bias"])
        #expect(layer.parameters.map(\.role) == [.batchNormScale, .batchNormShift])
        #expect(layer.buffers.map(\.name) == ["1.running_mean", "1.running_var"])
        #expect(layer.batchesTrackedName == "1.num_batches_tracked")
        #expect(layer.scale.value.values == [1, 1])
        #expect(layer.runningVariance.values == [1, 1])
    }
}
