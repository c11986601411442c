// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule
import Statistics
import Testing
import Theory

/// B6, B7, B11: edges by bisection with the exact recursion, and floors.
@Suite struct EdgeAndFloorTests {
    @Test func theEdgeOfAdamAtTheDefaultsIs38() throws {
        #expect((try StabilityThreshold.effectiveDecay(.adam()) - 38).magnitude < 1e-12)
    }

    /// Growth by this factor, from a weight far below all that bends the recursion, is growth for good.
    static let clearGrowth = 1e6

    /// Whether a small weight with nothing in memory grows: clearly, or from steps 150–200 to steps 350–400. At 1 % from the edge the dominant root's
    /// logarithm is 0.01·η*, a factor of e⁴ over 200 steps at least.
    private func grows(_ rule: DeadWeightRule, weight: Double, learningRate: Double, l2: Double) throws -> Bool {
        var recursion = try ExactRecursion(DeadWeight(weight: weight), rule: rule, learningRate: .constant(learningRate), l2: l2)
        var (early, late) = (0.0, 0.0)
        for step in 0..<400 {
            recursion.advance()
            let w = recursion.state.weight.magnitude
            if w > Self.clearGrowth * weight { return true }
            if (150..<200).contains(step) { early = max(early, w) }
            if step >= 350 { late = max(late, w) }
        }
        return late > early
    }

    @Test(arguments: [0, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97])
    func theEdgeOfAdamIsFoundByBisection(beta1: Double) throws {
        try bisect { .adam(beta1: beta1, epsilon: $0) }
    }

    @Test(arguments: [
        DeadWeightRule.adaMax(), .nadam(), .rmsprop(), .rmsprop(momentum: 0.5), .rmsprop(momentum: 0.9), .adamW(decay: 5),
        .rmsprop(centered: true),
    ])
    func theEdgeOfTheAdaptiveRulesIsFoundByBisection(_ rule: DeadWeightRule) throws {
        try bisect { epsilon in
            switch rule {
            case .adaMax(let b1, let b2, _): .adaMax(beta1: b1, beta2: b2, epsilon: epsilon)
            case .nadam(let b1, let b2, _, let placement, let decay):
                .nadam(beta1: b1, beta2: b2, epsilon: epsilon, placement: placement, momentumDecay: decay)
            case .rmsprop(let b2, _, let mu, let centered): .rmsprop(beta2: b2, epsilon: epsilon, momentum: mu, centered: centered)
            case .adamW(let b1, let b2, _, let placement, let decay):
                .adamW(beta1: b1, beta2: b2, epsilon: epsilon, placement: placement, decay: decay)
            default: rule
            }
        }
    }

    private func bisect(_ rule: @escaping (Double) -> DeadWeightRule) throws {
        let (alpha, l2) = (1e-3, 5e-4)
        let edge = try StabilityThreshold.effectiveDecay(rule(1e-8), learningRate: alpha)
        let measured = try BracketedRoot.find(in: 0.5 * edge...2 * edge, relativeTolerance: 1e-4) { limit in
            let epsilon = alpha * l2 / limit
            return try self.grows(rule(epsilon), weight: 1e-20, learningRate: alpha, l2: l2) ? 1 : -1
        }
        #expect((measured / edge - 1).magnitude < 0.01)
    }

    @Test(arguments: [DeadWeightRule.gradientDescent, .heavyBall(momentum: 0.5), .heavyBall(), .nesterov(momentum: 0.5), .nesterov(), .adadelta()])
    func theEdgeOfTheOthersIsFoundByBisection(_ rule: DeadWeightRule) throws {
        let edge = try StabilityThreshold.effectiveDecay(rule)
        let measured = try BracketedRoot.find(in: 0.5 * edge...2 * edge, relativeTolerance: 1e-4) { limit in
            try self.grows(rule, weight: 1e-20, learningRate: limit, l2: 1) ? 1 : -1
        }
        #expect((measured / edge - 1).magnitude < 0.01)
    }

