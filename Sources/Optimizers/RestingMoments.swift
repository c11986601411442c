// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels

/// The kernels for weights at rest, by precision; types other than `Float` and `Double` have none, and never rest.
struct RestingMoments {
    let beta2: Double
    /// Where the second moment stands among the state tensors: 1 behind a first moment, 0 for a rule without one.
    let secondMoment: Int

    /// True if no step without data gradient moves w or the first moment, whatever the second falls to.
    ///
    /// - Parameters:
    ///   - firstWeight: 1 − β₁; without meaning for a rule that keeps no first moment.
    ///   - floor: the least that a step's numerator is divided by, as the recipe rounds it.
    func isAtRest<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>, firstWeight: Double = 1, floor: Scalar) -> Bool {
        guard let weights = UnsafePointer(parameter.weights.baseAddress) else { return false }
        let (count, state) = (parameter.weights.count, parameter.state)
        let first = secondMoment > 0 ? UnsafePointer(state.base) : nil
        let second = UnsafePointer(state.base + secondMoment * state.stride)
        let (l2, rate, shrink) = (Scalar(parameter.l2), Scalar(parameter.learningRate), parameter.shrink)
        if let floor = floor as? Float {
            return adamprobe_moments_rest_f32(
                count, pun(weights), first.map(pun), pun(second), Float(l2), Float(firstWeight), Float(rate), floor, Float(shrink))
        }
        if let floor = floor as? Double {
            return adamprobe_moments_rest_f64(
                count, pun(weights), first.map(pun), pun(second), Double(l2), firstWeight, Double(rate), floor, Double(shrink))
        }
        return false
    }

    /// `steps` times v = v·β₂ + ((1 − β₂)·g)·g with g = λw.
    func advance<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>, steps: Int) {
        guard let weights = UnsafePointer(parameter.weights.baseAddress) else { return }
        let second = parameter.state.base + secondMoment * parameter.state.stride
        let (count, l2) = (parameter.weights.count, parameter.l2)
        if Scalar.self == Float.self {
            adamprobe_decay_second_moment_f32(count, pun(weights), pun(second), Float(l2), Float(beta2), Float(1 - beta2), steps)
        } else if Scalar.self == Double.self {
            adamprobe_decay_second_moment_f64(count, pun(weights), pun(second), l2, beta2, 1 - beta2, steps)
        }
    }
}
