// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Experiments
import Foundation
import Records

/// `adamprobe reduce`: a run's or a model's network without its zero nodes.
struct ReduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reduce",
        abstract: "Delete the zero nodes of a trained network, and say what that changes.",
        discussion: """
            A node whose incoming weights have an L2 norm under the threshold puts out a constant, which the next layer's bias takes over; \
            its row, its batch normalisation and its column go. So do nodes whose outgoing weights are zero, and with --certify ReLU nodes \
            that are proved to be silent on the input box. The function stays that of evaluation mode.

            A RUN brings its data. A MODEL.safetensors, with PyTorch's names, may be followed by the file of its optimiser's states; ReLU is \
            assumed between its dense layers, unless --architecture tells them.

            --out MODEL.safetensors writes the reduced model, which loads into an nn.Sequential of the reduced widths, and beside it \
            architecture.json, optimizer.safetensors (the states of what stays) and reduction.json (the report): all or none, and none in \
            place of a file that is there.

            Exit codes: 0 reduced (or nothing to reduce), 1 a file is not understood or is in the way (the reason is on standard error), \
            64 wrong usage.

            Examples:
            adamprobe reduce runs/adamprobe --out reduced/model.safetensors
            adamprobe reduce model.safetensors state.safetensors --data digits --certify --json
            """)

    @Argument(help: ArgumentHelp("A run directory, or a model's .safetensors file.", valueName: "source"))
    var source: String
    @Argument(help: ArgumentHelp("The file of a model's optimiser states, if they are apart.", valueName: "states"))
    var states: String?
    @Option(parsing: .unconditional, help: "ξ: a group of weights whose norm is below it counts as zero.") var threshold = 1e-15
    @Option(help: ArgumentHelp("Write the reduced model to a .safetensors file.", valueName: "file"), completion: .file(extensions: ["safetensors"]))
    var out: String?
    @Flag(help: "Also delete ReLU nodes that are proved to be silent on the input box.") var certify = false
    @Flag(help: "Also delete inputs that no node reads; architecture.json lists those that stay.") var dropInputs = false
    @Option(help: ArgumentHelp("The file that tells a model's layers, as this command writes it.", valueName: "file"))
    var architecture: String?
    @Option(help: ArgumentHelp("Data to run through a model: digits, mnist, fashion-mnist, cifar10, or an .npy file.", valueName: "data"))
    var data: String?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("The interval of every input of a model, such as 0,1.", valueName: "lower,upper"),
        transform: ClosedRange.init(argument:))
    var box: ClosedRange<Double>?
    @Option(parsing: .unconditional, help: "Samples of a model's largest training batch, to tell certificates under batch normalisation.")
    var batch: Int?
    @Option(parsing: .unconditional, help: "ε of a model's batch normalisations; 1e-5 if left out.") var batchNormEpsilon: Double?
    @Flag(help: "Print JSON.") var json = false

    private var isModel: Bool { source.hasSuffix(".safetensors") }

    func validate() throws {
        if !(threshold >= 0 && threshold.isFinite) { throw ValidationError("--threshold is \(threshold), but must be finite and at least 0") }
        if let batch, batch < 1 { throw ValidationError("--batch is \(batch), but must be at least 1") }
        if let epsilon = batchNormEpsilon, !(epsilon >= 0 && epsilon.isFinite) {
            throw ValidationError("--batch-norm-epsilon is \(epsilon), but must be finite and at least 0")
        }
        if let out, !out.hasSuffix(".safetensors") { throw ValidationError("--out is \(out); accepted: a name that ends in .safetensors") }
        let modelOptions = [
            ("a second file", states != nil), ("--architecture", architecture != nil), ("--data", data != nil), ("--box", box != nil),
            ("--batch", batch != nil), ("--batch-norm-epsilon", batchNormEpsilon != nil),
        ].filter(\.1).map(\.0)
        if !isModel, !modelOptions.isEmpty {
            throw ValidationError("\(modelOptions.joined(separator: ", ")): only with a model, a .safetensors file")
        }
        if architecture != nil, batchNormEpsilon != nil { throw ValidationError("--batch-norm-epsilon: not with --architecture, which has it") }
    }

    func run() throws {
        let source = try readSource()
        let reduction = try ModelReduction(source, threshold: threshold, certifies: certify, dropsInputs: dropInputs)
        let files = try out.map { try reduction.write(to: URL(fileURLWithPath: $0)) } ?? []
        if json {
            var report = reduction.report.json.object ?? [:]
            report["assumptions"] = .array(assumptions(source).map { .string($0) })
            report["files"] = .array(files.map { .string($0.relativePath) })
            print(JSONValue.object(report).serialized(.pretty))
            return
        }
        print(reduction.report.text)
        for assumption in assumptions(source) { print("assumed: \(assumption)") }
        if !files.isEmpty { print("written: " + files.map(\.relativePath).joined(separator: ", ")) }
    }

    private func assumptions(_ source: ReductionSource) -> [String] {
        var assumptions: [String] = []
        if !source.assumedActivations.isEmpty {
            let places = source.assumedActivations.map { "\($0)" }.joined(separator: ", ")
            assumptions.append("ReLU at index \(places), other modules without parameters pass values on")
        }
        if source.data == nil, source.interval == nil { assumptions.append("nothing is known of the inputs: give --box or --data") }
        return assumptions
    }

    private func readSource() throws -> ReductionSource {
        let url = URL(fileURLWithPath: source)
        guard isModel else { return try ReductionSource(run: url) }
        return try ReductionSource(
            model: url, states: states.map { URL(fileURLWithPath: $0) }, architecture: architecture.map { URL(fileURLWithPath: $0) },
            batchNormEpsilon: batchNormEpsilon ?? 1e-5, data: try data.map(ModelPrediction.dataset), interval: box, largestBatch: batch)
    }
}
