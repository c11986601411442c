// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

extension TensorRecord {
    /// A small value beside tensors of numbers: its JSON text as a uint8 tensor.
    ///
    /// Numbers come back to the bit; NaN and infinities have no JSON, so keep their bit patterns.
    /// - Throws: `EncodingError` for a value that has no JSON.
    public init<Value: Encodable>(encoding value: Value) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        self.init([UInt8](try encoder.encode(value)))
    }

    /// The value that ``init(encoding:)`` was given.
    /// - Throws: `RecordsError.mismatch` for other elements than uint8; `DecodingError` for another value.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        guard elementType == .uint8 else { throw RecordsError(.mismatch, "elements of type \(elementType)", accepted: "uint8, JSON text") }
        return try JSONDecoder().decode(type, from: data)
    }
}
