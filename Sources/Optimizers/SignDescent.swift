// SPDX-License-Identifier: GPL-3.0-or-later

/// Sign descent (Riedmiller & Braun 1993 without their step sizes; signSGD of Bernstein et al. 2018, arXiv 1802.04434).
///
///     g = g_data + λw
///     w = w − α·sign(g)                          sign 0 = 0
///
/// No state: Adam without any memory. Default α = 1e-3, as PyTorch's SGD and Adam have it (PyTorch has no sign descent).
public struct SignDescent: UpdateRule, Equatable {
    public static let name = "signDescent"
    public var learningRate: Double

    public init(learningRate: Double = 1e-3) {
        self.learningRate = learningRate
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
            weights[index] -= alpha * sign(gradient[index].regularised(weight: weights[index], l2: l2))
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        for index in 0..<reading.state.count { moments.write(index, numerator: sign(reading.gradient(index))) }
    }
}

/// −1, 0 or 1; NaN for NaN.
@inline(__always)
func sign<Scalar: OptimizerScalar>(_ value: Scalar) -> Scalar { value > 0 ? 1 : value < 0 ? -1 : value.isNaN ? .nan : 0 }
