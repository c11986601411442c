// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// A sweep's results over seeds: a row a combination of the row axes, a column a level of the column axis.
///
/// Nothing is mixed but seeds and the axes named in `over`: an axis that is named nowhere is a row axis. Each run counts once in a cell, however
/// many of the points that share it fall there.
public struct SweepTable: Sendable {
    public let rowAxes: [String]
    public let columnAxis: String?
    public let values: [String]
    /// Levels of the row axes, in the order of the points.
    public let rows: [[String]]
    /// Levels of the column axis; one empty one without such an axis.
    public let columns: [String]
    private let cells: [Key: Aggregate]
    /// Runs that did not complete, and those that diverged: both are left out.
    public let incomplete: Int
    public let diverged: Int

    private struct Key: Hashable {
        let row: [String]
        let column: String
        let value: String
    }

    /// - Parameters:
    ///   - rows: row axes, first ones first; `columns`: the column axis; `over`: axes whose levels are put together as seeds are.
    ///   - values: columns of the results, such as `testError`.
    /// - Throws: `FigureError.unknownColumn`; `RecordsError`.
    public init(
        _ results: ResultsTable, rows: [String] = [], columns: String? = nil, over: [String] = [], values: [String] = ["testError"]
    ) throws {
        let named = rows + [columns].compactMap { $0 } + over
        for axis in named { _ = try results.levels(axis) }
        if let twice = named.first(where: { axis in named.count { $0 == axis } > 1 }) { throw FigureError.namedTwice(twice) }
        rowAxes = rows + results.axes.filter { !named.contains($0) }
        columnAxis = columns
        self.values = values
        let rowLevels = try rowAxes.map(results.levels)
        let columnLevels = try columns.map(results.levels)
        let keys = results.runs.indices.map { index in (row: rowLevels.map { $0[index] }, column: columnLevels?[index] ?? "") }
        var cells: [Key: Aggregate] = [:]
        for value in values {
            var groups: [Key: [Double]] = [:]
            var counted: [Key: Set<String>] = [:]
            for (index, number) in try results.numbers(value).enumerated() {
                let key = Key(row: keys[index].row, column: keys[index].column, value: value)
                if let number, counted[key, default: []].insert(results.runs[index]).inserted { groups[key, default: []].append(number) }
            }
            for (key, numbers) in groups { cells[key] = try Aggregate(numbers) }
        }
        self.cells = cells
        self.rows = keys.map(\.row).firsts()
        self.columns = columns == nil ? [""] : keys.map(\.column).firsts()
        incomplete = results.incomplete
        diverged = results.diverged
    }

    /// nil where no run has such a value.
    public func cell(row: [String], column: String = "", value: String) -> Aggregate? { cells[Key(row: row, column: column, value: value)] }

    /// A table for reading, mean ± half of the 95 % interval (number of runs).
    public var markdown: String {
        let heads = columns.flatMap { column in
            values.map { value in column.isEmpty ? value : values.count > 1 ? "\(column): \(value)" : column }
        }
        var lines = [line(rowAxes + heads), line(rowAxes.map { _ in "---" } + heads.map { _ in "---:" })]
        for row in rows {
            lines.append(
                line(row + columns.flatMap { column in values.map { cell(row: row, column: column, value: $0)?.text ?? "–" } }))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ fields: [String]) -> String {
        "| " + fields.map { $0.replacingOccurrences(of: "|", with: "\\|") }.joined(separator: " | ") + " |"
    }

    /// One entry a cell that has a value: its levels, what was measured, mean, ends of the interval, number of runs.
    public var json: JSONValue {
        .array(
            entries.map { levels, value, cell in
                var object = JSONObject(levels.map { ($0.0, JSONValue.string($0.1)) })
                object["value"] = .string(value)
                object["mean"] = .number(cell.mean)
                object["lower"] = cell.interval.map { .number($0.lower) } ?? .null
                object["upper"] = cell.interval.map { .number($0.upper) } ?? .null
                object["n"] = .integer(cell.count)
                object["nonFinite"] = .integer(cell.nonFinite)
                return .object(object)
            })
    }

    /// The same as a table in CSV, with a column an axis.
    /// - Throws: `RecordsError.unwritable` where the temporary folder is.
    public var csv: String {
        get throws {
            let axes = rowAxes + [columnAxis].compactMap { $0 }
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("adamprobe-table-\(UUID().uuidString).csv")
            defer { try? FileManager.default.removeItem(at: file) }
            let writer = try CSVWriter(url: file, columns: axes + ["value", "mean", "lower", "upper", "n", "nonFinite"])
            for (levels, value, cell) in entries {
                try writer.append(
                    levels.map { CSVField.text($0.1) } + [
                        .text(value), .number(cell.mean), .number(ifAny: cell.interval?.lower), .number(ifAny: cell.interval?.upper),
                        .integer(cell.count), .integer(cell.nonFinite),
                    ])
            }
            try writer.close()
            return try String(contentsOf: file, encoding: .utf8)
        }
    }

    private var entries: [(levels: [(String, String)], value: String, cell: Aggregate)] {
        rows.flatMap { row in
            columns.flatMap { column in
                values.compactMap { value in
                    cell(row: row, column: column, value: value).map { cell in
                        (Array(zip(rowAxes, row)) + (columnAxis.map { [($0, column)] } ?? []), value, cell)
                    }
                }
            }
        }
    }
}
