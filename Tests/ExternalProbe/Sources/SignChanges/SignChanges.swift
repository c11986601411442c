// SPDX-License-Identifier: GPL-3.0-or-later
import AdamProbe

/// Counts, node by node, how often a step takes an incoming weight through zero: w_k·w_{k+1} < 0.
///
/// It keeps a copy of w_k in `beforeUpdate`, and compares it with w_{k+1} in `afterUpdate`.
final class SignChanges<Scalar: TrainingScalar>: Probe {
    /// Sign changes so far, by hidden layer and node.
    private(set) var counts: [[Int]] = []
    private var before: [[Scalar]] = []

    func start(_ view: StepView<Scalar>) {
        counts = view.layers.map { Array(repeating: 0, count: $0.nodeCount) }
    }

    func beforeUpdate(_ view: StepView<Scalar>) {
        before = view.layers.map { layer in (0..<layer.nodeCount).flatMap { layer.incomingWeights(of: $0) } }
    }

    func afterUpdate(_ view: StepView<Scalar>) {
        for (index, layer) in view.layers.enumerated() {
            for node in 0..<layer.nodeCount {
                for (j, weight) in layer.incomingWeights(of: node).enumerated() where weight * before[index][node * layer.inputCount + j] < 0 {
                    counts[index][node] += 1
                }
            }
        }
    }
}
