// SPDX-License-Identifier: GPL-3.0-or-later

/// What is wrong with a probe's settings.
public enum ProbeError: Error, CustomStringConvertible {
    case unknownNode(NodeReference, layers: [(name: String, nodes: Int, inputs: Int)])

    public var description: String {
        switch self {
        case .unknownNode(let node, let layers):
            "observe: there is no \(node); hidden layers are "
                + (layers.isEmpty
                    ? "none" : layers.map { "\($0.name) (nodes 0 to \($0.nodes - 1), inputs 0 to \($0.inputs - 1))" }.joined(separator: ", "))
        }
    }
}
