// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Optimizers

/// AdaBelief (Zhuang et al. 2020, arXiv 2010.07468): Adam that divides by how far the gradient was from what m made one expect.
///
///     g = g_data + λw
///     m = m + (1−β₁)(g − m)                      exp_avg
///     s = s·β₂ + ((1−β₂)·(g − m))·(g − m) + ε₀   exp_avg_var
///     d = √s/√(1−β₂ᵗ) + ε
///     w = w − ((α/(1−β₁ᵗ))·m)/d
///
/// The paper has one ε for both places; they have different units, so they are two numbers here, as in optax, whose defaults these are.
public struct AdaBelief: UpdateRule, Equatable {
    public static let name = "adabelief"
    public var learningRate: Double
    public var beta1: Double
    public var beta2: Double
    /// ε, in the unit of the gradient.
    public var epsilon: Double
    /// ε₀, in the unit of its square; every step adds it to s, which it keeps above ε₀/(1−β₂) in the long run.
    public var rootEpsilon: Double

    public init(
        learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-16, rootEpsilon: Double = 1e-16
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.rootEpsilon = rootEpsilon
    }

    public var firstMomentDecay: Double { beta1 }
    public var stateNames: [String] { ["exp_avg", "exp_avg_var"] }

    public func validate() throws(HyperParameterError) {
        try requireNonNegative("learningRate", learningRate)
        try requireForgetting("beta1", beta1)
        try requireForgetting("beta2", beta2)
        try requireNonNegative("epsilon", epsilon)
        try requireNonNegative("rootEpsilon", rootEpsilon)
    }

    /// 1 − βᵗ.
    private func correction(_ beta: Double, _ step: Int) -> Double { 1 - pow(beta, Double(step)) }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        let stepSize = Scalar(parameter.learningRate / correction(beta1, parameter.step))
        let rootCorrection = Scalar(correction(beta2, parameter.step).squareRoot())
        let (l2, epsilon, rootEpsilon) = (Scalar(parameter.l2), Scalar(epsilon), Scalar(rootEpsilon))
        let (firstShare, beta2, secondShare) = (Scalar(1 - beta1), Scalar(beta2), Scalar(1 - beta2))
        let (weights, first, variance) = (parameter.weights, parameter.state[0], parameter.state[1])
        for index in weights.indices {
            let g = parameter.gradient[index].regularised(weight: weights[index], l2: l2)
            let m = first[index] + firstShare * (g - first[index])
            let surprise = g - m
            let s = variance[index] * beta2 + (secondShare * surprise) * surprise + rootEpsilon
            first[index] = m
            variance[index] = s
            weights[index] -= (stepSize * m) / (s.squareRoot() / rootCorrection + epsilon)
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        let firstCorrection = Scalar(correction(beta1, reading.step))
        let rootCorrection = Scalar(correction(beta2, reading.step).squareRoot())
        for index in 0..<reading.state.count {
            let root = reading.state[1][index].squareRoot() / rootCorrection
            moments.write(
                index, numerator: reading.state[0][index] / firstCorrection, rootSecondMoment: root,
                denominator: root + Scalar(epsilon))
        }
    }
}
