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
    /// The one file, as a group.
    private let group: NPYWriterGroup

    /// Creates the file, or empties it if it is there, with no rows; or goes on with a file that a writer of the same rows left.
    /// - Parameters:
    ///   - continuingAfter: rows of the file that is there to keep; what follows them is cut off. Nil for a new file.
    ///   - bufferSize: bytes held in memory before they go to disk; at least one row is.
    /// - Throws: `RecordsError`: `.unwritable`, `.unsupported` (bfloat16), `.malformed` or `.tooLarge` for an impossible row shape,
    ///   `.truncated` for a file with fewer rows than are to be kept.
    public init(url: URL, elementType: ElementType, rowShape: [Int], continuingAfter rows: Int? = nil, bufferSize: Int = 1 << 16) throws {
        group = try NPYWriterGroup(urls: [url], elementType: elementType, rowShape: rowShape, continuingAfter: rows, bufferSize: bufferSize)
    }

    public var elementType: ElementType { group.elementType }
    /// Shape of a row; `[]` for one number a row.
    public var rowShape: [Int] { group.rowShape }
    /// Rows appended so far.
    public var rowCount: Int { group.rowCount }
    public var url: URL { group.urls[0] }

    /// Appends a row to a float32 file.
    /// - Throws: `RecordsError.mismatch` for another element type or count than the file's, or a closed file; `.unwritable`.
    public func append(_ row: UnsafeBufferPointer<Float>) throws { try group.append(row) }
    /// Appends a row to a float64 file; throws as for float32.
    public func append(_ row: UnsafeBufferPointer<Double>) throws { try group.append(row) }
    /// Appends a row to an int64 file; throws as for float32.
    public func append(_ row: UnsafeBufferPointer<Int64>) throws { try group.append(UnsafeRawBufferPointer(row), .int64) }
    /// Appends a row to an int32 file; throws as for float32.
    public func append(_ row: UnsafeBufferPointer<Int32>) throws { try group.append(UnsafeRawBufferPointer(row), .int32) }
    /// Appends a row to an int8 file; throws as for float32.
    public func append(_ row: UnsafeBufferPointer<Int8>) throws { try group.append(UnsafeRawBufferPointer(row), .int8) }

    /// Appends a row of one number to an int64 file; throws as for float32.
    public func append(_ value: Int64) throws {
        try withUnsafeBytes(of: value) { try group.append($0, .int64) }
    }

    /// True if the next row will first send the buffered ones to disk; who flushes several files together then does it before.
    public var isFull: Bool { group.isFull }

    /// Writes the buffered rows, then the row count. After an error the file is as at the last success, and the rows stay buffered.
    /// - Throws: `RecordsError.unwritable`.
    public func flush() throws { try group.flush() }

    /// Flushes, hands the file to the disk and closes it; later calls do nothing. The file is closed even if an error is thrown.
    /// - Throws: `RecordsError.unwritable`.
    public func close() throws { try group.close() }
}
