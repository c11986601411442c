// SPDX-License-Identifier: GPL-3.0-or-later

/// The small part of Python's literals that an `.npy` header is made of: one dictionary whose keys are strings and whose values are
/// strings, `True`, `False`, or tuples of non-negative integers.
struct PythonDictionary {
    enum Literal: Equatable {
        case string(String)
        case bool(Bool)
        case tuple([Int])
    }

    private let text: [UInt8]
    private let file: String?
    private let origin: Int
    private var position = 0

    /// Reads a dictionary that fills `text` but for white space, and hands its entries, in order, to `body`.
    /// - Parameter origin: where `text` starts in the file.
    /// - Throws: `RecordsError.malformed`, `.unsupported` for structured element types, `.tooLarge` for dimensions beyond 64 bits.
    static func read<Result>(
        _ text: [UInt8], file: String?, origin: Int, _ body: ([(key: String, value: Literal)]) throws -> Result
    ) throws -> Result {
        var parser = PythonDictionary(text: text, file: file, origin: origin)
        return try body(parser.dictionary())
    }

    private init(text: [UInt8], file: String?, origin: Int) {
        self.text = text
        self.file = file
        self.origin = origin
    }

    private mutating func dictionary() throws -> [(key: String, value: Literal)] {
        var entries: [(key: String, value: Literal)] = []
        try expect("{")
        while !take("}") {
            let key = try string()
            try expect(":")
            entries.append((key, try value()))
            guard take(",") else {
                try expect("}")
                break
            }
        }
        skipSpace()
        guard position == text.count else { throw malformed("text after the dictionary", accepted: "white space") }
        return entries
    }

    private mutating func value() throws -> Literal {
        skipSpace()
        guard position < text.count else { throw malformed("breaks off before a value", accepted: "a string, True, False or a tuple") }
        switch text[position] {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "("): return .tuple(try tuple())
        case UInt8(ascii: "["):
            throw RecordsError(.unsupported, file: file, at: .byte(origin + position), "structured elements", accepted: "one number an element")
        default:
            for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
                position += word.utf8.count
                return .bool(value)
            }
            throw malformed("unreadable value", accepted: "a string, True, False or a tuple")
        }
    }

    private mutating func tuple() throws -> [Int] {
        var dimensions: [Int] = []
        try expect("(")
        while !take(")") {
            dimensions.append(try integer())
            if take(",") { continue }
            // Python reads (3) as a number; a tuple of one needs its comma.
            guard dimensions.count > 1 else { throw malformed("a tuple of one without its comma", accepted: "(n,)") }
            try expect(")")
            break
        }
        return dimensions
    }

    private mutating func integer() throws -> Int {
        skipSpace()
        let start = position
        var value = 0
        while position < text.count, let digit = Character(UnicodeScalar(text[position])).wholeNumberValue, text[position] < 0x80 {
            let (product, first) = value.multipliedReportingOverflow(by: 10)
            let (sum, second) = product.addingReportingOverflow(digit)
            guard !first, !second else {
                throw RecordsError(.tooLarge, file: file, at: .byte(origin + start), "a dimension doesn't fit 64 bits")
            }
            value = sum
            position += 1
        }
        guard position > start else { throw malformed("no dimension", accepted: "a non-negative integer") }
        // Python 2 wrote long integers with this suffix.
        if position < text.count, text[position] == UInt8(ascii: "L") { position += 1 }
        return value
    }

    private mutating func string() throws -> String {
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: "'") || text[position] == UInt8(ascii: "\"") else {
            throw malformed("no string", accepted: "a string in quotes")
        }
        let quote = text[position]
        let start = position + 1
        guard let end = text[start...].firstIndex(of: quote) else { throw malformed("a string without end", accepted: "a string in quotes") }
        let content = text[start..<end]
        guard content.allSatisfy({ (0x20..<0x7f).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            throw malformed("a string with escapes or characters beyond ASCII", accepted: "plain ASCII")
        }
        position = end + 1
        return String(decoding: content, as: UTF8.self)
    }

    private mutating func skipSpace() {
        while position < text.count, [0x20, 0x0a, 0x09, 0x0d].contains(text[position]) { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws {
        guard take(character) else { throw malformed("no '\(character)'", accepted: "'\(character)'") }
    }

    private func malformed(_ problem: String, accepted: String) -> RecordsError {
        RecordsError(.malformed, file: file, at: .byte(origin + position), "in the .npy header: \(problem)", accepted: accepted)
    }
}
