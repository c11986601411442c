// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

@testable import Records

/// SplitMix64 (Steele, Lea & Flood 2014): the tests' own source of randomness. A failing property test names its seed as its argument.
struct SeededGenerator: RandomNumberGenerator {
    /// The seeds that property tests run with; `ADAMPROBE_TEST_SEED` replays or adds a single one.
    static let seeds: [UInt64] = ProcessInfo.processInfo.environment["ADAMPROBE_TEST_SEED"].flatMap(UInt64.init).map { [$0] } ?? Array(1...20)

    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func integer(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// A double of any bit pattern: subnormals, infinities and NaN among them.
    mutating func anyDouble() -> Double { Double(bitPattern: next()) }

    mutating func bytes(_ count: Int) -> Data { Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }) }

    /// Text with quotes, separators, escapes, control characters and characters beyond the basic plane.
    mutating func text() -> String {
        let alphabet: [Character] = ["a", "Z", "0", " ", ",", "\"", "\\", "\n", "\t", "\u{1}", "/", "é", "µ", "😀", "\u{7f}", "{", "]", ":"]
        return String((0..<integer(in: 0...12)).map { _ in alphabet.randomElement(using: &self)! })
    }

    /// A tensor of any element type, of up to four dimensions, with random bytes.
    mutating func tensor(of types: [ElementType] = ElementType.allCases) throws -> TensorRecord {
        let type = types.randomElement(using: &self)!
        let shape = (0..<integer(in: 0...4)).map { _ in integer(in: 0...5) }
        return try TensorRecord(elementType: type, shape: shape, data: bytes(shape.reduce(type.size, *)))
    }
}

/// A folder of its own for a test's files, removed at the end of `body`.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adamprobe-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
