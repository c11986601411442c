// SPDX-License-Identifier: GPL-3.0-or-later

/// Plain gradient descent on whatever gradient it is given (Robbins & Monro 1951).
///
///     g = g_data + λw
///     w = w − α·g
///
/// No state. Default learning rate 1e-3, PyTorch's. For momentum see ``HeavyBall`` and ``Nesterov``.
public struct StochasticGradientDescent: UpdateRule, Equatable {
    public static let name = "sgd"
    public var learningRate: Double

    public init(learningRate: Double = 1e-3) {
        self.learningRate = learningRate
    }

    /// The rule that the configuration `sgd {learningRate, momentum, nesterov}` names: plain for momentum 0 without `nesterov`, else heavy
    /// ball, or Nesterov's. (Nesterov's with momentum 0 is thrown out by its ``Nesterov/validate()``, as by PyTorch.)
    public static func rule(learningRate: Double = 1e-3, momentum: Double = 0, nesterov: Bool = false) -> any UpdateRule {
        if nesterov { return Nesterov(learningRate: learningRate, momentum: momentum) }
        if momentum == 0 { return StochasticGradientDescent(learningRate: learningRate) }
        return HeavyBall(learningRate: learningRate, momentum: momentum)
    }

    public var readsGradient: Bool { true }
    public var stateNames: [String] { [] }

    public func validate() throws(HyperParameterError) {
        try requireNonNegative("learningRate", learningRate)
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        let (alpha, l2) = (Scalar(parameter.learningRate), Scalar(parameter.l2))
        let (weights, gradient) = (parameter.weights, parameter.gradient)
        for index in 0..<weights.count {
            weights[index] -= alpha * gradient[index].regularised(weight: weights[index], l2: l2)
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        for index in 0..<reading.state.count { moments.write(index, numerator: reading.gradient(index)) }
    }
}
