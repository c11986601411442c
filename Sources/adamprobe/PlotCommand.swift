// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Figures
import Foundation

/// `adamprobe plot`: draws the figures of a run.
struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draw the figures of a run directory.",
        discussion: """
            Each figure is a gnuplot script, the data it reads, and a picture. The scripts run on their own: change one,
            then run 'gnuplot FIGURE.gp' in its folder. A figure whose data the run doesn't hold is left out, with the reason.

            Example: adamprobe plot runs/digits --format svg
            """)

    @Argument(help: ArgumentHelp("The run directory that 'adamprobe run' wrote.", valueName: "run"), completion: .directory)
    var directory: String

    @Option(help: "The pictures' format: svg or png.")
    var format: FigureFormat = .svg

    @Option(help: "The folder to write to; without it, 'figures' in the run directory.", completion: .directory)
    var out: String?

    func run() throws {
        let figures = try RunFigures(run: URL(fileURLWithPath: directory))
        let written = try figures.write(format: format, to: out.map { URL(fileURLWithPath: $0) }) { kind, reason in
            FileHandle.standardError.write(Data("left out \(kind.rawValue): \(reason)\n".utf8))
        }
        for picture in written { print(picture.relativePath) }
    }
}

extension FigureFormat: ExpressibleByArgument {}
