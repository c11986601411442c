// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments

/// What is said of runs that another program made or began.
enum OtherPrograms {
    /// Nothing where there are no other programs.
    static func note(_ programs: [String]) -> String? {
        if programs.isEmpty { return nil }
        let names = programs.joined(separator: ", ")
        return "made, or begun up to a checkpoint, by another program (\(names); this one is \(RunEnvironment.program)), whose bits may differ"
    }
}
