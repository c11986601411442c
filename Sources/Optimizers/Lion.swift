// SPDX-License-Identifier: GPL-3.0-or-later

/// Lion (Chen et al. 2023, arXiv 2302.06675, Algorithm 2): the sign of an interpolated momentum.
///
///     w = w·(1 − α·ω)                            ω of ``DecoupledDecay``
///     g = g_data + λw                            at the undecayed weight
///     w = w − α·sign(β₁·m + (1−β₁)·g)            sign 0 = 0
///     m = β₂·m + (1−β₂)·g                        exp_avg
///
/// Every weight moves by α or, where the sign is 0, not at all. The paper's regularisation is the decoupled decay, 0 by default here;
/// coupled L2 is what the theory notes ask about. PyTorch has no Lion; names of state follow its Adam. Defaults: α = 1e-4,
/// β = (0.9, 0.99), the paper's. Ranges: α, ω ≥ 0, β₁, β₂ in [0, 1).
public struct Lion: UpdateRule, Equatable {
    public static let name = "lion"
    public var learningRate: Double
    public var beta1: Double
    public var beta2: Double
    public var weightDecay: DecoupledDecay

    public init(
        learningRate: Double = 1e-4, beta1: Double = 0.9, beta2: Double = 0.99, weightDecay: DecoupledDecay = .none
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.weightDecay = weightDecay
    }

    public var decoupledDecay: DecoupledDecay { weightDecay }
    public var firstMomentDecay: Double { beta2 }
    public var stateNames: [String] { ["exp_avg"] }

    public func validate() throws(HyperParameterError) {
        try requireNonNegative("learningRate", learningRate)
        try requireForgetting("beta1", beta1)
        try requireForgetting("beta2", beta2)
        try requireValidDecay()
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        let (alpha, l2, shrink) = (Scalar(parameter.learningRate), Scalar(parameter.l2), parameter.shrink)
        let (beta1, firstWeight) = (Scalar(beta1), Scalar(1 - beta1))
        let (beta2, secondWeight) = (Scalar(beta2), Scalar(1 - beta2))
        let (weights, gradient, first) = (parameter.weights, parameter.gradient, parameter.state[0])
        for index in 0..<weights.count {
            let g = gradient[index].regularised(weight: weights[index], l2: l2)
            let m = first[index]
            first[index] = m * beta2 + secondWeight * g
            weights[index] = weights[index] * shrink - alpha * sign(m * beta1 + firstWeight * g)
        }
    }

    /// m as it is after the step; its sign is that of the step only where g agrees. No second moment, denominator 1.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        for index in 0..<reading.state.count { moments.write(index, numerator: reading.state[0][index]) }
    }
}
