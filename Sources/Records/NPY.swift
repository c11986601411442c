// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// NumPy's `.npy` files: one tensor each.
public enum NPY {
    /// Reads a file of version 1.0 to 3.0. Big-endian and column-major elements are brought into the order of `TensorRecord`.
    ///
    /// Bytes after the tensor are ignored, as NumPy does: an interrupted `NPYWriter` may leave some.
    /// - Throws: `RecordsError`: `.unreadable`, `.truncated`, `.malformed`, `.unsupported` (structured, complex, text, object elements), `.tooLarge`.
    public static func read(_ url: URL) throws -> TensorRecord {
        try decode(FileContent.read(url), file: url.path)
    }

    /// Reads the content of a file; `file` is its name in errors.
    public static func decode(_ content: Data, file: String? = nil) throws -> TensorRecord {
        let header = try NPYHeader(content, file: file)
        let size = try TensorRecord.byteCount(header.elementType, shape: header.shape, file: file, at: .byte(10))
        let available = content.count - header.dataOffset
        guard size <= available else {
            throw RecordsError(
                .truncated, file: file, at: .byte(content.count),
                "shape \(header.shape) of \(header.elementType) takes \(size) bytes, but only \(available) follow the header")
        }
        var elements = Data(content.dropFirst(header.dataOffset).prefix(size))
        if header.isBigEndian { reverseBytes(&elements, size: header.elementType.size) }
        if header.isFortranOrder, header.shape.count > 1 {
            elements = rowMajor(elements, shape: header.shape, size: header.elementType.size)
        }
        return try TensorRecord(elementType: header.elementType, shape: header.shape, data: elements)
    }

    /// Writes a file of version 1.0, atomically.
    /// - Throws: `RecordsError`: `.unwritable`, `.unsupported` (bfloat16 has no name in NumPy).
    public static func write(_ tensor: TensorRecord, to url: URL) throws {
        try AtomicFile.write(encode(tensor, file: url.path), to: url)
    }

    /// The content of a file of version 1.0.
    public static func encode(_ tensor: TensorRecord, file: String? = nil) throws -> Data {
        try NPYHeader(elementType: tensor.elementType, shape: tensor.shape).encoded(file: file) + tensor.data
    }

    private static func reverseBytes(_ data: inout Data, size: Int) {
        guard size > 1 else { return }
        data.withUnsafeMutableBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: size) {
                for index in 0..<(size / 2) { bytes.swapAt(start + index, start + size - 1 - index) }
            }
        }
    }

    /// Column-major elements in row-major order.
    private static func rowMajor(_ data: Data, shape: [Int], size: Int) -> Data {
        guard !data.isEmpty else { return data }
        // The distance, in the column-major source, between neighbours along each dimension.
        var strides = [Int](repeating: size, count: shape.count)
        for axis in 1..<shape.count { strides[axis] = strides[axis - 1] * shape[axis - 1] }
        var result = Data(count: data.count)
        result.withUnsafeMutableBytes { target in
            data.withUnsafeBytes { source in
                var index = [Int](repeating: 0, count: shape.count)
                var from = 0
                for to in stride(from: 0, to: target.count, by: size) {
                    (target.baseAddress! + to).copyMemory(from: source.baseAddress! + from, byteCount: size)
                    var axis = shape.count - 1
                    while axis >= 0 {
                        index[axis] += 1
                        from += strides[axis]
                        if index[axis] < shape[axis] { break }
                        from -= strides[axis] * shape[axis]
                        index[axis] = 0
                        axis -= 1
                    }
                }
            }
        }
        return result
    }
}
