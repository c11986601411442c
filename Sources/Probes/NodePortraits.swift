// SPDX-License-Identifier: GPL-3.0-or-later

/// A node's parameters at one step, after its update.
public struct NodePortrait: Sendable, Equatable {
    /// γ and β; NaN without batch normalisation.
    public var scale = Double.nan
    public var shift = Double.nan
    /// ‖w‖ of the incoming weights.
    public var incomingNorm = Double.nan
    /// ‖·‖ of the outgoing weights.
    public var outgoingNorm = Double.nan
    /// By how much a step turns the incoming weights, radians, measured as the chord; the mean over the window's steps.
    public var angularStep = 0.0

    public init() {}
}

/// Takes a portrait of every node at one step (theory notes, A4: who dies is decided long before the death).
public final class NodePortraits<Scalar: TrainingScalar>: Probe {
    /// The step of the portrait, and over how many steps up to it the angle is averaged.
    public let step: Int
    public let window: Int
    /// By hidden layer and node; without values before ``step``.
    public private(set) var portraits: [[NodePortrait]] = []
    private var before: [[Scalar]] = []

    /// - Precondition: 1 ≤ window ≤ step.
    public init(step: Int, window: Int = 100) {
        precondition(window >= 1 && window <= step, "a window of 1 to \(step) steps")
        (self.step, self.window) = (step, window)
    }

    public func start(_ view: StepView<Scalar>) { portraits = view.layers.map { Array(repeating: NodePortrait(), count: $0.nodeCount) } }

    private func isInWindow(_ step: Int) -> Bool { step > self.step - window && step <= self.step }

    public func beforeUpdate(_ view: StepView<Scalar>) {
        guard isInWindow(view.step) else { return }
        before = view.layers.map { layer in (0..<layer.nodeCount).flatMap { layer.incomingWeights(of: $0) } }
    }

    public func afterUpdate(_ view: StepView<Scalar>) {
        guard isInWindow(view.step) else { return }
        for (index, layer) in view.layers.enumerated() {
            for node in 0..<layer.nodeCount {
                let row = before[index][node * layer.inputCount..<(node + 1) * layer.inputCount]
                portraits[index][node].angularStep += Self.chord(row, layer.incomingWeights(of: node)) / Double(window)
                if view.step == step { portray(node, of: layer, in: &portraits[index][node]) }
            }
        }
    }

    private func portray(_ node: Int, of layer: NodeLayerView<Scalar>, in portrait: inout NodePortrait) {
        portrait.scale = layer.batchNormScale(of: node).map { Double($0) } ?? .nan
        portrait.shift = layer.batchNormShift(of: node).map { Double($0) } ?? .nan
        portrait.incomingNorm = Scalar.norm(of: layer.incomingWeights(of: node))
        let outgoing = (0..<layer.outputCount).map { layer.outgoingWeight(of: node, to: $0) }
        portrait.outgoingNorm = outgoing.withUnsafeBufferPointer { Scalar.norm(of: $0) }
    }

    /// The chord between two directions: their angle but for a share angle²/24, without cancellation where it is small; NaN for a vector of zeros.
    private static func chord(_ old: ArraySlice<Scalar>, _ new: UnsafeBufferPointer<Scalar>) -> Double {
        let oldNorm = old.withUnsafeBufferPointer { Scalar.norm(of: $0) }
        let newNorm = Scalar.norm(of: new)
        var squares = 0.0
        for (a, b) in zip(old, new) {
            let difference = Double(a) / oldNorm - Double(b) / newNorm
            squares += difference * difference
        }
        return squares.squareRoot()
    }
}
