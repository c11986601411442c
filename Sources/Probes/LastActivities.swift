// SPDX-License-Identifier: GPL-3.0-or-later

/// A node as the last batch with an active sample saw it, before that step's update.
public struct LastActivity: Sendable, Equatable {
    /// The step; 0 for a node that was never active.
    public var step = 0
    /// γ and β; NaN without batch normalisation, as all that follows but the norm.
    public var scale = Double.nan
    public var shift = Double.nan
    /// ‖w‖ of the incoming weights.
    public var incomingNorm = Double.nan
    /// κ = s/√(s² + ε_bn) of that batch: the deviation of its normalised inputs.
    public var standardisation = Double.nan
    /// M, the largest standardised input of that batch on the side that γ opens.
    public var largestStandardised = Double.nan

    public init() {}
}

/// When each node was last active, and what it was like then (theory notes, A4).
public final class LastActivities<Scalar: TrainingScalar>: Probe {
    /// By hidden layer and node.
    public private(set) var activities: [[LastActivity]] = []

    public init() {}

    public func start(_ view: StepView<Scalar>) { activities = view.layers.map { Array(repeating: LastActivity(), count: $0.nodeCount) } }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func beforeUpdate(_ view: StepView<Scalar>) {
        for (index, layer) in view.layers.enumerated() {
            for node in 0..<layer.nodeCount where layer.activeSamples(of: node) > 0 {
                activities[index][node] = activity(of: node, layer, view)
            }
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private func activity(of node: Int, _ layer: NodeLayerView<Scalar>, _ view: StepView<Scalar>) -> LastActivity {
        var last = LastActivity()
        last.step = view.step
        last.incomingNorm = Scalar.norm(of: layer.incomingWeights(of: node))
        guard let scale = layer.batchNormScale(of: node), let shift = layer.batchNormShift(of: node) else { return last }
        (last.scale, last.shift) = (Double(scale), Double(shift))
        // Normalised inputs can't be told from z where γ is 0.
        guard scale != 0 else { return last }
        let z = layer.preactivation(batch: view.batch)
        var (squares, largest) = (0.0, -Double.infinity)
        for sample in 0..<view.batch {
            let value = Double((z[sample * layer.nodeCount + node] - shift) / scale)
            squares += value * value
            largest = max(largest, scale > 0 ? value : -value)
        }
        last.standardisation = (squares / Double(view.batch)).squareRoot()
        last.largestStandardised = largest / last.standardisation
        return last
    }
}
