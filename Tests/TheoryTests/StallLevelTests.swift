// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Theory

@Suite struct StallLevelTests {
    private static let (learningRate, l2) = (1e-3, 5e-4)
    private static let smallest = Double.leastNonzeroMagnitude

    /// Largest |w| of the last 400 of 6,000 steps, and whether the weight still moved, from `start` quanta of F/(αλ).
    private func end(beta1: Double, effectiveDecay: Double, start: Double) throws -> (largest: Double, moves: Bool) {
        let weight = start * Self.smallest / (Self.learningRate * Self.l2)
        var recursion = try ExactRecursion(
            DeadWeight<Double>(weight: weight, firstMoment: Self.l2 * weight, secondMoment: 0),
            rule: .adam(beta1: beta1, epsilon: Self.learningRate * Self.l2 / effectiveDecay), learningRate: .constant(Self.learningRate), l2: Self.l2)
        var (largest, moves) = (0.0, false)
        for step in 0..<6_000 {
            let before = recursion.state.weight
            recursion.advance()
            if step >= 5_600 {
                largest = max(largest, recursion.state.weight.magnitude)
                moves = moves || recursion.state.weight != before
            }
        }
        return (largest, moves)
    }

    @Test(arguments: [0, 0.5, 0.9], [0.06, 0.3, 0.8, 0.97])
    func aWeightThatArrivesWithAnEffectiveDecayUpToOneComesToRest(beta1: Double, effectiveDecay: Double) throws {
        let rest = try StallLevel.rest(smallest: Self.smallest, learningRate: Self.learningRate, l2: Self.l2, beta1: beta1)
        for start in [1_234.5, 2_718.2, 9_876.5] {
            let (largest, moves) = try end(beta1: beta1, effectiveDecay: effectiveDecay, start: start)
            #expect(!moves)
            #expect(largest <= rest)
        }
    }

    @Test(arguments: [(0.0, 1.3), (0.0, 1.8), (0.5, 3.0), (0.9, 1.5), (0.9, 10.0), (0.9, 30.0)])
    func beyondOneItStaysWithinReachOfTheRoundings(beta1: Double, effectiveDecay: Double) throws {
        let reach = try StallLevel.reach(
            smallest: Self.smallest, learningRate: Self.learningRate, l2: Self.l2, beta1: beta1, effectiveDecay: effectiveDecay)
        for start in [1_234.5, 2_718.2, 5_432.1, 9_876.5] {
            #expect(try end(beta1: beta1, effectiveDecay: effectiveDecay, start: start).largest <= reach)
        }
    }

    /// x′ = x − η·round(x) has the orbit ±nη/2 for n < 1/(2−η): at η = 1.8 up to n = 4, 3.6, half a quantum η short of the bound.
    @Test func withoutMomentumTheReachIsTheSumOfAGeometricSeriesAndIsNearlyAttained() throws {
        let unit = 1 / (Self.learningRate * Self.l2)
        for (eta, expected) in [(0.3, 0.5), (1, 0.5), (1.8, 4.5)] {
            let reach = try StallLevel.reach(smallest: 1, learningRate: Self.learningRate, l2: Self.l2, beta1: 0, effectiveDecay: eta)
            // Beside it what m's rounding adds: α(2−β₁) of it.
            #expect((reach / unit - expected * (1 + 2 * Self.learningRate)).magnitude < 1e-8)
        }
        var x = 3.6
        for _ in 0..<100 {
            x -= 1.8 * x.rounded()
            #expect((x.magnitude - 3.6).magnitude < 1e-6)
        }
    }

    @Test func overdampedReachAndRestAgreeButForTheRoundingOfTheGradient() throws {
        let rest = try StallLevel.rest(smallest: 1, learningRate: Self.learningRate, l2: Self.l2, beta1: 0.9)
        let reach = try StallLevel.reach(smallest: 1, learningRate: Self.learningRate, l2: Self.l2, beta1: 0.9, effectiveDecay: 0.01)
        #expect(reach >= rest && reach < rest * (1 + 2 * Self.learningRate))
    }

    @Test func numbersOutOfRangeAreRefused() {
        #expect(throws: LawError.self) { try StallLevel.rest(smallest: 0, learningRate: 1, l2: 1, beta1: 0) }
        #expect(throws: LawError.self) { try StallLevel.rest(smallest: 1, learningRate: 1, l2: 0, beta1: 0) }
        #expect(throws: LawError.self) { try StallLevel.reach(smallest: 1, learningRate: 1, l2: 1, beta1: 0.9, effectiveDecay: 38) }
        #expect(throws: LawError.self) { try StallLevel.reach(smallest: 1, learningRate: 1, l2: 1, beta1: 1, effectiveDecay: 1) }
    }
}
