// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels

/// Weights without data gradient that the recipe of Adam and AdamW no longer moves.
///
/// Late in a training a dead weight comes to rest: its step α·m/(√v̂ + ε) is under half a unit in its last place, and so is the change of
/// its moment, be it that both are subnormal or that the effective decay is too small for the precision. v alone goes on falling. Since a
/// denominator is never under ε (√ε for ``EpsilonPlacement/insideRoot``) and rounding is monotone, a weight that a step with that denominator
/// does not move is moved by no later step, as long as α and λ don't grow; the bias correction of m must have reached 1, so that α/(1 − β₁ᵗ) does not.
extension AdaptiveMoments {
    /// The least denominator of a step, as the recipe rounds it.
    private func floor<Scalar: OptimizerScalar>(_: Scalar.Type) -> Scalar {
        placement == .insideRoot ? Scalar(epsilon).squareRoot() : Scalar(epsilon)
    }

    func isAtRest<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) -> Bool {
        guard biasCorrection(beta1, step: parameter.step) == 1, let weights = parameter.weights.baseAddress else { return false }
        let c = coefficients(parameter)
        let (m, v) = (parameter.state.base, parameter.state.base + parameter.state.stride)
        // The ε-hat placement has α√(1 − β₂ᵗ) here, which still grows to α.
        if Scalar.self == Float.self {
            return adamprobe_moments_rest_f32(
                parameter.weights.count, pun(weights), pun(m), pun(v), Float(c.l2), Float(c.firstWeight), Float(parameter.learningRate),
                floor(Float.self), Float(c.shrink))
        }
        if Scalar.self == Double.self {
            return adamprobe_moments_rest_f64(
                parameter.weights.count, pun(weights), pun(m), pun(v), c.l2, c.firstWeight, parameter.learningRate, floor(Double.self), c.shrink)
        }
        return false
    }

    func advanceAtRest<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>, steps: Int) {
        guard let weights = parameter.weights.baseAddress else { return }
        let c = coefficients(parameter)
        let v = parameter.state.base + parameter.state.stride
        if Scalar.self == Float.self {
            adamprobe_decay_second_moment_f32(
                parameter.weights.count, pun(weights), pun(v), Float(c.l2), Float(c.beta2), Float(c.secondWeight), steps)
        } else if Scalar.self == Double.self {
            adamprobe_decay_second_moment_f64(parameter.weights.count, pun(weights), pun(v), c.l2, c.beta2, c.secondWeight, steps)
        }
    }
}
