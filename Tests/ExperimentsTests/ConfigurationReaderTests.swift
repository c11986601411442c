// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Testing

@testable import Experiments

@Suite struct ConfigurationReaderTests {
    /// A reader of one YAML value, and where its problems go.
    private func reader(_ yaml: String) throws -> ConfigurationReader {
        .init(node: try .read(yaml: yaml, file: "x.yaml"), path: "key", problems: .init(file: "x.yaml"))
    }

    @Test(
        "Decimal numbers are numbers with and without point, exponent and sign",
        arguments: [
            ("1e-8", 1e-8), ("1E-8", 1e-8), ("1e+3", 1000), (".5", 0.5), ("5.", 5), ("0.0005", 0.0005), ("-2", -2), ("+2.5", 2.5),
            ("1_000", 1000), ("0", 0), ("0.0", 0), ("-0.0", 0), ("0e5", 0), ("1e-300", 1e-300),
        ])
    func numbers(_ yaml: String, _ value: Double) throws {
        #expect(try reader(yaml).number() == value)
    }

    @Test(
        "What is no finite decimal number is refused, and nothing is silently rounded to 0",
        arguments: [
            ".inf", "-.inf", ".nan", "inf", "NaN", "1e999", "1e-400", "0x10", "010", "1__0", "_1", "1_", "1e", "one", "'1'", "\"1\"",
            "[1]", "{a: 1}", "~", "null", "12:30", "1 2", "1,5", "2024-01-01", "true",
        ])
    func notNumbers(_ yaml: String) throws {
        let reader = try reader(yaml)
        #expect(reader.number() == nil)
        #expect(!reader.problems.isEmpty)
    }

    @Test("Whole numbers may be written as powers of ten", arguments: [("1e5", 100_000), ("100_000", 100_000), ("2.0", 2), ("0", 0)])
    func integers(_ yaml: String, _ value: Int) throws {
        #expect(try reader(yaml).integer(0...Int.max) == value)
    }

    @Test(
        "What is no whole number of the range is refused",
        arguments: ["1.5", "-1", "101", "1e-1", "9223372036854775808", "1e30", "'5'", "x"])
    func notIntegers(_ yaml: String) throws {
        let reader = try reader(yaml)
        #expect(reader.integer(0...100) == nil)
        #expect(!reader.problems.isEmpty)
    }

    @Test("Seeds fill 64 bits without a sign", arguments: [("18446744073709551615", UInt64.max), ("\"18446744073709551615\"", .max), ("0", 0)])
    func seeds(_ yaml: String, _ seed: UInt64) throws {
        #expect(try reader(yaml).seed() == seed)
    }

    @Test("Other seeds are refused", arguments: ["18446744073709551616", "-1", "1.0", "1e3", "seven", "~"])
    func notSeeds(_ yaml: String) throws {
        let reader = try reader(yaml)
        #expect(reader.seed() == nil)
        #expect(!reader.problems.isEmpty)
    }

    @Test("Only true and false are truth values", arguments: ["yes", "no", "on", "True", "1", "'true'", "~"])
    func notTruths(_ yaml: String) throws {
        let reader = try reader(yaml)
        #expect(reader.truth() == nil)
        #expect(!reader.problems.isEmpty)
    }

    @Test(
        "Anchors, aliases, tags, odd keys and second documents are refused with their line",
        arguments: [
            ("a: &x 1\nb: *x", "x.yaml:1:4: found the anchor"), ("a: 1\nb: !!str 2", "x.yaml:2:4: found the tag"),
            ("a: 1\n[1, 2]: 3", "x.yaml:2:1: found a list or map as a key"), ("a: 1\n---\nb: 2", "x.yaml:2:1: a second document"),
            ("a: *x", "x.yaml:1:4: not readable as YAML"), ("a: 1\nb: 2\na: 3", "given more than once"),
            ("a: 1\n\"a\": 3", "given more than once"), ("a: [1, 2", "x.yaml:"), ("a: \u{1}", "not readable as text"), ("", "holds nothing"),
            ("# nothing\n", "holds nothing"), ("a: 'b", "x.yaml:"), ("a: b: c", "x.yaml:1:5: not readable"), ("\ta: 1", "x.yaml:1:1: not readable"),
        ])
    func strictYAML(_ yaml: String, _ message: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try ConfigurationNode.read(yaml: yaml, file: "x.yaml") }
        #expect(error.description.contains(message), "\(error)")
        #expect(error.description.contains("accepted: "))
    }

    @Test("Deeply nested text is refused before it overflows the stack", arguments: [500, 999, 1_000, 100_000])
    func deepNesting(_ depth: Int) {
        let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(throws: ConfigurationError.self) { try RunConfiguration.parse(yaml: "network: " + nested) }
        let maps = String(repeating: "{a: ", count: depth) + String(repeating: "}", count: depth)
        #expect(throws: ConfigurationError.self) { try RunConfiguration.parse(yaml: "schedule: " + maps) }
    }

    @Test("Forms that nest are read to any depth that YAML allows")
    func deepSchedule() throws {
        let depth = 450
        let warmups = String(repeating: "{warmup: {steps: 1, then: ", count: depth) + "constant" + String(repeating: "}}", count: depth)
        var schedule = try RunConfiguration.parse(yaml: smallestConfiguration + "schedule: " + warmups).schedule
        var levels = 0
        while case .warmup(1, let then) = schedule { (schedule, levels) = (then, levels + 1) }
        #expect(levels == depth)
    }

    @Test("Aliases of aliases are refused before they unfold")
    func unfoldingAliases() throws {
        let levels = (1...40).map { "l\($0): &l\($0) [*l\($0 - 1), *l\($0 - 1)]" }
        let yaml = (["l0: &l0 [x, x]"] + levels).joined(separator: "\n")
        let error = try #require(throws: ConfigurationError.self) { try ConfigurationNode.read(yaml: yaml, file: "x.yaml") }
        #expect(error.problems.count == 41)
    }
}
