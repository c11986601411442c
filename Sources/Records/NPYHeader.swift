// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// The header of an `.npy` file: magic, version, and a Python dictionary that describes the elements.
/// Source: NumPy Enhancement Proposal 1 and `numpy.lib.format`.
struct NPYHeader: Equatable {
    var elementType: ElementType
    var isBigEndian = false
    /// Column-major elements.
    var isFortranOrder = false
    var shape: [Int]
    /// Where the elements start.
    var dataOffset = 0

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    private static let layout = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }"
    private static let descriptions = "f2, f4, f8, i1…i8, u1…u8, b1 after '<', '>' or '|'"

    /// Reads the header at the start of `data`, the whole file.
    /// - Throws: `RecordsError`: `.malformed`, `.truncated`, `.unsupported`.
    init(_ data: Data, file: String?) throws {
        guard data.starts(with: Self.magic) else {
            throw RecordsError(.malformed, file: file, at: .byte(0), "is no .npy file", accepted: "the bytes 93 'NUMPY' at the start")
        }
        let bytes = [UInt8](data.prefix(12))
        guard bytes.count >= 10 else {
            throw RecordsError(.truncated, file: file, at: .byte(bytes.count), "breaks off inside the .npy preamble", accepted: "at least 10 bytes")
        }
        guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
            throw RecordsError(.unsupported, file: file, at: .byte(6), ".npy version \(bytes[6]).\(bytes[7])", accepted: "versions 1.0, 2.0 and 3.0")
        }
        let start = bytes[6] == 1 ? 10 : 12
        guard data.count >= start else {
            throw RecordsError(
                .truncated, file: file, at: .byte(data.count), "breaks off inside the .npy preamble", accepted: "at least \(start) bytes")
        }
        let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= data.count - start else {
            throw RecordsError(
                .truncated, file: file, at: .byte(8), "announces a header of \(length) bytes, but only \(data.count - start) follow")
        }
        let text = [UInt8](data.dropFirst(start).prefix(length))
        self = try PythonDictionary.read(text, file: file, origin: start) { entries in
            try Self(entries, file: file, at: .byte(start), dataOffset: start + length)
        }
    }

    init(elementType: ElementType, shape: [Int]) {
        self.elementType = elementType
        self.shape = shape
    }

    private init(_ entries: [(key: String, value: PythonDictionary.Literal)], file: String?, at place: RecordsError.Place, dataOffset: Int) throws {
        var description: String?
        var order: Bool?
        var shape: [Int]?
        for (key, value) in entries {
            switch (key, value) {
            case ("descr", .string(let text)) where description == nil: description = text
            case ("fortran_order", .bool(let value)) where order == nil: order = value
            case ("shape", .tuple(let dimensions)) where shape == nil: shape = dimensions
            default:
                throw RecordsError(.malformed, file: file, at: place, "unexpected entry '\(key)' in the header", accepted: Self.layout)
            }
        }
        guard let description, let order, let shape else {
            throw RecordsError(.malformed, file: file, at: place, "the header lacks descr, fortran_order or shape", accepted: Self.layout)
        }
        let mark = description.first ?? " "
        let found = ElementType.allCases.first { $0.numpyCode == String(description.dropFirst()) }
        guard let elementType = found, "<>|=".contains(mark), mark != "|" || elementType.size == 1 else {
            throw RecordsError(.unsupported, file: file, at: place, "elements of type '\(description)'", accepted: Self.descriptions)
        }
        self.init(elementType: elementType, shape: shape)
        self.isBigEndian = mark == ">"
        self.isFortranOrder = order
        self.dataOffset = dataOffset
    }

    /// The header's bytes in version 1.0, little-endian and row-major, padded with spaces to a multiple of 64 bytes.
    /// - Parameter reserve: how many digits the first dimension may grow to within the same length.
    /// - Throws: `RecordsError.unsupported` for bfloat16, or a shape of more than some thousand dimensions.
    func encoded(reserve: Int = 0, file: String?) throws -> Data {
        guard let code = elementType.numpyCode else {
            throw RecordsError(.unsupported, file: file, "\(elementType) has no name in NumPy", accepted: Self.descriptions)
        }
        let mark = elementType.size == 1 ? "|" : "<"
        let tuple = shape.count == 1 ? "(\(shape[0]),)" : "(" + shape.map(String.init).joined(separator: ", ") + ")"
        let text = "{'descr': '\(mark)\(code)', 'fortran_order': False, 'shape': \(tuple), }"
        let growth = shape.isEmpty ? 0 : max(0, reserve - String(shape[0]).utf8.count)
        let total = (10 + text.utf8.count + growth + 1 + 63) / 64 * 64
        guard total - 10 <= Int(UInt16.max) else {
            throw RecordsError(.unsupported, file: file, "a shape of \(shape.count) dimensions", accepted: "at most 64 dimensions")
        }
        var data = Data(Self.magic)
        data.append(contentsOf: [1, 0, UInt8((total - 10) & 0xff), UInt8((total - 10) >> 8)])
        data.append(contentsOf: text.utf8)
        data.append(contentsOf: repeatElement(UInt8(ascii: " "), count: total - 1 - data.count))
        data.append(UInt8(ascii: "\n"))
        return data
    }
}
