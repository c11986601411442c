// SPDX-License-Identifier: GPL-3.0-or-later

/// The story of a node's norm against one threshold ξ, in steps since the state that a forecast starts from, which is step 0.
///
/// The definitions are the ledger's (theory notes, Terms): a *passage* is the first step of a stretch under ξ of at least `persistence`
/// steps.
public struct NormCrossing: Sendable, Equatable {
    /// ξ.
    public let threshold: Double
    /// First step with norm < ξ.
    public private(set) var dip: Int?
    /// First step from which the norm stays < ξ for `persistence` steps.
    public private(set) var passage: Int?
    /// First step after the first passage with norm ≥ ξ: the revival of the weights.
    public private(set) var rise: Int?
    /// The latest passage: another than the first if the norm rose in between.
    public private(set) var lastPassage: Int?
    /// First step of the stretch under ξ that is under way; nil if the norm is not under ξ at the end.
    public private(set) var belowSince: Int?

    init(threshold: Double) { self.threshold = threshold }

    /// True if the norm is under ξ at the end.
    public var isBelow: Bool { belowSince != nil }

    mutating func observe(isBelow: Bool, step: Int, persistence: Int) {
        guard isBelow else {
            if passage != nil, rise == nil { rise = step }
            belowSince = nil
            return
        }
        if dip == nil { dip = step }
        let since = belowSince ?? step
        belowSince = since
        if step - since + 1 >= persistence {
            if passage == nil { passage = since }
            lastPassage = since
        }
    }
}
