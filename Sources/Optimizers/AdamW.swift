// SPDX-License-Identifier: GPL-3.0-or-later

/// AdamW (Loshchilov & Hutter 2017, arXiv 1711.05101): Adam with decoupled decay.
///
///     w = w·(1 − α·ω)                            ω of ``DecoupledDecay``, α after the schedule
///     then Adam's step, with g taken at the undecayed weight
///
/// `weightDecay` is 0.01 on all parameters by default, as in PyTorch; give another ``DecoupledDecay`` to spare biases or batch norm.
/// Coupled L2 may be on as well: it is a different term, and g = g_data + λw_k enters the moments as in ``Adam``, whose recipe, ranges and
/// remaining defaults hold here.
///
/// - Warning: In the paper the decay is not multiplied by α, only by the schedule's factor.
public struct AdamW: UpdateRule, Equatable {
    public static let name = "adamw"
    public var learningRate: Double
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public var epsilonPlacement: EpsilonPlacement
    public var weightDecay: DecoupledDecay

    public init(
        learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        epsilonPlacement: EpsilonPlacement = .outsideRoot, weightDecay: DecoupledDecay = DecoupledDecay(everywhere: 0.01)
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.epsilonPlacement = epsilonPlacement
        self.weightDecay = weightDecay
    }

    public var decoupledDecay: DecoupledDecay { weightDecay }
    public var firstMomentDecay: Double { beta1 }
    public var stateNames: [String] { ["exp_avg", "exp_avg_sq"] }

    public func validate() throws(HyperParameterError) {
        try requireNonNegative("learningRate", learningRate)
        try requireForgetting("beta1", beta1)
        try requireForgetting("beta2", beta2)
        try requireNonNegative("epsilon", epsilon)
        try requireValidDecay()
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
