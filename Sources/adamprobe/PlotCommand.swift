// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Figures
import Foundation

/// `adamprobe plot`: draws the figures of a run or of a sweep.
struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draw the figures of a run directory, or of a sweep's.",
        discussion: """
            Each figure is a gnuplot script, the data it reads, and a picture. The scripts run on their own: change one, \
            then run 'gnuplot FIGURE.gp' in its folder. A figure whose data the run doesn't hold is left out, with the reason.

            Of a sweep's directory: a figure a --value, mean over seeds with 95 % intervals, against an axis of numbers with a line a level of the \
            others, or as a table of two axes.

            Exit codes: 0 drawn, 1 nothing was drawn, or an input is damaged (the figures that don't need it are drawn all the same), \
            64 wrong usage.

            Examples:
            adamprobe plot runs/digits --format svg
            adamprobe plot plots/mnist-known --prediction Sources/Claims/Resources/C7/mnist-known.json --out figures
            adamprobe plot sweeps/l2 --value testError --value zeroNodes
            """)

    @Argument(
        help: ArgumentHelp("The directory that 'adamprobe run' or 'adamprobe sweep' wrote.", valueName: "directory"), completion: .directory)
    var directory: String

    @Option(help: "The pictures' format: svg, png or pdf.")
    var format: FigureFormat = .svg

    @Option(help: "The folder to write to; without it, 'figures' in the directory.", completion: .directory)
    var out: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Of a sweep: a column of its results (testError and zeroNodes); may be repeated.", valueName: "column"))
    var value: [String] = []

    @Option(
        help: "Of a run: a prediction of the census of nodes, drawn over it: statements and returns as in claim C7's files; may be given again.",
        completion: .file(extensions: ["json"]))
    var prediction: [String] = []

    func run() throws {
        let url = URL(fileURLWithPath: directory)
        if SweepFigures.isSweep(url) {
            if !prediction.isEmpty { throw ValidationError("--prediction is for a run's directory; \(directory) is a sweep's") }
            let written = try SweepFigures(sweep: url).write(values: value, format: format, to: out.map { URL(fileURLWithPath: $0) })
            for picture in written { print(picture.relativePath) }
            return
        }
        if !value.isEmpty { throw ValidationError("--value is for a sweep's directory; \(directory) is none") }
        let figures = try RunFigures(run: url, predictions: prediction.map { URL(fileURLWithPath: $0) })
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
