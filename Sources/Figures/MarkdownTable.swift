// SPDX-License-Identifier: GPL-3.0-or-later

/// A table in Markdown (GitHub's pipe tables), padded so that it can also be read as plain text.
public struct MarkdownTable: Sendable, Equatable, CustomStringConvertible {
    /// On which side a column's cells line up: text leading, numbers trailing.
    public enum Alignment: Sendable { case leading, trailing }

    /// The heading and alignment of one column.
    public struct Column: Sendable, Equatable {
        public let heading: String
        public let alignment: Alignment

        public init(_ heading: String, _ alignment: Alignment = .leading) {
            self.heading = heading
            self.alignment = alignment
        }
    }

    public let columns: [Column]
    public private(set) var rows: [[String]] = []

    /// An empty table. Precondition: at least one column.
    public init(columns: [Column]) {
        precondition(!columns.isEmpty, "a table needs at least one column")
        self.columns = columns
    }

    /// Adds a row of cells, one a column. A bar in a cell is escaped and a line break becomes a space.
    /// Precondition: as many cells as columns.
    public mutating func append(_ cells: [String]) {
        precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
        rows.append(cells)
    }

    public var description: String {
        let heading = columns.map { Self.escaped($0.heading) }
        let body = rows.map { $0.map(Self.escaped) }
        let widths = columns.indices.map { column in
            max(3, ([heading] + body).map { $0[column].count }.max() ?? 3)
        }
        func line(_ cells: [String]) -> String {
            let padded = columns.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - cells[column].count)
                return columns[column].alignment == .leading ? cells[column] + space : space + cells[column]
            }
            return "| " + padded.joined(separator: " | ") + " |"
        }
        let rule = columns.indices.map { column in
            columns[column].alignment == .leading
                ? String(repeating: "-", count: widths[column])
                : String(repeating: "-", count: widths[column] - 1) + ":"
        }
        return ([line(heading), line(rule)] + body.map(line)).joined(separator: "\n") + "\n"
    }

    private static func escaped(_ cell: String) -> String {
        cell.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: " ")
            .split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
