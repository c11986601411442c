// SPDX-License-Identifier: GPL-3.0-or-later
import AdamProbe

/// Follows every node of the first hidden layer: an early portrait, the last time of several things, and the batch of its last activity.
final class NodeStories: Probe {
    /// A node's parameters at the early step.
    struct Portrait {
        var scale = Double.nan
        var shift = Double.nan
        var incomingNorm = Double.nan
        var outgoingNorm = Double.nan
        /// Mean over the hundred steps before, radians.
        var angularStep = 0.0
    }

    /// A node as the last batch with an active sample saw it.
    struct LastActivity {
        var step = 0
        var scale = Double.nan
        var shift = Double.nan
        var incomingNorm = Double.nan
        /// κ, the deviation of x̂ over that batch.
        var standardisation = Double.nan
        /// M, the largest standardised input on the side that γ opens.
        var largestStandardised = Double.nan
    }

    let earlyStep: Int
    private(set) var portraits: [Portrait] = []
    private(set) var lastActivities: [LastActivity] = []
    /// Last steps with β > 0, and with more than a quarter of the batch active.
    private(set) var lastPositiveShift: [Int] = []
    private(set) var lastBusy: [Int] = []
    /// The step with the largest γ so far, and that γ.
    private(set) var largestScale: [(step: Int, scale: Double)] = []
    private var before: [Double] = []

    init(earlyStep: Int) { self.earlyStep = earlyStep }

    func start(_ view: StepView<Double>) {
        let count = view.layers[0].nodeCount
        portraits = Array(repeating: Portrait(), count: count)
        lastActivities = Array(repeating: LastActivity(), count: count)
        lastPositiveShift = Array(repeating: 0, count: count)
        lastBusy = lastPositiveShift
        largestScale = Array(repeating: (0, -.infinity), count: count)
    }

    private func isEarly(_ step: Int) -> Bool { step > earlyStep - 100 && step <= earlyStep }

    func beforeUpdate(_ view: StepView<Double>) {
        let layer = view.layers[0]
        let z = layer.preactivation(batch: view.batch)
        for node in 0..<layer.nodeCount {
            let (scale, shift) = (layer.batchNormScale(of: node)!, layer.batchNormShift(of: node)!)
            let active = layer.activeSamples(of: node)
            if shift > 0 { lastPositiveShift[node] = view.step }
            if 4 * active > view.batch { lastBusy[node] = view.step }
            if scale > largestScale[node].scale { largestScale[node] = (view.step, scale) }
            guard active > 0, scale != 0 else { continue }
            var (squares, largest) = (0.0, -Double.infinity)
            for i in 0..<view.batch {
                let value = (z[i * layer.nodeCount + node] - shift) / scale
                squares += value * value
                largest = max(largest, scale > 0 ? value : -value)
            }
            let deviation = (squares / Double(view.batch)).squareRoot()
            lastActivities[node] = LastActivity(
                step: view.step, scale: scale, shift: shift, incomingNorm: Double.norm(of: layer.incomingWeights(of: node)),
                standardisation: deviation, largestStandardised: largest / deviation)
        }
        if isEarly(view.step) { before = (0..<layer.nodeCount).flatMap { layer.incomingWeights(of: $0) } }
    }

    func afterUpdate(_ view: StepView<Double>) {
        guard isEarly(view.step) else { return }
        let layer = view.layers[0]
        for node in 0..<layer.nodeCount {
            let now = layer.incomingWeights(of: node)
            // The angle between w_k and w_{k+1}, from the chord of their directions: no cancellation where it is small.
            let row = before[node * layer.inputCount..<(node + 1) * layer.inputCount]
            let (oldNorm, newNorm) = (row.reduce(0) { $0 + $1 * $1 }.squareRoot(), Double.norm(of: now))
            let chord = zip(row, now).reduce(0) { sum, pair in
                let difference = pair.0 / oldNorm - pair.1 / newNorm
                return sum + difference * difference
            }.squareRoot()
            portraits[node].angularStep += chord / 100
            guard view.step == earlyStep else { continue }
            portraits[node].scale = layer.batchNormScale(of: node)!
            portraits[node].shift = layer.batchNormShift(of: node)!
            portraits[node].incomingNorm = newNorm
            portraits[node].outgoingNorm = (0..<layer.outputCount).reduce(0) { sum, output in
                let weight = layer.outgoingWeight(of: node, to: output)
                return sum + weight * weight
            }.squareRoot()
        }
    }
}
