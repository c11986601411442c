// SPDX-License-Identifier: GPL-3.0-or-later
import Testing
import Theory

/// The forecast's regimes.
@Suite struct ForecastTests {
    let weight = DeadWeight<Double>(weight: 0.02, secondMoment: 1e-6)

    @Test func belowTheEdgeTheEndIsZeroAndAboveItIsTheFloor() throws {
        let below = try DeadWeightForecast.predict(weight, rule: .adam(epsilon: 2e-8), learningRate: .constant(1e-3), l2: 5e-4)
        #expect(below.regime == .zero)
        #expect(below.floorRMS == nil && below.revivalStep == nil)
        let above = try DeadWeightForecast.predict(weight, rule: .adam(), learningRate: .constant(1e-3), l2: 5e-4)
        #expect(above.regime == .floor)
        #expect((try #require(above.effectiveDecayLimit) - 50).magnitude < 1e-9)
        #expect(try #require(above.stepsToThreshold) < (try #require(above.revivalStep)))
        #expect(try #require(above.spectralRadius) > 1)
        #expect(above.roundingNote != nil)
    }

    @Test func theBudgetDecidesWhereAWeightIs() throws {
        let end = try DeadWeightForecast.predict(weight, rule: .adam(), learningRate: .constant(1e-3), l2: 5e-4)
        let (passage, revival) = (Int(try #require(end.stepsToThreshold)), Int(try #require(end.revivalStep)))
        for (budget, regime) in [
            (passage - 100, DeadWeightForecast.Regime.notOnThisBudget), (passage + 100, .zero), (revival - 100, .zero), (revival + 300, .floor),
        ] {
            let forecast = try DeadWeightForecast.predict(weight, rule: .adam(), learningRate: .constant(1e-3), l2: 5e-4, budget: budget)
            #expect(forecast.regime == regime, "after \(budget) steps")
        }
    }

    @Test func theScheduleOfTheKnownSetUpMakesZeros() throws {
        let rate = LearningRate.stepDecay(1e-3, period: 25 * 938, factor: 0.5)
        // A node that died early is back at its floor when the rate drops, and passes again afterwards.
        let early = DeadWeight<Double>(weight: 0.02, secondMoment: 1e-12, step: 500)
        let before = try DeadWeightForecast.predict(early, rule: .adam(), learningRate: rate, l2: 5e-4, budget: 22_000)
        #expect(before.regime == .floor)
        let after = try DeadWeightForecast.predict(early, rule: .adam(), learningRate: rate, l2: 5e-4, budget: 26_000)
        #expect(after.regime == .zero)
        #expect(try #require(after.lastPassageStep) > 22_950)
    }

    @Test func everyOptimiserHasAFate() throws {
        let fates: [(DeadWeightRule, DeadWeightForecast.Regime)] = [
            (.amsgrad(), .zero), (.adaGrad(), .zero), (.rmsprop(), .floor), (.adaMax(), .floor), (.nadam(), .floor), (.adadelta(), .zero),
            (.gradientDescent, .zero), (.heavyBall(), .zero), (.nesterov(), .zero), (.adamW(), .floor), (.lion(), .floor), (.signDescent, .floor),
        ]
        for (rule, regime) in fates {
            let forecast = try DeadWeightForecast.predict(weight, rule: rule, learningRate: .constant(1e-3), l2: 5e-4)
            #expect(forecast.regime == regime, "\(rule)")
        }
        let plain = try DeadWeightForecast.predict(weight, rule: .gradientDescent, learningRate: .constant(1), l2: 3)
        #expect(plain.regime == .divergence)
        let nothing = try DeadWeightForecast.predict(weight, rule: .adam(), learningRate: .constant(1e-3), l2: 0)
        #expect(nothing.regime == .notOnThisBudget)
    }

    @Test func sgdIsForetoldFarBeyondAnyBudget() throws {
        let forecast = try DeadWeightForecast.predict(weight, rule: .gradientDescent, learningRate: .constant(1e-3), l2: 5e-4)
        let expected = try MemorylessDecay.passage(.gradientDescent, weight: 0.02, learningRate: 1e-3, l2: 5e-4, threshold: 1e-15)
        #expect((try #require(forecast.stepsToThreshold) - expected.value).magnitude < 10)
    }

    @Test(arguments: [(1e-6, 0.0199, 0.0), (0, 0.015, 0), (1e-6, 1, 0), (1e-6, 0.0199, 3e-4), (1e-6, 0.0199, -3e-4), (1e-8, 0.012, 1e-5)])
    func aPassageOfTheFirstStepsIsTheExactOne(secondMoment: Double, threshold: Double, firstMoment: Double) throws {
        let start = DeadWeight<Double>(weight: 0.02, firstMoment: firstMoment, secondMoment: secondMoment)
        let rule = DeadWeightRule.adam(epsilon: 1e-7)
        let forecast = try DeadWeightForecast.predict(
            start, rule: rule, learningRate: .constant(1e-3), l2: 5e-4, threshold: threshold, budget: 20_000)
        var recursion = try ExactRecursion(start, rule: rule, learningRate: .constant(1e-3), l2: 5e-4)
        let measured = Double(try #require(recursion.passage(below: threshold, limit: 20_000).passage))
        let predicted = try #require(forecast.stepsToThreshold)
        #expect((predicted - measured).magnitude <= (try #require(forecast.errorBound)), "\(predicted) against \(measured)")
        if measured <= 60 { #expect(predicted == measured && forecast.errorBound == 0) }
    }

    @Test func aDipThatDoesNotLastIsNoPassage() throws {
        // A large first moment carries the weight through ξ and far beyond to the other side.
        let start = DeadWeight<Double>(weight: 0.02, firstMoment: 4.4e-3, secondMoment: 1e-6)
        let rule = DeadWeightRule.adam(epsilon: 1e-7)
        let path = try AdiabaticPassage.predict(start, rule: rule, learningRate: .constant(1e-3), l2: 5e-4, threshold: 5e-3, budget: 20_000)
        var exact = try ExactRecursion(start, rule: rule, learningRate: .constant(1e-3), l2: 5e-4)
        let found = exact.passage(below: 5e-3, limit: 20_000)
        #expect(try #require(found.dip) == 5)
        let measured = Double(try #require(found.passage))
        let passage = try #require(path.passage)
        #expect(passage.range.contains(measured), "\(passage) against \(measured)")
    }

    @Test(arguments: [
        DeadWeightRule.adam(), .amsgrad(), .adamW(), .adaGrad(), .rmsprop(), .rmsprop(momentum: 0.9), .adadelta(), .adaMax(), .nadam(),
        .gradientDescent, .heavyBall(), .nesterov(), .lion(), .signDescent,
    ])
    func aWeightAtZeroStaysThere(rule: DeadWeightRule) throws {
        let start = DeadWeight<Double>(weight: 0, secondMoment: 1e-6)
        var recursion = try ExactRecursion(start, rule: rule, learningRate: .constant(1e-3), l2: 5e-4)
        for _ in 0..<1_000 { recursion.advance() }
        #expect(recursion.state.weight == 0)
        for budget in [nil, 0, 1_000] {
            let forecast = try DeadWeightForecast.predict(start, rule: rule, learningRate: .constant(1e-3), l2: 5e-4, budget: budget)
            #expect(forecast.regime == .zero && forecast.stepsToThreshold == 0 && forecast.errorBound == 0)
            #expect(forecast.floorRMS == nil && forecast.revivalStep == nil)
        }
    }

    @Test(arguments: [
        DeadWeightRule.adam(beta1: 0.95, beta2: 0.89, epsilon: 1e-9), .adam(beta2: 0), .adaMax(beta1: 0), .nadam(beta1: 0.9, beta2: 0.5),
        .rmsprop(beta2: 0.5, momentum: 0.9),
    ])
    func aFloorOfUnknownSizeIsNoDivergence(rule: DeadWeightRule) throws {
        let forecast = try DeadWeightForecast.predict(weight, rule: rule, learningRate: .constant(1e-3), l2: 5e-4)
        #expect(forecast.regime == .floor && forecast.floorRMS == nil && forecast.floorNote != nil)
        var recursion = try ExactRecursion(weight, rule: rule, learningRate: .constant(1e-3), l2: 5e-4)
        for _ in 0..<100_000 { recursion.advance() }
        #expect(recursion.state.weight.magnitude < 10)
    }

    @Test(arguments: [DeadWeightRule.gradientDescent, .heavyBall(), .nesterov(), .adadelta()])
    func onlyADenominatorThatDoesNotGrowLetsAWeightDiverge(rule: DeadWeightRule) throws {
        let forecast = try DeadWeightForecast.predict(weight, rule: rule, learningRate: .constant(10), l2: 3)
        #expect(forecast.regime == .divergence && forecast.floorNote == nil)
        var recursion = try ExactRecursion(weight, rule: rule, learningRate: .constant(10), l2: 3)
        var peaks: [Double] = []
        for _ in 0..<3 {
            var peak = 0.0
            for _ in 0..<1_000 {
                recursion.advance()
                peak = max(peak, recursion.state.weight.magnitude)
            }
            peaks.append(peak)
        }
        // Adadelta's weight grows as √t only; the others overflow.
        #expect(peaks[0] > 5 * 0.02 && (peaks[0] == .infinity || peaks[2] > 1.5 * peaks[0]), "\(peaks)")
    }

    @Test func aRevivalComesWithItsBound() throws {
        let start = DeadWeight<Double>(weight: 0.02, secondMoment: 1e-10)
        let rule = DeadWeightRule.adam(beta2: 0.99, epsilon: 1e-9)
        let forecast = try DeadWeightForecast.predict(start, rule: rule, learningRate: .constant(1e-3), l2: 5e-4)
        var recursion = try ExactRecursion(start, rule: rule, learningRate: .constant(1e-3), l2: 5e-4)
        let measured = Double(try #require(recursion.passage(below: 1e-15, limit: 50_000, followingRevival: true).revival))
        let (predicted, bound) = (try #require(forecast.revivalStep), try #require(forecast.revivalErrorBound))
        #expect((predicted - measured).magnitude <= bound && bound < 0.2 * predicted, "\(predicted) ± \(bound) against \(measured)")
    }

    @Test func aThresholdBelowThePrecisionIsThrownOut() {
        #expect(throws: LawError.self) {
            try DeadWeightForecast.predict(
                weight, rule: .adam(), learningRate: .constant(1e-3), l2: 5e-4, threshold: 1e-40, precision: .float32)
        }
    }
}
