// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Why a figure, or all figures of a run, can't be drawn.
public enum FigureError: Error, Equatable, CustomStringConvertible {
    /// The folder holds none of the files of a run directory.
    case notARun(URL)
    /// A file that the figure is made from isn't there.
    case missingInput(URL)
    /// A file is there but can't be used; the text says what is wrong and what would be accepted.
    case unusableInput(URL, String)
    /// The run was recorded, but holds nothing that this figure could show.
    case nothingToShow(String)
    /// There is no figure of this name.
    case unknownFigure(String, accepted: [String])
    /// A table has no axis, or no value, of this name.
    case unknownColumn(String, accepted: [String])
    /// An axis has more than one place in a table.
    case namedTwice(String)
    /// The figure is made from a file that was not named; the text says which, and how to name it.
    case needsInput(figure: String, String)

    public var description: String {
        switch self {
        case .notARun(let folder):
            """
            \(folder.relativePath) is neither a run's directory, with nodes.csv or a probe folder, nor a sweep's, with sweep.json and results.csv; \
            accepted: a folder that 'adamprobe run' or 'adamprobe sweep' wrote
            """
        case .missingInput(let file):
            "\(file.lastPathComponent) is missing in \(file.deletingLastPathComponent().path)"
        case .unusableInput(let file, let reason):
            "\(file.path): \(reason)"
        case .nothingToShow(let reason):
            reason
        case .unknownFigure(let name, let accepted):
            "there is no figure '\(name)'; accepted: \(accepted.joined(separator: ", "))"
        case .unknownColumn(let name, let accepted):
            "the results have no '\(name)'; accepted: \(accepted.joined(separator: ", "))"
        case .namedTwice(let name):
            "\(name) is named twice; accepted: each axis once, for rows, columns or to put together"
        case .needsInput(let figure, let what):
            "\(figure) needs \(what)"
        }
    }
}
