// SPDX-License-Identifier: GPL-3.0-or-later

/// What is wrong with a network or a pass through it.
public enum NetworkError: Error, Equatable, CustomStringConvertible {
    case noLayers
    case emptyLayer(index: Int)
    case batchTooSmall(batch: Int, smallest: Int)
    case unknownTensor(name: String, known: [String])
    case wrongShape(name: String, found: [Int], expected: [Int])

    public var description: String {
        switch self {
        case .noLayers: "the network has no layers; it needs at least one dense layer"
        case .emptyLayer(let index): "layer \(index) has no units; a dense layer needs at least 1"
        case .batchTooSmall(let batch, let smallest):
            "a training batch of \(batch) cannot be normalised; batch normalisation needs at least \(smallest) samples, also in an epoch's last batch"
        case .unknownTensor(let name, let known): "the network has no tensor '\(name)'; it has \(known.joined(separator: ", "))"
        case .wrongShape(let name, let found, let expected): "tensor '\(name)' has shape \(found), the network needs \(expected)"
        }
    }
}
