// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule
import Testing
import Theory

/// Laws that take a schedule for α, and those that refuse one.
@Suite struct ScheduledLawTests {
    private let halving = LearningRate.stepDecay(1e-2, period: 100, factor: 0.5)

    @Test func gradientDescentIsForetoldByAnySchedule() throws {
        let rate = LearningRate(limit: 0) { 1 / (20 + Double($0)) }
        let law = try MemorylessDecay.passage(weight: 0.5, learningRate: rate, l2: 5, threshold: 1e-4, limit: 10_000)
        var recursion = try ExactRecursion(DeadWeight<Double>(weight: 0.5), rule: .gradientDescent, learningRate: rate, l2: 5)
        while recursion.state.weight > 1e-4 { recursion.advance() }
        #expect((law.value - Double(recursion.stepsMade)).magnitude <= law.errorBound)
        let constant = try MemorylessDecay.passage(weight: 0.5, learningRate: .constant(1e-2), l2: 5, threshold: 1e-4, limit: 10_000)
        let closed = try MemorylessDecay.passage(.gradientDescent, weight: 0.5, learningRate: 1e-2, l2: 5, threshold: 1e-4)
        #expect((constant.value - closed.value).magnitude <= 1)
        #expect(throws: LawError.self) { try MemorylessDecay.passage(weight: 0.5, learningRate: halving, l2: 1e-3, threshold: 1e-4, limit: 10_000) }
    }

    @Test func aDrivenNodeDiesLaterUnderAFallingRateOrNotAtAll() throws {
        // Σα of a period is 1, 0.5, …; z falls by 2α a step under Adam, by δ(1 + 1)α under SGD.
        let adam = try DrivenDeath.adam(preactivation: 2.5, inputs: [1], lossDerivative: 0.5, learningRate: halving, limit: 1_000, epsilon: 0)
        #expect((adam.value - 150).magnitude <= 1)
        let plain = try DrivenDeath.gradientDescent(preactivation: 1.25, inputs: [1], lossDerivative: 0.5, learningRate: halving, limit: 1_000)
        #expect((plain.value - 150).magnitude <= 1)
        #expect(throws: LawError.self) {
            try DrivenDeath.adam(preactivation: 4.5, inputs: [1], lossDerivative: 0.5, learningRate: halving, limit: 5_000)
        }
    }

    @Test func aSilenceIsLongerWhereTheRateFalls() throws {
        func length(_ rate: LearningRate) throws -> Double {
            try CriticalSilence.length(weight: 0.05, gradient: 1e-3, learningRate: rate, l2: 5e-4, threshold: 1e-15, epsilon: 1e-7).value
        }
        let constant = try length(.constant(1e-3))
        #expect((try length(.stepDecay(1e-3, period: 1_000_000, factor: 0.5)) - constant).magnitude <= 1)
        #expect(try length(.stepDecay(1e-3, period: 1_000, factor: 0.8)) > constant + 1)
    }

    @Test func aLawOfAConstantRateRefusesAScheduleThatHasNotSettled() throws {
        #expect(try LearningRate.constant(0.1).settledRate(from: 0, law: "a law") == 0.1)
        let settling = LearningRate(limit: 1, settledFrom: 50) { $0 < 50 ? 2 : 1 }
        #expect(try settling.settledRate(from: 50, law: "a law") == 1)
        #expect(throws: LawError.self) { try settling.settledRate(from: 49, law: "a law") }
        #expect(throws: LawError.self) { try halving.settledRate(from: 1_000, law: "a law") }
    }
}
