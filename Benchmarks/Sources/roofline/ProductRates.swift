// SPDX-License-Identifier: GPL-3.0-or-later
import CBLASThreads
import Foundation
import Networks
import Statistics

/// One of the matrix products of a training step, C [m × n] ← op(A)·op(B).
struct StepProduct {
    enum Pass: String {
        case forward
        case weightGradient = "weight gradient"
        case inputGradient = "input gradient"
    }
    let layer: (inputs: Int, units: Int)
    let pass: Pass
    static let batch = 64

    /// The products of a step of 784-1000-10; nobody needs the gradient of the data.
    static let ofStep = [
        StepProduct(layer: (784, 1000), pass: .forward), StepProduct(layer: (784, 1000), pass: .weightGradient),
        StepProduct(layer: (1000, 10), pass: .forward), StepProduct(layer: (1000, 10), pass: .weightGradient),
        StepProduct(layer: (1000, 10), pass: .inputGradient),
    ]

    /// m, n, k.
    var shape: (m: Int, n: Int, k: Int) {
        switch pass {
        case .forward: (Self.batch, layer.units, layer.inputs)
        case .weightGradient: (layer.units, layer.inputs, Self.batch)
        case .inputGradient: (Self.batch, layer.inputs, layer.units)
        }
    }
    /// Multiplications and additions.
    var flops: Double { 2 * Double(shape.m * shape.n * shape.k) }
    var name: String { "\(layer.inputs)-\(layer.units) \(pass.rawValue)" }

    /// Seconds as the step calls it, wall time on more than one thread: the layer's own pass. The input's gradient is the whole backward pass less the weights' gradient, which a layer
    /// cannot leave out.
    func stepSeconds<Scalar: NetworkScalar>(_: Scalar.Type, threads: Int, rounds: Int) -> Double {
        let dense = Dense<Scalar>(name: "0", inputs: layer.inputs, units: layer.units, bias: false, product: MatrixProduct(threads: threads))
        dense.weight.value.assign(Self.normal(dense.weight.value.count))
        let input = Tensor<Scalar>(shape: [Self.batch, layer.inputs], values: Self.normal(Self.batch * layer.inputs))
        let output = Tensor<Scalar>(shape: [Self.batch, layer.units], values: Self.normal(Self.batch * layer.units))
        let inputGradient = Tensor<Scalar>(shape: [Self.batch, layer.inputs])
        let repetitions = self.repetitions
        func backward(_ gradient: Tensor<Scalar>?) -> Double {
            Self.seconds(threads, rounds) {
                for _ in 0..<repetitions {
                    dense.backward(input: input, output: output, outputGradient: output, inputGradient: gradient, batch: Self.batch)
                }
            } / Double(repetitions)
        }
        switch pass {
        case .forward:
            return Self.seconds(threads, rounds) {
                for _ in 0..<repetitions { dense.forward(input, into: output, batch: Self.batch, mode: .training) }
            } / Double(repetitions)
        case .weightGradient: return backward(nil)
        case .inputGradient: return max(0, backward(inputGradient) - backward(nil))
        }
    }

    /// Seconds of the plain call with OpenBLAS's own threads.
    func librarySeconds<Scalar: NetworkScalar>(_: Scalar.Type, threads: Int, rounds: Int) -> Double {
        // Whoever multiplies through a layer has set one thread; ours is the last word while it is timed.
        _ = MatrixProduct()
        openblas_set_num_threads(Int32(threads))
        defer { openblas_set_num_threads(1) }
        let (m, n, k) = shape
        let (a, b) = (Self.normal(m * k) as [Scalar], Self.normal(k * n) as [Scalar])
        var c = [Scalar](repeating: 0, count: m * n)
        let (transposeA, transposeB) = (pass == .weightGradient, pass == .forward)
        let repetitions = self.repetitions
        return Self.seconds(threads, rounds) {
            for _ in 0..<repetitions {
                Scalar.product(
                    transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, a: a, leadingA: transposeA ? m : k, b: b,
                    leadingB: transposeB ? k : n, c: &c, leadingC: n)
            }
        } / Double(repetitions)
    }

    /// The work brings its own threads: one's processor time, several's wall time.
    private static func seconds(_ threads: Int, _ rounds: Int, _ work: () -> Void) -> Double {
        threads == 1 ? BestTime.seconds(rounds: rounds, work) : BestTime.wallSeconds(rounds: rounds, work)
    }

    /// As many as take about 10 ms.
    private var repetitions: Int { max(4, Int(1e9 / flops)) }

    private static func normal<Scalar: NetworkScalar>(_ count: Int) -> [Scalar] {
        var stream = RandomStream(seed: 1, name: "roofline")
        return (0..<count).map { _ in Scalar(stream.normal()) }
    }
}

extension Tensor {
    fileprivate convenience init(shape: [Int], values: [Scalar]) {
        self.init(shape: shape)
        assign(values)
    }
}
