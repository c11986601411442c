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
}
