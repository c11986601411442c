// SPDX-License-Identifier: GPL-3.0-or-later
import OptimizerLaws
import Optimizers
import Synchronization

/// A heavy ball with one flaw; without one it obeys every law.
struct FlawedRule: UpdateRule {
    enum Flaw: String, CaseIterable, Sendable {
        case none
        case oneNameForTwoStates
        case anyMomentumIsValid
        case countsItsCalls
        case cachesOutsideItsState
        case dividesByTheMeanGradient
        case skipsWhatFillsNoVector
        case clipsFromBelow
        case clips
        case addsL2Twice
        case turnsL2Round
        case decaysUndeclared
        case forgetsItsMomentumInFloat
        case keepsTheFourthPower
        case reportsTheWrongSign
        case shortensItsSteps
    }

    static let name = "flawed"
    let learningRate = 0.01
    var momentum = 0.9
    let flaw: Flaw
    private let hidden = Hidden()

    /// What a rule must not have: state that its user does not see.
    final class Hidden: Sendable {
        let count = Mutex(0)
    }

    init(_ flaw: Flaw) { self.flaw = flaw }

    var firstMomentDecay: Double { momentum.isNaN ? 0 : momentum }
    var stateNames: [String] { flaw == .oneNameForTwoStates ? ["buffer", "buffer"] : ["buffer", "power"] }
    var scalarStateNames: [String] { ["unused"] }

    func validate() throws(HyperParameterError) {
        if flaw != .anyMomentumIsValid { try requireForgetting("momentum", momentum) }
    }

    func advance(scalarState: UnsafeMutableBufferPointer<Double>, step: Int) {
        guard flaw == .cachesOutsideItsState else { return }
        hidden.count.withLock { $0 = step == 1 ? 0 : $0 + 1 }
    }

    func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
        let (weights, buffer, power) = (parameter.weights, parameter.state[0], parameter.state[1])
        let mean = parameter.gradient.reduce(0, +) / Scalar(weights.count)
        let calls = flaw == .countsItsCalls || flaw == .cachesOutsideItsState ? hidden.count.withLock { $0 } : 0
        if flaw == .countsItsCalls { hidden.count.withLock { $0 += 1 } }
        let end = flaw == .skipsWhatFillsNoVector ? weights.count / 4 * 4 : weights.count
        for index in 0..<end {
            let l2 = Scalar(flaw == .addsL2Twice ? 2 * parameter.l2 : flaw == .turnsL2Round ? -parameter.l2 : parameter.l2)
            var g = parameter.gradient[index].regularised(weight: weights[index], l2: l2)
            if flaw == .clips { g = max(-1, min(1, g)) }
            if flaw == .clipsFromBelow { g = max(-1, g) }
            if flaw == .dividesByTheMeanGradient { g /= 1 + mean.magnitude }
            if calls > 0 { g /= 1 + Scalar(calls) }
            let mu = flaw == .forgetsItsMomentumInFloat && Scalar.self == Float.self ? 0 : Scalar(momentum)
            let b = buffer[index] * mu + g
            buffer[index] = b
            if flaw == .keepsTheFourthPower { power[index] = (g * g) * (g * g) }
            var step = Scalar(parameter.learningRate) * b
            if flaw == .shortensItsSteps { step = max(-1e-3, min(1e-3, step)) }
            if flaw == .decaysUndeclared { step += Scalar(0.001) * weights[index] }
            weights[index] -= step
        }
    }

    func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {
        for index in 0..<reading.state.count {
            moments.write(index, numerator: flaw == .reportsTheWrongSign ? -reading.state[0][index] : reading.state[0][index])
        }
    }

    /// The laws that the flaw breaks: all of them, and no other.
    var broken: Set<OptimizerLaw> {
        switch flaw {
        case .none: []
        case .oneNameForTwoStates: [.declarations]
        case .anyMomentumIsValid: [.validation]
        case .countsItsCalls, .cachesOutsideItsState:
            [.determinism, .elementwise, .stateRoundTrip, .signSymmetry, .coupledL2, .weightScaling, .gradientScaling]
        case .dividesByTheMeanGradient: [.elementwise, .coupledL2, .gradientScaling]
        case .skipsWhatFillsNoVector: [.elementwise]
        case .clipsFromBelow: [.signSymmetry, .gradientScaling]
        case .clips: [.gradientScaling]
        case .addsL2Twice: [.coupledL2]
        case .turnsL2Round: [.coupledL2, .deadWeight]
        case .decaysUndeclared: [.rest, .moments]
        case .forgetsItsMomentumInFloat: [.precisionAgreement]
        case .keepsTheFourthPower: [.finiteness]
        case .reportsTheWrongSign: [.moments]
        case .shortensItsSteps: [.weightScaling, .moments]
        }
    }
}
