// SPDX-License-Identifier: GPL-3.0-or-later

/// Gradient descent with a heavy ball (Polyak 1964).
///
///     g = g_data + λw
///     b = μ·b + g                                momentum_buffer
///     w = w − α·b
///
/// PyTorch's convention, dampening 0: the gradient enters b with weight 1 and α multiplies the whole of b. b starts from 0, which makes the
/// first buffer g, as PyTorch's is. Ranges: α ≥ 0, μ in [0, 1); defaults: α = 1e-3, μ = 0.9 (PyTorch's own default is no momentum).
///
/// - Warning: In Sutskever et al. (2013) and Keras α stands inside the buffer: the same for a constant α, another path when a schedule
///   changes it.
public struct HeavyBall: UpdateRule, Equatable {
    public static let name = "sgd"
    public var learningRate: Double
    public var momentum: Double

    public init(learningRate: Double = 1e-3, momentum: Double = 0.9) {
        self.learningRate = learningRate
        self.momentum = momentum
    }

    public var firstMomentDecay: Double { momentum }
    public var stateNames: [String] { ["momentum_buffer"] }

    public func validate() throws(HyperParameterError) {
        try requireNonNegative("learningRate", learningRate)
        try requireForgetting("momentum", momentum)
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        let (alpha, l2, mu) = (Scalar(parameter.learningRate), Scalar(parameter.l2), Scalar(momentum))
        let (weights, gradient, buffer) = (parameter.weights, parameter.gradient, parameter.state[0])
        for index in 0..<weights.count {
            let b = buffer[index] * mu + gradient[index].regularised(weight: weights[index], l2: l2)
            buffer[index] = b
            weights[index] -= alpha * b
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        for index in 0..<reading.state.count { moments.write(index, numerator: reading.state[0][index]) }
    }
}
