// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// One figure before it is drawn: the numbers, and the commands that draw them.
struct FigureSource: Sendable, Equatable {
    /// The name of the figure's files, such as `node-raster`.
    let name: String
    /// What the figure shows and what to beware of, one sentence a line; the script's opening comment.
    let caption: [String]
    /// Size of the page in points.
    var width = 720
    var height = 460
    /// The data file's text: comment lines begin with #, fields are set apart by blanks, blocks by two empty lines.
    let data: String
    /// gnuplot commands after the preamble; they find the data file's name in the variable `data`.
    let commands: String

    var scriptName: String { name + ".gp" }
    var dataName: String { name + ".dat" }
    func pictureName(_ format: FigureFormat) -> String { name + "." + format.rawValue }

    /// The whole script for a format.
    func script(format: FigureFormat) -> String {
        FigureStyle.preamble(self, format: format) + commands + "\n"
    }

    /// Draws the figure into a folder: script, data and picture.
    ///
    /// Renders in a staging folder beside the target files, then moves the three of them into place.
    /// - Returns: the picture.
    /// - Throws: `Gnuplot.Failure`; file errors.
    func draw(format: FigureFormat, in target: URL) throws -> URL {
        let staging = target.appendingPathComponent(".\(name)-\(UUID().uuidString)")
        try Folder.create(at: staging)
        defer { try? FileManager.default.removeItem(at: staging) }
        let script = staging.appendingPathComponent(scriptName)
        try AtomicFile.write(Data(self.script(format: format).utf8), to: script)
        try AtomicFile.write(Data(data.utf8), to: staging.appendingPathComponent(dataName))
        try Gnuplot.render(script: script)
        for file in [dataName, scriptName, pictureName(format)] {
            try AtomicFile.write(Data(contentsOf: staging.appendingPathComponent(file)), to: target.appendingPathComponent(file))
        }
        return target.appendingPathComponent(pictureName(format))
    }
}
