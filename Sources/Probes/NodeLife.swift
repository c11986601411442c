// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Statistics

/// What a node is at a moment. Each state can still be left: see ``NodeLife/revivals``, ``NodeLife/withdrawals`` and
/// ``ThresholdCrossing/rise``.
public enum NodeState: Int8, Sendable, CaseIterable, CustomStringConvertible {
    case alive = 0
    /// Silent on every batch of at least the last whole epoch.
    case dead = 1
    /// Silent, with a certificate of death met by the parameters as they are.
    case certified = 2
    /// Norm under the smallest threshold.
    case zero = 3

    public var description: String {
        switch self {
        case .alive: "alive"
        case .dead: "dead"
        case .certified: "certified"
        case .zero: "zero"
        }
    }
}

/// One node's entry in the ledger (theory notes, E). Steps count from 1; a step never reached is nil.
public struct NodeLife: Sendable, Equatable, Codable {
    /// Last step with a data gradient that was not exactly 0; 0 if there was none yet.
    public internal(set) var lastDataGradientStep = 0
    /// Last step at which the activation's derivative was non-zero for some sample; 0 if there was none yet.
    public internal(set) var lastActiveStep = 0
    /// End of the first whole epoch through which the node was inactive on every batch, in its present inactivity.
    public internal(set) var deadOnDataStep: Int?
    /// First step at which each certificate was met, in the present inactivity; ``DeathCertificate/data`` is not among them, since it speaks
    /// of evaluation mode.
    public internal(set) var certificateSteps = CertificateSteps()
    /// First step of all at which each certificate was met.
    public internal(set) var firstCertificateSteps = CertificateSteps()
    /// Times that a certified node was active again: momentum had moved its parameters on.
    public internal(set) var withdrawals = 0
    /// Times that a node, dead on the data or certified, was active again.
    public internal(set) var revivals = 0
    /// One entry a threshold, in the ledger's order.
    public internal(set) var crossings: [ThresholdCrossing]
    /// True if the last step seen had no data gradient.
    public internal(set) var isSilent = false

    init(thresholds: Int) { crossings = Array(repeating: ThresholdCrossing(), count: thresholds) }

    mutating func noteFirst(_ certificate: DeathCertificate, step: Int) {
        if firstCertificateSteps[certificate] == nil { firstCertificateSteps[certificate] = step }
    }

    /// What the node is now.
    public var state: NodeState {
        if crossings.last?.isBelow == true { return .zero }
        if !certificateSteps.isEmpty { return .certified }
        return deadOnDataStep != nil ? .dead : .alive
    }

    public var isDead: Bool { deadOnDataStep != nil || !certificateSteps.isEmpty }

    /// The first step after the last data gradient, for nodes that are dead; nil for living ones, which are censored.
    public var deathStep: Int? { isDead ? lastDataGradientStep + 1 : nil }
}
