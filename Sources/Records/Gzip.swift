// SPDX-License-Identifier: GPL-3.0-or-later
import CZlib
import Foundation

/// Gzip streams (RFC 1952), by zlib.
public enum Gzip {
    /// Whether `data` starts with gzip's two magic bytes.
    public static func isGzip(_ data: Data) -> Bool {
        data.starts(with: [0x1f, 0x8b])
    }

    /// Unpacks all members of a gzip stream, one after the other.
    ///
    /// Memory grows with what is really unpacked, never with what the stream announces. Zero bytes after the last member are padding, as for
    /// gzip(1); anything else there is an error.
    /// - Parameters:
    ///   - limit: the largest size accepted, in bytes: the guard against streams that unpack to absurd sizes.
    ///   - file: name used in errors.
    /// - Throws: `RecordsError`: `.malformed`, `.truncated`, `.corrupt` (CRC-32 or length), `.tooLarge`.
    public static func decompress(_ data: Data, limit: Int, file: String? = nil) throws -> Data {
        guard isGzip(data) else {
            throw RecordsError(.malformed, file: file, at: .byte(0), "is no gzip stream", accepted: "the bytes 1f 8b at the start")
        }
        return try data.withUnsafeBytes { input in
            var output = Data()
            var offset = 0
            repeat {
                offset += try Inflation.run(
                    UnsafeRawBufferPointer(rebasing: input[offset...]), windowBits: 15 + 16, into: &output, limit: limit, file: file, origin: offset)
                guard input[offset...].contains(where: { $0 != 0 }) else { return output }
            } while input[offset...].starts(with: [0x1f, 0x8b])
            throw RecordsError(
                .malformed, file: file, at: .byte(offset), "\(input.count - offset) bytes of garbage after the gzip stream",
                accepted: "another gzip member, zero bytes, or nothing")
        }
    }

    /// Packs `data` into one gzip member without a name and with time 0, so that equal data give equal bytes.
    /// - Parameter level: zlib's level, 0 (stored) to 9 (smallest).
    public static func compress(_ data: Data, level: Int32 = 6) -> Data {
        precondition((0...9).contains(level), "level \(level) is not in 0…9")
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
            fatalError("zlib can't start a compression")
        }
        defer { deflateEnd(&stream) }
        var output = Data()
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        data.withUnsafeBytes { input in
            var consumed = 0
            var status = Z_OK
            repeat {
                let piece = min(input.count - consumed, 1 << 30)
                let isLast = consumed + piece == input.count
                if piece > 0 {
                    stream.next_in = UnsafeMutablePointer(mutating: (input.baseAddress! + consumed).assumingMemoryBound(to: UInt8.self))
                }
                stream.avail_in = UInt32(piece)
                status = chunk.withUnsafeMutableBufferPointer { buffer in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    return deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                }
                consumed += piece - Int(stream.avail_in)
                output.append(contentsOf: chunk[..<(chunk.count - Int(stream.avail_out))])
            } while status != Z_STREAM_END
        }
        return output
    }
}
