// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// A tensor as a file holds it: element type, shape, and little-endian elements in row-major order. `data.count` always fits the shape.
public struct TensorRecord: Equatable, Sendable {
    public let elementType: ElementType
    /// Sizes of the dimensions, outermost first; `[]` is a scalar, of one element.
    public let shape: [Int]
    /// The elements, little-endian, row-major.
    public let data: Data

    /// Number of elements: the product of `shape`, 1 for a scalar.
    public var count: Int { data.count / elementType.size }

    /// - Throws: `RecordsError`: `.malformed` for a negative dimension, `.tooLarge` if the size overflows, `.mismatch` if `data` has another size.
    public init(elementType: ElementType, shape: [Int], data: Data) throws {
        let expected = try Self.byteCount(elementType, shape: shape)
        guard data.count == expected else {
            throw RecordsError(.mismatch, "\(data.count) bytes for shape \(shape) of \(elementType)", accepted: "\(expected) bytes")
        }
        self.elementType = elementType
        self.shape = shape
        self.data = data
    }

    /// The bytes that `shape` takes.
    /// - Throws: `RecordsError`: `.malformed` for a negative dimension, `.tooLarge` if the product doesn't fit 64 bits.
    static func byteCount(_ elementType: ElementType, shape: [Int], file: String? = nil, at place: RecordsError.Place? = nil) throws -> Int {
        guard shape.allSatisfy({ $0 >= 0 }) else {
            throw RecordsError(.malformed, file: file, at: place, "shape \(shape) has a negative dimension", accepted: "dimensions from 0")
        }
        if shape.contains(0) { return 0 }
        var product = elementType.size
        for dimension in shape {
            let (next, overflows) = product.multipliedReportingOverflow(by: dimension)
            guard !overflows else {
                throw RecordsError(.tooLarge, file: file, at: place, "shape \(shape) of \(elementType) doesn't fit 64 bits")
            }
            product = next
        }
        return product
    }

    /// A float64 tensor. `shape` defaults to one dimension; its product must be `values.count` (a precondition).
    public init(_ values: [Double], shape: [Int]? = nil) { self.init(elements: values, .float64, shape) }
    /// A float32 tensor. `shape` defaults to one dimension; its product must be `values.count` (a precondition).
    public init(_ values: [Float], shape: [Int]? = nil) { self.init(elements: values, .float32, shape) }
    /// An int64 tensor. `shape` defaults to one dimension; its product must be `values.count` (a precondition).
    public init(_ values: [Int64], shape: [Int]? = nil) { self.init(elements: values, .int64, shape) }
    /// An int64 tensor. `shape` defaults to one dimension; its product must be `values.count` (a precondition).
    public init(_ values: [Int], shape: [Int]? = nil) { self.init(elements: values, .int64, shape) }
    /// An int32 tensor. `shape` defaults to one dimension; its product must be `values.count` (a precondition).
    public init(_ values: [Int32], shape: [Int]? = nil) { self.init(elements: values, .int32, shape) }
    /// An int8 tensor. `shape` defaults to one dimension; its product must be `values.count` (a precondition).
    public init(_ values: [Int8], shape: [Int]? = nil) { self.init(elements: values, .int8, shape) }
    /// A uint8 tensor. `shape` defaults to one dimension; its product must be `values.count` (a precondition).
    public init(_ values: [UInt8], shape: [Int]? = nil) { self.init(elements: values, .uint8, shape) }

    private init<Element>(elements: [Element], _ elementType: ElementType, _ shape: [Int]?) {
        self.elementType = elementType
        self.shape = shape ?? [elements.count]
        self.data = elements.withUnsafeBytes { Data($0) }
        let expected = try? Self.byteCount(elementType, shape: self.shape)
        precondition(expected == data.count, "\(elements.count) values for shape \(self.shape)")
    }
}
