// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Records

/// Streams the full observation (k, w_k, g_data, m_{k+1}, v_{k+1}, …, w_{k+1}) of chosen nodes or weights at every step to
/// `observations.<layer>.<node>.npy`, [steps, inputs, 3 + state tensors], or `observations.<layer>.<node>.<input>.npy`, [steps, 1, …]. The
/// last axis is w_k, g_data(w_k), the optimiser's state tensors after the step in its order (for Adam exp_avg, exp_avg_sq), and w_{k+1}.
/// Row i is step i + 1.
public final class ObservationRecorder<Scalar: TrainingScalar>: Probe {
    private struct Target {
        let layer: Int
        let node: Int
        let inputs: Range<Int>
        let writer: NPYWriter
        /// [observed inputs × columns].
        let row: Tensor<Scalar>
    }

    private let references: [NodeReference]
    private let folder: URL
    private var targets: [Target] = []

    public init(_ references: [NodeReference], folder: URL) {
        self.references = references
        self.folder = folder
    }

    /// - Throws: ``ProbeError/unknownNode(_:layers:)`` for one that the network does not have; `RecordsError` if a file cannot be made.
    public func start(_ view: StepView<Scalar>) throws { try open(view, continuingAfter: nil) }

    private func open(_ view: StepView<Scalar>, continuingAfter rows: Int?) throws {
        targets = try references.map { reference in
            let index = try reference.find(in: view.layers.map { ($0.name, $0.nodeCount, $0.inputCount) })
            let layer = view.layers[index]
            let inputs = reference.input.map { $0..<$0 + 1 } ?? 0..<layer.inputCount
            let shape = [inputs.count, 3 + layer.stateNames.count]
            let name = "observations.\("\(reference)".replacing("/", with: ".")).npy"
            return Target(
                layer: index, node: reference.node, inputs: inputs,
                writer: try NPYWriter(
                    url: folder.appendingPathComponent(name), elementType: Scalar.elementType, rowShape: shape, continuingAfter: rows),
                row: Tensor(shape: shape))
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func beforeUpdate(_ view: StepView<Scalar>) throws {
        for target in targets {
            let layer = view.layers[target.layer]
            fill(target, column: 0, with: layer.incomingWeights(of: target.node))
            fill(target, column: 1, with: layer.incomingGradient(of: target.node))
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
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

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private func fill(_ target: Target, column: Int, with values: UnsafeBufferPointer<Scalar>) {
        let columns = target.row.shape[1]
        let row = target.row.mutableElements
        for (position, j) in target.inputs.enumerated() { row[position * columns + column] = values[j] }
    }
}

extension ObservationRecorder: ResumableProbe {
    /// Nothing: a row a step is in every file.
    public func memory() throws -> [(name: String, tensor: TensorRecord)] {
        for target in targets { try target.writer.flush() }
        return []
    }

    public func resume(_ view: StepView<Scalar>, memory: SafetensorsFile) throws { try open(view, continuingAfter: view.step) }
}
