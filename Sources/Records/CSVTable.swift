// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// The rows of a CSV file with a header, by column.
public struct CSVTable: Equatable, Sendable {
    /// The columns' names in order.
    public let columns: [String]
    public let rowCount: Int
    private let fields: [[String]]
    /// The line on which each row starts, from 1.
    private let lines: [Int]
    private let file: String?

    /// Reads a file: UTF-8, fields separated by commas, quoted as in RFC 4180 where needed, lines ended by a newline with or without a
    /// carriage return, the last one perhaps not ended. Empty lines are skipped.
    /// - Throws: `RecordsError`: `.unreadable`, and `.malformed` with the line.
    public static func read(_ url: URL) throws -> CSVTable {
        try CSVTable(decoding: FileContent.read(url), file: url.path)
    }

    /// Reads the content of a file; `file` is its name in errors.
    public init(decoding content: Data, file: String? = nil) throws {
        var parser = CSVParser(content, file: file)
        guard let header = try parser.row() else {
            throw RecordsError(.malformed, file: file, at: .line(1), "no header", accepted: "the columns' names on the first line")
        }
        guard Set(header.fields).count == header.fields.count else {
            throw RecordsError(.malformed, file: file, at: .line(header.line), "a column name is there twice", accepted: "each name once")
        }
        var fields = [[String]](repeating: [], count: header.fields.count)
        var lines: [Int] = []
        while let row = try parser.row() {
            guard row.fields.count == fields.count else {
                throw RecordsError(
                    .malformed, file: file, at: .line(row.line), "\(row.fields.count) fields", accepted: "\(fields.count), as in the header")
            }
            for index in fields.indices { fields[index].append(row.fields[index]) }
            lines.append(row.line)
        }
        columns = header.fields
        rowCount = lines.count
        self.fields = fields
        self.lines = lines
        self.file = file
    }

    /// A column's fields as they are, without quotes.
    /// - Throws: `RecordsError.missing`, which lists the columns there are.
    public func texts(_ column: String) throws -> [String] {
        guard let index = columns.firstIndex(of: column) else {
            throw RecordsError(.missing, file: file, at: .key(column), "no such column", accepted: columns.joined(separator: ", "))
        }
        return fields[index]
    }

    /// A column as numbers; nan, inf and -inf are numbers too (in any case, with or without sign).
    /// - Throws: `RecordsError`: `.missing`; `.mismatch`, with the line, for anything else and for empty fields.
    public func numbers(_ column: String) throws -> [Double] {
        try converted(column, "a number", Self.number)
    }

    /// As `numbers`, with nil for empty fields.
    public func optionalNumbers(_ column: String) throws -> [Double?] {
        try converted(column, "a number or nothing") { $0.isEmpty ? .some(nil) : Self.number($0).map(Optional.some) }
    }

    /// A column as integers.
    /// - Throws: `RecordsError`: `.missing`; `.mismatch`, with the line, for anything else and for empty fields.
    public func integers(_ column: String) throws -> [Int] {
        try converted(column, "an integer") { Int($0) }
    }

    /// As `integers`, with nil for empty fields.
    public func optionalIntegers(_ column: String) throws -> [Int?] {
        try converted(column, "an integer or nothing") { $0.isEmpty ? .some(nil) : Int($0).map(Optional.some) }
    }

    private func converted<Value>(_ column: String, _ accepted: String, _ convert: (String) -> Value?) throws -> [Value] {
        try zip(texts(column), lines).map { text, line in
            if let value = convert(text) { return value }
            throw RecordsError(.mismatch, file: file, at: .line(line), "column \(column) has \"\(text.prefix(40))\"", accepted: accepted)
        }
    }

    private static let digits = Set("0123456789+-.eE".utf8)

    private static func number(_ text: String) -> Double? {
        if text.utf8.allSatisfy(digits.contains) { return Double(text).flatMap { $0.isFinite ? $0 : nil } }
        let name = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        switch name.lowercased() {
        case "nan": return .nan
        case "inf", "infinity": return text.first == "-" ? -.infinity : .infinity
        default: return nil
        }
    }
}
