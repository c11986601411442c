// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Records

@Suite struct JSONValueTests {
    static func anyValue(_ generator: inout SeededGenerator, depth: Int = 0) -> JSONValue {
        switch generator.integer(in: 0...(depth < 4 ? 7 : 5)) {
        case 0: return .null
        case 1: return .bool(generator.next() & 1 == 0)
        case 2: return .integer(Int(truncatingIfNeeded: generator.next()) >> generator.integer(in: 0...63))
        case 3:
            let number = generator.anyDouble()
            return .number(number.isFinite ? number : 0.5)
        case 4, 5: return .string(generator.text())
        case 6: return .array((0..<generator.integer(in: 0...4)).map { _ in anyValue(&generator, depth: depth + 1) })
        default:
            return .object(
                JSONObject((0..<generator.integer(in: 0...4)).map { ("\($0)\(generator.text())", anyValue(&generator, depth: depth + 1)) }))
        }
    }

    @Test(arguments: SeededGenerator.seeds) func `any value comes back as it was, to the last bit and in its order`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let value = Self.anyValue(&generator)
            for layout in [JSONValue.Layout.compact, .pretty] {
                #expect(try JSONValue(parsing: Data(value.serialized(layout).utf8)) == value)
            }
        }
    }

    @Test(arguments: SeededGenerator.seeds) func `Foundation reads the same values`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let texts = (0..<50).map { _ in generator.text() }
        let numbers = (0..<50).map { _ in generator.anyDouble() }.filter(\.isFinite)
        let value: JSONValue = ["texts": .array(texts.map(JSONValue.string)), "numbers": .array(numbers.map(JSONValue.number))]
        struct Content: Decodable { var texts: [String], numbers: [Double] }
        let content = try JSONDecoder().decode(Content.self, from: Data(value.serialized().utf8))
        #expect(content.texts == texts)
        #expect(identical(content.numbers, numbers))
    }

    @Test func `the pretty layout is the one that people read`() {
        let value: JSONValue = ["z": 1, "a": [0.1, .number(.nan), .number(-.infinity)], "empty": [:], "rows": [["x": nil], []]]
        #expect(
            value.serialized() == """
                {
                  "z": 1,
                  "a": [0.1, "NaN", "-Infinity"],
                  "empty": {},
                  "rows": [
                    {
                      "x": null
                    },
                    []
                  ]
                }

                """)
    }

    @Test func `non-finite numbers come back as numbers through double`() throws {
        let value = try JSONValue(parsing: Data(JSONValue.array([.number(.infinity), .number(.nan), .number(-.infinity)]).serialized().utf8))
        #expect(identical(value.array!.compactMap(\.double), [.infinity, .nan, -.infinity]))
    }

    @Test func `integers up to 64 bits without sign keep every digit`() throws {
        for integer in [0, 1 << 53 + 1, UInt64(Int.max), UInt64(Int.max) + 1, .max] {
            #expect(try JSONValue(parsing: Data(JSONValue.unsigned(integer).serialized().utf8)).unsigned == integer)
        }
        #expect(JSONValue.integer(-1).unsigned == nil)
        #expect(JSONValue.string("+1").unsigned == nil)
        #expect(JSONValue.string("").unsigned == nil)
    }

    @Test(arguments: [
        ("-0", JSONValue.number(-0.0)), ("1e2", .number(100)), ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(0x1p63)),
        (#""\u00e9\ud83d\ude00\/\b""#, .string("é😀/\u{8}")), (" [ 1 , 2 ] \n", .array([1, 2])), ("1e-400", .number(0)),
    ])
    func `literals are read as RFC 8259 says`(text: String, value: JSONValue) throws {
        let parsed = try JSONValue(parsing: Data(text.utf8))
        #expect(parsed == value)
        #expect(parsed.double?.sign == value.double?.sign)
    }

    @Test func `nesting is read down to the limit`() throws {
        let depth = JSONParser.depthLimit
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(try JSONValue(parsing: Data(text.utf8)).array != nil)
    }

    @Test func `members keep their place when replaced, and can be removed`() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = .null
        object["b"] = nil
        object["absent"] = nil
        #expect(object.keys == ["a", "c"])
        #expect(object["a"] == 3)
        #expect(object["c"] == .null)
    }
}
