// SPDX-License-Identifier: GPL-3.0-or-later

/// The story of a quantity against one threshold ξ, told step by step (theory notes, Terms).
public struct ThresholdCrossing: Sendable, Equatable, Codable {
    /// First step under ξ: the *dip*.
    public private(set) var dip: Int?
    /// First step of a stretch under ξ of at least `persistence` steps: the *passage*.
    public private(set) var passage: Int?
    /// The latest passage: another than the first if the quantity rose in between.
    public private(set) var lastPassage: Int?
    /// First step after the first passage at ξ or above again: the revival (theory notes, B8).
    public private(set) var rise: Int?
    /// First step of the stretch under ξ that is under way; nil while the quantity is not under ξ.
    public private(set) var belowSince: Int?

    public init() {}

    /// True while the quantity is under ξ.
    public var isBelow: Bool { belowSince != nil }

    /// Takes in the next step.
    ///
    /// - Parameter persistence: steps that a stretch must hold for a passage, its first and its last among them.
    public mutating func observe(isBelow: Bool, step: Int, persistence: Int) {
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
