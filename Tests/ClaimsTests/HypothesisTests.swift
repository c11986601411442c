// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Laboratory
import Networks
import Optimizers
import Testing
import Theory

@testable import Claims

/// Hypotheses are checked on what an experiment starts from, and an experiment that breaks one, or passes its check by, is no test of the law.
@Suite struct HypothesisTests {
    private func result(_ hypotheses: [Hypothesis], _ measure: @escaping @Sendable (Trial) throws -> Void) throws -> ClaimResult {
        let claim = Claim(
            id: "X", title: "t", level: .laboratory, statement: "s", prediction: "p", source: "s", hypotheses: hypotheses, experiment: "e", test: "t",
            falsifier: "f"
        ) { trial in
            try measure(trial)
            return Measurement([.noException("q", exceptions: 0, of: 1)])
        }
        return try Verification(claims: [claim]).perform(Trial(threads: 1)).results[0]
    }

    private static func weight(firstMoment: Double = 0, epsilon: Double = 1e-7) -> LaboratoryCase {
        LaboratoryCase(
            rule: .adam(epsilon: epsilon), learningRate: .constant(1e-3), l2: 1e-3,
            weight: DeadWeight(weight: 0.1, firstMoment: firstMoment, secondMoment: 1e-8))
    }

    @Test func `a drawn weight's own state is read, and the law is not tested on one that breaks its hypotheses`() throws {
        func one(_ drawn: LaboratoryCase) throws -> ClaimResult {
            try result([.noFirstMoment, .under(0.9)]) { trial in
                _ = try trial.run([drawn], steps: 1, measuring: LaboratoryMeasurement(samples: [1]))
            }
        }
        let met = try one(Self.weight())
        #expect(met.verdict == .supported)
        #expect(met.hypotheses.map(\.count) == [1, 1])
        #expect(try one(Self.weight(firstMoment: 1e-5)).verdict == .hypothesesNotMet([Hypothesis.noFirstMoment.statement]))
        // αλ/ε = 1000 > 38.
        #expect(try one(Self.weight(epsilon: 1e-9)).verdict == .hypothesesNotMet([Hypothesis.under(0.9).statement]))
    }

    @Test func `a single weight and one that the laboratory of the claim never sees are checked too`() throws {
        let single = try result([.noFirstMoment]) { trial in
            _ = try trial.run(Self.weight(firstMoment: 1), steps: 1, measuring: LaboratoryMeasurement(samples: [1]))
        }
        #expect(single.measurement == nil)
        #expect(try result([.noFirstMoment]) { try $0.checkHypotheses([Self.weight(firstMoment: 1)]) }.measurement == nil)
    }

    @Test(arguments: [(-1.0, 0.0, true), (0.5, 0, false), (-1, 1e-3, false)])
    func `a planted network is read before its first step`(bias: Double, biasL2: Double, isMet: Bool) throws {
        let one = try result([.plantedSilent(first: nil), .plantedL2OnWeights, .plantedRectified, .spentCorrection]) { trial in
            let planted = try PlantedNetwork<Double>(
                trial, [.dense(units: 2), .activation(.relu()), .dense(units: 1)], inputs: 1, batch: 1, rule: Adam())
            planted.plant([bias, -1], as: "0.bias")
            try planted.plantMoments(second: [0, 0], step: spentBiasCorrection, of: "0.weight")
            _ = try planted.training(
                on: Samples(inputs: [[1]], targets: [[1]]), l2: CoupledL2(weights: 1e-3, biases: biasL2), steps: 1)
        }
        #expect((one.verdict == .supported) == isMet, "\(one.verdict)")
        #expect(one.hypotheses.allSatisfy { $0.count == 1 })
    }

    @Test func `behind batch normalisation a node is silent only with a shift under minus the longest reach`() {
        func start(shift: Double) -> PlantedStart {
            PlantedStart(
                layers: [.dense(units: 1), .batchNorm(), .activation(.relu())], rule: Adam(), l2: .none, batch: 5, inputs: [],
                parameters: ["0.weight": [1], "1.weight": [-0.5], "1.bias": [shift]], frozen: [], steps: [:], secondMoments: [:])
        }
        #expect(start(shift: -1).isSilent(0))
        #expect(!start(shift: -0.999).isSilent(0))
    }

    @Test func `a hypothesis reads what the law names, not the subject under test`() throws {
        let leak = Subject(name: "leak", activation: { _ in .leakyReLU(slope: 0.1) })
        let report = try Verification(claims: Claim.all.filter { $0.id == "B1" }).perform(Trial(subject: leak, extent: .quick, threads: 1))
        #expect(report.isViolated)
    }

    @Test func `a hypothesis that nothing was checked on is not met`() throws {
        let one = try result([.noFirstMoment]) { _ in }
        #expect(one.verdict == .hypothesesNotMet(["checked on none of the drawn weights: m₀ = 0"]))
        #expect(one.measurement == nil)
    }

    @Test(arguments: Claim.all.map(\.id)) func `every claim says what it assumes and what it predicts, and its report too`(_ id: String) throws {
        let claim = try #require(Claim.all.first { $0.id == id })
        #expect(!claim.hypotheses.isEmpty)
        #expect(claim.prediction.count > 20 && claim.prediction != claim.statement)
        #expect(claim.description().contains("Prediction. \(claim.prediction)"))
        #expect(claim.json["prediction"]?.string == claim.prediction)
    }

    @Test func `the report says on how much each hypothesis was checked`() throws {
        let claims = Claim.all.filter { $0.id == "B10-bound" }
        let report = try Verification(claims: claims).perform(Trial(extent: .quick, threads: 1))
        let result = report.results[0]
        #expect(result.hypotheses.first { $0.statement == "ε = 0" }.map { $0.count > 50 } == true)
        #expect(report.markdown().contains("β₁² < β₂ (\(result.hypotheses[1].count) drawn weights)"))
        #expect(report.json["claims"]?.array?.first?["hypotheses"]?.array?.count == 4)
    }
}
