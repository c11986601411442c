// SPDX-License-Identifier: GPL-3.0-or-later

/// Adadelta (Zeiler 2012, arXiv 1212.5701).
///
///     g = g_data + λw
///     v = v·β₂ + ((1−β₂)·g)·g                    square_avg
///     Δ = (√(D + ε)/√(v + ε))·g
///     D = D·β₂ + ((1−β₂)·Δ)·Δ                    acc_delta
///     w = w − α·Δ
///
/// ε stands inside both roots and sets the size of the first steps. β₂ is PyTorch's `rho`. Defaults are PyTorch's: α = 1, β₂ = 0.9,
/// ε = 1e-6. Ranges: α, ε ≥ 0, β₂ in [0, 1).
public struct Adadelta: UpdateRule, Equatable {
    public static let name = "adadelta"
    public var learningRate: Double
    public var beta2: Double
    public var epsilon: Double

    public init(learningRate: Double = 1, beta2: Double = 0.9, epsilon: Double = 1e-6) {
        self.learningRate = learningRate
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    public var readsGradient: Bool { true }
    public var denominatorFollowsSecondMoment: Bool { false }
    public var stateNames: [String] { ["square_avg", "acc_delta"] }

    public func validate() throws(HyperParameterError) {
        try requireNonNegative("learningRate", learningRate)
        try requireForgetting("beta2", beta2)
        try requireNonNegative("epsilon", epsilon)
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        let (alpha, l2, epsilon) = (Scalar(parameter.learningRate), Scalar(parameter.l2), Scalar(epsilon))
        let (beta2, secondWeight) = (Scalar(beta2), Scalar(1 - beta2))
        let (weights, gradient, squares, deltas) = (parameter.weights, parameter.gradient, parameter.state[0], parameter.state[1])
        for index in 0..<weights.count {
            let g = gradient[index].regularised(weight: weights[index], l2: l2)
            let v = squares[index] * beta2 + (secondWeight * g) * g
            let delta = (deltas[index] + epsilon).squareRoot() / (v + epsilon).squareRoot() * g
            squares[index] = v
            deltas[index] = deltas[index] * beta2 + (secondWeight * delta) * delta
            weights[index] -= alpha * delta
        }
    }

    /// √v̂ = √v; the denominator is √(v + ε)/√(D + ε) with D as it is after the step, so that it belongs to the next step, not the last.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        let (epsilon, squares, deltas) = (Scalar(epsilon), reading.state[0], reading.state[1])
        for index in 0..<reading.state.count {
            moments.write(
                index, numerator: reading.gradient(index), rootSecondMoment: squares[index].squareRoot(),
                denominator: (squares[index] + epsilon).squareRoot() / (deltas[index] + epsilon).squareRoot())
        }
    }
}
