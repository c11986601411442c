// SPDX-License-Identifier: GPL-3.0-or-later

/// AdaGrad (Duchi, Hazan & Singer 2011).
///
///     g = g_data + λw
///     s = s + g·g                                sum
///     a = α/(1 + (t−1)·learningRateDecay)
///     w = w − (a·g)/(√s + ε)
///
/// s only grows, so a weight's rate only falls. Defaults are PyTorch's: α = 1e-2, ε = 1e-10, s from 0, no decay of the rate. All ≥ 0.
public struct AdaGrad: UpdateRule, Equatable {
    public static let name = "adagrad"
    public var learningRate: Double
    public var epsilon: Double
    public var learningRateDecay: Double
    /// s before the first step.
    public var initialAccumulator: Double

    public init(
        learningRate: Double = 1e-2, epsilon: Double = 1e-10, learningRateDecay: Double = 0, initialAccumulator: Double = 0
    ) {
        self.learningRate = learningRate
        self.epsilon = epsilon
        self.learningRateDecay = learningRateDecay
        self.initialAccumulator = initialAccumulator
    }

    public var readsGradient: Bool { true }
    public var stateNames: [String] { ["sum"] }
    public var initialState: [Double] { [initialAccumulator] }

    public func validate() throws(HyperParameterError) {
        try requireNonNegative("learningRate", learningRate)
        try requireNonNegative("epsilon", epsilon)
        try requireNonNegative("learningRateDecay", learningRateDecay)
        try requireNonNegative("initialAccumulator", initialAccumulator)
    }

    /// 1 + (t−1)·learningRateDecay.
    private func slowing(_ step: Int) -> Double { 1 + Double(step - 1) * learningRateDecay }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        let rate = Scalar(parameter.learningRate / slowing(parameter.step))
        let (l2, epsilon) = (Scalar(parameter.l2), Scalar(epsilon))
        let (weights, gradient, sum) = (parameter.weights, parameter.gradient, parameter.state[0])
        for index in 0..<weights.count {
            let g = gradient[index].regularised(weight: weights[index], l2: l2)
            let s = sum[index] + g * g
            sum[index] = s
            weights[index] -= (rate * g) / (s.squareRoot() + epsilon)
        }
    }

    /// √v̂ = √s; the denominator holds the decay of the rate too.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        let (slowing, epsilon, sum) = (Scalar(slowing(reading.step)), Scalar(epsilon), reading.state[0])
        for index in 0..<reading.state.count {
            let root = sum[index].squareRoot()
            moments.write(
                index, numerator: reading.gradient(index), rootSecondMoment: root, denominator: (root + epsilon) * slowing)
        }
    }
}
