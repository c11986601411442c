// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// One value of a sweep against its axes, mean over seeds with 95 % intervals.
///
/// Against the first axis of numbers, a line a level of the other axes; without one, a heat table of two axes, or points by the levels of one.
enum SweepFigure {
    static func make(_ results: ResultsTable, value: String) throws -> FigureSource {
        let axes = try results.axes.map { Axis(name: $0, levels: try results.levels($0).firsts()) }
        guard let first = axes.first else { throw FigureError.nothingToShow("the sweep has no axis but the seed") }
        if let numeric = axes.first(where: { $0.numbers != nil && $0.levels.count > 1 }), let numbers = numeric.numbers {
            let table = try SweepTable(results, rows: axes.map(\.name).filter { $0 != numeric.name }, columns: numeric.name, values: [value])
            return try curves(table, numeric, numbers, value)
        }
        if axes.count == 2 {
            let table = try SweepTable(results, rows: [first.name], columns: axes[1].name, values: [value])
            return try heat(table, value)
        }
        return try points(try SweepTable(results, values: [value]), value)
    }

    /// An axis and its levels in order, as numbers where all of them are.
    struct Axis {
        let name: String
        let levels: [String]
        var numbers: [Double]? {
            let numbers = levels.compactMap { Double($0).flatMap { $0.isFinite ? $0 : nil } }
            return numbers.count == levels.count ? numbers : nil
        }
    }

    private static let colors = [
        FigureStyle.blue, FigureStyle.vermilion, FigureStyle.green, FigureStyle.orange, FigureStyle.purple, FigureStyle.skyBlue,
        FigureStyle.black, FigureStyle.grey,
    ]

    private static func quoted(_ text: String) -> String { "'" + text.replacingOccurrences(of: "'", with: "''") + "'" }

