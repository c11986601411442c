// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Laboratory
import Testing
import Theory

@testable import Figures

@Suite struct TheoryFiguresTests {
    @Test func namesAreThoseOfTheFilesAndAllButTheMatrixNeedNoFile() throws {
        #expect(try TheoryFigures().named([]) == TheoryFigure.allCases.filter { $0 != .mutationMatrix })
        #expect(try TheoryFigures(matrix: URL(fileURLWithPath: "m.csv")).named([]) == TheoryFigure.allCases)
        #expect(try TheoryFigures().named(["precision", "phase-map"]) == [.precision, .phaseMap])
    }

    @Test func anUnknownNameIsAnErrorThatTellsTheNamesThereAre() {
        #expect(throws: FigureError.unknownFigure("phasemap", accepted: TheoryFigure.allCases.map(\.rawValue))) {
            try TheoryFigures().named(["anatomy", "phasemap"])
        }
    }

    @Test func theMatrixWithoutItsFileSaysHowToNameIt() {
        let error = #expect(throws: FigureError.self) { try TheoryFigures().source(of: .mutationMatrix) }
        #expect(error?.description.contains("--matrix") == true)
    }

    @Test func cellsFarEnoughFromTheEdgeHaveTheFateOfTheirSide() throws {
        let map = try PhaseMapFigure.betaMap(columns: 14, rows: 6)
        for (row, beta) in map.rows.enumerated() {
            let edge = log10(try StabilityThreshold.effectiveDecay(.adam(beta1: beta)))
            for (column, decay) in map.columns.enumerated() {
                // 2 %: nearer the weight grows or falls too slowly to tell.
                if decay < edge - 0.01 { #expect(map.fates[row][column] == .zero, "β₁ \(beta), αλ/ε 10^\(decay)") }
                if decay > edge + 0.01 { #expect([.floor, .sunk].contains(map.fates[row][column]), "β₁ \(beta), αλ/ε 10^\(decay)") }
            }
        }
    }

    @Test func theMapOverLambdaAndEpsilonTurnsAt38() throws {
        // One column at λ = 5e-4: ε = αλ/38 = 1.3e-8 lies between the rows.
        let map = try PhaseMapFigure.measure(columns: [log10(5e-4)], rows: [1.25e-8, 1.4e-8].map { log10($0) }) { (0.9, pow(10, $0), pow(10, $1)) }
        #expect(map.fates == [[.floor], [.zero]])
    }

    @Test func thePhasesOfADeathAreThoseOfTheLawsAndOnlyAboveTheEdgeAWeightRevives() throws {
        let phases = try AnatomyFigure.columns.map { column in
            try AnatomyFigure.phases(
                column, trace: DeadWeightTrace(column.one, in: .init(arithmetic: column.arithmetic), steps: column.steps, bin: 50),
                envelope: AdiabaticEnvelope(column.one, steps: column.steps))
        }
        #expect(phases[0].map(\.name) == ["memory", "√β₁ a step", "among subnormals"])
        #expect(phases[1].map(\.name) == ["collapse", "√β₁ a step", "ε-limited", "among subnormals"])
        #expect(phases[2].map(\.name) == ["√β₁ a step", "ε-limited", "revival", "floor"])
        for (column, phases) in zip(AnatomyFigure.columns, phases) { #expect(phases.last?.range.upperBound == column.steps) }
    }

    @Test func eachArithmeticStallsUnderItsLawAndTheWiderOnesLower() throws {
        let ends = try PrecisionFigure.curves.map { try PrecisionFigure.trace($0).magnitudes.last ?? .nan }
        for (curve, end) in zip(PrecisionFigure.curves, ends) where curve.stall != nil {
            #expect(end > 0 && end <= curve.stall ?? 0, "\(curve.name)")
        }
        #expect(ends == ends.sorted(by: >))
    }

    @Test func withoutEpsilonTheCollapseDoesNotDependOnLambda() throws {
        func trace(_ l2: Double, _ epsilon: Double) throws -> [Double] {
            try L2DoesNotMatterFigure.trace(l2: l2, epsilon: epsilon).points.map(\.magnitude)
        }
        let (small, large) = (try trace(1e-6, 0), try trace(1e-2, 0))
        // λ is no power of two, so the paths differ by rounding, which the crossings of zero make larger.
        #expect(zip(small, large).allSatisfy { ($0 / $1 - 1).magnitude < 1e-6 })
        let (slow, fast) = (try trace(1e-6, 1e-6), try trace(1e-2, 1e-6))
        #expect((slow.last ?? 0) > 1e6 * (fast.last ?? 1))
    }

    @Test func predictedPassagesAreMeasuredWithinAFewPercent() throws {
        let passages = try PredictedMeasuredFigure.passages(.deadWeights(), name: "defaults", draws: 20)
        #expect(passages.count >= 3)
        for passage in passages { #expect((passage.predicted / passage.measured - 1).magnitude < 0.1) }
    }

    @Test func everyMemberOfTheFamilyHasAForecastAndAdamPassesWhereItSays() throws {
        for member in FamilyFigure.members { #expect(FamilyFigure.forecast(member) != nil, "\(member.name)") }
        let adam = FamilyFigure.members[0]
        let trace = try DeadWeightTrace(FamilyFigure.laboratoryCase(adam), in: .init(arithmetic: .float64), steps: FamilyFigure.steps, bin: 1)
        let last = try #require(trace.magnitudes.lastIndex { $0 >= FamilyFigure.threshold })
        let predicted = try #require(FamilyFigure.forecast(adam)?.stepsToThreshold)
        #expect((Double(last + 1) / predicted - 1).magnitude < 0.02)
    }

    @Test func theMatrixIsReadAndAnOddCellNamed() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("matrix-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("matrix.csv")
        try Data("mutation,B0,B3\nnone,0,\nl2-twice,1,0\n".utf8).write(to: file)
        let matrix = try MutationMatrixFigure.Matrix(file)
        #expect(matrix.marks == [[.holds, .notTestable], [.violated, .holds]])
        try Data("mutation,B0\nnone,2\n".utf8).write(to: file)
        let error = #expect(throws: FigureError.self) { try MutationMatrixFigure.Matrix(file) }
        #expect(error?.description.contains("'2' for claim B0") == true)
    }
}
