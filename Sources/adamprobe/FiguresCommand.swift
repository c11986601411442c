// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Figures
import Foundation

/// `adamprobe figures`: draws the figures of the laws.
struct FiguresCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "figures",
        abstract: "Draw the figures of the laws, from the theory and the dead-weight laboratory; no run is needed.",
        discussion: """
            Without names all figures are drawn; mutation-matrix only with --matrix. Each figure is a gnuplot script, the data it reads, and a \
            picture. The scripts run on their own: change one, then run 'gnuplot FIGURE.gp' in its folder. For the figures of a run see \
            'adamprobe plot'.

            Exit codes: 0 drawn, 1 something failed (the reason is on standard error), 64 wrong usage.

            Examples: adamprobe figures --list
            adamprobe figures phase-map anatomy --format png --out figures
            adamprobe figures predicted-measured --data report/B3-trained.csv --data report/B3-mnist.csv
            adamprobe figures mutation-matrix --matrix mutation-matrix.csv
            """)

    @Argument(help: "Names of figures; see --list.") var names: [String] = []
    @Option(help: "The folder to write to; made if it isn't there.", completion: .directory) var out = "figures"
    @Option(help: "The pictures' format: svg, png or pdf.") var format: FigureFormat = .svg
    @Option(
        help: "For predicted-measured: a table of claim B3, B3-trained or B3-mnist from 'adamprobe verify --out'; may be given again.",
        completion: .file(extensions: ["csv"]))
    var data: [String] = []
    @Option(help: "For mutation-matrix: the table of mutations and claims.", completion: .file(extensions: ["csv"]))
    var matrix: String?
    @Flag(help: "List the figures and stop.") var list = false

    func validate() throws {
        func refuse(_ option: String, _ given: Bool, without figure: TheoryFigure) throws {
            if given, !names.isEmpty, !names.contains(figure.rawValue) { throw ValidationError("\(option) is only for \(figure.rawValue)") }
        }
        try refuse("--data", !data.isEmpty, without: .predictedMeasured)
        try refuse("--matrix", matrix != nil, without: .mutationMatrix)
    }

    func run() throws {
        let figures = TheoryFigures(
            passages: data.map { URL(fileURLWithPath: $0) }, matrix: matrix.map { URL(fileURLWithPath: $0) })
        let chosen: [TheoryFigure]
        do {
            chosen = try figures.named(names)
        } catch let error as FigureError {
            throw ValidationError("\(error)")
        }
        if list {
            for figure in names.isEmpty ? TheoryFigure.allCases : chosen { print("\(figure.rawValue)\t\(figure.summary)") }
            return
        }
        _ = try figures.write(chosen, format: format, to: URL(fileURLWithPath: out)) { print($0.relativePath) }
    }
}
