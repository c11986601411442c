// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Records

@Suite struct NPYWriterGroupTests {
    private func append(_ rows: [Float], to group: NPYWriterGroup) throws {
        try rows.withUnsafeBufferPointer { try group.append($0) }
    }

    @Test(arguments: [1, 20, 1 << 16], [1, 2, 5]) func `each file holds its own rows, in order, as if it were written alone`(
        bufferSize: Int, fileCount: Int
    ) throws {
        try withTemporaryFolder { folder in
            let urls = (0..<fileCount).map { folder.appendingPathComponent("\($0).npy") }
            let group = try NPYWriterGroup(urls: urls, elementType: .float32, rowShape: [2], bufferSize: bufferSize)
            var expected = [[Float]](repeating: [], count: fileCount)
            for step in 0..<50 {
                let rows = (0..<2 * fileCount).map { Float(step) + Float($0) / 64 }
                for file in 0..<fileCount { expected[file] += rows[2 * file..<2 * file + 2] }
                try append(rows, to: group)
                if step % 11 == 10 {
                    try group.flush()
                    for (file, url) in urls.enumerated() { #expect(try NPY.read(url) == TensorRecord(expected[file], shape: [step + 1, 2])) }
                }
            }
            #expect(group.rowCount == 50)
            #expect(group.urls == urls)
            try group.close()
            try group.close()
            for (file, url) in urls.enumerated() {
                let alone = folder.appendingPathComponent("alone.npy")
                let writer = try NPYWriter(url: alone, elementType: .float32, rowShape: [2])
                for row in 0..<50 { try expected[file][2 * row..<2 * row + 2].withUnsafeBufferPointer { try writer.append($0) } }
                try writer.close()
                #expect(try Data(contentsOf: url) == Data(contentsOf: alone))
            }
        }
    }

    @Test func `a group goes on after the rows it is told to keep, in every file`() throws {
        try withTemporaryFolder { folder in
            let urls = ["a.npy", "b.npy"].map { folder.appendingPathComponent($0) }
            let first = try NPYWriterGroup(urls: urls, elementType: .float32, rowShape: [1])
            for step in 0..<5 { try append([Float(step), Float(10 * step)], to: first) }
            try first.close()
            let second = try NPYWriterGroup(urls: urls, elementType: .float32, rowShape: [1], continuingAfter: 2)
            #expect(second.rowCount == 2)
            try append([7, 8], to: second)
            try second.close()
            #expect(try NPY.read(urls[0]) == TensorRecord([0, 1, 7] as [Float], shape: [3, 1]))
            #expect(try NPY.read(urls[1]) == TensorRecord([0, 10, 8] as [Float], shape: [3, 1]))
            #expect(throws: RecordsError.self) {
                try NPYWriterGroup(urls: urls, elementType: .float32, rowShape: [1], continuingAfter: 4)
            }
        }
    }

    @Test func `rows that don't fit are refused, and so are rows for closed files`() throws {
        try withTemporaryFolder { folder in
            let urls = ["a.npy", "b.npy"].map { folder.appendingPathComponent($0) }
            let group = try NPYWriterGroup(urls: urls, elementType: .float32, rowShape: [2])
            let short = #expect(throws: RecordsError.self) { try append([1, 2], to: group) }
            #expect(short?.description == "\(urls[0].path): a row of 1 float32; accepted: 2 float32, shape [2]")
            try group.close()
            #expect(throws: RecordsError.self) { try append([1, 2, 3, 4], to: group) }
            #expect(try NPY.read(urls[1]).shape == [0, 2])
        }
    }

    @Test func `a file that cannot be made is an error that names it`() throws {
        try withTemporaryFolder { folder in
            let missing = folder.appendingPathComponent("none/b.npy")
            let error = #expect(throws: RecordsError.self) {
                try NPYWriterGroup(urls: [folder.appendingPathComponent("a.npy"), missing], elementType: .float32, rowShape: [1])
            }
            #expect(error?.kind == .unwritable)
            #expect(error?.description.contains(missing.path) == true)
        }
    }
}
