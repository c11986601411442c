// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Probes

/// What a hidden node's importance is taken to be, for pruning by magnitude.
public enum NodeMagnitude: String, Sendable, CaseIterable {
    /// ‖w_in‖₂, bias left out.
    case incoming
    /// ‖w_in‖₂·‖w_out‖₂, which rescaling a ReLU node (incoming weights and bias ·c, outgoing /c; theory notes, B10 vi) leaves as it is.
    case product
}

/// A hidden node with its magnitude.
public struct RankedNode: Sendable, Equatable {
    /// Index of the hidden layer, from 0.
    public let layer: Int
    public let node: Int
    public let magnitude: Double
}

/// How many hidden nodes, of all layers together, to prune.
public enum PruningSize: Sendable, Equatable {
    case remove(Int)
    case keep(Int)
}

/// Pruning of whole nodes by magnitude: the smallest go, whatever layer they are in.
public enum NodePruning {
    /// Every hidden node, smallest magnitude first; of equal ones that of the earlier layer, then of the lower row, first.
    public static func ranking<Scalar: TrainingScalar>(of network: Network<Scalar>, by magnitude: NodeMagnitude) -> [RankedNode] {
        let nodes = network.hiddenLayers.enumerated().flatMap { index, layer in
            (0..<layer.nodeCount).map { node -> RankedNode in
                var size = Scalar.norm(of: layer.incoming.value.rows(node..<node + 1))
                if magnitude == .product {
                    let outgoing = layer.outgoing.value
                    let column = (0..<outgoing.shape[0]).map { outgoing.elements[$0 * layer.nodeCount + node] }
                    size *= column.withUnsafeBufferPointer { Scalar.norm(of: $0) }
                }
                return RankedNode(layer: index, node: node, magnitude: size)
            }
        }
        // The order of the enumeration is kept among equals.
        return nodes.enumerated().sorted { ($0.element.magnitude, $0.offset) < ($1.element.magnitude, $1.offset) }.map(\.element)
    }

    /// Makes the smallest nodes exact zero nodes, in place: incoming weights, bias, γ, β and outgoing weights 0, running mean 0 and variance 1.
    ///
    /// What is left computes what the network without these nodes does, whatever the activation. Trained on from fresh moments, under ReLU with
    /// derivative 0 at 0, the nodes stay 0: they have no gradient on either side.
    ///
    /// - Returns: the pruned nodes, smallest magnitude first.
    /// - Throws: ``PruningError`` for more nodes than there are.
    @discardableResult
    public static func prune<Scalar: TrainingScalar>(
        _ network: Network<Scalar>, _ size: PruningSize, by magnitude: NodeMagnitude
    ) throws(PruningError) -> [RankedNode] {
        let ranking = ranking(of: network, by: magnitude)
        let count =
            switch size {
            case .remove(let count): count
            case .keep(let kept): ranking.count - kept
            }
        guard (0...ranking.count).contains(count) else { throw PruningError(size: size, nodes: ranking.count) }
        let pruned = Array(ranking.prefix(count))
        for node in pruned { silence(node.node, of: network.hiddenLayers[node.layer]) }
        return pruned
    }

    private static func silence<Scalar: TrainingScalar>(_ node: Int, of layer: HiddenLayer<Scalar>) {
        let inputs = layer.inputCount
        layer.incoming.value.mutableElements[node * inputs..<(node + 1) * inputs].update(repeating: 0)
        layer.bias?.value.mutableElements[node] = 0
        if let norm = layer.batchNorm {
            norm.scale.value.mutableElements[node] = 0
            norm.shift.value.mutableElements[node] = 0
            norm.runningMean.mutableElements[node] = 0
            norm.runningVariance.mutableElements[node] = 1
        }
        let outgoing = layer.outgoing.value
        for output in 0..<outgoing.shape[0] { outgoing.mutableElements[output * layer.nodeCount + node] = 0 }
    }
}

/// A number of nodes to prune that a network doesn't have.
public struct PruningError: Error, Equatable, CustomStringConvertible {
    public let size: PruningSize
    /// Hidden nodes of the network.
    public let nodes: Int

    public var description: String {
        switch size {
        case .remove(let count): "\(count) nodes can't be removed: the hidden layers have \(nodes); accepted: 0 to \(nodes)"
        case .keep(let count): "\(count) nodes can't be kept: the hidden layers have \(nodes); accepted: 0 to \(nodes)"
        }
    }
}
