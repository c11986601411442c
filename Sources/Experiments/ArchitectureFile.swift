// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Records

/// The layers of a model whose tensors are in a safetensors file, as a JSON file beside it tells them.
///
/// `network` is written as in a configuration, layer by layer as in an `nn.Sequential`: layer i has the tensors `i.weight`, `i.bias`, ….
/// `inputs` are the features of the data that the model takes, in their order.
public struct ArchitectureFile: Sendable, Equatable {
    public let network: [LayerSpecification]
    /// Indices of the data's features that are the model's inputs, rising.
    public let inputs: [Int]
    /// Those of them that no node reads.
    public let unreadInputs: [Int]
    public let precision: Precision

    static let format = "adamprobe-architecture/1"
    private static let keys = ["format", "precision", "inputCount", "inputs", "unreadInputs", "network"]

    public init(network: [LayerSpecification], inputs: [Int], unreadInputs: [Int], precision: Precision) {
        (self.network, self.inputs, self.unreadInputs, self.precision) = (network, inputs, unreadInputs, precision)
    }

    public var json: JSONValue {
        [
            "format": .string(Self.format), "precision": .string(precision.rawValue), "inputCount": .integer(inputs.count),
            "inputs": .array(inputs.map { .integer($0) }), "unreadInputs": .array(unreadInputs.map { .integer($0) }),
            "network": .array(network.map(\.resolved)),
        ]
    }

    /// Reads a file.
    /// - Throws: `RecordsError` for a file that can't be read, ``ConfigurationError`` for what is not understood.
    public static func read(_ url: URL) throws -> ArchitectureFile {
        let text = try JSONValue.read(url).serialized(.compact)
        let name = url.relativePath
        let problems = ConfigurationProblems(file: name)
        let reader = ConfigurationReader(node: try ConfigurationNode.read(yaml: text, file: name), path: "", problems: problems)
        let file = read(reader)
        try problems.throwIfAny()
        guard let file else { preconditionFailure("an architecture was refused without a reason") }
        return file
    }

    private static func read(_ reader: ConfigurationReader) -> ArchitectureFile? {
        guard let fields = reader.fields(keys) else { return nil }
        _ = fields.choice("format", [(format, true)], default: true)
        let network = fields.required("network", accepted: "a list of layers, such as [{dense: 64}, relu, {dense: 10}]")
            .map(ConfigurationNetwork.network)
        let count = fields.required("inputCount", accepted: "a whole number ≥ 1")?.integer(1...Int(Int32.max))
        let precision = fields.choice("precision", Precision.allCases.map { ($0.rawValue, $0) }, default: .float32)
        func features(_ key: String) -> [Int]? {
            fields[key].map { list in
                (list.elements(accepted: "a list of features") ?? []).compactMap { $0.integer(0...Int(Int32.max)) }
            }
        }
        let (inputs, unread) = (features("inputs"), features("unreadInputs"))
        guard let network, let count else { return nil }
        if let inputs, inputs.count != count || zip(inputs, inputs.dropFirst()).contains(where: { $0 >= $1 }) {
            fields["inputs"]?.refuse("found \(inputs.count) features", accepted: "\(count) rising numbers, as inputCount says")
        }
        return ArchitectureFile(network: network, inputs: inputs ?? Array(0..<count), unreadInputs: unread ?? [], precision: precision)
    }
}