    @Test func modesHaveTheirRadiusAtTheEdge() throws {
        for rule in RulePair.all.map(\.theory) where !["lion", "signDescent"].contains(rule.name) {
            let edge = try StabilityThreshold.effectiveDecay(rule, learningRate: 1e-3)
            let mode = try StabilityThreshold.mode(rule, effectiveDecay: edge, learningRate: 1e-3)
            #expect((mode.spectralRadius - 1).magnitude < 1e-12, "\(rule)")
            #expect(try #require(mode.dominantRoot) < 0)
        }
    }

    @Test func theEnvelopeFallsByTheRootOfBeta1InTheWholeWindow() {
        let window = LinearMode.oscillationWindow(beta1: 0.9)
        for share in [0.001, 0.3, 0.7, 0.999] {
            let eta = window.lowerBound + share * (window.upperBound - window.lowerBound)
            #expect((LinearMode.adam(effectiveDecay: eta, beta1: 0.9).spectralRadius - 0.9.squareRoot()).magnitude < 1e-15)
        }
        #expect(!LinearMode.adam(effectiveDecay: window.lowerBound * 0.999, beta1: 0.9).isOscillating)
        #expect(!LinearMode.adam(effectiveDecay: window.upperBound * 1.001, beta1: 0.9).isOscillating)
    }

    @Test func theFloorOfTheKnownSetUpIsForetold() throws {
        let floor = try Floor.rms(.adam(), learningRate: 1e-3, l2: 5e-4)
        #expect((floor.value - 6.3e-6).magnitude < 0.02e-6)
        // Measured over 100,000 steps: 6.9e-6.
        let measured = try motion(
            DeadWeight(weight: 0.02, secondMoment: 1e-6), .adam(), learningRate: 1e-3, l2: 5e-4, skipping: 60_000, over: 100_000)
        #expect(floor.range.contains(measured.rms))
    }

    @Test(arguments: [
        (DeadWeightRule.adam(beta1: 0.7, beta2: 0.99, epsilon: 1e-9), 20_000), (.adam(beta2: 0.99, epsilon: 1e-9), 20_000),
        (.adam(beta1: 0.97, beta2: 0.99, epsilon: 1e-9), 20_000), (.adam(beta2: 0.99, epsilon: 1e-17, placement: .insideRoot), 20_000),
        (.rmsprop(), 5_000), (.rmsprop(beta2: 0.9, centered: true), 5_000), (.rmsprop(momentum: 0.9), 20_000),
        (.nadam(beta2: 0.99, epsilon: 1e-9), 20_000), (.adaMax(beta2: 0.99, epsilon: 1e-8), 20_000),
    ])
    func floorsAreForetold(_ rule: DeadWeightRule, steps: Int) throws {
        let floor = try Floor.rms(rule, learningRate: 1e-3, l2: 5e-4)
        let measured = try motion(
            DeadWeight(weight: 0.02, secondMoment: 1e-8), rule, learningRate: 1e-3, l2: 5e-4, skipping: 10_000, over: steps)
        #expect(floor.range.contains(measured.rms), "\(floor) against \(measured.rms)")
    }

    @Test func noFloorWhereZeroAttractsOrTheDenominatorStays() {
        #expect(throws: LawError.self) { try Floor.rms(.adam(epsilon: 2e-8), learningRate: 1e-3, l2: 5e-4) }
        #expect(throws: LawError.self) { try Floor.rms(.amsgrad(), learningRate: 1e-3, l2: 5e-4) }
        #expect(throws: LawError.self) { try Floor.rms(.adam(beta1: 0.9, beta2: 0.8), learningRate: 1e-3, l2: 5e-4) }
    }

    @Test func theScheduleOfTheKnownSetUpFallsBelowTheEdgeAtEpoch25() throws {
        let rate = LearningRate.stepDecay(1e-3, period: 25 * 938, factor: 0.5)
        let crossings = try ScheduledEdge.crossings(.adam(), learningRate: rate, l2: 5e-4, budget: 100 * 938)
        #expect(crossings.map(\.step) == [0, 23_450])
        #expect(crossings.map(\.attractsZero) == [false, true])
    }
}
