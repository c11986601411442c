// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Theory

/// What the incoming weights of a dead node are under: all that its future depends on besides their state.
public struct NodeDynamics: Sendable {
    public let rule: DeadWeightRule
    /// α by the optimiser's step count.
    public let learningRate: LearningRate
    /// λ of the coupled L2.
    public let l2: Double
    public let precision: Precision
    public let flushToZero: Bool
    /// ξ, in the order in which forecasts give them.
    public let thresholds: [Double]
    /// Steps that a norm must stay under ξ for a passage.
    public let persistence: Int

    public init(
        rule: DeadWeightRule, learningRate: LearningRate, l2: Double, precision: Precision, flushToZero: Bool = false, thresholds: [Double],
        persistence: Int? = nil
    ) {
        self.rule = rule
        self.learningRate = learningRate
        self.l2 = l2
        self.precision = precision
        self.flushToZero = flushToZero
        self.thresholds = thresholds
        self.persistence = persistence ?? rule.passagePatience
    }

    /// The exact recursion for `steps` steps, in the precision and floating-point state given, and the weights that it leads to.
    public func exact(_ node: DeadNode<Double>, steps: Int) throws(LawError) -> (forecast: NodeForecast, weights: [Double]) {
        try FloatingPointState(flushesSubnormals: flushToZero).run { () throws(LawError) in
            switch precision {
            case .float32: try follow(node.rounded(to: Float.self), steps)
            case .float64: try follow(node, steps)
            }
        }
    }

    private func follow<Scalar: RecursionScalar>(
        _ node: DeadNode<Scalar>, _ steps: Int
    ) throws(LawError) -> (forecast: NodeForecast, weights: [Double]) {
        var recursion = try NodeRecursion(node, rule: rule, learningRate: learningRate, l2: l2)
        let forecast = try NodeForecast.exact(&recursion, thresholds: thresholds, steps: steps, persistence: persistence)
        return (forecast, recursion.weights.map { Double($0) })
    }

    /// The adiabatic law for `steps` steps.
    /// - Throws: `LawError` where the rule has no linear regime.
    public func adiabatic(_ node: DeadNode<Double>, steps: Int) throws(LawError) -> AdiabaticNodeForecast {
        try NodeForecast.adiabatic(
            node, rule: rule, learningRate: learningRate, l2: l2, thresholds: thresholds, steps: steps, persistence: persistence)
    }

    /// Whether the norm is under the smallest ξ after `steps` steps, by the adiabatic law; false without a ξ.
    /// - Throws: `LawError` where the rule has no linear regime.
    public func endsBelow(_ node: DeadNode<Double>, steps: Int) throws(LawError) -> Bool {
        guard let smallest = thresholds.min() else { return false }
        return try NodeForecast.adiabaticEndsBelow(
            smallest, node, rule: rule, learningRate: learningRate, l2: l2, steps: steps, persistence: persistence)
    }

    /// Both, and the node's regime at the end.
    public func predict(_ node: DeadNode<Double>, steps: Int) throws(LawError) -> NodePrediction {
        let exact = try exact(node, steps: steps).forecast
        var law: AdiabaticNodeForecast?
        var reason: String?
        do { law = try adiabatic(node, steps: steps) } catch .notApplicable(let name, let why) { reason = "\(name) does not apply: \(why)" }
        let moving = node.weights.indices.count { node[$0].weight != 0 || node[$0].firstMoment != 0 }
        let fate = exact.fate(
            rule: rule, learningRate: learningRate[max(0, (node.step ?? 0) + steps - 1)], l2: l2, weights: moving,
            finalEffectiveDecay: law?.finalEffectiveDecay)
        return NodePrediction(exact: exact, law: law, lawReason: reason, fate: fate)
    }
}

/// All that is foretold of a node; steps count from its state.
public struct NodePrediction: Sendable, Equatable {
    public let exact: NodeForecast
    /// nil where the rule has no linear regime.
    public let law: AdiabaticNodeForecast?
    /// Why the law says nothing.
    public let lawReason: String?
    public let fate: NodeFate
}
