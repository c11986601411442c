// SPDX-License-Identifier: GPL-3.0-or-later
import CZlib
import Foundation

/// The entries of a zip archive held in memory (PKWARE APPNOTE 6.3): stored or deflated, not encrypted, not split, without zip64.
struct ZipArchive {
    struct Entry {
        let name: String
        /// Where its record in the central directory starts.
        let origin: Int
        let flags: Int
        let method: Int
        let checksum: UInt32
        let packedSize: Int
        let size: Int
        let localOffset: Int
    }

    let entries: [Entry]
    private let content: Data
    private let file: String?

    private static let endSize = 22
    private static let centralSize = 46
    private static let localSize = 30

    /// Reads the directory; every entry's place is checked against the file's size.
    /// - Throws: `RecordsError`: `.malformed`, `.truncated`, `.unsupported`.
    init(_ content: Data, file: String?) throws {
        self.content = Data(content)
        self.file = file
        entries = try Self.directory(self.content, file: file)
    }

    private static func directory(_ content: Data, file: String?) throws -> [Entry] {
        // The end record is the last to start with its signature; a comment of up to 65,535 bytes may follow it.
        let first = max(0, content.count - endSize - 0xffff)
        let last = content.count - endSize
        guard last >= 0, let end = stride(from: last, through: first, by: -1).first(where: { integer(content, $0, 4) == 0x0605_4b50 }) else {
            throw RecordsError(.malformed, file: file, "has no end of a zip directory", accepted: "a whole zip archive")
        }
        let count = integer(content, end + 10, 2)
        let start = integer(content, end + 16, 4)
        guard count < 0xffff, start < 0xffff_ffff, integer(content, end + 4, 4) == 0, integer(content, end + 8, 2) == count else {
            throw RecordsError(
                .unsupported, file: file, at: .byte(end), "a split or zip64 archive", accepted: "one part, under 4 GiB and 65,535 entries")
        }
        var entries: [Entry] = []
        var position = start
        for _ in 0..<count {
            guard position <= end - centralSize, integer(content, position, 4) == 0x0201_4b50 else {
                throw RecordsError(.malformed, file: file, at: .byte(position), "no zip directory entry where one is announced")
            }
            let nameSize = integer(content, position + 28, 2)
            let next = position + centralSize + nameSize + integer(content, position + 30, 2) + integer(content, position + 32, 2)
            guard next <= end else {
                throw RecordsError(.malformed, file: file, at: .byte(position), "a zip directory entry that runs past the directory")
            }
            let nameStart = position + centralSize
            guard let name = String(validating: content[nameStart..<(nameStart + nameSize)], as: UTF8.self) else {
                throw RecordsError(.malformed, file: file, at: .byte(nameStart), "a name that is no UTF-8", accepted: "UTF-8")
            }
            entries.append(
                Entry(
                    name: name, origin: position, flags: integer(content, position + 8, 2), method: integer(content, position + 10, 2),
                    checksum: UInt32(integer(content, position + 16, 4)), packedSize: integer(content, position + 20, 4),
                    size: integer(content, position + 24, 4), localOffset: integer(content, position + 42, 4)))
            position = next
        }
        return entries
    }

    /// An entry's content, unpacked and checked.
    /// - Parameter limit: the largest size accepted, in bytes.
    /// - Throws: `RecordsError`: `.malformed`, `.truncated`, `.unsupported` (encryption, other methods), `.corrupt`, `.tooLarge`.
    func unpack(_ entry: Entry, limit: Int) throws -> Data {
        let place = RecordsError.Place.key(entry.name)
        guard entry.flags & 1 == 0, entry.method == 0 || entry.method == 8 else {
            throw RecordsError(
                .unsupported, file: file, at: place, "encrypted, or packed by method \(entry.method)", accepted: "methods 0 (stored) and 8 (deflated)"
            )
        }
        guard entry.size <= limit else {
            throw RecordsError(.tooLarge, file: file, at: place, "unpacks to \(entry.size) bytes", accepted: "at most \(limit) bytes")
        }
        let local = entry.localOffset
        guard local <= content.count - Self.localSize, Self.integer(content, local, 4) == 0x0403_4b50 else {
            throw RecordsError(
                .malformed, file: file, at: .byte(entry.origin), "\"\(entry.name)\" is not at byte \(local), where the directory has it")
        }
        let start = local + Self.localSize + Self.integer(content, local + 26, 2) + Self.integer(content, local + 28, 2)
        guard start <= content.count, entry.packedSize <= content.count - start else {
            throw RecordsError(.truncated, file: file, at: place, "takes \(entry.packedSize) bytes from byte \(start) on, past the end of the file")
        }
        let packed = content[start..<(start + entry.packedSize)]
        var unpacked = Data()
        if entry.method == 0 {
            unpacked = Data(packed)
        } else {
            let used = try packed.withUnsafeBytes {
                try Inflation.run($0, windowBits: -15, into: &unpacked, limit: entry.size, file: file, origin: start)
            }
            guard used == entry.packedSize else {
                throw RecordsError(
                    .malformed, file: file, at: .byte(start + used), "\(entry.packedSize - used) bytes after the end of \"\(entry.name)\"")
            }
        }
        guard unpacked.count == entry.size, Self.checksum(unpacked) == entry.checksum else {
            throw RecordsError(.corrupt, file: file, at: place, "its length or CRC-32 is not the directory's")
        }
        return unpacked
    }

    private static func checksum(_ data: Data) -> UInt32 {
        UInt32(truncatingIfNeeded: data.withUnsafeBytes { crc32_z(0, $0.bindMemory(to: UInt8.self).baseAddress, $0.count) })
    }

    /// A little-endian integer; the caller has checked that it lies inside.
    private static func integer(_ content: Data, _ offset: Int, _ size: Int) -> Int {
        (0..<size).reversed().reduce(0) { $0 << 8 | Int(content[offset + $1]) }
    }
}
