// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Optimizers
import Records

/// The state (w, m, v, …, t) of every node of a layer at its last transition from active to silent, both sides of the node: all that its
/// future depends on while it stays silent (theory notes, B0).
public final class DeathStates<Scalar: TrainingScalar> {
    /// Where a node's numbers lie in one parameter: `count` entries, `stride` apart, node j starting at j·`offset`.
    private struct Source {
        let label: String
        let parameter: Int
        let tensor: Tensor<Scalar>
        let count: Int
        let stride: Int
        let offset: Int
    }

    public let layer: String
    private let sources: [Source]
    private let stateNames: [String]
    /// One array a (source, tensor) pair, [nodes × count]; tensor 0 is the value, the rest the optimiser's state.
    private var kept: [[Scalar]]
    /// Optimiser steps made at the capture, one a node; −1 for a node that was never captured.
    public private(set) var steps: [Int]

    init(_ view: NodeLayerView<Scalar>) {
        layer = view.name
        stateNames = view.stateNames
        var sources = [
            Source(
                label: "incoming", parameter: view.incoming.index, tensor: view.incoming.parameter.value, count: view.inputCount, stride: 1,
                offset: view.inputCount),
            Source(
                label: "outgoing", parameter: view.outgoing.index, tensor: view.outgoing.parameter.value, count: view.outputCount,
                stride: view.nodeCount, offset: 1),
        ]
        for (label, tracked) in [("bias", view.bias), ("batchNormScale", view.scale), ("batchNormShift", view.shift)] {
            guard let tracked else { continue }
            sources.append(Source(label: label, parameter: tracked.index, tensor: tracked.parameter.value, count: 1, stride: 1, offset: 1))
        }
        self.sources = sources
        kept = sources.flatMap { source in
            (0...view.stateNames.count).map { _ in Array(repeating: 0, count: view.nodeCount * source.count) }
        }
        steps = Array(repeating: -1, count: view.nodeCount)
    }

    /// Copies the node's state as it is after step `lastStep`, before any update of the next.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func capture(_ node: Int, of view: NodeLayerView<Scalar>, lastStep: Int) {
        var slot = 0
        for source in sources {
            let state = view.optimizer.stateTensors(of: source.parameter)
            for tensor in 0...stateNames.count {
                let from = tensor == 0 ? source.tensor.elements : UnsafeBufferPointer(state[tensor - 1])
                kept[slot].withUnsafeMutableBufferPointer { to in
                    for i in 0..<source.count { to[node * source.count + i] = from[node * source.offset + i * source.stride] }
                }
                slot += 1
            }
        }
        steps[node] = lastStep
    }

    /// Tensors for a file: `<layer>.nodes` [d] and `<layer>.steps` [d], the captured nodes and their optimiser step; then `<layer>.incoming`
    /// [d, inputs], `<layer>.outgoing` [d, outputs], `<layer>.bias`, `<layer>.batchNormScale`, `<layer>.batchNormShift` [d, 1], each with its
    /// optimiser state as `<name>.<state>`, such as `0.incoming.exp_avg_sq`.
    public func records() -> [(name: String, tensor: TensorRecord)] {
        let captured = steps.indices.filter { steps[$0] >= 0 }
        var records: [(name: String, tensor: TensorRecord)] = [
            ("\(layer).nodes", TensorRecord(captured, shape: [captured.count])),
            ("\(layer).steps", TensorRecord(captured.map { steps[$0] }, shape: [captured.count])),
        ]
        var slot = 0
        for source in sources {
            for tensor in 0...stateNames.count {
                let rows = captured.flatMap { kept[slot][$0 * source.count..<($0 + 1) * source.count] }
                let suffix = tensor == 0 ? "" : ".\(stateNames[tensor - 1])"
                records.append(("\(layer).\(source.label)\(suffix)", Scalar.record(rows, shape: [captured.count, source.count])))
                slot += 1
            }
        }
        return records
    }

    /// Takes up what ``records()`` gave.
    /// - Throws: `RecordsError` for a tensor that is missing, or has another size than this layer's.
    func restore(_ file: SafetensorsFile) throws {
        let nodes = try file.tensor(named: "\(layer).nodes").integers()
        let captured = try file.tensor(named: "\(layer).steps").integers()
        guard nodes.count == captured.count, nodes.allSatisfy(steps.indices.contains) else {
            throw RecordsError(.mismatch, at: .key("\(layer).nodes"), "nodes \(nodes)", accepted: "rows of \(steps.count) nodes, each with its step")
        }
        for (node, step) in zip(nodes, captured) { steps[node] = step }
        var slot = 0
        for source in sources {
            for tensor in 0...stateNames.count {
                let name = "\(layer).\(source.label)" + (tensor == 0 ? "" : ".\(stateNames[tensor - 1])")
                let values = try file.tensor(named: name).values(as: Scalar.self)
                guard values.count == nodes.count * source.count else {
                    throw RecordsError(.mismatch, at: .key(name), "\(values.count) numbers", accepted: "\(nodes.count * source.count)")
                }
                for (row, node) in nodes.enumerated() {
                    kept[slot].replaceSubrange(
                        node * source.count..<(node + 1) * source.count, with: values[row * source.count..<(row + 1) * source.count])
                }
                slot += 1
            }
        }
    }

    /// A captured tensor of one node, such as `incoming` or `incoming.exp_avg_sq`; nil if there is none of that name.
    public func values(_ name: String, of node: Int) -> [Scalar]? {
        var slot = 0
        for source in sources {
            for tensor in 0...stateNames.count {
                if name == source.label + (tensor == 0 ? "" : ".\(stateNames[tensor - 1])") {
                    return Array(kept[slot][node * source.count..<(node + 1) * source.count])
                }
                slot += 1
            }
        }
        return nil
    }
}
