// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Ensembles
import Experiments
import Laboratory
import Networks
import Optimizers
import Probes
import Records
import Statistics
import StepCases
import Theory

/// A piece of work whose instructions are counted.
struct Kernel: Sendable {
    let name: String
    /// Repetitions that make the count steady.
    let repetitions: Int
    /// Whether the time goes through OpenBLAS, whose instructions differ from version to version.
    var usesBLAS = false
    let work: @Sendable (_ repetitions: Int) throws -> Void

    static let all: [Kernel] =
        elementwise(Float.self) + layers(Float.self) + wholes(Float.self) + elementwise(Double.self) + layers(Double.self) + wholes(Double.self)
        + steps

    private static func elementwise<Scalar: TrainingScalar>(_: Scalar.Type) -> [Kernel] {
        let precision = Scalar.elementType.rawValue
        let inputs = 784
        return [
            Kernel(name: "small-product-\(precision)", repetitions: 100) { count in
                let (m, n, k) = (64, 32, 8)
                let (a, b) = (normal(m * k, Scalar.self), normal(k * n, Scalar.self))
                var c = [Scalar](repeating: 0, count: m * n)
                for _ in 0..<count { Scalar.smallProduct(a, row: k, column: 1, b, into: &c, m: m, n: n, k: k) }
            },
            Kernel(name: "adam-\(precision)", repetitions: 10) { count in try update(Adam(), times: count, Scalar.self) },
            Kernel(name: "rmsprop-\(precision)", repetitions: 10) { count in try update(RMSprop(), times: count, Scalar.self) },
            Kernel(name: "rest-\(precision)", repetitions: 100) { count in
                let optimizer = try Optimizer<Scalar>(rule: Adam(), parameters: [OptimizedParameter(name: "0.weight", count: inputs)])
                // λw rounds to 0, and the bias correction is 1: no update moves them.
                try optimizer.plant(10_000, as: "step", of: 0)
                var values = [Scalar](repeating: .leastNonzeroMagnitude, count: inputs)
                values.withUnsafeMutableBufferPointer { values in
                    for _ in 0..<count {
                        guard optimizer.rest(parameter: 0, range: 0..<inputs, weights: values, learningRate: 1e-3, l2: 5e-4) else {
                            fatalError("these weights rest")
                        }
                        optimizer.wake(parameter: 0)
                    }
                }
            },
            Kernel(name: "row-norms-\(precision)", repetitions: 100) { count in
                // A look at rows whose first square tells, and at one that is summed.
                let rows = 64
                var values = normal(rows * inputs, Scalar.self)
                for index in 0..<inputs { values[index] = 0 }
                var squares = [Double](repeating: 0, count: rows)
                values.withUnsafeBufferPointer { values in
                    squares.withUnsafeMutableBufferPointer { squares in
                        for _ in 0..<count { Scalar.squaredNorms(of: values, below: 1e-30, into: squares) }
                    }
                }
            },
            Kernel(name: "weight-sums-\(precision)", repetitions: 100) { count in
                normal(inputs, Scalar.self).withUnsafeBufferPointer { values in
                    for _ in 0..<count { keep(Scalar.weightSums(values).squares) }
                }
            },
            Kernel(name: "gradient-sums-\(precision)", repetitions: 100) { count in
                normal(inputs, Scalar.self).withUnsafeBufferPointer { values in
                    for _ in 0..<count { keep(Scalar.gradientSums(values, previous: values).squares) }
                }
            },
            Kernel(name: "order-statistics-\(precision)", repetitions: 100) { count in
                let (values, scratch, result) = (normal(inputs, Scalar.self), Tensor<Scalar>(shape: [inputs]), Tensor<Scalar>(shape: [5]))
                let ranks = [0, 0.25, 0.5, 0.75, 1].map { QuantileLevel($0).rank(among: inputs) }
                values.withUnsafeBufferPointer { values in
                    for _ in 0..<count {
                        Scalar.orderStatistics(
                            of: values, rows: 1, ranks: ranks, into: result.mutableElements.baseAddress!, stride: 1,
                            scratch: scratch.mutableElements)
                    }
                }
            },
            Kernel(name: "laboratory-\(precision)", repetitions: 200) { count in
                let one = LaboratoryCase(
                    rule: .adam(), learningRate: .constant(1e-3), l2: 5e-4,
                    weight: DeadWeight(weight: 0.02, firstMoment: 1e-5, secondMoment: 1e-4))
                let laboratory = Laboratory(
                    arithmetic: Scalar.elementType == .float32 ? .float32 : .float64, flushesSubnormals: false, threads: 1, engine: .vector)
                _ = try laboratory.run(Array(repeating: one, count: 256), steps: count, measuring: LaboratoryMeasurement())
            },
        ]
    }

