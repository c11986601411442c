// SPDX-License-Identifier: GPL-3.0-or-later

/// The story of one |w| against one threshold, told by its transitions alone: what lies between two of them follows.
struct ThresholdRecord {
    private(set) var dip: Int?
    private var firstPassage: Int?
    private var latestPassage: Int?
    private(set) var revival: Int?
    /// First state of the stretch below that is under way.
    private(set) var belowSince: Int?

    /// The weight lies below from state `state` on.
    mutating func fall(at state: Int) {
        if dip == nil { dip = state }
        belowSince = state
    }

    /// The weight lies at or above the threshold from state `state` on.
    mutating func rise(at state: Int, patience: Int) {
        close(lastState: state - 1, patience: patience)
        belowSince = nil
        if firstPassage != nil, revival == nil { revival = state }
    }

    /// Counts the stretch under way as a passage if it has lasted long enough by `lastState`.
    mutating func close(lastState: Int, patience: Int) {
        guard let belowSince, lastState - belowSince >= patience else { return }
        if firstPassage == nil { firstPassage = belowSince }
        latestPassage = belowSince
    }

    var passage: Int? { firstPassage }
    var lastPassage: Int? { latestPassage }
}
