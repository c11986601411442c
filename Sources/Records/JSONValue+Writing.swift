// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

extension JSONValue {
    /// How a value is laid out in text.
    public enum Layout: Sendable {
        /// On one line, without spaces.
        case compact
        /// A member or element a line, indented by two spaces; empty ones and arrays of plain values on one line; a newline at the end.
        case pretty
    }

    /// Writes the value to a file in UTF-8, atomically.
    /// - Throws: `RecordsError.unwritable`.
    public func write(to url: URL, layout: Layout = .pretty) throws {
        try AtomicFile.write(Data(serialized(layout).utf8), to: url)
    }

    /// The value as JSON text; keys in their order. Parsing gives the value back, but for non-finite numbers, which come back as strings.
    public func serialized(_ layout: Layout = .pretty) -> String {
        var text = ""
        append(to: &text, indent: layout == .pretty ? 0 : nil)
        if layout == .pretty { text += "\n" }
        return text
    }

    private func append(to text: inout String, indent: Int?) {
        switch self {
        case .object(let object):
            Self.append(object.members, between: "{", "}", to: &text, indent: indent) { member, text, indent in
                Self.appendQuoted(member.key, to: &text)
                text += indent == nil ? ":" : ": "
                member.value.append(to: &text, indent: indent)
            }
        case .array(let elements):
            let isPlain = !elements.contains { $0.array != nil || $0.object != nil }
            if isPlain, indent != nil {
                text += "[" + elements.map { $0.serialized(.compact) }.joined(separator: ", ") + "]"
            } else {
                Self.append(elements, between: "[", "]", to: &text, indent: indent) { $0.append(to: &$1, indent: $2) }
            }
        case .string(let string): Self.appendQuoted(string, to: &text)
        case .integer(let value): text += String(value)
        case .number(let value): text += value.isFinite ? value.description : value.isNaN ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\""
        case .bool(let value): text += value ? "true" : "false"
        case .null: text += "null"
        }
    }

    /// Appends `items` between two brackets; `indent` is nil for the compact layout.
    private static func append<Item>(
        _ items: [Item], between opening: String, _ closing: String, to text: inout String, indent: Int?,
        _ appendItem: (Item, inout String, Int?) -> Void
    ) {
        text += opening
        for (index, item) in items.enumerated() {
            if index > 0 { text += "," }
            if let indent { text += "\n" + String(repeating: " ", count: indent + 2) }
            appendItem(item, &text, indent.map { $0 + 2 })
        }
        if let indent, !items.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
        text += closing
    }

    private static func appendQuoted(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
