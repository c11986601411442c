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
            Each figure is a gnuplot script, the data it reads, and a picture. The scripts run on their own: change one, \
            then run 'gnuplot FIGURE.gp' in its folder. A figure whose data the run doesn't hold is left out, with the reason.

            Exit codes: 0 drawn, 1 nothing was drawn, or an input is damaged (the figures that don't need it are drawn all the same), \
            64 wrong usage.

            Examples: adamprobe plot runs/digits --format svg
            adamprobe plot plots/mnist-known --prediction Sources/Claims/Resources/C7/mnist-known.json --out figures
            """)

    @Argument(help: ArgumentHelp("The run directory that 'adamprobe run' wrote.", valueName: "run"), completion: .directory)
    var directory: String

    @Option(help: "The pictures' format: svg, png or pdf.")
    var format: FigureFormat = .svg

    @Option(help: "The folder to write to; without it, 'figures' in the run directory.", completion: .directory)
    var out: String?

    @Option(
        help: "A prediction of the census of nodes, drawn over it: statements and returns as in claim C7's files; may be given again.",
        completion: .file(extensions: ["json"]))
    var prediction: [String] = []

    func run() throws {
        let figures = try RunFigures(run: URL(fileURLWithPath: directory), predictions: prediction.map { URL(fileURLWithPath: $0) })
        var damaged: [FigureKind] = []
        let written = try figures.write(format: format, to: out.map { URL(fileURLWithPath: $0) }) { kind, reason in
            if RunFigures.isDamage(reason) { damaged.append(kind) }
            Self.warn("left out \(kind.rawValue): \(reason)")
        }
        for picture in written { print(picture.relativePath) }
        if written.isEmpty {
            Self.warn("nothing was drawn: all \(FigureKind.allCases.count) figures were left out")
            throw ExitCode.failure
        }
        if !damaged.isEmpty {
            Self.warn("left out because an input is damaged: \(damaged.map(\.rawValue).joined(separator: ", "))")
            throw ExitCode.failure
        }
    }

    private static func warn(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

extension FigureFormat: ExpressibleByArgument {}
