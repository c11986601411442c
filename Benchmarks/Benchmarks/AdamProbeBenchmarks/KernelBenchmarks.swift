// SPDX-License-Identifier: GPL-3.0-or-later
import Benchmark
import Laboratory
import Networks
import Optimizers
import Probes
import Statistics
import Theory

/// What a step of the 784-1000-10 network is made of, piece by piece, in both precisions.
func registerKernelBenchmarks() {
    registerKernels(Float.self)
    registerKernels(Double.self)
}

private func registerKernels<Scalar: TrainingScalar>(_: Scalar.Type) {
    let precision = Scalar.elementType.rawValue
    let weights = 784_000

    Benchmark("Adam, 784,000 weights, \(precision)") { benchmark in
        let optimizer = try Optimizer<Scalar>(rule: Adam(), parameters: [OptimizedParameter(name: "0.weight", count: weights)])
        let (value, gradient) = (normalTensor([weights], Scalar.self), normalTensor([weights], Scalar.self))
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            optimizer.update(
                parameter: 0, weights: value.mutableElements, gradient: gradient.elements, learningRate: 1e-3, l2: 5e-4)
        }
    }

    for (name, rows, inputs, units) in [("784-1000", 64, 784, 1000), ("1000-10", 64, 1000, 10)] {
        let layer = { Dense<Scalar>(name: "0", inputs: inputs, units: units, bias: false, product: MatrixProduct()) }
        Benchmark("Dense \(name) forward, batch \(rows), \(precision)") { benchmark in
            let dense = layer()
            let (input, output) = (normalTensor([rows, inputs], Scalar.self), Tensor<Scalar>(shape: [rows, units]))
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations { dense.forward(input, into: output, batch: rows, mode: .training) }
        }
        Benchmark("Dense \(name) weight gradient, batch \(rows), \(precision)") { benchmark in
            let dense = layer()
            let (input, output) = (normalTensor([rows, inputs], Scalar.self), normalTensor([rows, units], Scalar.self))
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations {
                dense.backward(input: input, output: output, outputGradient: output, inputGradient: nil, batch: rows)
            }
        }
    }

    registerNodeKernels(Scalar.self, precision: precision, inputs: 784)
    registerSmallKernels(Scalar.self, precision: precision)
}

/// What small networks and the laboratory are made of.
private func registerSmallKernels<Scalar: TrainingScalar>(_: Scalar.Type, precision: String) {
    Benchmark("small product 64 × 8 × 32, \(precision)", configuration: .init(scalingFactor: .kilo)) { benchmark in
        let (a, b) = (normalTensor([64, 8], Scalar.self), normalTensor([8, 32], Scalar.self))
        let c = Tensor<Scalar>(shape: [64, 32])
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            Scalar.smallProduct(
                a.elements.baseAddress!, row: 8, column: 1, b.elements.baseAddress!, into: c.mutableElements.baseAddress!, m: 64, n: 32, k: 8)
        }
    }
    Benchmark("laboratory, 4096 cases × 1000 steps, \(precision)") { benchmark in
        let one = LaboratoryCase(
            rule: .adam(), learningRate: .constant(1e-3), l2: 5e-4,
            weight: DeadWeight(weight: 0.02, firstMoment: 1e-5, secondMoment: 1e-4))
        let laboratory = Laboratory(
            arithmetic: Scalar.elementType == .float32 ? .float32 : .float64, flushesSubnormals: false, threads: 1, engine: .vector)
        let cases = Array(repeating: one, count: 4096)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try laboratory.run(cases, steps: 1000, measuring: LaboratoryMeasurement())) }
    }
}

/// The loops over one node's incoming weights that the probes are made of.
private func registerNodeKernels<Scalar: TrainingScalar>(_: Scalar.Type, precision: String, inputs: Int) {
    let configuration = Benchmark.Configuration(scalingFactor: .kilo)
    Benchmark("weight sums, node of \(inputs), \(precision)", configuration: configuration) { benchmark in
        let values = normalTensor([inputs], Scalar.self)
        for _ in benchmark.scaledIterations { blackHole(Scalar.weightSums(values.elements)) }
    }
    Benchmark("gradient sums, node of \(inputs), \(precision)", configuration: configuration) { benchmark in
        let (gradient, previous) = (normalTensor([inputs], Scalar.self), normalTensor([inputs], Scalar.self))
        for _ in benchmark.scaledIterations { blackHole(Scalar.gradientSums(gradient.elements, previous: previous.elements)) }
    }
    Benchmark("five quantiles, node of \(inputs), \(precision)", configuration: configuration) { benchmark in
        let (values, scratch) = (normalTensor([inputs], Scalar.self), Tensor<Scalar>(shape: [inputs]))
        let result = Tensor<Scalar>(shape: [5])
        let ranks = [0, 0.25, 0.5, 0.75, 1].map { QuantileLevel($0).rank(among: inputs) }
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            Scalar.orderStatistics(
                of: values.elements, rows: 1, ranks: ranks, into: result.mutableElements.baseAddress!, stride: 1,
                scratch: scratch.mutableElements)
        }
    }
}

private func normalTensor<Scalar: NetworkScalar>(_ shape: [Int], _: Scalar.Type) -> Tensor<Scalar> {
    let tensor = Tensor<Scalar>(shape: shape)
    var stream = RandomStream(seed: 1, name: "kernel")
    tensor.assign((0..<tensor.count).map { _ in Scalar(stream.normal()) })
    return tensor
}
