// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Rows of fields out of CSV text.
struct CSVParser {
    private let text: [UInt8]
    private let file: String?
    private var position = 0
    private var line = 1

    init(_ content: Data, file: String?) {
        text = [UInt8](content)
        self.file = file
    }

    /// The next row and the line it starts on; nil at the end. Empty lines are skipped.
    mutating func row() throws -> (fields: [String], line: Int)? {
        while takeLineEnd() {}
        guard position < text.count else { return nil }
        let start = line
        var fields = [try field()]
        while position < text.count, !takeLineEnd() {
            guard text[position] == UInt8(ascii: ",") else {
                throw RecordsError(.malformed, file: file, at: .line(line), "text after a closing quote", accepted: "',' or the line's end")
            }
            position += 1
            fields.append(try field())
        }
        return (fields, start)
    }

    private mutating func field() throws -> String {
        guard position < text.count, text[position] == UInt8(ascii: "\"") else {
            let start = position
            while position < text.count, text[position] != UInt8(ascii: ","), !isLineEnd() {
                guard text[position] != UInt8(ascii: "\"") else {
                    throw RecordsError(
                        .malformed, file: file, at: .line(line), "a quote inside a plain field", accepted: "quotes around the whole field")
                }
                position += 1
            }
            return try string(text[start..<position])
        }
        let start = line
        var bytes: [UInt8] = []
        position += 1
        while position < text.count {
            let byte = text[position]
            position += 1
            if byte == UInt8(ascii: "\"") {
                guard position < text.count, text[position] == byte else { return try string(bytes[...]) }
                position += 1
            }
            if byte == 0x0a { line += 1 }
            bytes.append(byte)
        }
        throw RecordsError(.malformed, file: file, at: .line(start), "a quoted field without end", accepted: "'\"' at its end")
    }

    private func string(_ bytes: ArraySlice<UInt8>) throws -> String {
        guard let string = String(validating: bytes, as: UTF8.self) else {
            throw RecordsError(.malformed, file: file, at: .line(line), "a field that is no UTF-8", accepted: "UTF-8")
        }
        return string
    }

    private func isLineEnd() -> Bool {
        text[position] == 0x0a || (text[position] == 0x0d && position + 1 < text.count && text[position + 1] == 0x0a)
    }

    private mutating func takeLineEnd() -> Bool {
        guard position < text.count, isLineEnd() else { return false }
        position += text[position] == 0x0d ? 2 : 1
        line += 1
        return true
    }
}
