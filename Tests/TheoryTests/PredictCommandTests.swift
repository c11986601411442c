// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Testing

/// `adamprobe predict`, as built.
@Suite
struct PredictCommandTests {
    private func run(_ arguments: [String]) throws -> (status: Int, output: String, errors: String) {
        try BuiltProgram(["predict"] + arguments).finish()
    }

    private let known = ["--learning-rate", "1e-3", "--l2", "5e-4", "--weight", "0.02", "--second-moment", "1e-6"]

    @Test func theKeysOfThePredictionAreThose() throws {
        let (status, output, errors) = try run(["--optimizer", "adam", "--json"] + known)
        #expect(status == 0 && errors.isEmpty)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        for key in [
            "regime", "effectiveDecayLimit", "stabilityThreshold", "stepsToThreshold", "revivalStep", "floorRMS", "spectralRadius", "errorBound",
        ] { #expect(object[key] != nil, "\(key)") }
        #expect(object["regime"] as? String == "floor")
        #expect(object["stepsToThreshold"] as? Int == 6_741)
        let others = try #require(object["onTheSameBudget"] as? [String: [String: Any]])
        #expect(Set(others.keys) == ["sgd", "adamw"])
    }

    @Test func aScheduleThatDropsBelowTheEdgeMakesAZero() throws {
        // Steps to the edge's side of the drop at epoch 25, and to the far side of it, from a fresh v.
        let young = ["--learning-rate", "1e-3", "--l2", "5e-4", "--weight", "0.02", "--second-moment", "1e-12", "--step", "500"]
        let schedule = ["--steps-per-epoch", "938", "--schedule", "step:25:0.5"]
        #expect(try run(young + schedule + ["--steps", "22000"]).output.hasPrefix("regime: floor"))
        #expect(try run(young + schedule + ["--steps", "26000"]).output.hasPrefix("regime: zero"))
    }

    @Test(arguments: [
        (["--optimizer", "sgd", "--beta1", "0.9"], "sgd has no --beta1"), (["--schedule", "step:0:0.5", "--steps-per-epoch", "9"], "everyEpochs"),
        (["--schedule", "stairs", "--steps-per-epoch", "9"], "step:EPOCHS:FACTOR"), (["--schedule", "step:2:0.5"], "--steps-per-epoch"),
    ])
    func wrongUsageExitsWith64AndSaysWhatIsAccepted(arguments: [String], complaint: String) throws {
        let (status, output, errors) = try run(known + arguments)
        #expect(status == 64)
        #expect(output.isEmpty)
        #expect(errors.contains(complaint))
    }

    @Test func aCaseNoLawCoversExitsWith1() throws {
        let (status, output, errors) = try run(["--optimizer", "lion", "--weight-decay", "0.1"] + known)
        #expect(status == 1)
        #expect(output.isEmpty)
        #expect(errors.contains("does not apply"))
    }

    @Test(arguments: [
        (["--beta1", "1"], "β₁"), (["--learning-rate", "nan"], "α"), (["--epsilon=-1"], "ε"), (["--threshold", "0"], "ξ"), (["--l2=-1"], "λ"),
    ])
    func aNumberOutOfRangeExitsWith64(arguments: [String], quantity: String) throws {
        let given = ["--optimizer", "adam", "--weight", "0.02", "--second-moment", "1e-6"]
        let usual = [("--learning-rate", "1e-3"), ("--l2", "5e-4")].filter { pair in !arguments.contains { $0.hasPrefix(pair.0) } }
        let (status, output, errors) = try run(given + usual.flatMap { [$0.0, $0.1] } + arguments)
        #expect(status == 64 && output.isEmpty)
        #expect(errors.contains(quantity), "\(errors)")
    }

    @Test func aRevivalIsPrintedWithItsBound() throws {
        let usual = ["--optimizer", "adam"] + known
        #expect(try run(usual).output.contains(/comes back above it at step \d+, ± \d+/))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(try run(usual + ["--json"]).output.utf8)) as? [String: Any])
        #expect(object["revivalErrorBound"] is Double)
    }

    @Test func negativeWeightsAndMomentsAreNumbersAndTheLawIsOddInThem() throws {
        let usual = ["--optimizer", "adam", "--learning-rate", "1e-3", "--l2", "5e-4", "--second-moment", "1e-6", "--steps", "93800"]
        let positive = try run(usual + ["--weight", "0.02", "--first-moment", "1e-5"])
        let negative = try run(usual + ["--weight", "-0.02", "--first-moment", "-1e-5"])
        #expect(negative.status == 0 && negative.output == positive.output, "\(negative.errors)")
        #expect(try run(["--weight", "1", "--l2", "1e-3", "--steps", "-5"]).errors.contains("--steps is -5"))
    }
}
