// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels

/// RMSprop (Tieleman & Hinton 2012), with momentum and centring (Graves 2013, arXiv 1308.0850) as options.
///
///     g = g_data + λw
///     v = v·β₂ + ((1−β₂)·g)·g                    square_avg
///     ḡ = ḡ + (1−β₂)(g − ḡ)                      grad_avg, if centred
///     d = √v + ε, or √(v − ḡ²) + ε if centred
///     w = w − (α·g)/d                            without momentum
///     b = b·μ + g/d;  w = w − α·b                momentum_buffer, with momentum μ > 0
///
/// No bias correction: the first steps are long. β₂ is PyTorch's `alpha`. Defaults are PyTorch's: α = 1e-2, β₂ = 0.99, ε = 1e-8, no
/// momentum, not centred. Ranges: α, ε ≥ 0, β₂, μ in [0, 1).
///
/// v − ḡ² is never negative but for rounding; where rounding makes it so it counts as 0 (PyTorch's weight would become NaN).
///
/// - Warning: TensorFlow puts ε inside the root and uses β₂ = 0.9.
public struct RMSprop: UpdateRule, Equatable {
    public static let name = "rmsprop"
    public var learningRate: Double
    public var beta2: Double
    public var epsilon: Double
    public var momentum: Double
    public var centered: Bool

    public init(
        learningRate: Double = 1e-2, beta2: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0, centered: Bool = false
    ) {
        self.learningRate = learningRate
        self.beta2 = beta2
        self.epsilon = epsilon
        self.momentum = momentum
        self.centered = centered
    }

    public var readsGradient: Bool { momentum == 0 }
    public var firstMomentDecay: Double { momentum }
    public var stateNames: [String] {
        ["square_avg"] + (centered ? ["grad_avg"] : []) + (momentum > 0 ? ["momentum_buffer"] : [])
    }

    public func validate() throws(HyperParameterError) {
        try requireNonNegative("learningRate", learningRate)
        try requireForgetting("beta2", beta2)
        try requireNonNegative("epsilon", epsilon)
        try requireForgetting("momentum", momentum)
    }

    /// Where the momentum buffer stands among the state tensors.
    private var bufferIndex: Int { centered ? 2 : 1 }

    /// √v, or √(v − ḡ²).
    @inline(__always)
    private func root<Scalar: OptimizerScalar>(_ state: StateTensors<Scalar>, _ index: Int) -> Scalar {
        let v = state[0][index]
        guard centered else { return v.squareRoot() }
        let mean = state[1][index]
        let variance = v - mean * mean
        return variance < 0 ? 0 : variance.squareRoot()
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        if isPlain, updatePlainly(parameter) { return }
        let (alpha, l2, epsilon) = (Scalar(parameter.learningRate), Scalar(parameter.l2), Scalar(epsilon))
        let (beta2, secondWeight, mu) = (Scalar(beta2), Scalar(1 - beta2), Scalar(momentum))
        let (weights, gradient, state) = (parameter.weights, parameter.gradient, parameter.state)
        for index in 0..<weights.count {
            let g = gradient[index].regularised(weight: weights[index], l2: l2)
            state[0][index] = state[0][index] * beta2 + (secondWeight * g) * g
            if centered { state[1][index] = interpolate(state[1][index], g, secondWeight) }
            let denominator = root(state, index) + epsilon
            if momentum > 0 {
                let b = state[bufferIndex][index] * mu + g / denominator
                state[bufferIndex][index] = b
                weights[index] -= alpha * b
            } else {
                weights[index] -= (alpha * g) / denominator
            }
        }
    }

    private var isPlain: Bool { momentum == 0 && !centered }

    /// The step without momentum and centring, by the kernel; false, and nothing done, for a type that it does not know.
    @inline(__always)
    private func updatePlainly<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) -> Bool {
        guard let weights = parameter.weights.baseAddress, let gradient = parameter.gradient.baseAddress else { return true }
        let (count, v) = (parameter.weights.count, parameter.state.base)
        if Scalar.self == Float.self {
            adamprobe_rmsprop_step_f32(
                count, pun(weights), pun(gradient), pun(v), Float(parameter.l2), Float(beta2), Float(1 - beta2), Float(parameter.learningRate),
                Float(epsilon))
        } else if Scalar.self == Double.self {
            adamprobe_rmsprop_step_f64(
                count, pun(weights), pun(gradient), pun(v), parameter.l2, beta2, 1 - beta2, parameter.learningRate, epsilon)
        } else {
            return false
        }
        return true
    }

    /// Without momentum and centring, since then nothing but v has a memory.
    public func isAtRest<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) -> Bool {
        isPlain && RestingMoments(beta2: beta2, secondMoment: 0).isAtRest(parameter, floor: Scalar(epsilon))
    }

    public func advanceAtRest<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>, steps: Int) {
        RestingMoments(beta2: beta2, secondMoment: 0).advance(parameter, steps: steps)
    }

    /// With momentum the buffer is already divided, so the numerator is b·d.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        for index in 0..<reading.state.count {
            let root = root(reading.state, index)
            let denominator = root + Scalar(epsilon)
            let numerator = momentum > 0 ? reading.state[bufferIndex][index] * denominator : reading.gradient(index)
            moments.write(index, numerator: numerator, rootSecondMoment: root, denominator: denominator)
        }
    }
}
