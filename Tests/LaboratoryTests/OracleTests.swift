// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import RealModule
import Testing
import Theory

/// The arithmetics against 200 bits and an unbounded exponent.
@Suite struct OracleTests {
    /// Steps compared.
    private static let steps = 300
    /// Rounding of `steps` steps relative to the largest |w|: half a unit for each of some ten operations a step, with room for what an
    /// overdamped recursion does not amplify. Units of the format's last place.
    private static let roundings = 10.0 * Double(steps)

    /// A case that no arithmetic drives apart: overdamped, far from the edge and from the range's ends.
    private static func tame(_ rule: DeadWeightRule, step: Int?) -> LaboratoryCase {
        LaboratoryCase(
            rule: rule, learningRate: .stepDecay(0x1p-10, period: 100, factor: 0.5), l2: 0x1p-7,
            weight: DeadWeight(weight: 0.5, firstMoment: 0x1p-13, secondMoment: 0x1p-8, auxiliary: 0x1p-9, momentumProduct: 0.25, step: step))
    }

    private static let rules: [DeadWeightRule] =
        DeadWeightRule.EpsilonPlacement.allCases.flatMap { placement in
            [
                DeadWeightRule.adam(placement: placement), .amsgrad(placement: placement), .adamW(placement: placement),
                .nadam(placement: placement), .adam(beta1: 0.25, beta2: 0.9, epsilon: 1e-3, placement: placement),
            ]
        } + [
            .adaMax(), .adaGrad(), .adaGrad(learningRateDecay: 0.01), .rmsprop(), .rmsprop(centered: true), .rmsprop(momentum: 0.5),
            .rmsprop(momentum: 0.5, centered: true), .adadelta(), .gradientDescent, .heavyBall(), .nesterov(), .lion(), .lion(decay: 0.5),
            .signDescent,
        ]

    @Test(arguments: rules, [nil, 3, 5_000])
    func everyArithmeticAgreesWithTheOracleToItsRounding(_ rule: DeadWeightRule, _ step: Int?) throws {
        let laboratoryCase = Self.tame(rule, step: step)
        var oracle = Oracle(laboratoryCase)
        for _ in 0..<Self.steps { oracle.advance() }
        for (arithmetic, unit) in [(Arithmetic.float32, 0x1p-24), (.float64, 0x1p-53), (.float80, 0x1p-64)] where arithmetic.isAvailable {
            let outcome = try Laboratory(arithmetic: arithmetic).run([laboratoryCase], steps: Self.steps, measuring: LaboratoryMeasurement())[0]
            // An outcome is a Double, whatever it was computed in; hyper-parameters are Doubles too, and 1 − β rounds as one.
            let tolerance = (Self.roundings * max(unit, 0x1p-53)) * 0.5
            #expect((outcome.finalState.weight - oracle.weight.double).magnitude <= tolerance, "\(arithmetic)")
        }
    }

    /// log₂ tells numbers that no float holds apart.
    @Test func theOracleGoesBelowEveryFloatsRange() {
        var oracle = Oracle(LaboratoryCase(rule: .gradientDescent, learningRate: .constant(0.5), l2: 1, weight: DeadWeight(weight: 1)))
        for _ in 0..<20_000 { oracle.advance() }
        #expect(oracle.weight.log2Magnitude == -20_000)
        #expect(oracle.weight.double == 0)
    }
}
