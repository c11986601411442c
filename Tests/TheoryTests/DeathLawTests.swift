// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule
import Testing
import Theory

/// A2, A3, A5, A6: how nodes die, and whether they stay dead.
@Suite struct DeathLawTests {
    /// One node, one sample, planted loss derivative δ: the step at which z ≤ 0.
    private func death(_ rule: DeadWeightRule, z: Double, inputs: [Double], delta: Double, alpha: Double) throws -> Int {
        let bias = z - inputs.reduce(0) { $0 + 0.1 * $1 }
        var parts = try (inputs.map { _ in 0.1 } + [bias]).map {
            try ExactRecursion(DeadWeight<Double>(weight: $0, step: 0), rule: rule, learningRate: .constant(alpha), l2: 0)
        }
        let x = inputs + [1]
        for step in 1...100_000 {
            for index in parts.indices { parts[index].advance(dataGradient: delta * x[index]) }
            if zip(parts, x).reduce(0, { $0 + $1.0.state.weight * $1.1 }) <= 0 { return step }
        }
        return .max
    }

    @Test(arguments: [1e-4, 1e-2, 1, 100])
    func aDrivenNodeDiesAtTheStepForetold(delta: Double) throws {
        let inputs = [0.3, 0, 0.8, 0.05]
        let adam = try DrivenDeath.adam(preactivation: 0.7, inputs: inputs, lossDerivative: delta, learningRate: 1e-3)
        #expect((Double(try death(.adam(), z: 0.7, inputs: inputs, delta: delta, alpha: 1e-3)) - adam.value).magnitude <= adam.errorBound)
        // Over the decades of δ Adam's death is the same to 1 %, as the notes say.
        #expect((adam.value / (0.7 / (1e-3 * 2.15)) - 1).magnitude < 0.01)
        let plain = try DrivenDeath.gradientDescent(preactivation: 0.7, inputs: inputs, lossDerivative: delta, learningRate: 1e-2)
        guard plain.value < 90_000 else { return }
        let measured = Double(try death(.gradientDescent, z: 0.7, inputs: inputs, delta: delta, alpha: 1e-2))
        #expect((measured - plain.value).magnitude <= plain.errorBound)
    }

    @Test func anInputOfTheOtherSignIsOutsideTheLaw() {
        #expect(throws: LawError.self) {
            try DrivenDeath.adam(preactivation: 1, inputs: [-1], lossDerivative: 1, learningRate: 1e-3)
        }
    }

    @Test(arguments: [1e-4, 1, 1e4])
    func oneBurstMovesAWeightByTheSameWhateverItsSize(gradient: Double) throws {
        let predicted = try CriticalSilence.displacement(gradient: gradient, learningRate: 1e-3)
        var recursion = try ExactRecursion(DeadWeight<Double>(weight: 0), rule: .adam(), learningRate: .constant(1e-3), l2: 0)
        recursion.advance(dataGradient: gradient)
        for _ in 0..<500 { recursion.advance() }
        let moved = recursion.state.weight.magnitude
        #expect((moved - predicted.value).magnitude <= predicted.errorBound + 1e-12)
        #expect((moved / (1e-3 / 0.001.squareRoot()) - 1).magnitude < 0.02)
    }

    @Test func memoryFromBeforeTheBurstMakesItSmaller() throws {
        let predicted = try CriticalSilence.displacement(gradient: 1, learningRate: 1e-3, secondMoment: 0.01)
        var recursion = try ExactRecursion(
            DeadWeight<Double>(weight: 0, secondMoment: 0.01), rule: .adam(), learningRate: .constant(1e-3), l2: 0)
        recursion.advance(dataGradient: 1)
        for _ in 0..<500 { recursion.advance() }
        #expect((recursion.state.weight.magnitude - predicted.value).magnitude <= predicted.errorBound + 1e-12)
    }

    @Test func theCriticalSilenceIsThePassageAfterTheBurst() throws {
        let predicted = try CriticalSilence.length(weight: 0.05, gradient: 1e-3, learningRate: 1e-3, l2: 5e-4, threshold: 1e-15, epsilon: 1e-7)
        var recursion = try ExactRecursion(DeadWeight<Double>(weight: 0.05), rule: .adam(epsilon: 1e-7), learningRate: .constant(1e-3), l2: 5e-4)
        recursion.advance(dataGradient: 1e-3)
        let measured = Double(try #require(recursion.passage(below: 1e-15, limit: 30_000).passage))
        #expect(predicted.range.contains(measured))
    }

    @Test func aFreeBiasDecidesWhetherDeathIsAbsorbing() throws {
        #expect(try AbsorbingDeath.withFreeBias(0.1, reach: 3) == .revivesAsConstant(0.1))
        #expect(try AbsorbingDeath.withFreeBias(-0.1, reach: 0.1) == .absorbing)
        #expect(try AbsorbingDeath.withFreeBias(-0.1, reach: 3) == .absorbingOnceReachIs(0.1))
    }

    @Test func aDecayedBiasCrossesZeroOnceItOscillatesAndNotBefore() throws {
        let (alpha, l2) = (1e-3, 5e-4)
        func firstPositive(epsilon: Double, limit: Int) throws -> Int? {
            var bias = try ExactRecursion(
                DeadWeight(weight: -0.2, secondMoment: 1e-6), rule: .adam(epsilon: epsilon), learningRate: .constant(alpha), l2: l2)
            for step in 1...limit {
                bias.advance()
                if bias.state.weight > 0 { return step }
            }
            return nil
        }
        guard
            case .mayRevive(let from) = try AbsorbingDeath.withDecayedBias(
                -0.2, reach: 0.1, biasRootSecondMoment: 1e-3, learningRate: alpha, biasL2: l2)
        else {
            Issue.record("the bias should be able to overshoot")
            return
        }
        let crossing = Double(try #require(try firstPositive(epsilon: 1e-8, limit: 20_000)))
        // Not before it oscillates, and about half an oscillation later: the window opens slowly.
        #expect(crossing > from.range.lowerBound && crossing < 1.1 * from.value)
        // αλ/ε = 0.02 stays below the window: it never does.
        let marginal = try AbsorbingDeath.withDecayedBias(
            -0.2, reach: 0.1, biasRootSecondMoment: 1e-3, learningRate: alpha, biasL2: l2, epsilon: 2.5e-5)
        #expect(marginal == .marginal)
        #expect(try firstPositive(epsilon: 2.5e-5, limit: 20_000) == nil)
    }

    @Test(arguments: [
        (DeadWeightRule.gradientDescent, 1.0), (.heavyBall(), 0.5), (.adam(epsilon: 1e-6), 1e-3), (.adam(), 1e-3), (.rmsprop(epsilon: 1e-6), 1e-3),
        (.signDescent, 1e-3),
    ])
    func aLeakKeepsTheWeightAtItsRestingPoint(_ rule: DeadWeightRule, alpha: Double) throws {
        let (mean, l2) = (-2e-5, 5e-4)
        let rest = try Leak.restingWeight(rule, meanGradient: mean, learningRate: alpha, l2: l2)
        #expect((rest.value - 0.04).magnitude < 1e-15)
        let measured = try motion(
            DeadWeight(weight: 0.02, secondMoment: 1e-8), rule, learningRate: alpha, l2: l2, skipping: 80_000, over: 2_000, around: rest.value,
            dataGradient: mean)
        #expect(measured.rms <= rest.errorBound + 1e-12)
    }
}
