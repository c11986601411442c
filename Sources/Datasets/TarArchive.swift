// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Reads regular files out of a tar archive (POSIX.1-1988 ustar; GNU and pax extension headers are stepped over).
///
/// Members are found by the last component of their name, and only their bytes are returned: nothing is ever written to a path that an
/// archive names.
enum TarArchive {
    private static let blockSize = 512

    /// The bytes of the wanted members; what isn't in the archive isn't in the result, and of two members of one name the last counts.
    ///
    /// - Throws: ``DatasetError/malformed(file:problem:accepted:)`` for a wrong header checksum, a size that isn't octal or goes beyond
    ///   the archive's end, or an archive that ends inside a header.
    static func members(of archive: Data, named wanted: Set<String>, name: String) throws(DatasetError) -> [String: Data] {
        var members: [String: Data] = [:]
        var offset = 0
        while offset < archive.count {
            guard archive.count - offset >= blockSize else {
                throw .malformed(file: name, problem: "\(archive.count - offset) bytes at the end", accepted: "whole blocks of \(blockSize)")
            }
            let header = [UInt8](archive.dropFirst(offset).prefix(blockSize))
            if header.allSatisfy({ $0 == 0 }) { break }
            let sum = header.indices.reduce(0) { $0 + (148..<156 ~= $1 ? 0x20 : Int(header[$1])) }
            guard octal(header[148..<156]) == sum else {
                throw .malformed(file: name, problem: "the header at byte \(offset) has a wrong checksum", accepted: "a tar archive")
            }
            offset += blockSize
            guard let size = octal(header[124..<136]), size <= archive.count - offset else {
                throw .malformed(
                    file: name, problem: "the member at byte \(offset - blockSize) is larger than the archive",
                    accepted: "an octal size of \(archive.count - offset) bytes or less")
            }
            let path = text(header[0..<100])
            let base = path.split(separator: "/").last.map(String.init) ?? ""
            let isRegular = header[156] == UInt8(ascii: "0") || header[156] == 0
            if isRegular, wanted.contains(base) { members[base] = Data(archive.dropFirst(offset).prefix(size)) }
            offset += (size + blockSize - 1) / blockSize * blockSize
        }
        return members
    }

    /// A field of octal digits, ended by spaces or zero bytes; nil if it holds anything else.
    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = text(field).trimmingCharacters(in: .whitespaces)
        return digits.allSatisfy { ("0"..."7").contains($0) } ? Int(digits, radix: 8) : nil
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String { String(decoding: field.prefix { $0 != 0 }, as: UTF8.self) }
}
