// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Networks
import Optimizers
import Records
import Testing

@testable import Experiments

/// `adamprobe predict --from`, as built.
@Suite("predict --from")
struct PredictFromTests {
    private func run(in folder: RunFolder) throws -> RunDirectory {
        try folder.run(
            RunConfiguration(
                seed: 2, data: .digits, network: [.dense(units: 8), .activation(.relu()), .dense(units: 10)],
                optimizer: Adam(learningRate: 0.03, epsilon: 1e-6), l2: CoupledL2(weights: 0.01), length: .steps(400)))
    }

    private func predict(_ arguments: [String], in folder: RunFolder) throws -> (status: Int, output: String, errors: String) {
        try BuiltProgram(["predict"] + arguments, in: folder.url).finish()
    }

    @Test("A run's dead nodes are foretold, agree with its ledger, and are written as table, JSON and CSV")
    func fromRun() throws {
        let folder = try RunFolder()
        _ = try run(in: folder)
        let (status, output, errors) = try predict(["--from", "run", "--json", "--out", "forecasts.csv"], in: folder)
        #expect(status == 0, "\(errors)")
        let report = try JSONValue(parsing: Data(output.utf8))
        let summary = try #require(report["summary"]), nodes = try #require(report["nodes"]?.array)
        let dead = try #require(summary["dead"]?.integer)
        #expect(dead >= 1 && nodes.count == dead && summary["alive"]?.integer == 8 - dead)
        #expect(summary["compared"]?.integer == dead && summary["agreeing"]?.integer == dead)
        #expect(nodes.allSatisfy { $0["agrees"]?.bool == true })
        let table = try CSVTable.read(folder["forecasts.csv"])
        #expect(table.rowCount == dead)
        #expect(try table.optionalIntegers("passage@1e-05") == table.optionalIntegers("measuredPassage@1e-05"))

        // Beyond the end the norms fall on, and the comparison stays that of the run.
        let node = try #require(nodes.first?["node"]?.integer)
        let later = try predict(["--from", "run", "--layer", "0", "--node", "\(node)", "--steps", "500"], in: folder)
        #expect(later.status == 0)
        #expect(later.output.contains("1 dead nodes of 1, foretold to step 900"))
        #expect(later.output.contains("exact recursion: 1 of 1 nodes agree with the ledger to the very step"))
    }

    @Test("A run that was killed is foretold to its planned end, without a comparison")
    func fromUnfinishedRun() throws {
        let folder = try RunFolder()
        let run = try run(in: folder)
        let manifest = try String(contentsOf: run.manifest, encoding: .utf8)
        try manifest.replacingOccurrences(of: "\"completed\"", with: "\"running\"").write(to: run.manifest, atomically: true, encoding: .utf8)
        let (status, output, _) = try predict(["--from", "run"], in: folder)
        #expect(status == 0 && output.contains("the run has not ended (running): its ledger is not compared"))
    }

    @Test("A model's nodes are told dead or alive, with ReLU's places said")
    func fromModel() throws {
        let folder = try RunFolder()
        let fixture = try SafetensorsFile.read(ReferenceFiles.url("models.safetensors"))
        for (part, file) in [("model", "model.safetensors"), ("state", "state.safetensors")] {
            let prefix = "heavyBall/\(part)/"
            try SafetensorsFile(
                fixture.tensors.filter { $0.name.hasPrefix(prefix) }.map { (String($0.name.dropFirst(prefix.count)), $0.tensor) }
            ).write(to: folder[file])
        }
        let options = ["--optimizer", "sgd", "--momentum", "0.9", "--learning-rate", "0.1", "--l2", "0.02", "--batch", "32", "--box", "0,1"]
        let (status, output, errors) = try predict(["--from", "model.safetensors", "state.safetensors", "--json"] + options, in: folder)
        #expect(status == 0, "\(errors)")
        let report = try JSONValue(parsing: Data(output.utf8))
        #expect(report["summary"]?["dead"]?.integer == 2 && report["summary"]?["alive"]?.integer == 26)
        #expect(report["nodes"]?.array?.first?["thresholds"]?.array?.first?["passage"]?.integer == 1010)
        #expect(report["nodes"]?.array?.first?["regime"]?.string == "zero")
        let text = try predict(["--from", "model.safetensors", "state.safetensors"] + options, in: folder).output
        #expect(text.contains("assumed: ReLU at index 2, 4"))

        func refusal(_ arguments: [String]) throws -> (Int, String) {
            let result = try predict(["--from", "model.safetensors"] + arguments, in: folder)
            return (result.status, result.errors)
        }
        let withoutState = try refusal(options)
        #expect(withoutState.0 == 1 && withoutState.1.contains("model.safetensors: tensor '0.weight.momentum_buffer' is missing"))
        let withoutL2 = try refusal(["--batch", "32"])
        #expect(withoutL2.0 == 64 && withoutL2.1.contains("--l2 is needed"))
        let wrongBox = try refusal(["--l2", "1", "--box", "1,0"])
        #expect(wrongBox.0 == 64 && wrongBox.1.contains("accepted: LOWER,UPPER"))
        let wrongData = try refusal(["--l2", "1", "--data", "letters"])
        #expect(wrongData.0 == 1 && wrongData.1.contains("digits, mnist, fashion-mnist, cifar10 or an .npy file"))
        let wrongNode = try refusal(["--l2", "1", "--layer", "7"])
        #expect(wrongNode.0 == 1 && wrongNode.1.contains("there is no layer 7; accepted: a node of the hidden layers 0, 3"))
    }

    @Test(
        "Options that a run decides, or that only one source has, are misuse",
        arguments: [
            (["--from", "run", "--l2", "0.1"], "--l2: not with a run"), (["--from", "run", "--optimizer", "sgd"], "--optimizer: not with a run"),
            (["--from", "run", "--weight", "1"], "--weight: not with --from"), (["--from", "run", "--box", "0,1"], "--box: only with a model"),
            (["--l2", "0.1", "--weight", "1", "--node", "3"], "--node: only with --from"), (["--weight", "1"], "--l2 and --weight are needed"),
            (["--from", "model.safetensors", "--batch", "-3"], "--batch is -3"),
        ])
    func misuse(arguments: [String], words: String) throws {
        let (status, _, errors) = try predict(arguments, in: try RunFolder())
        #expect(status == 64 && errors.contains(words), "\(errors)")
    }

    @Test("What is no run is refused")
    func noRun() throws {
        let (status, _, errors) = try predict(["--from", "nowhere"], in: try RunFolder())
        #expect(status == 1 && errors.contains("is not a run directory"))
    }
}
