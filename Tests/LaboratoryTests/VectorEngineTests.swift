// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Testing
import Theory

/// The vector loops against the exact recursion, bit for bit.
@Suite struct VectorEngineTests {
    private static let measurement = LaboratoryMeasurement(
        thresholds: [1e-2, 1e-6, 1e-39], rmsWindow: 250..<500, samples: [0, 1, 17, 400])

    /// Runs `cases` both ways and reports the first that differs.
    private func compare(
        _ cases: [LaboratoryCase], _ arithmetic: Arithmetic, flushes: Bool, steps: Int, _ measurement: LaboratoryMeasurement, _ what: String
    ) throws {
        let vector = try Laboratory(arithmetic: arithmetic, flushesSubnormals: flushes, threads: 2).run(cases, steps: steps, measuring: measurement)
        let exact = try Laboratory(arithmetic: arithmetic, flushesSubnormals: flushes, threads: 1, engine: .exactRecursion)
            .run(cases, steps: steps, measuring: measurement)
        guard let index = cases.indices.first(where: { !areIdentical(vector[$0], exact[$0]) }) else { return }
        Issue.record("\(what), \(arithmetic), flush \(flushes), case \(index) (\(cases[index])): \(vector[index]) but \(exact[index])")
    }

    @Test(arguments: RuleShape.allCases, [Arithmetic.float32, .float64])
    func theVectorLoopsHaveTheExactRecursionsBits(_ shape: RuleShape, _ arithmetic: Arithmetic) throws {
        for flushes in [false, true] {
            try compare(shape.cases(66, seed: 11), arithmetic, flushes: flushes, steps: 600, Self.measurement, shape.rawValue)
        }
    }

    @Test(arguments: [Arithmetic.float32, .float64], [false, true])
    func subnormalWeightsHaveTheSameBits(_ arithmetic: Arithmetic, _ flushes: Bool) throws {
        // Zero attracts, and from here it is near: after some hundred steps everything is subnormal or flushed.
        let small = arithmetic == .float32 ? 1e-30 : 1e-290
        for shape in RuleShape.allCases {
            let cases = shape.cases(12, seed: 12).map { laboratoryCase in
                var laboratoryCase = laboratoryCase
                laboratoryCase.weight.weight *= small
                laboratoryCase.weight.firstMoment *= small
                laboratoryCase.weight.secondMoment *= small
                laboratoryCase.weight.auxiliary *= small
                return laboratoryCase
            }
            let measurement = LaboratoryMeasurement(thresholds: [small * 1e-3, small * 1e-9], samples: [300])
            try compare(cases, arithmetic, flushes: flushes, steps: 400, measurement, shape.rawValue)
        }
    }

    @Test(arguments: [Arithmetic.float32, .float64])
    func casesThatStopEndAtTheSameStateWithTheSameBits(_ arithmetic: Arithmetic) throws {
        // Adam at the defaults over widely different times, so that blocks close up.
        var cases = RuleShape.adam.cases(150, seed: 13)
        for index in cases.indices { cases[index].rule = .adam(beta2: index.isMultiple(of: 2) ? 0.99 : 0.999) }
        let measurement = LaboratoryMeasurement(thresholds: [1e-3, 1e-8], rmsWindow: 0..<5_000, samples: [100, 3_000], stopsAfterPassage: true)
        try compare(cases, arithmetic, flushes: false, steps: 6_000, measurement, "stopping")
        let outcomes = try Laboratory(arithmetic: arithmetic).run(cases, steps: 6_000, measuring: measurement)
        #expect(Set(outcomes.map(\.stepsMade)).count > 3)
        #expect(outcomes.allSatisfy { $0.stepsMade.isMultiple(of: Laboratory.stoppingInterval) || $0.stepsMade == 6_000 })
    }

    @Test func flushingChangesSubnormalWeights() throws {
        let weight = DeadWeight<Double>(weight: 1e-37, secondMoment: 1e-10)
        let cases = [LaboratoryCase(rule: .adam(), learningRate: .constant(1e-3), l2: 1e-3, weight: weight)]
        let states = try [false, true].map {
            try Laboratory(arithmetic: .float32, flushesSubnormals: $0).run(cases, steps: 100, measuring: LaboratoryMeasurement())[0].finalState
        }
        #expect(states[0].weight < 1e-37)
        #expect(states[1].weight == Double(Float(1e-37)))
    }

    @Test func outcomesDoNotDependOnTheThreadsNorOnTheCasesBeside() throws {
        let cases = RuleShape.allCases.flatMap { $0.cases(30, seed: 14) }
        let one = try Laboratory(arithmetic: .float32, threads: 1).run(cases, steps: 400, measuring: Self.measurement)
        let four = try Laboratory(arithmetic: .float32, threads: 4).run(cases, steps: 400, measuring: Self.measurement)
        let reversed = try Laboratory(arithmetic: .float32, threads: 3).run(cases.reversed(), steps: 400, measuring: Self.measurement)
        for index in cases.indices {
            #expect(areIdentical(one[index], four[index]))
            #expect(areIdentical(one[index], reversed[cases.count - 1 - index]))
        }
    }
}
