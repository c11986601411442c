// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Experiments
import Foundation
import Records

/// `adamprobe prune`: a trained model whose smallest nodes are made zero nodes.
struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Prune the hidden nodes of smallest magnitude from a trained model.",
        discussion: """
            The nodes' incoming weights, bias, batch normalisation and outgoing weights become 0; shapes stay, so that the model can be trained on \
            ('initial: pruned.safetensors' in a configuration; the moments start anew). Nodes of all hidden layers are ranked together. In a \
            model's file ReLU is assumed between dense layers; a run's manifest says what stands there.

            Exit codes: 0 pruned, 1 a file is not understood or has too few nodes (the reason is on standard error), 64 wrong usage.

            Example: adamprobe prune runs/adamprobe --keep 64 --by product --out pruned.safetensors
            """)

    @Argument(help: ArgumentHelp("A run directory, or a model's .safetensors file.", valueName: "source"), completion: .file())
    var source: String
    @Option(parsing: .unconditional, help: "Hidden nodes to keep.") var keep: Int?
    @Option(parsing: .unconditional, help: "Hidden nodes to prune.") var nodes: Int?
    @Option(help: "The magnitude: incoming, the norm of the incoming weights, or product, that times the norm of the outgoing ones.")
    var by: NodeMagnitude = .incoming
    @Option(help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file(extensions: ["safetensors"])) var out: String
    @Flag(help: "Print JSON, with every pruned node.") var json = false

    func validate() throws {
        if (keep == nil) == (nodes == nil) { throw ValidationError("exactly one of --keep and --nodes is needed") }
        for (name, count) in [("--keep", keep), ("--nodes", nodes)] {
            if let count, count < 0 { throw ValidationError("\(name) is \(count), but must be at least 0") }
        }
        if !out.hasSuffix(".safetensors") { throw ValidationError("--out is \(out); accepted: a name that ends in .safetensors") }
    }

    func run() throws {
        let size = keep.map { PruningSize.keep($0) } ?? .remove(nodes ?? 0)
        let url = URL(fileURLWithPath: source)
        let read = url.pathExtension == "safetensors" ? url : RunDirectory(url).model
        if URL(fileURLWithPath: out).resolvingSymlinksInPath().path == read.resolvingSymlinksInPath().path {
            throw ReductionSourceError.overwritesSource(out)
        }
        let model = try PrunedModel(of: url, size, by: by)
        try model.file.write(to: URL(fileURLWithPath: out))
        let largest = model.pruned.last?.magnitude
        if json {
            let nodes = model.pruned.map { node -> JSONValue in
                ["layer": .string(model.layers[node.layer]), "node": .integer(node.node), "magnitude": .number(node.magnitude)]
            }
            let report: JSONValue = [
                "file": .string(out), "by": .string(by.rawValue), "hiddenNodes": .integer(model.nodeCount), "pruned": .array(nodes),
            ]
            print(report.serialized(.pretty))
        } else {
            let bound = largest.map { ", magnitudes up to \($0.formattedBriefly)" } ?? ""
            print("\(model.pruned.count) of \(model.nodeCount) hidden nodes pruned\(bound)\nmodel in \(out)")
        }
    }
}

extension NodeMagnitude: ExpressibleByArgument {}
