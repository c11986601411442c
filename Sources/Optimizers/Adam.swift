// SPDX-License-Identifier: GPL-3.0-or-later

/// Adam (Kingma & Ba 2014, arXiv 1412.6980, Algorithm 1).
///
/// The t-th step, t counted from 1, in this order of operations (the *recipe*, PyTorch's):
///
///     g = g_data + λw
///     m = m + (1−β₁)(g − m)                      exp_avg
///     v = v·β₂ + ((1−β₂)·g)·g                    exp_avg_sq
///     d = √v/√(1−β₂ᵗ) + ε                        or as ``EpsilonPlacement`` says
///     w = w − ((α/(1−β₁ᵗ))·m)/d
///
/// For β₁ ≤ ½ the first moment is g − β₁(g − m) instead, as PyTorch's `lerp` computes it; β₁ = 0 then gives m = g exactly.
///
/// Defaults are PyTorch's. Ranges: learning rate and ε ≥ 0, β₁ and β₂ in [0, 1). With ε = 0, a weight that never had a gradient becomes
/// NaN (0/0), as in PyTorch.
///
/// - Warning: TensorFlow and Keras use another ε placement and ε = 1e-7.
public struct Adam: UpdateRule, Equatable {
    public static let name = "adam"
    public var learningRate: Double
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public var epsilonPlacement: EpsilonPlacement

    public init(
        learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        epsilonPlacement: EpsilonPlacement = .outsideRoot
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.epsilonPlacement = epsilonPlacement
    }

    public var firstMomentDecay: Double { beta1 }
    public var stateNames: [String] { ["exp_avg", "exp_avg_sq"] }

    public func validate() throws(HyperParameterError) {
        try requireNonNegative("learningRate", learningRate)
        try requireForgetting("beta1", beta1)
        try requireForgetting("beta2", beta2)
        try requireNonNegative("epsilon", epsilon)
    }

    var moments: AdaptiveMoments {
        AdaptiveMoments(beta1: beta1, beta2: beta2, epsilon: epsilon, placement: epsilonPlacement)
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        moments.update(parameter, keepsMaximum: false)
    }

    public func isAtRest<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) -> Bool { moments.isAtRest(parameter) }

    public func advanceAtRest<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>, steps: Int) {
        moments.advanceAtRest(parameter, steps: steps)
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into buffers: MomentBuffers<Scalar>) {
        moments.readMoments(reading, into: buffers, keepsMaximum: false)
    }
}
