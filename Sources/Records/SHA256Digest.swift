// SPDX-License-Identifier: GPL-3.0-or-later
import CCrypto
import Foundation

/// SHA-256 (FIPS 180-4), by OpenSSL's libcrypto.
public enum SHA256Digest {
    /// The digest of `data` as 64 lower-case hexadecimal digits.
    public static func hex(of data: Data) -> String {
        var computation = Computation()
        data.withUnsafeBytes { computation.update($0) }
        return computation.finish()
    }

    /// The digest of a file's content, read in pieces of 1 MiB.
    /// - Throws: `RecordsError.unreadable`.
    public static func hex(ofFile url: URL) throws -> String {
        let (descriptor, _) = try FileDescriptor.reading(url)
        defer { descriptor.close() }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var computation = Computation()
        do {
            while true {
                let count = try descriptor.read(into: buffer)
                computation.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                if count < buffer.count { return computation.finish() }
            }
        } catch {
            _ = computation.finish()
            throw error
        }
    }

    /// One digest under way; `finish` is called once, and frees it.
    private struct Computation {
        private let context: OpaquePointer

        init() {
            // SHA-256 is in every build of libcrypto, and none of these calls fails but for want of memory.
            guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
                fatalError("libcrypto can't start a SHA-256 digest")
            }
            self.context = context
        }

        mutating func update(_ bytes: UnsafeRawBufferPointer) {
            guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else { fatalError("libcrypto can't extend a SHA-256 digest") }
        }

        mutating func finish() -> String {
            defer { EVP_MD_CTX_free(context) }
            var digest = [UInt8](repeating: 0, count: 32)
            guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else { fatalError("libcrypto can't finish a SHA-256 digest") }
            return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }
}
