// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks

/// A network's loss and error on a set of samples, in evaluation mode.
public struct Evaluation<Scalar: NetworkScalar>: Sendable {
    /// Mean loss over the samples.
    public let loss: Double
    /// Share of the samples whose class is not the largest output; nil for real targets.
    public let error: Double?
    /// Largest pre-activation of each node over the samples, one array a hidden layer (theory notes, D6 i).
    public let largestPreactivations: [[Scalar]]

    /// Runs all samples through the network, in batches of its capacity; weights and running statistics stay as they are, the planned
    /// activations are overwritten.
    public init(of network: Network<Scalar>, loss: Loss, on samples: Samples) throws {
        let targets = TargetBuffer<Scalar>(samples.targets, capacity: network.capacity)
        var largest = network.hiddenLayers.map { Array(repeating: -Scalar.infinity, count: $0.nodeCount) }
        var total = 0.0
        var errors = 0
        let all = Array(0..<Int32(samples.count))
        for start in stride(from: 0, to: samples.count, by: network.capacity) {
            let indices = all[start..<min(start + network.capacity, samples.count)]
            samples.gather(indices, into: network.input.mutableElements)
            try network.forward(batch: indices.count, mode: .evaluation)
            let batch = loss.evaluate(network.output, targets: targets.gather(indices), batch: indices.count, gradient: nil)
            total += batch.mean * Double(indices.count)
            errors += batch.errors
            for (index, layer) in network.hiddenLayers.enumerated() {
                Self.raise(&largest[index], to: layer.preactivation.rows(0..<indices.count))
            }
        }
        self.loss = total / Double(samples.count)
        if case .classes = samples.targets { error = Double(errors) / Double(samples.count) } else { error = nil }
        largestPreactivations = largest
    }

    /// Raises each node's largest pre-activation to those of some rows [samples × nodes]; NaN counts as largest.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    static func raise(_ largest: inout [Scalar], to rows: UnsafeBufferPointer<Scalar>) {
        let nodes = largest.count
        largest.withUnsafeMutableBufferPointer { largest in
            for start in stride(from: 0, to: rows.count, by: nodes) {
                for node in 0..<nodes {
                    let z = rows[start + node]
                    largest[node] = z > largest[node] || z.isNaN ? z : largest[node]
                }
            }
        }
    }
}
