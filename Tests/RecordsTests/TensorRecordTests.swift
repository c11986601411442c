// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Records

@Suite struct TensorRecordTests {
    @Test func `every half-precision pattern converts as NumPy's rule says`() throws {
        let patterns = (0...UInt16.max).map { $0 }
        let tensor = try TensorRecord(elementType: .float16, shape: [1 << 16], data: patterns.withUnsafeBytes { Data($0) })
        let values = try tensor.values(as: Double.self)
        for (pattern, value) in zip(patterns, values) {
            // ±f·2⁻²⁴ below the smallest normal number, else ±(1 + f/2¹⁰)·2^(e − 15); exponent 31 is infinite or not a number.
            let exponent = Int(pattern >> 10 & 31)
            let fraction = Double(pattern & 1023) / 1024
            let size =
                exponent == 31
                ? (fraction == 0 ? .infinity : .nan) : exponent == 0 ? fraction * 0x1p-14 : (1 + fraction) * pow(2, Double(exponent - 15))
            let expected = pattern >> 15 == 1 ? -size : size
            #expect(identical([value], [expected]), "\(pattern)")
        }
    }

    @Test func `float64 elements round to nearest in float32`() throws {
        #expect(try TensorRecord([0.1, -1e-46, .infinity]).values(as: Float.self) == [0.1, -0.0, .infinity])
        #expect(try TensorRecord([Double.nan]).values(as: Float.self)[0].isNaN)
    }

    @Test func `integers convert to numbers that hold them exactly`() throws {
        #expect(try TensorRecord([Int64(1) << 53, -3]).values(as: Double.self) == [0x1p53, -3])
        #expect(try TensorRecord([UInt8(255)]).values(as: Float.self) == [255])
        #expect(try TensorRecord([Int8(-128)]).integers() == [-128])
    }

    @Test(arguments: [
        (TensorRecord([1e39]), "element 0 is 1e+39, which Float can't hold; accepted: values in Float's range"),
        (TensorRecord([0, Int64(1) << 24 + 1]), "element 1 is 16777217, which Float can't hold; accepted: values in Float's range"),
    ])
    func `a value that would be lost is refused`(tensor: TensorRecord, message: String) {
        let error = #expect(throws: RecordsError.self) { try tensor.values(as: Float.self) }
        #expect(error?.description == message)
        #expect(error?.kind == .mismatch)
    }

    @Test func `numbers are no integers`() {
        let error = #expect(throws: RecordsError.self) { try TensorRecord([1.0]).integers() }
        #expect(error?.description == "elements are float64; accepted: int8 to int64, uint8 to uint64, bool")
    }

    @Test(arguments: [
        ([2, 3], 47, "47 bytes for shape [2, 3] of float64; accepted: 48 bytes"),
        ([-1], 8, "shape [-1] has a negative dimension; accepted: dimensions from 0"),
        ([1 << 31, 1 << 31], 0, "shape [2147483648, 2147483648] of float64 doesn't fit 64 bits"),
    ])
    func `a shape that doesn't fit its data is refused`(shape: [Int], size: Int, message: String) {
        let error = #expect(throws: RecordsError.self) { try TensorRecord(elementType: .float64, shape: shape, data: Data(count: size)) }
        #expect(error?.description == message)
    }

    @Test func `a dimension of 0 makes any shape empty`() throws {
        #expect(try TensorRecord(elementType: .int8, shape: [.max, .max, 0], data: Data()).count == 0)
    }
}
