// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Streams rows to several `.npy` files of one element type and row shape, a row to each at a time.
///
/// Each file is what an ``NPYWriter`` makes. Their rows are buffered side by side in one block allocated once, so that an appended set of rows
/// costs one check and one copy a file; they go to disk together, file after file. A group belongs to one thread at a time.
public final class NPYWriterGroup {
    public let elementType: ElementType
    /// Shape of a row; `[]` for one number a row.
    public let rowShape: [Int]
    /// Rows appended to each file so far.
    public private(set) var rowCount: Int

    /// One file, its rows on disk and where they end.
    private struct File {
        // A path and not a URL, whose size only the run time knows.
        let path: String
        var descriptor: FileDescriptor?
        var end: Int
        var rowsOnDisk: Int
    }

    private var files: [File] = []
    private let fileCount: Int
    private let rowBytes: Int
    /// Bytes of each file's part of the buffer.
    private let capacity: Int
    private let buffer: UnsafeMutableRawPointer
    /// Bytes of each file that are buffered.
    private var used = 0
    private var isOpen = true

    /// Digits the row count may grow to: those of 2⁶³.
    private static let reserve = 19

    /// Creates the files, or empties those that are there, with no rows; or goes on with files that a writer of the same rows left.
    /// - Parameters:
    ///   - continuingAfter: rows of the files that are there to keep; what follows them is cut off. Nil for new files.
    ///   - bufferSize: bytes a file held in memory before they go to disk; at least one row is.
    /// - Throws: `RecordsError`: `.unwritable`, `.unsupported` (bfloat16), `.malformed` or `.tooLarge` for an impossible row shape,
    ///   `.truncated` for a file with fewer rows than are to be kept.
    public init(urls: [URL], elementType: ElementType, rowShape: [Int], continuingAfter rows: Int? = nil, bufferSize: Int = 1 << 16) throws {
        self.elementType = elementType
        self.rowShape = rowShape
        fileCount = urls.count
        rowBytes = try TensorRecord.byteCount(elementType, shape: rowShape, file: urls.first?.path ?? "")
        capacity = max(bufferSize, rowBytes, 1)
        rowCount = rows ?? 0
        buffer = .allocate(byteCount: max(1, urls.count) * capacity, alignment: 64)
        for url in urls {
            let header = try header(rows: rowCount, path: url.path)
            let end = header.count + rowCount * rowBytes
            let descriptor = try rows == nil ? FileDescriptor.creating(url.path)! : .reopening(url.path, size: end)
            files.append(File(path: url.path, descriptor: descriptor, end: end, rowsOnDisk: rowCount))
            try header.withUnsafeBytes { try descriptor.write($0, at: 0) }
        }
    }

    deinit {
        // The last chance for rows nobody flushed; an error has nowhere to go.
        try? close()
        buffer.deallocate()
    }

    /// The files, in the order given.
    public var urls: [URL] { files.map { URL(fileURLWithPath: $0.path) } }

    private func header(rows: Int, path: String) throws -> Data {
        try NPYHeader(elementType: elementType, shape: [rows] + rowShape).encoded(reserve: Self.reserve, file: path)
    }

    /// True if the next rows will first send the buffered ones to disk; who flushes several groups together then does it before.
    public var isFull: Bool { rowBytes > capacity &- used }

    /// Appends a row to each float32 file: [files × row], in the order of ``urls``.
    /// - Throws: `RecordsError.mismatch` for another element type or count than the files', or closed files; `.unwritable`.
    public func append(_ rows: UnsafeBufferPointer<Float>) throws { try append(UnsafeRawBufferPointer(rows), .float32) }
    /// Appends a row to each float64 file; throws as for float32.
    public func append(_ rows: UnsafeBufferPointer<Double>) throws { try append(UnsafeRawBufferPointer(rows), .float64) }

    func append(_ rows: UnsafeRawBufferPointer, _ type: ElementType) throws {
        guard rows.count == fileCount * rowBytes, type == elementType, isOpen else { throw refusal(rows.count, type) }
        if isFull { try flush() }
        if rowBytes > 0 {
            var (source, target) = (rows.baseAddress!, buffer + used)
            for _ in 0..<fileCount {
                target.copyMemory(from: source, byteCount: rowBytes)
                source += rowBytes
                target += capacity
            }
        }
        used &+= rowBytes
        rowCount &+= 1
    }

    @inline(never)
    private func refusal(_ byteCount: Int, _ type: ElementType) -> RecordsError {
        let path = files.first?.path
        guard isOpen else { return RecordsError(.mismatch, file: path ?? "", "a row for a file that is closed") }
        let each = byteCount / max(1, fileCount) / type.size
        return RecordsError(
            .mismatch, file: path ?? "", "a row of \(each) \(type)", accepted: "\(rowBytes / elementType.size) \(elementType), shape \(rowShape)")
    }

    /// Writes the buffered rows of each file, then its row count. After an error the files not yet written are as at the last success, and their
    /// rows stay buffered.
    /// - Throws: `RecordsError.unwritable`.
    public func flush() throws {
        for index in files.indices { try flush(file: index) }
        used = 0
    }

    private func flush(file index: Int) throws {
        guard let descriptor = files[index].descriptor, rowCount > files[index].rowsOnDisk else { return }
        // The buffer begins with a row that this file may have on disk already, if another file could not be written.
        let size = (rowCount - files[index].rowsOnDisk) * rowBytes
        let rows = UnsafeRawBufferPointer(start: buffer + index * capacity + used - size, count: size)
        try descriptor.write(rows, at: files[index].end)
        let header = try header(rows: rowCount, path: files[index].path)
        precondition(header.count + rowCount * rowBytes == files[index].end + size, "the header of \(files[index].path) changed its size")
        try header.withUnsafeBytes { try descriptor.write($0, at: 0) }
        files[index].end += size
        files[index].rowsOnDisk = rowCount
    }

    /// Flushes, hands the files to the disk and closes them; later calls do nothing. Every file is closed even if an error is thrown: the first
    /// one met.
    /// - Throws: `RecordsError.unwritable`.
    public func close() throws {
        guard isOpen else { return }
        isOpen = false
        var failure: (any Error)?
        for index in files.indices {
            guard let descriptor = files[index].descriptor else { continue }
            do {
                try flush(file: index)
                try descriptor.synchronize()
            } catch {
                failure = failure ?? error
            }
            descriptor.close()
            files[index].descriptor = nil
        }
        if let failure { throw failure }
    }
}
