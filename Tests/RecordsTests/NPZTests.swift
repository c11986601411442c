// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Records

@Suite struct NPZTests {
    static func sound(_ key: String) throws -> Data { try PythonFiles.bytes(PythonFiles.load()["npz"]?[key]) }

    /// Where `bytes` start last.
    static func lastIndex(of bytes: [UInt8], in content: Data) -> Int { content.lastRange(of: Data(bytes))!.lowerBound }

    @Test func `a changed element is noticed by its checksum`() throws {
        var content = try Self.sound("stored")
        let local = content.firstRange(of: Data("NUMPY".utf8))!.lowerBound
        content[local + 130] ^= 1
        let error = #expect(throws: RecordsError.self) { try NPZ.decode(content, file: "f") }
        #expect(error?.description == "f: \"x.npy\": its length or CRC-32 is not the directory's")
    }

    @Test func `tensors over the limit are refused before they are unpacked`() throws {
        let content = try Self.sound("deflated")
        let error = #expect(throws: RecordsError.self) { try NPZ.decode(content, limit: 160, file: "f") }
        #expect(error?.description == "f: \"y.npy\": unpacks to 144 bytes; accepted: at most 8 bytes")
    }

    @Test func `an archive without its end is refused`() throws {
        let error = #expect(throws: RecordsError.self) { try NPZ.decode(Self.sound("stored").dropLast(1), file: "f") }
        #expect(error?.description == "f: has no end of a zip directory; accepted: a whole zip archive")
    }

    @Test func `encrypted entries are refused`() throws {
        var content = try Self.sound("stored")
        content[Self.lastIndex(of: [0x50, 0x4b, 1, 2], in: content) + 8] |= 1
        let error = #expect(throws: RecordsError.self) { try NPZ.decode(content, file: "f") }
        #expect(error?.description == "f: \"y.npy\": encrypted, or packed by method 0; accepted: methods 0 (stored) and 8 (deflated)")
    }

    @Test func `an entry that isn't where the directory has it is refused`() throws {
        var content = try Self.sound("stored")
        let entry = Self.lastIndex(of: [0x50, 0x4b, 1, 2], in: content)
        content.replaceSubrange((entry + 42)..<(entry + 46), with: [255, 255, 255, 255])
        let error = #expect(throws: RecordsError.self) { try NPZ.decode(content, file: "f") }
        #expect(error?.description == "f: byte \(entry): \"y.npy\" is not at byte 4294967295, where the directory has it")
    }
}
