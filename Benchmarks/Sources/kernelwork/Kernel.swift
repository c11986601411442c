// SPDX-License-Identifier: GPL-3.0-or-later
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

    static let all: [Kernel] = elementwise(Float.self) + elementwise(Double.self) + steps

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
            Kernel(name: "adam-\(precision)", repetitions: 10) { count in
                let weights = 16_384
                let optimizer = try Optimizer<Scalar>(rule: Adam(), parameters: [OptimizedParameter(name: "0.weight", count: weights)])
                var values = normal(weights, Scalar.self)
                let gradient = normal(weights, Scalar.self)
                values.withUnsafeMutableBufferPointer { values in
                    gradient.withUnsafeBufferPointer { gradient in
                        for _ in 0..<count {
                            optimizer.update(parameter: 0, weights: values, gradient: gradient, learningRate: 1e-3, l2: 5e-4)
                        }
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

    private static var steps: [Kernel] {
        [ProbeChoice.none, .every(1)].flatMap { choice in
            let probes = choice == .none ? "" : "-probed"
            return [
                Kernel(name: "tiny-step\(probes)-float32", repetitions: 200) { try train(.tiny, choice, steps: $0) },
                Kernel(name: "mnist-step\(probes)-float32", repetitions: 3, usesBLAS: true) { try train(.mnist, choice, steps: $0) },
            ]
        }
    }

    private static func train(_ stepCase: StepCase, _ choice: ProbeChoice, steps: Int) throws {
        let folder = try SampleFolder()
        defer { try? folder.remove() }
        let training = try Training<Float>(stepCase, data: try StepData(stepCase, seed: 1), probes: choice, folder: folder.url)
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
