// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers

/// A rule that does something subtly else than the one it stands for.
struct MutatedRule: UpdateRule {
    enum Mutation: String, CaseIterable {
        /// λ enters twice.
        case doubledL2
        /// The first weight's data gradient has the other sign.
        case flippedSign
        /// λw decays the weight outside the moments.
        case decoupledL2
        /// v takes in |g|·2⁻¹⁰ in place of g².
        case unsquaredMoment
    }

    static let name = "mutated"
    let base: any UpdateRule
    let mutation: Mutation

    var learningRate: Double { base.learningRate }
    var firstMomentDecay: Double { base.firstMomentDecay }
    var readsGradient: Bool { base.readsGradient }
    var denominatorFollowsSecondMoment: Bool { base.denominatorFollowsSecondMoment }
    var decoupledDecay: DecoupledDecay { base.decoupledDecay }
    var stateNames: [String] { base.stateNames }
    var initialState: [Double] { base.initialState }
    var scalarStateNames: [String] { base.scalarStateNames }
    var initialScalarState: [Double] { base.initialScalarState }
    func validate() throws(HyperParameterError) { try base.validate() }
    func advance(scalarState: UnsafeMutableBufferPointer<Double>, step: Int) { base.advance(scalarState: scalarState, step: step) }

    func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        switch mutation {
        case .doubledL2: base.update(changing(parameter, l2: 2 * parameter.l2))
        case .decoupledL2:
            base.update(changing(parameter, l2: 0))
            for index in parameter.weights.indices { parameter.weights[index] *= Scalar(1 - parameter.learningRate * parameter.l2) }
        case .flippedSign:
            var gradient = Array(parameter.gradient)
            if !gradient.isEmpty { gradient[0] = -gradient[0] }
            gradient.withUnsafeBufferPointer { base.update(changing(parameter, gradient: $0)) }
        case .unsquaredMoment:
            guard stateNames.count > 1 else { return base.update(parameter) }
            let before = Array(parameter.state[1])
            base.update(parameter)
            for index in before.indices {
                let rise = parameter.state[1][index] - before[index]
                if rise > 0 { parameter.state[1][index] = before[index] + rise.squareRoot() * Scalar(0x1p-10) }
            }
        }
    }

    func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into buffers: MomentBuffers<Scalar>) {
        base.readMoments(reading, into: buffers)
    }

    private func changing<Scalar: OptimizerScalar>(
        _ parameter: ParameterUpdate<Scalar>, gradient: UnsafeBufferPointer<Scalar>? = nil, l2: Double? = nil
    ) -> ParameterUpdate<Scalar> {
        ParameterUpdate(
            weights: parameter.weights, gradient: gradient ?? parameter.gradient, state: parameter.state, scalarState: parameter.scalarState,
            step: parameter.step, learningRate: parameter.learningRate, l2: l2 ?? parameter.l2, decoupledDecay: parameter.decoupledDecay)
    }
}
