// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates

/// Why a node was removed.
public enum RemovalReason: String, Sendable, CaseIterable {
    /// Its incoming weights' norm is under the threshold, and its output is 0.
    case zero
    /// Its incoming weights' norm is under the threshold, and its output is another constant, which the next layer takes over.
    case constant
    /// Its activation is proved to be 0 on the input box, whatever its weights.
    case certificate
    /// The norm of its outgoing weights, to nodes that stay, is under the threshold.
    case unused
}

/// A node that the reduction took away.
public struct RemovedNode: Sendable, Equatable {
    /// Index of its dense layer in the original network, and its row there.
    public let layer: Int
    public let node: Int
    public let reason: RemovalReason
    /// L2 norm of its incoming weights from features that stay, bias left out.
    public let norm: Double
    /// What the next layer took over as its output: c = φ(b), behind batch normalisation φ(β + γ(b − r)/√(v + ε)); 0 for a node that is unused.
    public let constant: Double
    /// The proofs of silence that its parameters meet, if they were asked for and it was removed for one: ``DeathCertificate/box`` is that of
    /// evaluation mode, with batch normalisation folded in.
    public let certificates: [DeathCertificate]
}
