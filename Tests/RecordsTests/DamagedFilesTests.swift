// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Records

/// A format, with its reader over bytes.
enum Format: String, CaseIterable {
    case npy, npz, safetensors, gzip, json, csv

    func read(_ content: Data, file: String? = nil) throws {
        switch self {
        case .npy: _ = try NPY.decode(content, file: file)
        case .npz: _ = try NPZ.decode(content, limit: 1 << 20, file: file)
        case .safetensors: _ = try SafetensorsFile(decoding: content, file: file)
        case .gzip: _ = try Gzip.decompress(content, limit: 1 << 20, file: file)
        case .json: _ = try JSONValue(parsing: content, file: file)
        case .csv:
            let table = try CSVTable(decoding: content, file: file)
            for column in table.columns {
                // A damaged field may be no number; that is an error of its own, thrown here.
                _ = try table.optionalNumbers(column)
            }
        }
    }

    /// A sound file.
    func content(_ generator: inout SeededGenerator) throws -> Data {
        switch self {
        case .npy: return try NPY.encode(generator.tensor(of: NPYTests.numpyTypes))
        case .npz: return try PythonFiles.bytes(PythonFiles.load()["npz"]?[generator.next() & 1 == 0 ? "stored" : "deflated"])
        case .safetensors:
            return try SafetensorsFile(
                [("a", generator.tensor()), ("b", generator.tensor()), ("c", generator.tensor())], metadata: ["k": generator.text()]
            ).encoded()
        case .gzip: return Gzip.compress(generator.bytes(300)) + Gzip.compress(Data(count: 1000))
        case .json: return Data(JSONValueTests.anyValue(&generator).serialized().utf8)
        case .csv: return Data("x,\"y\"\n1,2\n-inf,\n\"3\",4e-320\n".utf8)
        }
    }
}

@Suite struct DamagedFilesTests {
    @Test(arguments: Format.allCases, SeededGenerator.seeds)
    func `a damaged file gives a value or a typed error, never a crash`(format: Format, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var content = try format.content(&generator)
            try format.read(content)
            for _ in 0...generator.integer(in: 0...3) { Self.damage(&content, &generator) }
            do {
                try format.read(content)
            } catch let error as RecordsError {
                #expect(!error.problem.isEmpty)
            }
        }
    }

    /// Flips, replaces, inserts or removes bytes, or cuts the end off.
    static func damage(_ content: inout Data, _ generator: inout SeededGenerator) {
        let position = generator.integer(in: 0...max(0, content.count - 1))
        switch generator.integer(in: 0...4) {
        case 0 where !content.isEmpty: content[position] ^= 1 << UInt8(generator.integer(in: 0...7))
        case 1 where !content.isEmpty: content[position] = UInt8(ascii: ["0", "9", "-", "\"", "[", "{", ",", "\\"].randomElement(using: &generator)!)
        case 2: content.insert(contentsOf: generator.bytes(generator.integer(in: 1...9)), at: min(position, content.count))
        case 3: content.removeSubrange(position..<min(content.count, position + generator.integer(in: 0...9)))
        default: content = Data(content.prefix(position))
        }
    }

    @Test(arguments: Format.allCases) func `a file cut at any byte gives a value or a typed error`(format: Format) throws {
        var generator = SeededGenerator(seed: 3)
        let content = try format.content(&generator)
        for count in 0..<content.count {
            do {
                try format.read(content.prefix(count))
                // Text formats may end early and stay sound; lengths in the others forbid it.
                #expect(format == .csv || format == .json || format == .gzip, "\(count)")
            } catch is RecordsError {}
        }
    }
}
