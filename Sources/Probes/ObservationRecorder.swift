// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Records

/// A node chosen for full observation: `0/3` is node 3 of the hidden layer named `0`.
public struct NodeReference: Sendable, Equatable, CustomStringConvertible {
    public let layer: String
    public let node: Int

    public init(layer: String, node: Int) {
        self.layer = layer
        self.node = node
    }

    public var description: String { "\(layer)/\(node)" }
}

/// Streams the full observation (k, w_k, g_data, m_{k+1}, v_{k+1}, …, w_{k+1}) of chosen nodes at every step to
/// `observations.<layer>.<node>.npy`, [steps, inputs, 3 + state tensors]; the last axis is w_k, g_data(w_k), the optimiser's state
/// tensors after the step in its order (for Adam exp_avg, exp_avg_sq), and w_{k+1}. Row i is step i + 1.
public final class ObservationRecorder<Scalar: TrainingScalar>: Probe {
    private struct Target {
        let layer: Int
        let node: Int
        let writer: NPYWriter
        /// [inputs × columns].
        let row: Tensor<Scalar>
    }

    private let nodes: [NodeReference]
    private let folder: URL
    private var targets: [Target] = []

    public init(nodes: [NodeReference], folder: URL) {
        self.nodes = nodes
        self.folder = folder
    }

    /// - Throws: ``ProbeError/unknownNode(_:layers:)`` for a node that the network does not have; `RecordsError` if a file cannot be made.
    public func start(_ view: StepView<Scalar>) throws {
        targets = try nodes.map { reference in
            guard let index = view.layers.firstIndex(where: { $0.name == reference.layer }),
                (0..<view.layers[index].nodeCount).contains(reference.node)
            else { throw ProbeError.unknownNode(reference, layers: view.layers.map { ($0.name, $0.nodeCount) }) }
            let layer = view.layers[index]
            let columns = 3 + layer.stateNames.count
            let url = folder.appendingPathComponent("observations.\(reference.layer).\(reference.node).npy")
            return Target(
                layer: index, node: reference.node,
                writer: try NPYWriter(url: url, elementType: Scalar.elementType, rowShape: [layer.inputCount, columns]),
                row: Tensor(shape: [layer.inputCount, columns]))
        }
    }

    public func beforeUpdate(_ view: StepView<Scalar>) throws {
        for target in targets {
            let layer = view.layers[target.layer]
            fill(target, column: 0, with: layer.incomingWeights(of: target.node))
            fill(target, column: 1, with: layer.incomingGradient(of: target.node))
        }
    }

    public func afterUpdate(_ view: StepView<Scalar>) throws {
        for target in targets {
            let layer = view.layers[target.layer]
            for tensor in layer.stateNames.indices {
                fill(target, column: 2 + tensor, with: layer.incomingState(tensor, of: target.node))
            }
            fill(target, column: 2 + layer.stateNames.count, with: layer.incomingWeights(of: target.node))
            try Scalar.append(target.row.elements, to: target.writer)
        }
    }

    public func finish() throws {
        for target in targets { try target.writer.close() }
    }

    private func fill(_ target: Target, column: Int, with values: UnsafeBufferPointer<Scalar>) {
        let columns = target.row.shape[1]
        let row = target.row.mutableElements
        for j in values.indices { row[j * columns + column] = values[j] }
    }
}
