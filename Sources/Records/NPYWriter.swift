// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Streams rows of one shape to an `.npy` file whose first dimension grows.
///
/// The file is loadable (`numpy.load`, also with `mmap_mode="r"`) from its creation on, and holds the rows up to the last time the buffer went
/// to disk, at the latest those of the last `flush`: the rows are written first, and then the row count in the padded header. That holds when the process ends
/// at any point; against loss of power only a closed file is safe.
///
/// `append` copies a row into a buffer allocated once. A writer belongs to one thread at a time.
public final class NPYWriter {
    public let elementType: ElementType
    /// Shape of a row; `[]` for one number a row.
    public let rowShape: [Int]
    /// Rows appended so far.
    public private(set) var rowCount = 0
    public var url: URL { URL(fileURLWithPath: path) }

    // A path and not a URL, whose size only the run time knows: so every property lies at an offset fixed at compile time.
    private let path: String
    private let rowBytes: Int
    private let buffer: UnsafeMutableRawBufferPointer
    private var used = 0
    private var end: Int
    private var rowsOnDisk = 0
    private let headerSize: Int
    private var descriptor: FileDescriptor?

    /// Digits the row count may grow to: those of 2⁶³.
    private static let reserve = 19

    /// Creates the file, or empties it if it is there, with no rows; or goes on with a file that a writer of the same rows left.
    /// - Parameters:
    ///   - continuingAfter: rows of the file that is there to keep; what follows them is cut off. Nil for a new file.
    ///   - bufferSize: bytes held in memory before they go to disk; at least one row is.
    /// - Throws: `RecordsError`: `.unwritable`, `.unsupported` (bfloat16), `.malformed` or `.tooLarge` for an impossible row shape,
    ///   `.truncated` for a file with fewer rows than are to be kept.
    public init(url: URL, elementType: ElementType, rowShape: [Int], continuingAfter rows: Int? = nil, bufferSize: Int = 1 << 16) throws {
        path = url.path
        self.elementType = elementType
        self.rowShape = rowShape
        rowBytes = try TensorRecord.byteCount(elementType, shape: rowShape, file: url.path)
        rowCount = rows ?? 0
        rowsOnDisk = rowCount
        let header = try NPYHeader(elementType: elementType, shape: [rowCount] + rowShape).encoded(reserve: Self.reserve, file: path)
        headerSize = header.count
        end = header.count + rowCount * rowBytes
        let descriptor = try rows == nil ? FileDescriptor.creating(path)! : .reopening(path, size: end)
        do {
            try header.withUnsafeBytes { try descriptor.write($0, at: 0) }
        } catch {
            descriptor.close()
            throw error
        }
        self.descriptor = descriptor
        buffer = .allocate(byteCount: max(bufferSize, rowBytes, 1), alignment: 64)
    }

    deinit {
        // The last chance for rows nobody flushed; an error has nowhere to go.
        try? close()
        buffer.deallocate()
    }

    /// Appends a row to a float32 file.
    /// - Throws: `RecordsError.mismatch` for another element type or count than the file's, or a closed file; `.unwritable`.
    public func append(_ row: UnsafeBufferPointer<Float>) throws { try append(UnsafeRawBufferPointer(row), .float32) }
    /// Appends a row to a float64 file; throws as for float32.
    public func append(_ row: UnsafeBufferPointer<Double>) throws { try append(UnsafeRawBufferPointer(row), .float64) }
    /// Appends a row to an int64 file; throws as for float32.
    public func append(_ row: UnsafeBufferPointer<Int64>) throws { try append(UnsafeRawBufferPointer(row), .int64) }
    /// Appends a row to an int32 file; throws as for float32.
    public func append(_ row: UnsafeBufferPointer<Int32>) throws { try append(UnsafeRawBufferPointer(row), .int32) }
    /// Appends a row to an int8 file; throws as for float32.
    public func append(_ row: UnsafeBufferPointer<Int8>) throws { try append(UnsafeRawBufferPointer(row), .int8) }

    /// Appends a row of one number to an int64 file; throws as for float32.
    public func append(_ value: Int64) throws {
        try withUnsafeBytes(of: value) { try append($0, .int64) }
    }

    /// True if the next row will first send the buffered ones to disk; who flushes several files together then does it before.
    public var isFull: Bool { rowBytes > buffer.count &- used }

    @inline(__always)
    private func append(_ row: UnsafeRawBufferPointer, _ type: ElementType) throws {
        guard row.count == rowBytes, type == elementType, descriptor != nil else { throw refusal(row.count, type) }
        if isFull { try flush() }
        if rowBytes > 0 { (buffer.baseAddress! + used).copyMemory(from: row.baseAddress!, byteCount: rowBytes) }
        used &+= rowBytes
        rowCount &+= 1
    }

    @inline(never)
    private func refusal(_ byteCount: Int, _ type: ElementType) -> RecordsError {
        guard descriptor != nil else { return RecordsError(.mismatch, file: path, "a row for a file that is closed") }
        return RecordsError(
            .mismatch, file: path, "a row of \(byteCount / type.size) \(type)",
            accepted: "\(rowBytes / elementType.size) \(elementType), shape \(rowShape)")
    }

    /// Writes the buffered rows, then the row count. After an error the file is as at the last success, and the rows stay buffered.
    /// - Throws: `RecordsError.unwritable`.
    public func flush() throws {
        guard let descriptor, rowCount > rowsOnDisk else { return }
        try descriptor.write(UnsafeRawBufferPointer(rebasing: buffer[..<used]), at: end)
        let header = try NPYHeader(elementType: elementType, shape: [rowCount] + rowShape).encoded(reserve: Self.reserve, file: path)
        precondition(header.count == headerSize, "the header of \(path) changed its size")
        try header.withUnsafeBytes { try descriptor.write($0, at: 0) }
        end += used
        used = 0
        rowsOnDisk = rowCount
    }

    /// Flushes, hands the file to the disk and closes it; later calls do nothing. The file is closed even if an error is thrown.
    /// - Throws: `RecordsError.unwritable`.
    public func close() throws {
        guard let descriptor else { return }
        defer {
            descriptor.close()
            self.descriptor = nil
        }
        try flush()
        try descriptor.synchronize()
    }
}
