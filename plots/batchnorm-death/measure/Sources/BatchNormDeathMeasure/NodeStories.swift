// SPDX-License-Identifier: GPL-3.0-or-later
import AdamProbe

/// The last steps of several things in the life of every node of the first hidden layer.
final class NodeStories: Probe {
    /// Last steps with β > 0, and with more than a quarter of the batch active.
    private(set) var lastPositiveShift: [Int] = []
    private(set) var lastBusy: [Int] = []
    /// The step with the largest γ so far, and that γ.
    private(set) var largestScale: [(step: Int, scale: Double)] = []

    func start(_ view: StepView<Double>) {
        lastPositiveShift = Array(repeating: 0, count: view.layers[0].nodeCount)
        lastBusy = lastPositiveShift
        largestScale = lastPositiveShift.map { _ in (0, -.infinity) }
    }

    func beforeUpdate(_ view: StepView<Double>) {
        let layer = view.layers[0]
        for node in 0..<layer.nodeCount {
            let (scale, shift) = (layer.batchNormScale(of: node)!, layer.batchNormShift(of: node)!)
            if shift > 0 { lastPositiveShift[node] = view.step }
            if 4 * layer.activeSamples(of: node) > view.batch { lastBusy[node] = view.step }
            if scale > largestScale[node].scale { largestScale[node] = (view.step, scale) }
        }
    }
}
