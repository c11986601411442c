// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule
import Testing
import Theory

/// What L2 takes from a living weight, against the exact recursion with and without it.
@Suite struct ShieldedDecayTests {
    @Test(arguments: [0.1, 1e-2, 1e-3])
    func aWeightWithLargeGradientsDecaysLess(root: Double) throws {
        let (alpha, l2, steps) = (1e-3, 1e-4, 10)
        func after(_ l2: Double) throws -> (weight: Double, secondMoment: Double) {
            var recursion = try ExactRecursion(
                DeadWeight<Double>(weight: 0.5, secondMoment: root * root), rule: .adam(), learningRate: .constant(alpha), l2: l2)
            for step in 0..<steps { recursion.advance(dataGradient: step.isMultiple(of: 2) ? root : -root) }
            return (recursion.state.weight, recursion.state.secondMoment)
        }
        let (with, without) = (try after(l2), try after(0))
        let law = try ShieldedDecay.share(
            steps: steps, learningRate: alpha, l2: l2, beta1: 0.9, firstDenominator: root + 1e-8,
            lastDenominator: with.secondMoment.squareRoot() + 1e-8)
        let measured = 1 - with.weight / without.weight
        #expect((law.value / measured - 1).magnitude < 0.05, "\(law) against \(measured)")
    }

    @Test func theSumIsThatOfTheFirstMoment() throws {
        let law = try ShieldedDecay.share(steps: 3, learningRate: 1, l2: 1, beta1: 0.5, firstDenominator: 2, lastDenominator: 2)
        #expect((law.value - (0.5 + 0.75 + 0.875) / 2).magnitude < 1e-15)
        #expect(throws: LawError.self) {
            try ShieldedDecay.share(steps: 3, learningRate: 1, l2: 1, beta1: 0.5, firstDenominator: 0, lastDenominator: 2)
        }
    }
}
