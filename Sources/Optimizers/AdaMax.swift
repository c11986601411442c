// SPDX-License-Identifier: GPL-3.0-or-later

/// AdaMax (Kingma & Ba 2014, arXiv 1412.6980, section 7.1): Adam with a decaying maximum of |g| for √v.
///
///     g = g_data + λw
///     m = m + (1−β₁)(g − m)                      exp_avg
///     u = max(u·β₂, |g| + ε)                     exp_inf
///     w = w − ((α/(1−β₁ᵗ))·m)/u
///
/// u needs no bias correction and forgets at β₂, not √β₂. ε stands inside the maximum, as in PyTorch (the paper has none), so there is no
/// ``EpsilonPlacement`` to choose. Defaults are PyTorch's: α = 2e-3, β = (0.9, 0.999), ε = 1e-8. Ranges: α, ε ≥ 0, β₁, β₂ in [0, 1).
public struct AdaMax: UpdateRule, Equatable {
    public static let name = "adamax"
    public var learningRate: Double
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double

    public init(learningRate: Double = 2e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    public var firstMomentDecay: Double { beta1 }
    public var stateNames: [String] { ["exp_avg", "exp_inf"] }

    public func validate() throws(HyperParameterError) {
        try requireNonNegative("learningRate", learningRate)
        try requireForgetting("beta1", beta1)
        try requireForgetting("beta2", beta2)
        try requireNonNegative("epsilon", epsilon)
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        let stepSize = Scalar(parameter.learningRate / biasCorrection(beta1, step: parameter.step))
        let (l2, firstWeight) = (Scalar(parameter.l2), Scalar(1 - beta1))
        let (beta2, epsilon) = (Scalar(beta2), Scalar(epsilon))
        let (weights, gradient, first, norms) = (parameter.weights, parameter.gradient, parameter.state[0], parameter.state[1])
        for index in 0..<weights.count {
            let g = gradient[index].regularised(weight: weights[index], l2: l2)
            let m = interpolate(first[index], g, firstWeight)
            let u = maximumOrNaN(norms[index] * beta2, g.magnitude + epsilon)
            first[index] = m
            norms[index] = u
            weights[index] -= (stepSize * m) / u
        }
    }

    /// m̂ = m/(1−β₁ᵗ); √v̂ and the denominator are both u.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        let correction = Scalar(biasCorrection(beta1, step: reading.step))
        let (first, norms) = (reading.state[0], reading.state[1])
        for index in 0..<reading.state.count {
            moments.write(
                index, numerator: first[index] / correction, rootSecondMoment: norms[index], denominator: norms[index])
        }
    }
}
