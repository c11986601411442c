// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Foundation

/// The options that name a run or a model whose nodes are foretold.
struct SourceOptions: ParsableArguments {
    /// What is foretold.
    enum Kind {
        case weight
        case run(URL)
        case model(URL, states: URL?)
    }

    @Option(
        name: .customLong("from"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "A run directory; or a model's .safetensors file, and the file of its optimiser's states if they are apart.", valueName: "source"))
    var from: [String] = []
    @Option(help: "Only nodes of this layer, such as 0.") var layer: String?
    @Option(parsing: .unconditional, help: "Only the node of this row.") var node: Int?
    @Option(help: ArgumentHelp("Write the table to a CSV file.", valueName: "file"), completion: .file(extensions: ["csv"])) var out: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The interval of every input of a model, such as 0,1, for certificates.", valueName: "lower,upper"),
        transform: ClosedRange.init(argument:))
    var box: ClosedRange<Double>?
    @Option(
        parsing: .unconditional, help: "Samples of a model's largest training batch, for certificates under batch normalisation and for --data (64).")
    var batch: Int?
    @Option(
        help: ArgumentHelp(
            "Data to run through a model: digits, mnist, fashion-mnist, cifar10, or an .npy file [samples, features].", valueName: "data"))
    var data: String?
    @Option(parsing: .unconditional, help: "ε of a model's batch normalisations; 1e-5 if left out.") var batchNormEpsilon: Double?

    var kind: Kind {
        guard let first = from.first else { return .weight }
        if first.hasSuffix(".safetensors") {
            return .model(URL(fileURLWithPath: first), states: from.count > 1 ? URL(fileURLWithPath: from[1]) : nil)
        }
        return .run(URL(fileURLWithPath: first))
    }

    /// Options given that only a model has.
    var modelOptions: [String] {
        [
            ("--box", box != nil), ("--batch", batch != nil), ("--data", data != nil), ("--batch-norm-epsilon", batchNormEpsilon != nil),
        ].filter(\.1).map(\.0)
    }

    /// All options given.
    var given: [String] {
        [("--layer", layer != nil), ("--node", node != nil), ("--out", out != nil)].filter(\.1).map(\.0) + modelOptions
    }

    func validate() throws {
        if case .run = kind, from.count > 1 { throw ValidationError("--from takes one run directory, found \(from.joined(separator: ", "))") }
        if from.count > 2 { throw ValidationError("--from takes a model and its states, found \(from.joined(separator: ", "))") }
        if let batch, batch < 1 { throw ValidationError("--batch is \(batch), but must be at least 1") }
        if let epsilon = batchNormEpsilon, !(epsilon >= 0 && epsilon.isFinite) {
            throw ValidationError("--batch-norm-epsilon is \(epsilon), but must be finite and at least 0")
        }
    }

    /// Whether a node is asked for.
    func includes(layer: String, node: Int) -> Bool { (self.layer ?? layer) == layer && (self.node ?? node) == node }
}

extension ClosedRange<Double> {
    /// LOWER,UPPER on the command line.
    /// - Throws: `ValidationError`.
    init(argument: String) throws {
        let ends = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard ends.count == 2, let lower = ends[0], let upper = ends[1], lower <= upper else {
            throw ValidationError("accepted: LOWER,UPPER, two numbers that don't fall, such as 0,1")
        }
        self = lower...upper
    }
}