    /// Passes of layers over a batch.
    private static func layers<Scalar: TrainingScalar>(_: Scalar.Type) -> [Kernel] {
        let precision = Scalar.elementType.rawValue
        let (rows, columns) = (64, 256)
        return [
            Kernel(name: "sparse-product-\(precision)", repetitions: 10) { count in
                // Outputs and the weights' gradient; with a fifth of the inputs not 0 neither goes through OpenBLAS.
                let dense = Dense<Scalar>(name: "0", inputs: 784, units: columns, bias: false, product: MatrixProduct(threads: 1))
                dense.weight.value.assign(normal(784 * columns, Scalar.self))
                let (input, output) = (Tensor<Scalar>(shape: [rows, 784]), Tensor<Scalar>(shape: [rows, columns]))
                input.assign(normal(rows * 784, Scalar.self).enumerated().map { $0.offset % 5 == 0 ? $0.element : 0 })
                for _ in 0..<count {
                    dense.forward(input, into: output, batch: rows, mode: .training)
                    dense.backward(input: input, output: output, outputGradient: output, inputGradient: nil, batch: rows)
                }
            },
            Kernel(name: "batch-norm-\(precision)", repetitions: 20) { count in
                let (x, delta, scale) = (normal(rows * columns, Scalar.self), normal(rows * columns, Scalar.self), normal(columns, Scalar.self))
                var (y, gradient, mean, inverse) = (x, x, scale, scale)
                var (runningMean, runningVariance, scaleGradient, shiftGradient) = (scale, scale, scale, scale)
                for _ in 0..<count {
                    Scalar.batchNormForward(
                        x, into: &y, rows: rows, columns: columns, scale: scale, shift: scale, epsilon: 1e-5, momentum: 0.1, mean: &mean,
                        inverseDeviation: &inverse, runningMean: &runningMean, runningVariance: &runningVariance)
                    Scalar.batchNormBackward(
                        x, delta: delta, into: &gradient, rows: rows, columns: columns, scale: scale, mean: mean, inverseDeviation: inverse,
                        scaleGradient: &scaleGradient, shiftGradient: &shiftGradient)
                }
            },
            Kernel(name: "relu-\(precision)", repetitions: 20) { count in
                let (z, delta) = (normal(rows * columns, Scalar.self), normal(rows * columns, Scalar.self))
                var (y, gradient, active) = (z, z, [Scalar](repeating: 0, count: columns))
                for _ in 0..<count {
                    Scalar.rectify(z, into: &y, count: z.count)
                    Scalar.rectifyBackward(z, delta: delta, into: &gradient, active: &active, rows: rows, columns: columns, atZero: 0)
                }
            },
        ]
    }

    private static func update<Scalar: TrainingScalar>(_ rule: any UpdateRule, times: Int, _: Scalar.Type) throws {
        let weights = 16_384
        let optimizer = try Optimizer<Scalar>(rule: rule, parameters: [OptimizedParameter(name: "0.weight", count: weights)])
        var values = normal(weights, Scalar.self)
        let gradient = normal(weights, Scalar.self)
        values.withUnsafeMutableBufferPointer { values in
            gradient.withUnsafeBufferPointer { gradient in
                for _ in 0..<times { optimizer.update(parameter: 0, weights: values, gradient: gradient, learningRate: 1e-3, l2: 5e-4) }
            }
        }
    }

    /// Many small networks at once, and a training that leaves its dead nodes out.
    private static func wholes<Scalar: TrainingScalar>(_: Scalar.Type) -> [Kernel] {
        let precision = Scalar.elementType.rawValue
        return [
            Kernel(name: "ensemble-\(precision)", repetitions: 10) { count in
                let (samples, features) = (64, 2)
                let points = normal(samples * features, Double.self)
                let targets = (0..<samples).map { abs(points[features * $0]) }
                let ensemble = try Ensemble<Scalar>(
                    [.dense(units: 8), .activation(.relu()), .dense(units: 1)],
                    samples: Samples(values: points, featureCount: features, targets: .values(targets, width: 1)),
                    members: (0..<64).map { EnsembleMember(seed: $0, l2: CoupledL2(weights: 5e-4)) }, threads: 1)
                try ensemble.run(steps: count)
            },
            Kernel(name: "compacted-step-\(precision)", repetitions: 3, usesBLAS: true) { count in
                try train(.mnist, .none, steps: count, Scalar.self, dead: 683)
            },
        ]
    }

    private static var steps: [Kernel] {
        [ProbeChoice.none, .every(1)].flatMap { choice in
            let probes = choice == .none ? "" : "-probed"
            return [
                Kernel(name: "tiny-step\(probes)-float32", repetitions: 200) { try train(.tiny, choice, steps: $0, Float.self) },
                Kernel(name: "mnist-step\(probes)-float32", repetitions: 3, usesBLAS: true) { try train(.mnist, choice, steps: $0, Float.self) },
            ]
        }
    }

    /// - Parameter dead: nodes that are dead from the start, and left out of the passes.
    private static func train<Scalar: TrainingScalar>(
        _ stepCase: StepCase, _ choice: ProbeChoice, steps: Int, _: Scalar.Type, dead: Int = 0
    ) throws {
        let folder = try SampleFolder()
        defer { try? folder.remove() }
        let training = try Training<Scalar>(
            stepCase, data: try StepData(stepCase, seed: 1), probes: choice, folder: folder.url, dead: dead, compacted: dead > 0)
        for _ in 0..<steps { try training.step() }
        try training.finish()
    }

    private static func normal<Scalar: NetworkScalar>(_ count: Int, _: Scalar.Type) -> [Scalar] {
        var stream = RandomStream(seed: 1, name: "kernel")
        return (0..<count).map { _ in Scalar(stream.normal()) }
    }

    /// Keeps the compiler from leaving out work whose result nobody wants.
    @inline(never)
    private static func keep<Value>(_ value: Value) { withExtendedLifetime(value) {} }
}
