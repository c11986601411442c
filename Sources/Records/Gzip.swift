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

/// One deflate stream unpacked by zlib; `windowBits` chooses the wrapping (15 + 16 gzip, −15 none).
enum Inflation {
    /// Appends what `input` unpacks to, and returns how many bytes of `input` the stream took.
    /// - Parameter origin: where `input` starts in the file, for errors.
    static func run(
        _ input: UnsafeRawBufferPointer, windowBits: Int32, into output: inout Data, limit: Int, file: String?, origin: Int
    ) throws -> Int {
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw RecordsError(.tooLarge, file: file, "zlib finds no memory to unpack it")
        }
        defer { inflateEnd(&stream) }
        let chunk = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
        defer { chunk.deallocate() }
        var consumed = 0
        while true {
            let piece = min(input.count - consumed, 1 << 30)
            if piece > 0 {
                stream.next_in = UnsafeMutablePointer(mutating: (input.baseAddress! + consumed).assumingMemoryBound(to: UInt8.self))
            }
            stream.avail_in = UInt32(piece)
            stream.next_out = chunk.baseAddress
            stream.avail_out = UInt32(chunk.count)
            let status = inflate(&stream, Z_NO_FLUSH)
            consumed += piece - Int(stream.avail_in)
            let produced = chunk.count - Int(stream.avail_out)
            guard produced <= limit - output.count else {
                throw RecordsError(
                    .tooLarge, file: file, at: .byte(origin + consumed), "unpacks to more than \(limit) bytes", accepted: "at most \(limit) bytes")
            }
            output.append(UnsafeBufferPointer(rebasing: chunk[..<produced]))
            switch status {
            case Z_STREAM_END: return consumed
            case Z_OK: continue
            case Z_BUF_ERROR:
                throw RecordsError(.truncated, file: file, at: .byte(origin + consumed), "the compressed stream breaks off")
            case Z_DATA_ERROR:
                let message = stream.msg.map { String(cString: $0) } ?? "invalid data"
                let isChecksum = message == "incorrect data check" || message == "incorrect length check"
                throw RecordsError(isChecksum ? .corrupt : .malformed, file: file, at: .byte(origin + consumed), "the compressed stream is damaged: \(message)")
            default:
                throw RecordsError(.malformed, file: file, at: .byte(origin + consumed), "zlib can't unpack it (status \(status))")
            }
        }
    }
}
