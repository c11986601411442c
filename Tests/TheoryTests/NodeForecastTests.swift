// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule
import Statistics
import Testing

@testable import Theory

/// The forecast of a node from its weights' states: the exact one against weights taken one by one, the law against the exact one.
@Suite struct NodeForecastTests {
    private static let l2 = 0.02

    /// A node as training leaves it: √v spread over `decades`, first moments of the same order, weights normal.
    private func node(_ count: Int, seed: UInt64 = 5, decades: Double = 1, step: Int? = 2000, scale: Double = 1) -> DeadNode<Double> {
        var random = RandomStream(seed: seed, name: "node")
        let weights = (0..<count).map { _ in 0.05 * random.normal() }
        let roots = weights.map { _ in scale * 1e-2 * exp10(-decades * random.uniform()) }
        return DeadNode(
            weights: weights, firstMoments: roots.map { 0.1 * $0 * random.normal() }, secondMoments: roots.map { $0 * $0 },
            auxiliaries: roots.map { 1.2 * $0 * $0 }, step: step)
    }

    private func exp10(_ exponent: Double) -> Double { .pow(10, exponent) }

    @Test(arguments: RulePair.all.map(\.theory))
    func aNodeMovesAsItsWeightsDo(_ rule: DeadWeightRule) throws {
        func check<Scalar: RecursionScalar>(_: Scalar.Type) throws {
            let node = node(20, step: 3).rounded(to: Scalar.self)
            let rate = LearningRate.stepDecay(0.01, period: 150, factor: 0.5)
            var recursion = try NodeRecursion(node, rule: rule, learningRate: rate, l2: Self.l2)
            var weights = try (0..<20).map { try ExactRecursion(node[$0], rule: rule, learningRate: rate, l2: Self.l2) }
            for _ in 0..<400 {
                recursion.advance()
                for index in weights.indices { weights[index].advance() }
            }
            #expect(recursion.weights == weights.map(\.state.weight))
            #expect(recursion.state.secondMoments == weights.map(\.state.secondMoment))
        }
        try check(Float.self)
        try check(Double.self)
    }

    @Test func aNodeThatNoLongerMovesMovesAgainWhenTheRateChanges() throws {
        // At rate 0 the weights stand still while their moments forget; SGD has none, so that the node is fixed until the rate comes back.
        let rate = LearningRate(limit: 0.1, settledFrom: 50) { $0 < 50 ? 0 : 0.1 }
        var recursion = try NodeRecursion(DeadNode(weights: [1.0, -2]), rule: .gradientDescent, learningRate: rate, l2: 0.5)
        let moved = (0..<50).map { _ in recursion.advance() }
        #expect(moved.allSatisfy { !$0 } && recursion.weights == [1, -2])
        let movesAgain = recursion.advance()
        #expect(movesAgain)
        #expect(recursion.weights == [0.95, -1.9])
    }

    @Test func stepsAreThoseOfTheNormsDefinitions() throws {
        // Halved at each step: norm 5·2^(−k).
        let node = DeadNode(weights: [3.0, -4])
        let forecast = try NodeForecast.exact(
            node, rule: .gradientDescent, learningRate: .constant(0.5), l2: 1, thresholds: [6, 1, 0.15, 1e-3], steps: 7, persistence: 3)
        #expect(forecast.crossings.map(\.dip) == [0, 3, 6, nil])
        #expect(forecast.crossings.map(\.passage) == [0, 3, nil, nil])
        #expect(forecast.crossings.map(\.rise) == [nil, nil, nil, nil])
        #expect(forecast.finalNorm == 5.0 / 128)
        // At α = 2, λ = 1 the weight grows again from below: 0.5, −0.5, …; at α = 3 by 2 a step.
        let growing = try NodeForecast.exact(
            DeadNode(weights: [0.1]), rule: .gradientDescent, learningRate: .constant(3), l2: 1, thresholds: [0.5], steps: 6, persistence: 2)
        #expect(growing.crossings[0].passage == 0 && growing.crossings[0].rise == 3 && !growing.crossings[0].isBelow)
    }

    /// Rules with a linear regime, with hyper-parameters at which a node passes 1e-15 within the steps; (1−β₂) ≪ (1−β₁) where there are both.
    static let lawful: [(rule: DeadWeightRule, rate: Double)] = [
        (.adam(), 0.01), (.adam(beta1: 0.5, beta2: 0.999), 0.01), (.amsgrad(), 0.05), (.adamW(decay: 0.1), 0.01), (.adaMax(), 0.02),
        (.nadam(), 0.01), (.adaGrad(), 0.05), (.rmsprop(beta2: 0.999), 0.005), (.rmsprop(beta2: 0.999, momentum: 0.9), 0.0005),
        (.adadelta(), 40), (.gradientDescent, 1), (.heavyBall(), 0.1), (.nesterov(), 0.1),
    ]

    @Test(arguments: lawful.indices)
    func theLawForetellsTheNormWithinItsBound(_ index: Int) throws {
        let (rule, rate) = Self.lawful[index]
        var compared = 0
        for seed in 0..<3 as Range<UInt64> {
            let node = node(40, seed: seed, decades: Double(seed), scale: seed == 1 ? 3 : 1)
            let arguments = (rate: LearningRate.constant(rate), thresholds: [1e-15, 1e-8, 1e-4], steps: 4000)
            let exact = try NodeForecast.exact(
                node, rule: rule, learningRate: arguments.rate, l2: Self.l2, thresholds: arguments.thresholds, steps: arguments.steps)
            let law = try NodeForecast.adiabatic(
                node, rule: rule, learningRate: arguments.rate, l2: Self.l2, thresholds: arguments.thresholds, steps: arguments.steps)
            let whole = try NodeForecast.adiabatic(
                node, rule: rule, learningRate: arguments.rate, l2: Self.l2, thresholds: arguments.thresholds, steps: arguments.steps, followed: 40)
            #expect(whole.followed == 40)
            for (measured, foretold) in zip(exact.crossings, zip(law.crossings, whole.crossings)) {
                guard let passage = measured.passage else { continue }
                let prediction = try #require(foretold.0.passage, "\(rule): passes \(measured.threshold) at \(passage)")
                let all = try #require(foretold.1.passage)
                compared += 1
                #expect(prediction.range.contains(Double(passage)), "\(rule), ξ \(measured.threshold): \(prediction) foretold, \(passage) exactly")
                #expect(prediction.range.contains(all.value), "the weights not followed are within the bound")
            }
        }
        #expect(compared >= 5)
    }

