// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// An elementwise activation φ; its backward pass counts, node by node, the samples that were active.
public final class ActivationLayer<Scalar: NetworkScalar>: Layer {
    public let inputShape: [Int]
    public var outputShape: [Int] { inputShape }
    public let activation: Activation
    /// Per node, the number of samples of the last training batch with φ′(z) ≠ 0. A node with none was *silent*: its data gradient is
    /// exactly 0. Counts are whole numbers, kept as scalars so that the loop vectorises. A network's first layer, of which no input
    /// gradient is asked, does not count.
    public let activeSamples: Tensor<Scalar>

    public init(_ activation: Activation, shape: [Int]) {
        self.activation = activation
        inputShape = shape
        activeSamples = Tensor(shape: shape)
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func forward(_ input: Tensor<Scalar>, into output: Tensor<Scalar>, batch: Int, mode: PassMode) {
        let (z, y, count) = (input.base, output.base, batch * activeSamples.count)
        switch activation {
        case .relu: Scalar.rectify(z, into: y, count: count)  // NaN passes, as in PyTorch: a diverged node is not a dead one.
        case .leakyReLU(let slope): Scalar.rectifyLeaky(z, into: y, count: count, slope: Scalar(slope))
        case .elu(let alpha):
            let alpha = Scalar(alpha)
            map(z, y, count) { $0 > 0 ? $0 : alpha * .expMinusOne($0) }
        case .selu:
            let (alpha, scale) = (Scalar(Self.seluAlpha), Scalar(Self.seluScale))
            map(z, y, count) { scale * ($0 > 0 ? $0 : alpha * .expMinusOne($0)) }
        case .gelu(tanhApproximation: false): map(z, y, count) { $0 * Self.normalCDF($0) }
        case .gelu(tanhApproximation: true): map(z, y, count) { 0.5 * $0 * (1 + .tanh(Self.geluArgument($0))) }
        case .silu: map(z, y, count) { $0 / (1 + .exp(-$0)) }
        case .softplus(let beta, let threshold):
            let (beta, threshold) = (Scalar(beta), Scalar(threshold))
            map(z, y, count) { beta * $0 > threshold ? $0 : .log(onePlus: .exp(beta * $0)) / beta }
        case .tanh: map(z, y, count) { .tanh($0) }
        case .sigmoid: map(z, y, count) { 1 / (1 + .exp(-$0)) }
        case .identity: y.update(from: z, count: count)
        }
    }

    /// inputGradient ← δ·φ′(z), and exactly 0 where φ′(z) = 0, whatever δ.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func backward(
        input: Tensor<Scalar>, output: Tensor<Scalar>, outputGradient: Tensor<Scalar>, inputGradient: Tensor<Scalar>?, batch: Int
    ) {
        // Only a network that starts with an activation has no use for it, and there no node is counted.
        guard let inputGradient else { return }
        let pass = BackwardPass(
            z: input.base, y: output.base, delta: outputGradient.base, result: inputGradient.base, active: activeSamples.base,
            batch: batch, nodes: activeSamples.count)
        switch activation {
        case .relu(let derivativeAtZero):
            Scalar.rectifyBackward(
                pass.z, delta: pass.delta, into: pass.result, active: pass.active, rows: batch, columns: pass.nodes,
                atZero: Scalar(derivativeAtZero))
        case .leakyReLU(let slope):
            Scalar.rectifyLeakyBackward(
                pass.z, delta: pass.delta, into: pass.result, active: pass.active, rows: batch, columns: pass.nodes, slope: Scalar(slope))
        case .elu(let alpha):
            let alpha = Scalar(alpha)
            // Not y + alpha, which is 0 long before αeᶻ is: a leaking node would count as silent.
            pass.run { z, _ in z > 0 ? 1 : alpha * .exp(z) }
        case .selu:
            let (alpha, scale) = (Scalar(Self.seluAlpha), Scalar(Self.seluScale))
            pass.run { z, _ in z > 0 ? scale : scale * alpha * .exp(z) }
        case .gelu(tanhApproximation: false):
            let density = Scalar(0.398942280401432677939946059934381868)  // 1/√(2π)
            pass.run { z, _ in Self.normalCDF(z) + z * density * .exp(-0.5 * z * z) }
        case .gelu(tanhApproximation: true):
            let (root, cubic) = (Scalar(Self.rootTwoOverPi), Scalar(Self.geluCubic))
            pass.run { z, _ in
                let t = Scalar.tanh(Self.geluArgument(z))
                return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * root * (1 + 3 * cubic * z * z)
            }
        case .silu:
            pass.run { z, _ in
                let sigmoid = 1 / (1 + Scalar.exp(-z))
                return sigmoid * (1 + z * (1 - sigmoid))
            }
        case .softplus(let beta, let threshold):
            let (beta, threshold) = (Scalar(beta), Scalar(threshold))
            pass.run { z, _ in
                let tail = Scalar.exp(-abs(beta * z))
                return beta * z > threshold ? 1 : (beta * z < 0 ? tail : 1) / (1 + tail)
            }
        case .tanh: pass.run { _, y in 1 - y * y }
        case .sigmoid: pass.run { _, y in y * (1 - y) }
        case .identity: pass.run { _, _ in 1 }
        }
    }

    @inline(__always)
    private func map(_ z: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>, _ count: Int, _ function: (Scalar) -> Scalar) {
        for i in 0..<count { y[i] = function(z[i]) }
    }

    /// One pass over batch × nodes with a derivative φ′(z, y).
    private struct BackwardPass {
        let z: UnsafePointer<Scalar>
        let y: UnsafePointer<Scalar>
        let delta: UnsafePointer<Scalar>
        let result: UnsafeMutablePointer<Scalar>
        let active: UnsafeMutablePointer<Scalar>
        let batch: Int
        let nodes: Int

        @inline(__always)
        func run(_ derivative: (_ z: Scalar, _ y: Scalar) -> Scalar) {
            for j in 0..<nodes { active[j] = 0 }
            for i in 0..<batch {
                let (z, y, delta, result) = (z + i * nodes, y + i * nodes, delta + i * nodes, result + i * nodes)
                for j in 0..<nodes {
                    // The product is taken before the choice, so that the loop has no branch and vectorises.
                    let slope = derivative(z[j], y[j])
                    let product = slope * delta[j]
                    active[j] += slope == 0 ? 0 : 1
                    result[j] = slope == 0 ? 0 : product
                }
            }
        }
    }

    /// Klambauer et al. 2017, equation 14.
    private static var seluAlpha: Double { 1.6732632423543772848170429916717 }
    private static var seluScale: Double { 1.0507009873554804934193349852946 }
    private static var rootTwoOverPi: Double { 0.797884560802865355879892119868763737 }
    /// Hendrycks & Gimpel's fitted constant.
    private static var geluCubic: Double { 0.044715 }

    private static func normalCDF(_ z: Scalar) -> Scalar { 0.5 * (1 + .erf(z * Scalar(0.707106781186547524400844362104849039))) }

    private static func geluArgument(_ z: Scalar) -> Scalar { Scalar(rootTwoOverPi) * (z + Scalar(geluCubic) * z * z * z) }
}
