// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Records

@Suite struct NPYWriterTests {
    @Test(arguments: [1, 100, 1 << 16]) func `the file is loadable after every row, and holds all rows after a flush`(bufferSize: Int) throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("rows.npy")
            let writer = try NPYWriter(url: url, elementType: .float64, rowShape: [3], bufferSize: bufferSize)
            var rows: [Double] = []
            #expect(try NPY.read(url).shape == [0, 3])
            for step in 0..<120 {
                let row = (0..<3).map { Double(step) + Double($0) / 8 }
                rows += row
                try row.withUnsafeBufferPointer { try writer.append($0) }
                if step % 7 == 6 { try writer.flush() }
                let tensor = try NPY.read(url)
                let values = try tensor.values(as: Double.self)
                #expect(tensor.shape == [values.count / 3, 3])
                #expect(values == Array(rows[..<values.count]))
                #expect(values.count >= rows.count - 3 * (step % 7 + 1))
                if step % 7 == 6 { #expect(values.count == rows.count) }
            }
            #expect(writer.rowCount == 120)
            try writer.close()
            try writer.close()
            #expect(try NPY.read(url).values(as: Double.self) == rows)
        }
    }

    @Test func `every element type that can be appended reaches the file`() throws {
        try withTemporaryFolder { folder in
            func check<Element>(
                _ expected: TensorRecord, _ row: [Element], _ append: (NPYWriter, UnsafeBufferPointer<Element>) throws -> Void
            ) throws {
                let type = expected.elementType
                let writer = try NPYWriter(url: folder.appendingPathComponent("\(type).npy"), elementType: type, rowShape: [row.count])
                try row.withUnsafeBufferPointer { try append(writer, $0) }
                try writer.close()
                #expect(try NPY.read(writer.url) == expected)
            }
            try check(TensorRecord([Float(0.1), 2], shape: [1, 2]), [Float(0.1), 2]) { try $0.append($1) }
            try check(TensorRecord([0.1, 2], shape: [1, 2]), [0.1, 2]) { try $0.append($1) }
            try check(TensorRecord([Int64.min, 2], shape: [1, 2]), [Int64.min, 2]) { try $0.append($1) }
            try check(TensorRecord([Int32.min, 2], shape: [1, 2]), [Int32.min, 2]) { try $0.append($1) }
            try check(TensorRecord([Int8.min, 2], shape: [1, 2]), [Int8.min, 2]) { try $0.append($1) }
        }
    }

    @Test func `rows of one number and of none are counted`() throws {
        try withTemporaryFolder { folder in
            let steps = try NPYWriter(url: folder.appendingPathComponent("steps.npy"), elementType: .int64, rowShape: [])
            for step in 0..<4 { try steps.append(Int64(step)) }
            try steps.close()
            #expect(try NPY.read(steps.url) == TensorRecord([0, 1, 2, 3] as [Int64]))
            let nothing = try NPYWriter(url: folder.appendingPathComponent("nothing.npy"), elementType: .float32, rowShape: [0])
            try nothing.append(UnsafeBufferPointer<Float>(start: nil, count: 0))
            try nothing.close()
            #expect(try NPY.read(nothing.url).shape == [1, 0])
        }
    }

    @Test func `rows that don't fit are refused, and leave the file as it was`() throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("rows.npy")
            let writer = try NPYWriter(url: url, elementType: .float32, rowShape: [2])
            let short = #expect(throws: RecordsError.self) { try [Float(1)].withUnsafeBufferPointer { try writer.append($0) } }
            #expect(short?.description == "\(url.path): a row of 1 float32; accepted: 2 float32, shape [2]")
            let other = #expect(throws: RecordsError.self) { try [1.0].withUnsafeBufferPointer { try writer.append($0) } }
            #expect(other?.description == "\(url.path): a row of 1 float64; accepted: 2 float32, shape [2]")
            try writer.close()
            let late = #expect(throws: RecordsError.self) { try [Float(1), 2].withUnsafeBufferPointer { try writer.append($0) } }
            #expect(late?.description == "\(url.path): a row for a file that is closed")
            #expect(try NPY.read(url).shape == [0, 2])
        }
    }

    @Test func `a writer that is let go keeps its rows`() throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("rows.npy")
            do {
                let writer = try NPYWriter(url: url, elementType: .int64, rowShape: [])
                try writer.append(7)
            }
            #expect(try NPY.read(url).integers() == [7])
        }
    }

    @Test func `a full disk is an error`() throws {
        let device = URL(fileURLWithPath: "/dev/full")
        try #require(FileManager.default.fileExists(atPath: device.path))
        let error = #expect(throws: RecordsError.self) { try NPYWriter(url: device, elementType: .int64, rowShape: []) }
        #expect(error?.kind == .unwritable)
    }
}
