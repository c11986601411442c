// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Experiments
import Foundation
import Networks
import Optimizers
import Records
import Testing

/// `adamprobe reduce`, as built.
@Suite("reduce")
final class ReduceCommandTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("adamprobe-reduce-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func reduce(_ arguments: [String]) throws -> (status: Int, output: String, errors: String) {
        try BuiltProgram(["reduce"] + arguments, in: folder).finish()
    }

    private func report(_ arguments: [String]) throws -> JSONValue {
        let (status, output, errors) = try reduce(arguments + ["--json"])
        try #require(status == 0, "\(errors)")
        return try JSONValue(parsing: Data(output.utf8))
    }

    private func read(_ name: String) throws -> SafetensorsFile { try SafetensorsFile.read(folder.appendingPathComponent(name)) }

    /// A run on digits of three steps with three zero nodes, which stay dead: their bias is −½.
    private func makeRun(_ layers: [LayerSpecification], precision: Precision = .float32) throws {
        let network = try Network<Double>(layers, inputCount: 64, capacity: 1)
        network.initialize(.pytorch, seed: 4)
        let shift = network.parameters.first { $0.role == .batchNormShift } ?? network.parameters[1]
        for node in [0, 3, 4] {
            for input in 0..<64 { network.parameters[0].value.mutableElements[node * 64 + input] = 0 }
            shift.value.mutableElements[node] = -0.5
        }
        let initial = folder.appendingPathComponent("initial.safetensors")
        try ModelFiles.model(of: network).write(to: initial)
        try Run.perform(
            RunConfiguration(
                seed: 1, precision: precision, data: .digits, network: layers, initial: .planted(model: initial, optimizer: nil),
                optimizer: Adam(), l2: CoupledL2(weights: 5e-4), length: .steps(3)), output: folder.appendingPathComponent("run"))
    }

    @Test("A run's zero nodes go; model, architecture, states and report are written, and say the same")
    func run() throws {
        try makeRun([.dense(units: 8), .activation(.relu()), .dense(units: 10)])
        let report = try report(["run", "--out", "reduced/model.safetensors"])
        let layer = try #require(report["layers"]?.array?.first)
        #expect(layer["before"]?.integer == 8 && layer["after"]?.integer == 5 && layer["zero"]?.integer == 3)
        #expect(report["before"]?["parameters"]?.integer == 8 * 65 + 90 && report["after"]?["parameters"]?.integer == 5 * 65 + 60)
        #expect(report["after"]?["multiplyAdds"]?.integer == 5 * 64 + 50 && report["after"]?["bytes"]?.integer == 4 * (5 * 65 + 60))
        let parts = try #require(report["data"]?.array)
        #expect(parts.compactMap { $0["part"]?.string } == ["training", "test"])
        #expect(parts.allSatisfy { $0["changedPredictions"]?.integer == 0 && $0["largestChange"]!.double! < 1e-5 })
        #expect(report["provenChange"]?.double == 0)
        let rounding = try #require(report["provenRounding"]?.double)
        #expect(parts.allSatisfy { $0["largestChange"]!.double! <= rounding })

        let (model, states) = (try read("reduced/model.safetensors"), try read("reduced/optimizer.safetensors"))
        #expect(model.tensors.map(\.tensor.shape) == [[5, 64], [5], [10, 5], [10]])
        let full = try read("run/optimizer.safetensors").tensor(named: "0.weight.exp_avg").values(as: Float.self)
        #expect(try states.tensor(named: "0.weight.exp_avg").values(as: Float.self) == [1, 2, 5, 6, 7].flatMap { full[$0 * 64..<($0 + 1) * 64] })
        #expect(try states.tensor(named: "2.weight.step").values(as: Double.self) == [3])
        let layers = try ArchitectureFile.read(folder.appendingPathComponent("reduced/architecture.json"))
        #expect(layers.network == [.dense(units: 5), .activation(.relu()), .dense(units: 10)] && layers.inputs == Array(0..<64))
        let text = try reduce(["run"]).output
        #expect(text.contains("layer 0: 8 nodes -> 5; removed: 3 zero"))
    }

    @Test("Reducing the reduced model again changes no bit of it, with or without its architecture")
    func again() throws {
        try makeRun([.dense(units: 8), .batchNorm(), .activation(.relu()), .dense(units: 10)])
        _ = try report(["run", "--out", "reduced/model.safetensors"])
        let options = ["reduced/model.safetensors", "reduced/optimizer.safetensors", "--data", "digits"]
        for (name, architecture) in [("second", ["--architecture", "reduced/architecture.json"]), ("third", [])] {
            let report = try report(options + architecture + ["--out", "\(name)/model.safetensors"])
            #expect(report["removed"]?.array?.isEmpty == true)
            for file in ["model.safetensors", "optimizer.safetensors", "architecture.json"] {
                let contents = try ["reduced", name].map { try Data(contentsOf: folder.appendingPathComponent("\($0)/\(file)")) }
                #expect(contents[0] == contents[1], "\(name)/\(file)")
            }
        }
        let bare = try reduce(["reduced/model.safetensors"])
        #expect(bare.output.contains("no bound") && bare.output.contains("assumed: ReLU at index 2"))
    }

    @Test("Unread inputs are dropped if asked for, and the architecture says which stay; the outputs on the data stay the same")
    func droppedInputs() throws {
        try makeRun([.dense(units: 8), .activation(.tanh), .dense(units: 10)], precision: .float64)
        let file = folder.appendingPathComponent("run/model.safetensors")
        var model = try SafetensorsFile.read(file)
        var weights = try model.tensor(named: "0.weight").values(as: Double.self)
        for row in 0..<8 { for input in [0, 63] { weights[row * 64 + input] = 0 } }
        model["0.weight"] = TensorRecord(weights, shape: [8, 64])
        try model.write(to: file)
        let report = try report(["run", "--drop-inputs", "--out", "small.safetensors"])
        #expect(report["inputs"]?["dropped"]?.integer == 2)
        #expect(report["data"]?.array?.allSatisfy { $0["changedPredictions"]?.integer == 0 && $0["largestChange"]!.double! < 1e-13 } == true)
        let layers = try ArchitectureFile.read(folder.appendingPathComponent("small-architecture.json"))
        #expect(layers.inputs == Array(1...62) && layers.precision == .float64)
        let again = try self.report(
            ["small.safetensors", "--architecture", "small-architecture.json", "--data", "digits", "--drop-inputs"])
        #expect(again["inputs"]?["count"]?.integer == 62 && again["inputs"]?["dropped"]?.integer == 0)
    }

    @Test("What is no source, would overwrite it, or belongs to the other kind of source is refused")
    func refusals() throws {
        try makeRun([.dense(units: 8), .activation(.relu()), .dense(units: 10)])
        func refused(_ arguments: [String], _ status: Int, _ words: String) throws {
            let result = try reduce(arguments)
            #expect(result.status == status && result.errors.contains(words), "\(result)")
        }
        try refused(["nowhere"], 1, "nowhere is not a run directory: there is nothing of that name; accepted: ")
        try refused(["run/manifest.json"], 1, "run/manifest.json is not a run directory: it is a file; accepted: ")
        let accepted = "a folder that 'adamprobe run' wrote, or a model's .safetensors file"
        try refused(["."], 1, "is not a run directory: it has no manifest.json; accepted: \(accepted)")
        for option in ["--threshold", "--batch", "--batch-norm-epsilon"] {
            try refused(["run/model.safetensors", option, "-1"], 64, "\(option) is -1")
        }
        for box in ["1,0", "0", "0,nan", "0,1,2"] {
            try refused(["run/model.safetensors", "--box", box], 64, "accepted: LOWER,UPPER, two numbers that don't fall, such as 0,1")
        }
        try refused(["nowhere.safetensors"], 1, "nowhere.safetensors")
        try refused(["run", "--out", "run/model.safetensors"], 1, "choose another --out")
        try refused(["run", "--box", "0,1"], 64, "--box: only with a model")
        try refused(["run", "--threshold=-1"], 64, "--threshold is -1.0")
        try refused(["run", "--out", "reduced"], 64, "a name that ends in .safetensors")
        try refused(["run/model.safetensors", "--data", "letters"], 1, "digits, mnist, fashion-mnist, cifar10 or an .npy file")
        try FileManager.default.removeItem(at: folder.appendingPathComponent("run/model.safetensors"))
        try refused(["run"], 1, "has no model.safetensors yet, its status is completed")
    }

    private var content: [String] { get throws { try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() } }

    @Test("Where one of the files is there already, none is written, and nothing is replaced", arguments: [false, true])
    func takenPlaces(isFolder: Bool) throws {
        try makeRun([.dense(units: 8), .activation(.relu()), .dense(units: 10)])
        for name in ["model.safetensors", "architecture.json", "optimizer.safetensors", "reduction.json"] {
            let place = folder.appendingPathComponent("taken/\(name)")
            try FileManager.default.createDirectory(at: isFolder ? place : place.deletingLastPathComponent(), withIntermediateDirectories: true)
            if !isFolder { try Data("earlier".utf8).write(to: place) }
            let before = try content
            // The model alone has no states to write; an optimizer.safetensors of another model would pass for its own.
            for source in ["run", "run/model.safetensors"] {
                let result = try reduce([source, "--out", "taken/model.safetensors"])
                #expect(result.status == 1 && result.errors.contains("taken/\(name) is there already; choose another --out"), "\(result)")
                #expect(try content == before && (isFolder || String(contentsOf: place, encoding: .utf8) == "earlier"))
            }
            try FileManager.default.removeItem(at: folder.appendingPathComponent("taken"))
        }
    }

    @Test("States that belong to no parameter, or have another shape, are refused by name")
    func strangeStates() throws {
        try makeRun([.dense(units: 8), .activation(.relu()), .dense(units: 10)])
        func refused(_ states: String, _ words: String) throws {
            let result = try reduce(["run/model.safetensors", states])
            #expect(result.status == 1 && result.errors.contains(words), "\(result)")
        }
        let known = "0.weight.<state>, 0.bias.<state>, 2.weight.<state>, 2.bias.<state>, step"
        try refused("run/model.safetensors", "model.safetensors: nothing here is called '0.weight'; accepted: \(known)")
        let cases: [(String, [Int], String)] = [
            ("zzz.exp_avg", [1], "strange.safetensors: nothing here is called 'zzz.exp_avg'; accepted: \(known)"),
            ("4.weight.exp_avg", [8, 64], "nothing here is called '4.weight.exp_avg'"),
            ("0.weight.exp_avg", [7, 64], "strange.safetensors: tensor '0.weight.exp_avg' has shape [7, 64], expected [8, 64]"),
        ]
        for (name, shape, words) in cases {
            var states = try read("run/optimizer.safetensors")
            states[name] = TensorRecord(Array(repeating: Float(0), count: shape.reduce(1, *)), shape: shape)
            try states.write(to: folder.appendingPathComponent("strange.safetensors"))
            try refused("strange.safetensors", words)
        }
        // SGD without momentum has no states.
        try SafetensorsFile().write(to: folder.appendingPathComponent("empty.safetensors"))
        #expect(try reduce(["run/model.safetensors", "empty.safetensors"]).status == 0)
    }

    @Test("Of samples without labels outputs are compared, and no error is told")
    func withoutLabels() throws {
        try makeRun([.dense(units: 8), .activation(.relu()), .dense(units: 10)])
        try NPY.write(TensorRecord((0..<640).map { Double($0 % 17) }, shape: [10, 64]), to: folder.appendingPathComponent("data.npy"))
        let part = try #require(try report(["run/model.safetensors", "--data", "data.npy"])["data"]?.array?.first)
        #expect(part["samples"]?.integer == 10 && part["changedPredictions"]?.integer == 0)
        #expect(part["errorBefore"] == nil && part["errorAfter"] == nil)
        #expect(try report(["run/model.safetensors", "--data", "digits"])["data"]?.array?.first?["errorBefore"] != nil)
    }

    @Test("A model of half precision is converted, which is said, and its bytes are those of its file")
    func halfPrecision() throws {
        try makeRun([.dense(units: 8), .batchNorm(), .activation(.relu()), .dense(units: 10)])
        let model = try read("run/model.safetensors")
        let halves = try model.tensors.filter { $0.tensor.elementType == .float32 }.map { name, tensor in
            let bits = try tensor.values(as: Float.self).map { Float16($0).bitPattern }
            return (name: name, tensor: try TensorRecord(elementType: .float16, shape: tensor.shape, data: bits.withUnsafeBytes { Data($0) }))
        }
        // Without num_batches_tracked, as files may be.
        try SafetensorsFile(halves).write(to: folder.appendingPathComponent("half.safetensors"))
        let report = try report(["half.safetensors", "--out", "reduced/model.safetensors"])
        #expect(report["before"]?["bytes"]?.integer == 2 * (8 * 65 + 4 * 8 + 90))
        #expect(report["after"]?["bytes"]?.integer == 4 * (5 * 65 + 4 * 5 + 60) + 8)
        #expect(report["precision"]?.string == "float32" && report["converted"]?.array == [.string("float16")])
        let reduced = try read("reduced/model.safetensors").tensors.map(\.tensor)
        #expect(reduced.map(\.data.count).reduce(0, +) == report["after"]?["bytes"]?.integer)
        #expect(try reduce(["half.safetensors"]).output.contains("float16 in the source, float32 in the reduced model"))
        #expect(try self.report(["run/model.safetensors"])["converted"]?.array == [])
    }

    @Test("What is not proven is said in whole sentences")
    func words() throws {
        try makeRun([.dense(units: 8), .activation(.relu()), .dense(units: 10)])
        var model = try read("run/model.safetensors")
        var weights = try model.tensor(named: "0.weight").values(as: Float.self)
        func proven(_ options: [String]) throws -> String? {
            try model.write(to: folder.appendingPathComponent("model.safetensors"))
            return try reduce(["model.safetensors"] + options).output.split(separator: "\n").first { $0.hasPrefix("proven") }.map(String.init)
        }
        #expect(try proven([]) == "proven for any inputs: outputs change by at most 0, rounding apart; no bound of rounding")
        weights[0] = 1e-20
        model["0.weight"] = TensorRecord(weights, shape: [8, 64])
        #expect(try proven([]) == "proven for any inputs: no bound of what outputs change; no bound of rounding")
        let bounded = try #require(try proven(["--box", "0,1"]))
        #expect(bounded.hasPrefix("proven on the input box: outputs change by at most ") && bounded.contains("; rounding adds at most "))
    }

    /// Builds the `nn.Sequential` that the files describe and prints the largest difference of its outputs from those given.
    private static let script = """
        import json, sys
        import numpy, torch
        from safetensors.torch import load_file
        folder = sys.argv[1]
        architecture = json.load(open(folder + "/architecture.json"))
        width, modules = architecture["inputCount"], []
        for layer in architecture["network"]:
            (kind, options), = layer.items()
            if kind == "dense":
                modules.append(torch.nn.Linear(width, options["units"], bias=options["bias"]))
                width = options["units"]
            elif kind == "batchNorm":
                modules.append(torch.nn.BatchNorm1d(width, eps=options["epsilon"], momentum=options["momentum"]))
            else:
                modules.append({"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid}[kind]())
        model = torch.nn.Sequential(*modules).double().eval()
        model.load_state_dict(load_file(folder + "/model.safetensors"), strict=True)
        inputs, outputs = (numpy.load(sys.argv[1] + "/" + name) for name in ("inputs.npy", "outputs.npy"))
        with torch.no_grad():
            print(float((model(torch.tensor(inputs)[:, architecture["inputs"]]) - torch.tensor(outputs)).abs().max()))
        """

    private static let python = ProcessInfo.processInfo.environment["ADAMPROBE_PYTHON"]

    @Test(
        "PyTorch loads the files and puts out what the full network did, constants c ≠ 0 among the removed nodes",
        .enabled(if: python != nil, "ADAMPROBE_PYTHON names a Python with numpy, torch and safetensors"),
        arguments: [true, false])
    func pytorch(hasBias: Bool) throws {
        let layers: [LayerSpecification] = [
            .dense(units: 12), .batchNorm(epsilon: 1e-3), .activation(.relu()), .dense(units: 9, bias: hasBias), .batchNorm(),
            .activation(.sigmoid), .dense(units: 4, bias: hasBias),
        ]
        let network = try Network<Double>(layers, inputCount: 7, capacity: 20)
        network.initialize(.pytorch, seed: 8)
        for (index, layer) in network.layers.enumerated() {
            guard let norm = layer as? BatchNorm<Double> else { continue }
            norm.shift.value.assign((0..<norm.shift.value.count).map { 0.3 * Double(($0 * 7 + index) % 5) - 0.4 })
            norm.runningMean.assign((0..<norm.runningMean.count).map { 0.1 * Double($0 % 3) })
        }
        let rows: [(parameter: Int, nodes: [Int])] = [(0, [1, 4, 6, 7, 11]), (4, [0, 8])]
        for (parameter, nodes) in rows {
            let value = network.parameters[parameter].value
            for node in nodes { for input in 0..<value.shape[1] { value.mutableElements[node * value.shape[1] + input] = 0 } }
        }
        try ModelFiles.model(of: network).write(to: folder.appendingPathComponent("full.safetensors"))
        try ArchitectureFile(network: layers, inputs: Array(0..<7), unreadInputs: [], precision: .float64).json
            .write(to: folder.appendingPathComponent("full.json"))
        let inputs = (0..<140).map { Double($0 * 37 % 101) / 101 }
        network.input.assign(inputs)
        try network.forward(batch: 20, mode: .evaluation)
        let report = try report(["full.safetensors", "--architecture", "full.json", "--box", "0,1", "--out", "reduced/model.safetensors"])
        let removed = try #require(report["removed"]?.array)
        #expect(removed.count == 7 && removed.contains { $0["reason"]?.string == "constant" } && report["layers"]?.array?.count == 2)
        let target = folder.appendingPathComponent("reduced")
        try NPY.write(TensorRecord(inputs, shape: [20, 7]), to: target.appendingPathComponent("inputs.npy"))
        try NPY.write(TensorRecord(network.output.values, shape: [20, 4]), to: target.appendingPathComponent("outputs.npy"))

        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        process.arguments = ["-c", Self.script, target.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let difference = try #require(Double(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(difference < 1e-14)
    }
}
