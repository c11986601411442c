// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// A recursive-descent parser over bytes.
struct JSONParser {
    static let depthLimit = 200

    private let text: UnsafeBufferPointer<UInt8>
    private let file: String?
    /// Where the text starts in the file, if places are byte offsets and not lines.
    private let origin: Int?
    private var position = 0
    private var depth = 0

    static func parse(_ data: Data, file: String?, origin: Int?) throws -> JSONValue {
        try data.withUnsafeBytes { bytes in
            try bytes.withMemoryRebound(to: UInt8.self) { text in
                var parser = JSONParser(text: text, file: file, origin: origin)
                parser.skipSpace()
                let value = try parser.value()
                parser.skipSpace()
                guard parser.position == text.count else { throw parser.malformed("text after the value", accepted: "one JSON value") }
                return value
            }
        }
    }

    private init(text: UnsafeBufferPointer<UInt8>, file: String?, origin: Int?) {
        self.text = text
        self.file = file
        self.origin = origin
    }

    private var current: UInt8? { position < text.count ? text[position] : nil }

    private mutating func value() throws -> JSONValue {
        switch current {
        case UInt8(ascii: "{")?: return .object(try nested { try $0.object() })
        case UInt8(ascii: "[")?: return .array(try nested { try $0.array() })
        case UInt8(ascii: "\"")?: return .string(try string())
        case UInt8(ascii: "-")?, (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return try number()
        case nil: throw malformed("breaks off before a value", accepted: "a JSON value")
        default: return try word()
        }
    }

    private mutating func word() throws -> JSONValue {
        for (word, value) in [("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null)]
        where text[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        for word in ["NaN", "Infinity"] where text[position...].starts(with: word.utf8) {
            throw malformed("a bare \(word)", accepted: "the strings \"NaN\", \"Infinity\" and \"-Infinity\"")
        }
        throw malformed("no JSON value", accepted: "an object, array, string, number, true, false or null")
    }

    private mutating func nested<Result>(_ body: (inout JSONParser) throws -> Result) throws -> Result {
        guard depth < Self.depthLimit else {
            throw RecordsError(.tooLarge, file: file, at: place(position), "values nested deeper than \(Self.depthLimit)")
        }
        depth += 1
        position += 1
        skipSpace()
        let result = try body(&self)
        depth -= 1
        return result
    }

    private mutating func object() throws -> JSONObject {
        var object = JSONObject()
        if take("}") { return object }
        while true {
            let start = position
            guard current == UInt8(ascii: "\"") else { throw malformed("no key", accepted: "a key in double quotes") }
            let key = try string()
            guard object[key] == nil else {
                throw RecordsError(.malformed, file: file, at: place(start), "the key \"\(key)\" is there twice", accepted: "each key once")
            }
            skipSpace()
            guard take(":") else { throw malformed("no ':' after a key", accepted: "':'") }
            object[key] = try value()
            skipSpace()
            if take("}") { return object }
            guard take(",") else { throw malformed("an object goes on oddly", accepted: "',' or '}'") }
        }
    }

    private mutating func array() throws -> [JSONValue] {
        var elements: [JSONValue] = []
        if take("]") { return elements }
        while true {
            elements.append(try value())
            skipSpace()
            if take("]") { return elements }
            guard take(",") else { throw malformed("an array goes on oddly", accepted: "',' or ']'") }
        }
    }

    private mutating func number() throws -> JSONValue {
        let start = position
        _ = takeByte("-")
        if !takeByte("0") {
            if current == UInt8(ascii: "I") { return try word() }
            try digits()
        }
        let isInteger = current != UInt8(ascii: ".") && current != UInt8(ascii: "e") && current != UInt8(ascii: "E")
        if takeByte(".") { try digits() }
        if takeByte("e") || takeByte("E") {
            if !takeByte("+") { _ = takeByte("-") }
            try digits()
        }
        let literal = String(decoding: text[start..<position], as: UTF8.self)
        // "-0" is the number −0, which no integer is.
        if isInteger, literal != "-0", let integer = Int(literal) { return .integer(integer) }
        guard let number = Double(literal), number.isFinite else {
            throw RecordsError(.tooLarge, file: file, at: place(start), "the number \(literal.prefix(40)) is beyond a double's range")
        }
        return .number(number)
    }

    private mutating func digits() throws {
        let start = position
        while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw malformed("a number without digits", accepted: "digits") }
    }

    private mutating func string() throws -> String {
        let start = position
        position += 1
        var bytes: [UInt8] = []
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard let string = String(validating: bytes, as: UTF8.self) else {
                    throw RecordsError(.malformed, file: file, at: place(start), "a string that is no UTF-8", accepted: "UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): bytes.append(contentsOf: try escape().utf8)
            case 0..<0x20: throw malformed("a bare control character in a string", accepted: "an escape such as \\n or \\u0000")
            default:
                bytes.append(byte)
                position += 1
            }
        }
        throw RecordsError(.malformed, file: file, at: place(start), "a string without end", accepted: "'\"' at its end")
    }

    private mutating func escape() throws -> String {
        position += 1
        let byte = current ?? 0
        let short: [UInt8: String] = [
            0x22: "\"", 0x5c: "\\", 0x2f: "/", 0x62: "\u{8}", 0x66: "\u{c}", 0x6e: "\n", 0x72: "\r", 0x74: "\t",
        ]
        if let character = short[byte] {
            position += 1
            return character
        }
        guard byte == UInt8(ascii: "u") else { throw malformed("an unknown escape", accepted: "\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX") }
        position += 1
        let first = try codeUnit()
        var units = [first]
        if UTF16.isLeadSurrogate(first), takeByte("\\"), takeByte("u") { units.append(try codeUnit()) }
        guard let string = String(validating: units, as: UTF16.self) else {
            throw malformed("a lone surrogate", accepted: "surrogates in pairs")
        }
        return string
    }

    private mutating func codeUnit() throws -> UInt16 {
        let digits = text[min(position, text.count)..<min(position + 4, text.count)]
        let isHexadecimal = digits.count == 4 && digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
        guard isHexadecimal, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
            throw malformed("an incomplete \\u escape", accepted: "\\u and four hexadecimal digits")
        }
        position += 4
        return unit
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    /// Takes `character` and the white space behind it, if it comes next.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard takeByte(character) else { return false }
        skipSpace()
        return true
    }

    private mutating func takeByte(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func malformed(_ problem: String, accepted: String) -> RecordsError {
        RecordsError(.malformed, file: file, at: place(position), problem, accepted: accepted)
    }

    private func place(_ position: Int) -> RecordsError.Place {
        if let origin { return .byte(origin + position) }
        let before = text[..<position]
        let line = before.lazy.filter { $0 == 0x0a }.count + 1
        let lineStart = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        return .line(line, column: position - lineStart + 1)
    }
}
