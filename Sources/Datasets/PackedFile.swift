// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// Files that may be gzipped; told apart by content, not by name.
enum PackedFile {
    /// The unpacked bytes of a regular file, at most `limit`: the size of a plain file is checked before it is read, and a gzipped one is never
    /// unpacked beyond the limit.
    static func read(_ url: URL, limit: Int) throws(DatasetError) -> Data {
        let data: Data
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)
            guard attributes[.type] as? FileAttributeType == .typeRegular, let size = (attributes[.size] as? NSNumber)?.intValue else {
                throw DatasetError.unreadable(file: url.path, reason: "it is no regular file")
            }
            // Stored deflate blocks add 5 bytes to 65,535 and gzip a header of a few: more than that can't come from `limit` bytes.
            guard size <= limit + limit / 8192 + 65_536 else {
                throw DatasetError.malformed(file: url.path, problem: "\(size) bytes", accepted: "up to \(limit), unpacked")
            }
            data = try Data(contentsOf: url)
            if Gzip.isGzip(data) { return try Gzip.decompress(data, limit: limit, file: url.path) }
        } catch let error as DatasetError {
            throw error
        } catch let error as RecordsError {
            throw .unreadable(file: url.path, reason: "\(error)")
        } catch {
            throw .unreadable(file: url.path, reason: (error as NSError).localizedDescription)
        }
        guard data.count <= limit else {
            throw .malformed(file: url.path, problem: "\(data.count) bytes", accepted: "up to \(limit)")
        }
        return data
    }

    /// Whether a file begins as gzip does.
    static func isPacked(_ url: URL) -> Bool {
        guard let handle = try? FileHandle(forReadingFrom: url) else { return false }
        defer { try? handle.close() }
        return Gzip.isGzip((try? handle.read(upToCount: 2)) ?? Data())
    }
}