    private static func name(_ value: String) -> String {
        "sweep-" + String(value.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "-" })
    }

    private static let caption = "mean over seeds with its 95 % interval (Student), where there are two runs or more."

    private static func bounds(_ cell: Aggregate) -> String {
        [cell.mean, cell.interval?.lower ?? cell.mean, cell.interval?.upper ?? cell.mean].map(Number.short).joined(separator: " ")
    }

    /// From 0 where no mean is negative, as counts and errors are not, though an interval may reach below.
    private static func ordinate(of value: String, in table: SweepTable) -> String {
        let means = table.rows.flatMap { row in table.columns.compactMap { table.cell(row: row, column: $0, value: value)?.mean } }
        return "set offsets 0, 0, graph 0.05, graph 0.05" + (means.contains { $0 < 0 } ? "" : "\nset yrange [0:]")
    }

    // MARK: Curves

    private static func curves(_ table: SweepTable, _ axis: Axis, _ numbers: [Double], _ value: String) throws -> FigureSource {
        let scale = Scale(numbers)
        let order = zip(axis.levels, numbers).sorted { $0.1 < $1.1 }
        let blocks = table.rows.map { row in
            order.compactMap { level, number in
                table.cell(row: row, column: level, value: value).map { "\(Number.short(scale.place(number))) \(bounds($0))" }
            }.joined(separator: "\n")
        }
        let names = table.rows.map { $0.joined(separator: ", ") }
        let plots = names.indices.map { index in
            let style = "linecolor rgb '\(colors[index % colors.count])' dashtype \(index / colors.count + 1)"
            let title = names[index].isEmpty ? "" : " title \(quoted(names[index]))"
            return """
                data index \(index) using 1:2:3:4 with yerrorbars pointtype 7 pointsize 0.6 linewidth 1.2 \(style), \\
                    data index \(index) using 1:2 with lines linewidth 1.8 \(style)\(title)
                """
        }
        return FigureSource(
            name: name(value),
            caption: ["\(value) against \(axis.name)" + (table.rowAxes.isEmpty ? "" : " by \(table.rowAxes.joined(separator: ", "))"), caption],
            data: blocks.enumerated().map { "# \(names[$0])\n# \(axis.name), mean, lower, upper\n\($1)\n" }.joined(separator: "\n\n"),
            commands: """
                set xlabel \(quoted(axis.name)) noenhanced
                set ylabel \(quoted(value)) noenhanced
                \(scale.commands)
                \(ordinate(of: value, in: table))
                \(names == [""] ? "unset key" : "set key outside right top vertical noenhanced")
                plot \(plots.joined(separator: ", \\\n    "))
                """)
    }

    // MARK: Points by name

    private static func points(_ table: SweepTable, _ value: String) throws -> FigureSource {
        let names = table.rows.map { $0.joined(separator: ", ") }
        let data = table.rows.enumerated().compactMap { index, row in
            table.cell(row: row, value: value).map { "\(index) \(bounds($0))" }
        }
        return FigureSource(
            name: name(value), caption: ["\(value) by \(table.rowAxes.joined(separator: ", "))", caption],
            data: "# index, mean, lower, upper\n\(data.joined(separator: "\n"))\n",
            commands: """
                set xlabel \(quoted(table.rowAxes.joined(separator: ", "))) noenhanced
                set ylabel \(quoted(value)) noenhanced
                set xrange [-0.5:\(names.count - 1).5]
                \(ordinate(of: value, in: table))
                set xtics rotate by 30 right noenhanced (\(names.enumerated().map { "\(quoted($1)) \($0)" }.joined(separator: ", ")))
                plot data using 1:2:3:4 with yerrorbars pointtype 7 pointsize 0.8 linewidth 1.5 linecolor rgb '\(FigureStyle.blue)'
                """)
    }

    // MARK: Heat table

    private static func heat(_ table: SweepTable, _ value: String) throws -> FigureSource {
        let (width, height) = (table.columns.count, table.rows.count)
        let cells = table.rows.map { row in table.columns.map { table.cell(row: row, column: $0, value: value) } }
        let means = cells.flatMap { $0 }.compactMap { $0?.mean }.filter(\.isFinite)
        guard let least = means.min(), let most = means.max() else { throw FigureError.nothingToShow("no run has a finite \(value)") }
        let matrix = cells.reversed().map { $0.map { Number.short($0?.mean ?? .nan) }.joined(separator: " ") }.joined(separator: "\n")
        let labels = cells.enumerated().flatMap { row, cells in
            cells.enumerated().compactMap { column, cell -> String? in
                guard let cell, cell.mean.isFinite else { return nil }
                let half = cell.interval.map { String(format: "\\n± %.2g", ($0.upper - $0.lower) / 2) } ?? ""
                let color = cell.mean > least + 0.6 * (most - least) ? "#FFFFFF" : "#111111"
                let text = String(format: "%.3g", cell.mean) + half
                // The first of two lines stands where the label is.
                let place = "at \(column),\(height - 1 - row) center" + (half.isEmpty ? "" : " offset 0,0.5")
                return "set label \"\(text)\" \(place) front font small textcolor rgb '\(color)'"
            }
        }
        func tics(_ names: [String]) -> String { names.enumerated().map { "\(quoted($1)) \($0)" }.joined(separator: ", ") }
        return FigureSource(
            name: name(value),
            caption: ["\(value) by \(table.rowAxes[0]) and \(table.columnAxis ?? "")", caption],
            width: max(480, 190 + 90 * width), height: 130 + 46 * height,
            data: "# means: a row a level of \(table.rowAxes[0]) from below, a column a level of \(table.columnAxis ?? "")\n\(matrix)\n",
            commands: """
                unset grid
                set border 15
                set tics scale 0
                set title \(quoted(value)) noenhanced
                set xrange [-0.5:\(width - 1).5]
                set yrange [-0.5:\(height - 1).5]
                set xtics noenhanced (\(tics(table.columns)))
                set ytics noenhanced (\(tics(table.rows.map { $0[0] }.reversed())))
                set palette defined (0 '#F4F7FA', 0.5 '\(FigureStyle.skyBlue)', 1 '\(FigureStyle.blue)')
                set cbrange [\(Number.short(least)):\(Number.short(most > least ? most : least + 1))]
                unset colorbox
                \(labels.joined(separator: "\n"))
                plot data matrix using 1:2:(0.5):(0.5):3 with boxxyerror linecolor palette
                """)
    }
}

/// The figures of a sweep's directory.
public struct SweepFigures: Sendable {
    /// What is drawn if nothing is named.
    public static let usualValues = ["testError", "zeroNodes"]
    private let results: ResultsTable
    private let folder: URL

    /// Whether a folder is a sweep's.
    public static func isSweep(_ url: URL) -> Bool {
        ["sweep.json", "results.csv"].allSatisfy { FileManager.default.fileExists(atPath: url.appendingPathComponent($0).path) }
    }

    /// - Throws: as ``ResultsTable/init(_:)``.
    public init(sweep url: URL) throws {
        results = try ResultsTable(url)
        folder = url
    }

    /// Draws a figure a value, each a script, the data it reads and the picture, in place of those of an earlier call.
    /// - Parameter folder: where to; nil means `figures` in the sweep's directory. Made if it isn't there.
    /// - Returns: the pictures.
    /// - Throws: `Gnuplot.Failure`; `FigureError` for a value that the results don't have; file errors.
    public func write(values: [String], format: FigureFormat, to target: URL?) throws -> [URL] {
        guard Gnuplot.executable() != nil else { throw Gnuplot.Failure.notInstalled }
        let sources = try (values.isEmpty ? Self.usualValues : values).map { try SweepFigure.make(results, value: $0) }
        let target = target ?? folder.appendingPathComponent("figures")
        try Folder.create(at: target)
        return try sources.map { try $0.draw(format: format, in: target) }
    }
}
