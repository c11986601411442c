// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// An open file of the operating system. Whole reads and writes only: short ones and interruptions by signals are taken up again.
/// The owner calls `close`.
struct FileDescriptor {
    let number: Int32
    /// The path, for messages.
    let file: String

    /// Opens a regular file for reading. Folders, devices and pipes are refused, since they have no size to check lengths against.
    /// - Throws: `RecordsError.unreadable`.
    static func reading(_ url: URL) throws -> (descriptor: FileDescriptor, size: Int) {
        let number = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { throw RecordsError(.unreadable, file: url.path, "can't be opened: \(systemMessage())") }
        let descriptor = FileDescriptor(number: number, file: url.path)
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            descriptor.close()
            throw RecordsError(.unreadable, file: url.path, "is not a regular file", accepted: "a regular file")
        }
        return (descriptor, Int(status.st_size))
    }

    /// Creates a file, or empties it if it is there; with `exclusively`, nil if it is there already. Errors call it `name`.
    /// - Throws: `RecordsError.unwritable`.
    static func creating(_ path: String, exclusively: Bool = false, calling name: String? = nil) throws -> FileDescriptor? {
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (exclusively ? O_EXCL : O_TRUNC)
        let number = open(path, flags, 0o666)
        if number < 0, exclusively, errno == EEXIST { return nil }
        guard number >= 0 else {
            throw RecordsError(
                .unwritable, file: name ?? path, "can't be created: \(systemMessage())",
                accepted: "a name in a folder that is there and where you may write")
        }
        return FileDescriptor(number: number, file: name ?? path)
    }

    /// Opens a file that is there for writing and cuts it to `size` bytes.
    /// - Throws: `RecordsError`: `.unwritable`; `.truncated` for a file that has fewer.
    static func reopening(_ path: String, size: Int) throws -> FileDescriptor {
        let number = open(path, O_WRONLY | O_CLOEXEC)
        guard number >= 0 else { throw RecordsError(.unwritable, file: path, "can't be opened again: \(systemMessage())") }
        let descriptor = FileDescriptor(number: number, file: path)
        do {
            var status = stat()
            guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                throw RecordsError(.unwritable, file: path, "is not a regular file", accepted: "a regular file")
            }
            guard status.st_size >= off_t(size) else {
                throw RecordsError(.truncated, file: path, "has \(status.st_size) bytes, fewer than were written", accepted: "\(size) bytes or more")
            }
            guard ftruncate(number, off_t(size)) == 0 else {
                throw RecordsError(.unwritable, file: path, "can't be cut to \(size) bytes: \(systemMessage())")
            }
        } catch {
            descriptor.close()
            throw error
        }
        return descriptor
    }

    /// Reads up to `buffer.count` bytes, fewer only at the end of the file; returns how many.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var done = 0
        while done < buffer.count {
            let count = Foundation.read(number, buffer.baseAddress! + done, buffer.count - done)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw RecordsError(.unreadable, file: file, at: .byte(done), "can't be read: \(systemMessage())") }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
        var done = 0
        while done < bytes.count {
            let count = pwrite(number, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw RecordsError(.unwritable, file: file, at: .byte(offset + done), "can't be written: \(systemMessage())")
            }
            done += count
        }
    }

    /// Hands the file's content to the disk.
    func synchronize() throws {
        while fsync(number) != 0 {
            guard errno == EINTR else { throw RecordsError(.unwritable, file: file, "can't be synchronised: \(systemMessage())") }
        }
    }

    func close() {
        _ = Foundation.close(number)
    }

    /// The operating system's words for the last failure.
    static func systemMessage() -> String { String(cString: strerror(errno)) }
    private func systemMessage() -> String { Self.systemMessage() }
}

/// The content of a regular file.
enum FileContent {
    /// Reads a whole file into memory of exactly its size.
    /// - Throws: `RecordsError.unreadable`; `.tooLarge` if the file has more than `limit` bytes; `.truncated` if it shrinks meanwhile.
    static func read(_ url: URL, limit: Int = .max) throws -> Data {
        let (descriptor, size) = try FileDescriptor.reading(url)
        defer { descriptor.close() }
        guard size <= limit else {
            throw RecordsError(.tooLarge, file: url.path, "has \(size) bytes", accepted: "at most \(limit) bytes")
        }
        guard size > 0 else { return Data() }
        guard let memory = malloc(size) else { throw RecordsError(.tooLarge, file: url.path, "has \(size) bytes, more than there is memory for") }
        do {
            let count = try descriptor.read(into: UnsafeMutableRawBufferPointer(start: memory, count: size))
            guard count == size else {
                throw RecordsError(.truncated, file: url.path, at: .byte(count), "shrank from \(size) bytes while it was read")
            }
        } catch {
            free(memory)
            throw error
        }
        // Only now: Data takes small contents over by copying and frees the memory at once.
        return Data(bytesNoCopy: memory, count: size, deallocator: .free)
    }
}
