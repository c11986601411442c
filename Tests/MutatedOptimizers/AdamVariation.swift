// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import RealModule

/// Adam's step (``Adam``, ε outside the root) with every part a requirement, so that a mutation replaces one part and nothing else.
///
/// The defaults are the recipe itself, operation by operation: ``FaithfulAdam``, which replaces nothing, has ``Adam``'s bits.
protocol AdamVariation: UpdateRule {
    var adam: Adam { get }

    /// What the rule takes for g, from g_data and w. `isMarked` is true of one weight, that in the middle of the parameter.
    func gradient<Scalar: OptimizerScalar>(data: Scalar, weight: Scalar, l2: Scalar, isMarked: Bool) -> Scalar
    /// What multiplies w before the step.
    func shrink(learningRate: Double, l2: Double) -> Double
    /// What enters v with weight 1 − β₂.
    func square<Scalar: OptimizerScalar>(_ g: Scalar, weightedBy share: Scalar) -> Scalar
    /// 1 − β₁ᵗ.
    func firstCorrection(step: Int) -> Double
    /// 1 − β₂ᵗ.
    func secondCorrection(step: Int) -> Double
    /// What stands under m; `correction` is 1 − β₂ᵗ.
    func denominator<Scalar: OptimizerScalar>(_ v: Scalar, correction: Double) -> Scalar
    /// What the denominator is made of: v, unless the rule keeps a third state tensor.
    func kept<Scalar: OptimizerScalar>(_ v: Scalar, _ m: Scalar, _ previous: Scalar, correction: Double) -> Scalar
    /// True if ``kept(_:_:_:correction:)`` has a third state tensor for its previous value.
    var keepsMaximum: Bool { get }
}

extension AdamVariation {
    static var name: String { Adam.name }
    var learningRate: Double { adam.learningRate }
    var firstMomentDecay: Double { adam.beta1 }
    var keepsMaximum: Bool { false }
    var stateNames: [String] { ["exp_avg", "exp_avg_sq"] + (keepsMaximum ? ["max_exp_avg_sq"] : []) }

    func validate() throws(HyperParameterError) { try adam.validate() }

    func gradient<Scalar: OptimizerScalar>(data: Scalar, weight: Scalar, l2: Scalar, isMarked: Bool) -> Scalar {
        data.regularised(weight: weight, l2: l2)
    }
    func shrink(learningRate: Double, l2: Double) -> Double { 1 }
    func square<Scalar: OptimizerScalar>(_ g: Scalar, weightedBy share: Scalar) -> Scalar { (share * g) * g }
    func firstCorrection(step: Int) -> Double { 1 - Double.pow(adam.beta1, Double(step)) }
    func secondCorrection(step: Int) -> Double { 1 - Double.pow(adam.beta2, Double(step)) }
    func denominator<Scalar: OptimizerScalar>(_ v: Scalar, correction: Double) -> Scalar {
        v.squareRoot() / Scalar(correction.squareRoot()) + Scalar(adam.epsilon)
    }
    func kept<Scalar: OptimizerScalar>(_ v: Scalar, _ m: Scalar, _ previous: Scalar, correction: Double) -> Scalar { v }

    func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        let (weights, m, v) = (parameter.weights, parameter.state[0], parameter.state[1])
        let correction = secondCorrection(step: parameter.step)
        let stepSize = Scalar(parameter.learningRate / firstCorrection(step: parameter.step))
        let shrink = Scalar(shrink(learningRate: parameter.learningRate, l2: parameter.l2))
        let (firstShare, secondShare) = (Scalar(1 - adam.beta1), Scalar(1 - adam.beta2))
        for index in weights.indices {
            let g = gradient(
                data: parameter.gradient[index], weight: weights[index], l2: Scalar(parameter.l2), isMarked: index == weights.count / 2)
            // PyTorch's lerp.
            m[index] = firstShare < 0.5 ? m[index] + firstShare * (g - m[index]) : g + (firstShare - 1) * (g - m[index])
            v[index] = v[index] * Scalar(adam.beta2) + square(g, weightedBy: secondShare)
            var u = v[index]
            if keepsMaximum {
                u = kept(u, m[index], parameter.state[2][index], correction: correction)
                parameter.state[2][index] = u
            }
            weights[index] = weights[index] * shrink - (stepSize * m[index]) / denominator(u, correction: correction)
        }
    }

    func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        let correction = secondCorrection(step: reading.step), first = Scalar(firstCorrection(step: reading.step))
        let u = reading.state[keepsMaximum ? 2 : 1]
        for index in 0..<reading.state.count {
            moments.write(
                index, numerator: reading.state[0][index] / first,
                rootSecondMoment: u[index].squareRoot() / Scalar(correction.squareRoot()),
                denominator: denominator(u[index], correction: correction))
        }
    }
}

/// Adam through the scaffold, with nothing replaced: what tells a mutation's effect from the scaffold's.
struct FaithfulAdam: AdamVariation { let adam: Adam }
