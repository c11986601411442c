// SPDX-License-Identifier: GPL-3.0-or-later
import CZlib
import Foundation

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
                throw RecordsError(
                    isChecksum ? .corrupt : .malformed, file: file, at: .byte(origin + consumed), "the compressed stream is damaged: \(message)")
            default:
                throw RecordsError(.malformed, file: file, at: .byte(origin + consumed), "zlib can't unpack it (status \(status))")
            }
        }
    }
}
