// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// The built command.
enum BuiltCommand {
    /// The package manager puts products and test bundles in one folder.
    static let executable: URL? = {
        let candidate = Bundle.main.bundleURL.appendingPathComponent("adamprobe")
        return FileManager.default.isExecutableFile(atPath: candidate.path) ? candidate : nil
    }()
}

/// `adamprobe predict`, as built.
@Suite(.enabled(if: BuiltCommand.executable != nil, "adamprobe is not built: run `swift build` first"))
struct PredictCommandTests {
    private func run(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = BuiltCommand.executable
        process.arguments = ["predict"] + arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data(), complaint = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self), String(decoding: complaint, as: UTF8.self))
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
}
