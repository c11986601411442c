// SPDX-License-Identifier: GPL-3.0-or-later

/// One tensor's entry in a safetensors header.
struct SafetensorsEntry {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    /// Where its bytes lie, from the end of the header on.
    let range: Range<Int>

    private static let layout = #"{"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}"#

    init(_ name: String, _ tensor: TensorRecord, offset: Int) {
        self.name = name
        elementType = tensor.elementType
        shape = tensor.shape
        range = offset..<(offset + tensor.data.count)
    }

    /// Reads an entry, and checks that its bytes fit its shape.
    /// - Throws: `RecordsError`: `.malformed`, `.unsupported`, `.tooLarge`.
    init(_ name: String, _ value: JSONValue, file: String?) throws {
        guard let object = value.object, object.count == 3, let type = object["dtype"]?.string,
            let dimensions = object["shape"]?.array, let offsets = object["data_offsets"]?.array
        else {
            throw RecordsError(.malformed, file: file, at: .key(name), "unreadable tensor entry", accepted: Self.layout)
        }
        guard let elementType = ElementType.allCases.first(where: { $0.safetensorsName == type }) else {
            let known = ElementType.allCases.map(\.safetensorsName).joined(separator: ", ")
            throw RecordsError(.unsupported, file: file, at: .key(name), "elements of type \"\(type)\"", accepted: known)
        }
        let shape = dimensions.compactMap(\.integer)
        guard shape.count == dimensions.count, shape.allSatisfy({ $0 >= 0 }) else {
            throw RecordsError(.malformed, file: file, at: .key(name), "unreadable shape", accepted: "an array of integers from 0")
        }
        let bounds = offsets.compactMap(\.integer)
        guard offsets.count == 2, bounds.count == 2, bounds[0] >= 0, bounds[0] <= bounds[1] else {
            throw RecordsError(.malformed, file: file, at: .key(name), "unreadable data_offsets", accepted: "[start, end] with 0 ≤ start ≤ end")
        }
        let size = try TensorRecord.byteCount(elementType, shape: shape, file: file, at: .key(name))
        guard bounds[1] - bounds[0] == size else {
            throw RecordsError(
                .malformed, file: file, at: .key(name),
                "data_offsets span \(bounds[1] - bounds[0]) bytes, but shape \(shape) of \(elementType) takes \(size)")
        }
        self.name = name
        self.elementType = elementType
        self.shape = shape
        range = bounds[0]..<bounds[1]
    }

    /// The entry as JSON.
    var description: JSONValue {
        [
            "dtype": .string(elementType.safetensorsName), "shape": .array(shape.map(JSONValue.integer)),
            "data_offsets": [.integer(range.lowerBound), .integer(range.upperBound)],
        ]
    }
}