    @Test func aboveTheEdgeTheNormComesBack() throws {
        let rule = DeadWeightRule.adam()
        // αλ/ε = 2e4 > 38: the weights come back once √v has forgotten down to αλ/38.
        let node = node(40, decades: 0.2, scale: 0.01)
        let (rate, thresholds, steps) = (LearningRate.constant(0.01), [1e-4], 8000)
        let exact = try NodeForecast.exact(node, rule: rule, learningRate: rate, l2: Self.l2, thresholds: thresholds, steps: steps)
        let law = try NodeForecast.adiabatic(
            node, rule: rule, learningRate: rate, l2: Self.l2, thresholds: thresholds, steps: steps, followed: 5)
        #expect(law.followed == 10)
        let rise = try #require(exact.crossings[0].rise), revival = try #require(law.crossings[0].revival)
        // B8 gives a few per cent in a finite exponent range.
        #expect((revival.value - Double(rise)).magnitude < 0.05 * Double(rise))
    }

    /// Schedules under which η's limit stays where it is, crosses the edge downwards, and comes and goes.
    static let schedules: [@Sendable (Double) -> LearningRate] = [
        { .constant($0) }, { .stepDecay($0, period: 900, factor: 0.1) },
        { rate in LearningRate(limit: 0, settledFrom: 4000, nextChange: { $0 + 1 }) { max(0, rate * (1 - Double($0) / 4000)) } },
        { rate in LearningRate(limit: rate, nextChange: { ($0 / 500 + 1) * 500 }) { rate * ($0 / 500 % 2 == 0 ? 1 : 0.01) } },
    ]

    @Test(arguments: lawful.indices)
    func theEndAloneIsThatOfTheWholeForecast(_ index: Int) throws {
        let (rule, rate) = Self.lawful[index]
        var ends = [false: 0, true: 0]
        for (number, schedule) in Self.schedules.enumerated() {
            // Less, as much, and so much that the limit lies past the edge, with thresholds on both sides of what is reached.
            for factor in [0.02, 1, 100] {
                let node = node(16, seed: UInt64(number), decades: 1, step: 0, scale: factor < 100 ? 1 : 0.01)
                for (threshold, steps) in [(1e-15, 2500), (1e-6, 1500), (1e-2, 1000), (1e-15, 0), (1, 5)] {
                    let learningRate = schedule(rate * factor)
                    let whole = try NodeForecast.adiabatic(
                        node, rule: rule, learningRate: learningRate, l2: Self.l2, thresholds: [1, threshold], steps: steps, followed: 4)
                    let end = try NodeForecast.adiabaticEndsBelow(
                        threshold, node, rule: rule, learningRate: learningRate, l2: Self.l2, steps: steps, followed: 4)
                    #expect(end == whole.crossings[1].isBelow, "schedule \(number), α·\(factor), ξ \(threshold) after \(steps)")
                    ends[end, default: 0] += 1
                }
            }
        }
        #expect(ends.values.allSatisfy { $0 > 5 }, "\(ends)")
    }

    @Test func theEndAloneKnowsARevivalBeforeADrop() throws {
        // As above the edge, then under it: the norm has passed, comes back, and falls again from the drop at 7000 on.
        let node = node(40, decades: 0.2, scale: 0.01)
        var revived = [false: 0, true: 0]
        let rate = LearningRate.stepDecay(0.01, period: 9000, factor: 1e-4)
        for steps in [6000, 7000, 7010, 8000] {
            let whole = try NodeForecast.adiabatic(
                node, rule: .adam(), learningRate: rate, l2: Self.l2, thresholds: [1e-4], steps: steps, followed: 5)
            let end = try NodeForecast.adiabaticEndsBelow(1e-4, node, rule: .adam(), learningRate: rate, l2: Self.l2, steps: steps, followed: 5)
            #expect(end == whole.crossings[0].isBelow, "\(steps) steps")
            if whole.crossings[0].revival != nil { revived[end, default: 0] += 1 }
        }
        #expect(revived.values.allSatisfy { $0 > 0 }, "\(revived)")
    }

    @Test func numbersOutOfRangeAndRulesWithoutALinearRegimeAreRefused() throws {
        let node = DeadNode(weights: [1.0])
        #expect(throws: LawError.invalid(quantity: "ξ", found: 1e-200, accepted: "≥ 1e-150 and finite")) {
            try NodeForecast.exact(node, rule: .adam(), learningRate: .constant(1), l2: 0, thresholds: [1e-200], steps: 1)
        }
        #expect(throws: LawError.self) {
            try NodeForecast.exact(node, rule: .adam(), learningRate: .constant(1), l2: -1, thresholds: [1], steps: 1)
        }
        #expect(throws: LawError.self) {
            try NodeForecast.adiabatic(node, rule: .lion(), learningRate: .constant(1), l2: 1, thresholds: [1], steps: 1)
        }
    }
}
