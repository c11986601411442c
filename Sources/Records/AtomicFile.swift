// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Files that appear whole or not at all.
public enum AtomicFile {
    /// Writes `data` to a temporary file in the same folder (`.name.partial-…`), hands it to the disk, and renames it to `url`.
    ///
    /// Readers see the former file or the new one, nothing between. After an error the former file is untouched and the temporary one is
    /// removed; only the end of the process in mid-writing leaves a temporary file behind. Permissions are those of a new file.
    /// - Throws: `RecordsError.unwritable`.
    public static func write(_ data: Data, to url: URL) throws {
        try replace(url, by: try temporaryFile(of: data, beside: url))
    }

    /// Writes new files that belong together: all of them or none.
    ///
    /// Every one is handed to the disk under a temporary name before the first is renamed, in the order given. After an error none of them is
    /// there; only the end of the process between two renames leaves the first ones alone.
    /// - Throws: `RecordsError.unwritable`, also for a name that is taken.
    public static func create(_ files: [(url: URL, data: Data)]) throws {
        var temporaries: [String] = []
        var created = 0
        do {
            for (url, data) in files {
                guard !FileManager.default.fileExists(atPath: url.path) else {
                    throw RecordsError(.unwritable, file: url.path, "is there already", accepted: "a name that is not taken")
                }
                temporaries.append(try temporaryFile(of: data, beside: url))
            }
            for (file, temporary) in zip(files, temporaries) {
                try replace(file.url, by: temporary)
                created += 1
            }
        } catch {
            for (url, _) in files.prefix(created) { unlink(url.path) }
            for temporary in temporaries.dropFirst(created) { unlink(temporary) }
            throw error
        }
    }

    /// The same for content that is streamed: `body` writes a file at the URL that it is given, which then takes the place of `url`.
    /// - Throws: what `body` throws; `RecordsError.unwritable`.
    public static func write(to url: URL, _ body: (_ temporary: URL) throws -> Void) throws {
        let (descriptor, temporary) = try temporaryFile(beside: url, in: url.deletingLastPathComponent())
        descriptor.close()
        do { try body(URL(fileURLWithPath: temporary)) } catch {
            unlink(temporary)
            throw error
        }
        try replace(url, by: temporary)
    }

    private static func replace(_ url: URL, by temporary: String) throws {
        guard rename(temporary, url.path) == 0 else {
            let message = FileDescriptor.systemMessage()
            unlink(temporary)
            throw RecordsError(.unwritable, file: url.path, "can't be replaced: \(message)")
        }
        synchronizeFolder(url.deletingLastPathComponent())
    }

    /// The path of a temporary file that holds `data`, handed to the disk.
    private static func temporaryFile(of data: Data, beside url: URL) throws -> String {
        let (descriptor, temporary) = try temporaryFile(beside: url, in: url.deletingLastPathComponent())
        do {
            defer { descriptor.close() }
            try data.withUnsafeBytes { try descriptor.write($0, at: 0) }
            try descriptor.synchronize()
        } catch {
            unlink(temporary)
            throw error
        }
        return temporary
    }

    private static func temporaryFile(beside url: URL, in folder: URL) throws -> (FileDescriptor, path: String) {
        while true {
            let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
            // The stem is cut so that a long name with the suffix stays under the file system's limit.
            let name = ".\(url.lastPathComponent.prefix(48)).partial-\(suffix)"
            let path = folder.appendingPathComponent(name).path
            if let descriptor = try FileDescriptor.creating(path, exclusively: true, calling: url.path) { return (descriptor, path) }
        }
    }

    /// Makes the rename itself durable. Some file systems refuse to synchronise folders; the file's content is safe either way.
    private static func synchronizeFolder(_ folder: URL) {
        let number = open(folder.path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return }
        _ = fsync(number)
        _ = close(number)
    }
}
