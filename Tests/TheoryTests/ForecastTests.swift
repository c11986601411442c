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

    @Test func aThresholdBelowThePrecisionIsThrownOut() {
        #expect(throws: LawError.self) {
            try DeadWeightForecast.predict(
                weight, rule: .adam(), learningRate: .constant(1e-3), l2: 5e-4, threshold: 1e-40, precision: .float32)
        }
    }
}
