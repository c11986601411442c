// SPDX-License-Identifier: GPL-3.0-or-later

/// What became of one node: the part of its ledger row that figures are made from.
struct NodeHistory: Sendable, Equatable {
    /// What a node is at the end of the run.
    enum Fate: String, Sendable, CaseIterable { case alive, dead, certified, zero }

    /// The dense module it belongs to, as numbered in `nn.Sequential`.
    let layer: String
    /// Its row in that module's weight.
    let node: Int
    let fate: Fate
    /// The first step after its last non-zero data gradient; nil for a node that lives, or died and woke again.
    let deathStep: Int?
    /// The step up to which a living node was seen alive.
    let censoredAt: Int?
    /// L2 norm of the incoming weights at the end, bias left out.
    let finalNorm: Double?
    /// The step from which the norm stays under each threshold ξ.
    let passages: [Threshold: Int]

    /// A threshold ξ, by its value and by the name that the ledger's columns give it (`1e-15`).
    struct Threshold: Sendable, Hashable, Comparable {
        let name: String
        let value: Double

        static func < (left: Self, right: Self) -> Bool { left.value < right.value }
    }

    /// Whether the node is dead at the end, in whatever degree.
    var isDead: Bool { fate != .alive }
    /// The step at which it died for good: its death step, if it is dead at the end.
    var finalDeath: Int? { isDead ? deathStep : nil }

    /// The order of the figures: by death, the first to die first, the living last; then by layer position and node.
    static func diesBefore(_ left: Self, _ right: Self) -> Bool {
        (left.finalDeath ?? (left.isDead ? Int.max - 1 : Int.max), left.node)
            < (right.finalDeath ?? (right.isDead ? Int.max - 1 : Int.max), right.node)
    }
}
