// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// NAdam (Dozat 2016): Adam with Nesterov's momentum.
///
///     g = g_data + λw
///     μ_t = β₁(1 − ½·0.96^(t·ψ)),  Π_t = Π_{t−1}·μ_t            mu_product, one number a parameter, from 1
///     m = m + (1−β₁)(g − m)                                      exp_avg
///     v = v·β₂ + ((1−β₂)·g)·g                                    exp_avg_sq
///     d = √(v/(1−β₂ᵗ)) + ε
///     w = w − ((α(1−μ_t)/(1−Π_t))·g)/d
///     w = w − ((α·μ_{t+1}/(1−Π_t·μ_{t+1}))·m)/d
///
/// ψ is `momentumDecay`. Note that v is corrected inside the root, unlike Adam's. ``EpsilonPlacement`` chooses d = √(v/(1−β₂ᵗ)) + ε
/// (`outsideRoot`), (√v + ε)/√(1−β₂ᵗ) (`epsilonHat`) or √(v/(1−β₂ᵗ) + ε) (`insideRoot`). Defaults are PyTorch's: α = 2e-3,
/// β = (0.9, 0.999), ε = 1e-8, ψ = 4e-3. Ranges: α, ε, ψ ≥ 0, β₁, β₂ in [0, 1). `mu_product` is kept in `Double`; PyTorch keeps it in its
/// default type.
public struct NAdam: UpdateRule, Equatable {
    public static let name = "nadam"
    public var learningRate: Double
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public var epsilonPlacement: EpsilonPlacement
    public var momentumDecay: Double

    public init(
        learningRate: Double = 2e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        epsilonPlacement: EpsilonPlacement = .outsideRoot, momentumDecay: Double = 4e-3
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.epsilonPlacement = epsilonPlacement
        self.momentumDecay = momentumDecay
    }

    public var readsGradient: Bool { true }
    public var firstMomentDecay: Double { beta1 }
    public var stateNames: [String] { ["exp_avg", "exp_avg_sq"] }
    public var scalarStateNames: [String] { ["mu_product"] }
    public var initialScalarState: [Double] { [1] }

    public func validate() throws(HyperParameterError) {
        try requireNonNegative("learningRate", learningRate)
        try requireForgetting("beta1", beta1)
        try requireForgetting("beta2", beta2)
        try requireNonNegative("epsilon", epsilon)
        try requireNonNegative("momentumDecay", momentumDecay)
    }

    /// μ_t.
    private func momentum(_ step: Int) -> Double {
        beta1 * (1 - 0.5 * Double.pow(0.96, Double(step) * momentumDecay))
    }

    public func advance(scalarState: UnsafeMutableBufferPointer<Double>, step: Int) {
        scalarState[0] *= momentum(step)
    }

    /// d from v, with the bias correction 1−β₂ᵗ and its root.
    @inline(__always)
    private func denominator<Scalar: OptimizerScalar>(_ v: Scalar, _ correction: Scalar, _ root: Scalar, _ epsilon: Scalar) -> Scalar {
        switch epsilonPlacement {
        case .outsideRoot: (v / correction).squareRoot() + epsilon
        case .epsilonHat: (v.squareRoot() + epsilon) / root
        case .insideRoot: (v / correction + epsilon).squareRoot()
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        let (step, alpha, product) = (parameter.step, parameter.learningRate, parameter.scalarState[0])
        let (mu, muNext) = (momentum(step), momentum(step + 1))
        let gradientRate = Scalar(alpha * (1 - mu) / (1 - product))
        let momentRate = Scalar(alpha * muNext / (1 - product * muNext))
        let correction2 = biasCorrection(beta2, step: step)
        let (correction, root) = (Scalar(correction2), Scalar(correction2.squareRoot()))
        let (l2, epsilon, firstWeight) = (Scalar(parameter.l2), Scalar(epsilon), Scalar(1 - beta1))
        let (beta2, secondWeight) = (Scalar(beta2), Scalar(1 - beta2))
        let (weights, gradient, first, second) = (parameter.weights, parameter.gradient, parameter.state[0], parameter.state[1])
        for index in 0..<weights.count {
            let g = gradient[index].regularised(weight: weights[index], l2: l2)
            let m = interpolate(first[index], g, firstWeight)
            let v = second[index] * beta2 + (secondWeight * g) * g
            first[index] = m
            second[index] = v
            let divisor = denominator(v, correction, root, epsilon)
            weights[index] = (weights[index] - (gradientRate * g) / divisor) - (momentRate * m) / divisor
        }
    }

    /// The numerator is (1−μ_t)g/(1−Π_t) + μ_{t+1}m/(1−Π_t·μ_{t+1}).
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        let (mu, muNext, product) = (momentum(reading.step), momentum(reading.step + 1), reading.scalarState[0])
        let gradientShare = Scalar((1 - mu) / (1 - product)), momentShare = Scalar(muNext / (1 - product * muNext))
        let correction2 = biasCorrection(beta2, step: reading.step)
        let (correction, root) = (Scalar(correction2), Scalar(correction2.squareRoot()))
        for index in 0..<reading.state.count {
            let v = reading.state[1][index]
            moments.write(
                index, numerator: gradientShare * reading.gradient(index) + momentShare * reading.state[0][index],
                rootSecondMoment: (v / correction).squareRoot(), denominator: denominator(v, correction, root, Scalar(epsilon)))
        }
    }
}
