// SPDX-License-Identifier: GPL-3.0-or-later

/// Weights without data gradient that the recipe of Adam and AdamW no longer moves.
///
/// Late in a training a dead weight comes to rest: its step α·m/(√v̂ + ε) is under half a unit in its last place, and so is the change of
/// its moment, be it that both are subnormal or that the effective decay is too small for the precision. v alone goes on falling. Since a
/// denominator is never under ε (√ε for ``EpsilonPlacement/insideRoot``) and rounding is monotone, a weight that a step with that denominator
/// does not move is moved by no later step, as long as α and λ don't grow; the bias correction of m must have reached 1, so that α/(1 − β₁ᵗ) does not.
extension AdaptiveMoments {
    func isAtRest<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) -> Bool {
        guard biasCorrection(beta1, step: parameter.step) == 1 else { return false }
        // The ε-hat placement has α√(1 − β₂ᵗ) here, which still grows to α.
        let floor = placement == .insideRoot ? Scalar(epsilon).squareRoot() : Scalar(epsilon)
        return RestingMoments(beta2: beta2, secondMoment: 1).isAtRest(parameter, firstWeight: 1 - beta1, floor: floor)
    }

    func advanceAtRest<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>, steps: Int) {
        RestingMoments(beta2: beta2, secondMoment: 1).advance(parameter, steps: steps)
    }
}
