// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// One field of a CSV row.
public enum CSVField: Equatable, Sendable {
    case text(String)
    case integer(Int)
    /// Written in the shortest form that reads back to the same value; non-finite ones as nan, inf and -inf.
    case number(Double)
    /// Nothing, where there is no value ("never").
    case empty

    /// The value, or `.empty` for nil.
    public static func integer(ifAny value: Int?) -> CSVField { value.map(CSVField.integer) ?? .empty }
    /// The value, or `.empty` for nil.
    public static func number(ifAny value: Double?) -> CSVField { value.map(CSVField.number) ?? .empty }
}

/// Streams rows to a CSV file (RFC 4180, but lines end with a newline alone): a header with the columns' names, then the rows.
///
/// Only whole rows go to disk, at the latest on `flush`, so an interrupted file ends with a whole row. A writer belongs to one thread at a time.
public final class CSVWriter {
    public let url: URL
    public let columns: [String]
    private var descriptor: FileDescriptor?
    private var buffer: [UInt8] = []
    private var end = 0

    private static let bufferSize = 1 << 16

    /// Bytes written so far, those in the buffer among them.
    public var byteCount: Int { end + buffer.count }

    /// Creates the file, or empties it if it is there, and writes the header; or goes on with a file that a writer of the same columns left.
    /// - Parameter continuingAfter: bytes of the file that is there to keep, a former ``byteCount``; what follows is cut off. Nil for a new file.
    /// - Throws: `RecordsError`: `.unwritable`; `.malformed` for no columns or a name given twice; `.truncated` for a file with fewer bytes.
    public init(url: URL, columns: [String], continuingAfter bytes: Int? = nil) throws {
        guard !columns.isEmpty, Set(columns).count == columns.count else {
            throw RecordsError(.malformed, file: url.path, "columns \(columns)", accepted: "one or more names, each once")
        }
        self.url = url
        self.columns = columns
        if let bytes {
            descriptor = try .reopening(url.path, size: bytes)
            end = bytes
            return
        }
        descriptor = try FileDescriptor.creating(url.path)!
        encode(columns.map(CSVField.text))
        try flush()
    }

    deinit {
        // The last chance for rows nobody flushed; an error has nowhere to go.
        try? close()
    }

    /// Appends a row, a field for each column.
    /// - Throws: `RecordsError`: `.mismatch` for another number of fields, or a closed file; `.unwritable`.
    public func append(_ row: [CSVField]) throws {
        guard descriptor != nil else { throw RecordsError(.mismatch, file: url.path, "a row for a file that is closed") }
        guard row.count == columns.count else {
            throw RecordsError(.mismatch, file: url.path, "a row of \(row.count) fields", accepted: "\(columns.count) fields")
        }
        encode(row)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    private func encode(_ row: [CSVField]) {
        for (index, field) in row.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            switch field {
            case .text(let text): encode(text, alone: row.count == 1)
            case .integer(let value): buffer.append(contentsOf: String(value).utf8)
            case .number(let value): buffer.append(contentsOf: (value.isNaN ? "nan" : value.description).utf8)
            case .empty: encode("", alone: row.count == 1)
            }
        }
        buffer.append(UInt8(ascii: "\n"))
    }

    /// Quotes where the text would be misread otherwise; an empty field that is `alone` in its row would look like no row.
    private func encode(_ text: String, alone: Bool) {
        let needsQuotes = text.isEmpty ? alone : text.utf8.contains { [0x22, 0x2c, 0x0a, 0x0d].contains($0) }
        guard needsQuotes else { return buffer.append(contentsOf: text.utf8) }
        buffer.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { buffer.append(byte) }
            buffer.append(byte)
        }
        buffer.append(UInt8(ascii: "\""))
    }

    /// Writes the buffered rows. After an error they stay buffered.
    /// - Throws: `RecordsError.unwritable`.
    public func flush() throws {
        guard let descriptor, !buffer.isEmpty else { return }
        try buffer.withUnsafeBytes { try descriptor.write($0, at: end) }
        end += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    /// Flushes, hands the file to the disk and closes it; later calls do nothing. The file is closed even if an error is thrown.
    /// - Throws: `RecordsError.unwritable`.
    public func close() throws {
        guard let descriptor else { return }
        defer {
            descriptor.close()
            self.descriptor = nil
        }
        try flush()
        try descriptor.synchronize()
    }
}
