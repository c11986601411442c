// SPDX-License-Identifier: GPL-3.0-or-later

/// Gradient descent with Nesterov's momentum (Nesterov 1983, in the form of Sutskever et al. 2013).
///
///     g = g_data + λw
///     b = μ·b + g                                momentum_buffer
///     w = w − α·(g + μ·b)
///
/// PyTorch's convention, dampening 0: w is the look-ahead point, at which the gradient is taken. b starts from 0.
/// Ranges: α ≥ 0, μ in (0, 1); defaults: α = 1e-3, μ = 0.9 (PyTorch's own default is no momentum).
public struct Nesterov: UpdateRule, Equatable {
    public static let name = "sgd"
    public var learningRate: Double
    public var momentum: Double

    public init(learningRate: Double = 1e-3, momentum: Double = 0.9) {
        self.learningRate = learningRate
        self.momentum = momentum
    }

    public var firstMomentDecay: Double { momentum }
    public var readsGradient: Bool { true }
    public var stateNames: [String] { ["momentum_buffer"] }

    public func validate() throws(HyperParameterError) {
        try requireNonNegative("learningRate", learningRate)
        guard momentum > 0, momentum < 1 else {
            throw HyperParameterError(
                owner: Self.name, key: "momentum", value: momentum, accepted: "> 0 and < 1 where nesterov is true")
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        let (alpha, l2, mu) = (Scalar(parameter.learningRate), Scalar(parameter.l2), Scalar(momentum))
        let (weights, gradient, buffer) = (parameter.weights, parameter.gradient, parameter.state[0])
        for index in 0..<weights.count {
            let g = gradient[index].regularised(weight: weights[index], l2: l2)
            let b = buffer[index] * mu + g
            buffer[index] = b
            weights[index] -= alpha * (g + mu * b)
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        let mu = Scalar(momentum)
        for index in 0..<reading.state.count {
            moments.write(index, numerator: reading.gradient(index) + mu * reading.state[0][index])
        }
    }
}
