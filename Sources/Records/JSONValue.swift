// SPDX-License-Identifier: GPL-3.0-or-later

/// A JSON value (RFC 8259). Objects keep the order of their keys; integers and other numbers are told apart.
///
/// JSON has no non-finite numbers: `.number(.nan)` and the infinities are written as the strings "NaN", "Infinity" and "-Infinity", and
/// `double` reads those strings as numbers.
public enum JSONValue: Equatable, Sendable {
    case object(JSONObject)
    case array([JSONValue])
    case string(String)
    /// A number written without fraction and exponent.
    case integer(Int)
    /// Any other number. Written in the shortest form that reads back to the same value, always with a fraction or an exponent.
    case number(Double)
    case bool(Bool)
    case null

    /// An integer up to 2⁶⁴ − 1 without loss: as a number where it fits `Int`, else as a string of decimal digits.
    public static func unsigned(_ value: UInt64) -> JSONValue {
        Int(exactly: value).map(JSONValue.integer) ?? .string(String(value))
    }

    /// The number as a `Double`: of `.number`, of `.integer` (rounded to nearest), and of the three strings for non-finite numbers; else nil.
    public var double: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        case .string("NaN"): .nan
        case .string("Infinity"): .infinity
        case .string("-Infinity"): -.infinity
        default: nil
        }
    }

    /// The integer of `.integer`; else nil.
    public var integer: Int? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// What `unsigned(_:)` made: a non-negative `.integer`, or a string of decimal digits up to 2⁶⁴ − 1; else nil.
    public var unsigned: UInt64? {
        switch self {
        case .integer(let value): UInt64(exactly: value)
        case .string(let text) where text.utf8.allSatisfy({ (0x30...0x39).contains($0) }): UInt64(text)
        default: nil
        }
    }

    /// The text of `.string`; else nil.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The truth value of `.bool`; else nil.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements of `.array`; else nil.
    public var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The object of `.object`; else nil.
    public var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The value under `key` if this is an object that has it; else nil.
    public subscript(key: String) -> JSONValue? { object?[key] }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(nilLiteral: ()) { self = .null }
    /// A later value for the same key replaces the former.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

/// The members of a JSON object in their order. Two objects are equal if members and order are.
public struct JSONObject: Equatable, Sendable, ExpressibleByDictionaryLiteral {
    /// The keys in order.
    public private(set) var keys: [String] = []
    private var values: [String: JSONValue] = [:]

    public init() {}

    /// A later value for the same key replaces the former, in its place.
    public init(_ members: [(String, JSONValue)]) {
        for (key, value) in members { self[key] = value }
    }

    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }

    public var count: Int { keys.count }

    /// Keys and values in order.
    public var members: [(key: String, value: JSONValue)] { keys.map { ($0, values[$0]!) } }

    /// The value under `key`. A new key goes to the end; nil removes the member. (To store JSON's null, assign `JSONValue.null`.)
    public subscript(key: String) -> JSONValue? {
        get { values[key] }
        set {
            let former = values.updateValue(newValue ?? .null, forKey: key)
            if former == nil { keys.append(key) }
            if newValue == nil {
                values[key] = nil
                keys.removeAll { $0 == key }
            }
        }
    }
}
