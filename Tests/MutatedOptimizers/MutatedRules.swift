// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers

/// ε inside the root, at the value that is meant for outside.
struct EpsilonInsideRoot: AdamVariation {
    let adam: Adam
    func denominator<Scalar: OptimizerScalar>(_ v: Scalar, correction: Double) -> Scalar {
        (v / Scalar(correction) + Scalar(adam.epsilon)).squareRoot()
    }
}

/// m without bias correction.
struct UncorrectedFirstMoment: AdamVariation {
    let adam: Adam
    func firstCorrection(step: Int) -> Double { 1 }
}

/// v without bias correction.
struct UncorrectedSecondMoment: AdamVariation {
    let adam: Adam
    func secondCorrection(step: Int) -> Double { 1 }
}

/// L2's coefficient used as decoupled decay.
struct DecoupledInsteadOfCoupled: AdamVariation {
    let adam: Adam
    func gradient<Scalar: OptimizerScalar>(data: Scalar, weight: Scalar, l2: Scalar, isMarked: Bool) -> Scalar { data }
    func shrink(learningRate: Double, l2: Double) -> Double { 1 - learningRate * l2 }
}

/// v averages |g|, not g².
struct UnsquaredSecondMoment: AdamVariation {
    let adam: Adam
    func square<Scalar: OptimizerScalar>(_ g: Scalar, weightedBy share: Scalar) -> Scalar { share * g.magnitude }
}

/// g with the wrong sign on one weight of each parameter.
struct OneSignFlipped: AdamVariation {
    let adam: Adam
    func gradient<Scalar: OptimizerScalar>(data: Scalar, weight: Scalar, l2: Scalar, isMarked: Bool) -> Scalar {
        let g = data.regularised(weight: weight, l2: l2)
        return isMarked ? -g : g
    }
}

/// λw added by the training loop and by the rule.
struct L2Twice: AdamVariation {
    let adam: Adam
    func gradient<Scalar: OptimizerScalar>(data: Scalar, weight: Scalar, l2: Scalar, isMarked: Bool) -> Scalar {
        data.regularised(weight: weight, l2: l2).regularised(weight: weight, l2: l2)
    }
}

/// AMSGrad's maximum taken of the corrected v/(1−β₂ᵗ), and corrected no more: optax's order, where the recipe is PyTorch's.
///
/// The first corrected moments are single squared gradients, thousandfold what v will be, and the maximum never forgets them.
struct MaximumOfCorrected: AdamVariation {
    let adam: Adam
    var keepsMaximum: Bool { true }
    static var name: String { AMSGrad.name }
    func kept<Scalar: OptimizerScalar>(_ v: Scalar, _ m: Scalar, _ previous: Scalar, correction: Double) -> Scalar {
        max(previous, v / Scalar(correction))
    }
    func denominator<Scalar: OptimizerScalar>(_ v: Scalar, correction: Double) -> Scalar { v.squareRoot() + Scalar(adam.epsilon) }
}

/// AMSGrad's maximum taken of m, the other average, in place of v.
struct MaximumOfFirstMoment: AdamVariation {
    let adam: Adam
    var keepsMaximum: Bool { true }
    static var name: String { AMSGrad.name }
    func kept<Scalar: OptimizerScalar>(_ v: Scalar, _ m: Scalar, _ previous: Scalar, correction: Double) -> Scalar { max(previous, m) }
}

/// The textbook's heavy ball, b = μb + αg and w = w − b, where the recipe is PyTorch's, which has α outside of b.
///
/// The same path to rounding while α stays; after a change of α the buffer still holds the old one.
struct LearningRateInsideBuffer: UpdateRule {
    let ball: HeavyBall

    static let name = HeavyBall.name
    var learningRate: Double { ball.learningRate }
    var firstMomentDecay: Double { ball.momentum }
    var stateNames: [String] { ball.stateNames }

    func validate() throws(HyperParameterError) { try ball.validate() }

    func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        let (alpha, l2, mu) = (Scalar(parameter.learningRate), Scalar(parameter.l2), Scalar(ball.momentum))
        let (weights, buffer) = (parameter.weights, parameter.state[0])
        for index in weights.indices {
            buffer[index] = buffer[index] * mu + alpha * parameter.gradient[index].regularised(weight: weights[index], l2: l2)
            weights[index] -= buffer[index]
        }
    }

    func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        ball.readMoments(reading, into: moments)
    }
}
