// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics

/// The story of a node's norm against one threshold ξ, in steps since the state that a forecast starts from, which is step 0. Its members are those of
/// the ledger's `ThresholdCrossing`.
@dynamicMemberLookup
public struct NormCrossing: Sendable, Equatable {
    /// ξ.
    public let threshold: Double
    /// When the norm fell under ξ, and when it rose.
    public private(set) var crossing = ThresholdCrossing()

    init(threshold: Double) { self.threshold = threshold }

    public subscript<Value>(dynamicMember member: KeyPath<ThresholdCrossing, Value>) -> Value { crossing[keyPath: member] }

    mutating func observe(isBelow: Bool, step: Int, persistence: Int) {
        crossing.observe(isBelow: isBelow, step: step, persistence: persistence)
    }
}
