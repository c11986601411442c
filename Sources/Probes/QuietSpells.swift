// SPDX-License-Identifier: GPL-3.0-or-later

/// A stretch of steps through which L2 outweighs the data in a node's incoming weights: ‖g_data‖ ≤ λ‖w‖ at each of them.
public struct QuietSpell<Scalar: TrainingScalar>: Sendable {
    /// Index of the hidden layer, from the input on.
    public let layer: Int
    public let node: Int
    /// The spell's first step.
    public let start: Int
    /// The first step after the spell, whose data gradient outweighed L2 again; nil for a spell that the training's end cut short.
    public internal(set) var end: Int?
    /// Incoming weights, then the optimiser's state tensors, as they were before the first quiet step; each [inputs].
    public let incoming: [[Scalar]]
    /// γ and its state, as above; empty without batch normalisation.
    public let scale: [Scalar]
    /// β and its state, as above; empty without batch normalisation.
    public let shift: [Scalar]

    public init(layer: Int, node: Int, start: Int, end: Int?, incoming: [[Scalar]], scale: [Scalar], shift: [Scalar]) {
        self.layer = layer
        self.node = node
        self.start = start
        self.end = end
        self.incoming = incoming
        self.scale = scale
        self.shift = shift
    }
}

/// Collects the quiet spells of every node that last at least ``minimumLength`` steps (theory notes, A4).
///
/// Keep λ > 0: without L2 a spell is a stretch of exactly no data gradient.
public final class QuietSpells<Scalar: TrainingScalar>: Probe {
    /// Shorter spells are left out.
    public let minimumLength: Int
    /// Spells that have lasted long enough so far, by start of being long enough.
    public private(set) var spells: [QuietSpell<Scalar>] = []
    /// A node's spell under way, and its place in ``spells`` once it is long enough.
    private var current: [[(spell: QuietSpell<Scalar>, place: Int?)?]] = []

    public init(minimumLength: Int) { self.minimumLength = minimumLength }

    public func start(_ view: StepView<Scalar>) { current = view.layers.map { Array(repeating: nil, count: $0.nodeCount) } }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func beforeUpdate(_ view: StepView<Scalar>) {
        for (index, layer) in view.layers.enumerated() {
            for node in 0..<layer.nodeCount { observe(node, of: layer, index, step: view.step) }
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private func observe(_ node: Int, of layer: NodeLayerView<Scalar>, _ index: Int, step: Int) {
        let gradient = Double(Scalar.norm(of: layer.incomingGradient(of: node)))
        guard gradient <= layer.l2 * Double(Scalar.norm(of: layer.incomingWeights(of: node))) else {
            if let place = current[index][node]?.place { spells[place].end = step }
            current[index][node] = nil
            return
        }
        if current[index][node] == nil { current[index][node] = (snapshot(node, of: layer, index, step: step), nil) }
        guard let (spell, place) = current[index][node], place == nil, step - spell.start + 1 >= minimumLength else { return }
        current[index][node]?.place = spells.count
        spells.append(spell)
    }

    private func snapshot(_ node: Int, of layer: NodeLayerView<Scalar>, _ index: Int, step: Int) -> QuietSpell<Scalar> {
        let states = 0..<layer.stateNames.count
        let incoming = [Array(layer.incomingWeights(of: node))] + states.map { Array(layer.incomingState($0, of: node)) }
        return QuietSpell(
            layer: index, node: node, start: step, end: nil, incoming: incoming, scale: layer.batchNormScaleState(of: node),
            shift: layer.batchNormShiftState(of: node))
    }
}
