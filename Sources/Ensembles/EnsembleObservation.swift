// SPDX-License-Identifier: GPL-3.0-or-later

/// What one step shows of every member: losses and activity before its update, weights after it, as a run's probes do.
///
/// Of nodes there is one entry a member and hidden node, [members × nodes], the layers' nodes one after the other.
public struct EnsembleObservation: Sendable, Equatable {
    /// The step, counted from 1.
    public let step: Int
    /// Hidden nodes of a member.
    public let nodeCount: Int
    /// Mean squared error of each member.
    public internal(set) var losses: [Double]
    /// Samples with φ′(z) ≠ 0.
    public internal(set) var activeSamples: [Int]
    /// Whether the data gradient of the node's incoming weights and bias was exactly 0.
    public internal(set) var isSilent: [Bool]
    /// ‖w‖₂ of the incoming weights, bias left out.
    public internal(set) var incomingNorms: [Double]
    /// ‖w‖₂ of the outgoing weights.
    public internal(set) var outgoingNorms: [Double]

    init(step: Int, members: Int, nodes: Int) {
        self.step = step
        nodeCount = nodes
        losses = Array(repeating: .nan, count: members)
        activeSamples = Array(repeating: 0, count: members * nodes)
        isSilent = Array(repeating: false, count: members * nodes)
        incomingNorms = Array(repeating: .nan, count: members * nodes)
        outgoingNorms = Array(repeating: .nan, count: members * nodes)
    }
}

/// What a member came to.
public struct EnsembleOutcome: Sendable, Equatable {
    /// One hidden node at the end.
    public struct Node: Sendable, Equatable {
        /// ‖w‖₂ of the incoming weights, bias left out, and of the outgoing ones.
        public let incomingNorm: Double
        public let outgoingNorm: Double
        /// Samples with φ′(z) ≠ 0 at the parameters as they are.
        public let activeSamples: Int
        /// Steps since the last one in which the node had a data gradient: 0 for a node that is not silent, all steps for one that never had any.
        public let silentSteps: Int
    }

    /// Steps made.
    public let steps: Int
    /// Mean squared error at the parameters as they are.
    public let loss: Double
    /// Whether every parameter is a finite number.
    public let isFinite: Bool
    /// The hidden nodes, layer by layer.
    public let nodes: [Node]

    /// Nodes that had no data gradient in the last step.
    public var silentNodes: Int { nodes.count { $0.silentSteps > 0 } }

    /// Nodes whose incoming norm is under ξ.
    public func nodes(below threshold: Double) -> Int { nodes.count { $0.incomingNorm < threshold } }
}
