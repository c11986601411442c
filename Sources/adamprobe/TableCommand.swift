// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Figures
import Foundation
import Records

/// `adamprobe table`: a sweep's results over seeds.
struct TableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Tell a sweep's results over seeds: mean, 95 % interval, number of runs.",
        discussion: """
            Cells are mean ± half of Student's 95 % interval (number of runs). Only seeds are put together, and axes named by --over; an axis named \
            nowhere is one of the rows. A run that several points share counts once in a cell. Runs that did not complete or that diverged are left out, and told on standard error.

            Exit codes: 0 told, 1 no such table, axis or value, or no run to tell of, 64 wrong usage.

            Examples:
              adamprobe table sweeps/factorial --rows optimizer --columns network.2 --value testError
              adamprobe table results.csv --value testError --value zeroNodes --value foretoldZeroNodes
              adamprobe table sweeps/l2 --format csv --out l2.csv
            """)

    @Argument(help: ArgumentHelp("A sweep's directory, or its results.csv.", valueName: "results"), completion: .directory)
    var results: String

    @Option(parsing: .singleValue, help: ArgumentHelp("An axis whose levels are rows; may be repeated.", valueName: "axis"))
    var rows: [String] = []

    @Option(help: ArgumentHelp("The axis whose levels are columns.", valueName: "axis"))
    var columns: String?

    @Option(parsing: .singleValue, help: ArgumentHelp("An axis that is put together as seeds are; may be repeated.", valueName: "axis"))
    var over: [String] = []

    @Option(parsing: .singleValue, help: ArgumentHelp("A column of the results (testError); may be repeated.", valueName: "column"))
    var value: [String] = []

    @Option(help: "markdown, csv or json.")
    var format = TableFormat.markdown

    @Option(help: ArgumentHelp("Write to a file instead of standard output.", valueName: "file"), completion: .file())
    var out: String?

    enum TableFormat: String, ExpressibleByArgument, CaseIterable { case markdown, csv, json }

    func run() throws {
        let table = try SweepTable(
            ResultsTable(URL(fileURLWithPath: results)), rows: rows, columns: columns, over: over, values: value.isEmpty ? ["testError"] : value)
        let text =
            switch format {
            case .markdown: table.markdown
            case .csv: try table.csv
            case .json: table.json.serialized(.pretty) + "\n"
            }
        if let out { try AtomicFile.write(Data(text.utf8), to: URL(fileURLWithPath: out)) } else { print(text, terminator: "") }
        for (count, what) in [(table.incomplete, "did not complete"), (table.diverged, "diverged")] where count > 0 {
            FileHandle.standardError.write(Data("\(count) runs that \(what) are left out\n".utf8))
        }
    }
}
