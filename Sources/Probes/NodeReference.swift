// SPDX-License-Identifier: GPL-3.0-or-later

/// A node or a weight chosen for full observation: `0/3` is node 3 of the hidden layer named `0`, `0/3/17` its weight from input 17.
public struct NodeReference: Sendable, Equatable, CustomStringConvertible {
    public let layer: String
    public let node: Int
    /// The one incoming weight that is meant; nil for all.
    public let input: Int?

    public init(layer: String, node: Int, input: Int? = nil) {
        self.layer = layer
        self.node = node
        self.input = input
    }

    public var description: String { "\(layer)/\(node)" + (input.map { "/\($0)" } ?? "") }

    /// Position of the layer among a network's hidden layers.
    /// - Throws: ``ProbeError/unknownNode(_:layers:)`` if the layer, the node or the input is not there.
    public func find(in layers: [(name: String, nodes: Int, inputs: Int)]) throws -> Int {
        guard let index = layers.firstIndex(where: { $0.name == layer }), (0..<layers[index].nodes).contains(node),
            input.map({ (0..<layers[index].inputs).contains($0) }) ?? true
        else { throw ProbeError.unknownNode(self, layers: layers) }
        return index
    }
}
