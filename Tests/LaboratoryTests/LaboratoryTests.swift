// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Testing
import Theory

@Suite struct LaboratoryTests {
    @Test func aWeightPassesWhereTheExactRecursionSays() throws {
        let start = DeadWeight<Double>(weight: 0.02, secondMoment: 1e-8)
        let laboratory = Laboratory(arithmetic: .float64)
        let outcome = try laboratory.run(
            [LaboratoryCase(rule: .adam(), learningRate: .constant(5e-4), l2: 5e-4, weight: start)], steps: 20_000,
            measuring: LaboratoryMeasurement(thresholds: [1e-3, 1e-15]))[0]
        for (index, threshold) in [1e-3, 1e-15].enumerated() {
            var recursion = try ExactRecursion(start, rule: .adam(), learningRate: .constant(5e-4), l2: 5e-4)
            let expected = recursion.passage(below: threshold, limit: 20_000, followingRevival: true)
            #expect(outcome.dips[index] == expected.dip)
            #expect(outcome.passages[index] == expected.passage)
            #expect(outcome.revivals[index] == expected.revival)
            #expect(expected.passage != nil)
        }
    }

    @Test func aRunThatCannotBeMadeIsThrownOut() {
        let weight = DeadWeight<Double>(weight: 1)
        let good = LaboratoryCase(rule: .adam(), learningRate: .constant(1e-3), l2: 1e-3, weight: weight)
        let bad = LaboratoryCase(rule: .adam(beta1: 1), learningRate: .constant(1e-3), l2: 1e-3, weight: weight)
        let laboratory = Laboratory(arithmetic: .float64)
        #expect(throws: LaboratoryError.invalidCase(index: 1, reason: "β₁ or momentum is 1.0, but must be ≥ 0 and < 1")) {
            try laboratory.run([good, bad], steps: 1, measuring: LaboratoryMeasurement())
        }
        #expect(throws: LaboratoryError.invalid(quantity: "ξ", found: 0, accepted: "finite and > 0")) {
            try laboratory.run([good], steps: 1, measuring: LaboratoryMeasurement(thresholds: [0]))
        }
        #expect(throws: LaboratoryError.self) { try laboratory.run([good], steps: -1, measuring: LaboratoryMeasurement()) }
        #expect(throws: LaboratoryError.self) { try laboratory.run([good], steps: 1, measuring: LaboratoryMeasurement(samples: [2, 1])) }
        #expect(throws: LaboratoryError.self) { try laboratory.run([good], steps: 1, measuring: LaboratoryMeasurement(stopsAfterPassage: true)) }
        #expect(throws: LaboratoryError.self) {
            try Laboratory(arithmetic: .float80, flushesSubnormals: true).run([good], steps: 1, measuring: LaboratoryMeasurement())
        }
    }

    @Test func progressCountsEveryCaseOnce() throws {
        let cases = RuleShape.adam.cases(100, seed: 1) + RuleShape.lion.cases(30, seed: 1)
        var counts: [Int] = []
        _ = try Laboratory(arithmetic: .float32, threads: 3).run(cases, steps: 10, measuring: LaboratoryMeasurement()) { counts.append($0) }
        #expect(counts == Array(1...130))
    }

    @Test func aRunOfNoStepsAndARunOfNoCasesAreRuns() throws {
        let cases = RuleShape.nadam.cases(3, seed: 2)
        let outcomes = try Laboratory(arithmetic: .float64).run(cases, steps: 0, measuring: LaboratoryMeasurement(samples: [0]))
        #expect(outcomes.map(\.finalState) == cases.map(\.weight))
        #expect(outcomes.map { $0.sampledWeights[0] } == cases.map(\.weight.weight))
        #expect(try Laboratory(arithmetic: .float64).run([], steps: 10, measuring: LaboratoryMeasurement()).isEmpty)
    }
}
