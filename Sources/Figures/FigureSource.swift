// SPDX-License-Identifier: GPL-3.0-or-later

/// One figure before it is drawn: the numbers, and the commands that draw them.
struct FigureSource: Sendable, Equatable {
    let kind: FigureKind
    /// What the figure shows and what to beware of, one sentence a line; the script's opening comment.
    let caption: [String]
    /// Size of the page in points.
    var width = 720
    var height = 460
    /// The data file's text: comment lines begin with #, fields are set apart by blanks, blocks by two empty lines.
    let data: String
    /// gnuplot commands after the preamble; they find the data file's name in the variable `data`.
    let commands: String

    var scriptName: String { kind.rawValue + ".gp" }
    var dataName: String { kind.rawValue + ".dat" }
    func pictureName(_ format: FigureFormat) -> String { kind.rawValue + "." + format.rawValue }

    /// The whole script for a format.
    func script(format: FigureFormat) -> String {
        FigureStyle.preamble(self, format: format) + commands + "\n"
    }
}
