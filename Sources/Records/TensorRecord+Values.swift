// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

extension TensorRecord {
    /// The elements as floating-point numbers, row-major.
    ///
    /// Floating-point elements are rounded to nearest where `Value` is narrower; NaN and infinities stay what they are. Integers convert
    /// exactly or not at all; bool gives 0 and 1.
    /// - Throws: `RecordsError.mismatch` for a finite element beyond `Value`'s range, or an integer that `Value` can't hold exactly.
    @_specialize(where Value == Float)
    @_specialize(where Value == Double)
    public func values<Value: BinaryFloatingPoint>(as type: Value.Type = Value.self) throws -> [Value] {
        switch elementType {
        case .float32: type == Float.self ? copied() : try converted { (x: Float) in Self.rounded(x) }
        case .float64: type == Double.self ? copied() : try converted { (x: Double) in Self.rounded(x) }
        case .float16: try converted { (x: UInt16) in Self.rounded(Self.float(half: x)) }
        case .bfloat16: try converted { (x: UInt16) in Self.rounded(Float(bitPattern: UInt32(x) << 16)) }
        case .int8: try converted { (x: Int8) in Value(exactly: x) }
        case .int16: try converted { (x: Int16) in Value(exactly: x) }
        case .int32: try converted { (x: Int32) in Value(exactly: x) }
        case .int64: try converted { (x: Int64) in Value(exactly: x) }
        case .uint8: try converted { (x: UInt8) in Value(exactly: x) }
        case .uint16: try converted { (x: UInt16) in Value(exactly: x) }
        case .uint32: try converted { (x: UInt32) in Value(exactly: x) }
        case .uint64: try converted { (x: UInt64) in Value(exactly: x) }
        case .bool: try converted { (x: UInt8) in x == 0 ? 0 : 1 }
        }
    }

    /// The elements as integers, row-major; bool gives 0 and 1.
    /// - Throws: `RecordsError.mismatch` for floating-point elements, and for uint64 elements from 2⁶³ on.
    public func integers() throws -> [Int] {
        switch elementType {
        case .int8: try converted { (x: Int8) in Int(x) }
        case .int16: try converted { (x: Int16) in Int(x) }
        case .int32: try converted { (x: Int32) in Int(x) }
        case .int64: try converted { (x: Int64) in Int(x) }
        case .uint8: try converted { (x: UInt8) in Int(x) }
        case .uint16: try converted { (x: UInt16) in Int(x) }
        case .uint32: try converted { (x: UInt32) in Int(x) }
        case .uint64: try converted { (x: UInt64) in Int(exactly: x) }
        case .bool: try converted { (x: UInt8) in x == 0 ? 0 : 1 }
        case .float16, .bfloat16, .float32, .float64:
            throw RecordsError(.mismatch, "elements are \(elementType)", accepted: "int8 to int64, uint8 to uint64, bool")
        }
    }

    /// `x` in `Value`, nil where a finite `x` becomes infinite.
    @inline(__always)
    private static func rounded<Source: BinaryFloatingPoint, Value: BinaryFloatingPoint>(_ x: Source) -> Value? {
        let value = Value(x)
        return value.isInfinite && x.isFinite ? nil : value
    }

    /// The elements' bytes taken as they are; `Value` has the elements' size.
    @inline(__always)
    private func copied<Value>() -> [Value] {
        [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
            data.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            initialized = count
        }
    }

    @inline(__always)
    private func converted<Element: BitwiseCopyable, Value>(_ convert: (Element) -> Value?) throws -> [Value] {
        let count = count
        return try [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
            try data.withUnsafeBytes { bytes in
                for index in 0..<count {
                    let element = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Element>.size, as: Element.self)
                    guard let value = convert(element) else {
                        throw RecordsError(
                            .mismatch, "element \(index) is \(element), which \(Value.self) can't hold", accepted: "values in \(Value.self)'s range")
                    }
                    buffer.initializeElement(at: index, to: value)
                    initialized = index + 1
                }
            }
        }
    }

    /// An IEEE 754 binary16 number from its bits. (Swift's own `Float16` isn't there on every Mac.)
    private static func float(half bits: UInt16) -> Float {
        let sign = UInt32(bits >> 15) << 31
        let exponent = UInt32(bits >> 10) & 0x1f
        let fraction = UInt32(bits) & 0x3ff
        switch exponent {
        case 0: return (sign == 0 ? 1 : -1) * Float(fraction) * 0x1p-24
        case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
