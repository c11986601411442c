// SPDX-License-Identifier: GPL-3.0-or-later

/// What is wrong with a network or a pass through it.
public enum NetworkError: Error, Equatable, CustomStringConvertible {
    case noLayers
    case emptyLayer(index: Int)
    case batchTooSmall(batch: Int, smallest: Int)

    public var description: String {
        switch self {
        case .noLayers: "the network has no layers; it needs at least one dense layer"
        case .emptyLayer(let index): "layer \(index) has no units; a dense layer needs at least 1"
        case .batchTooSmall(let batch, let smallest):
            "a training batch of \(batch) cannot be normalised; batch normalisation needs at least \(smallest) samples, also in an epoch's last batch"
        }
    }
}
