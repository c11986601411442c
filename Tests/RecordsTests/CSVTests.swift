// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Records

@Suite struct CSVTests {
    @Test(arguments: SeededGenerator.seeds) func `any table comes back as it was`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let columns = (0..<generator.integer(in: 1...4)).map { "\($0)\(generator.text())" } + ["number", "integer"]
        let rows = (0..<generator.integer(in: 0...30)).map { _ in
            (
                columns.dropLast(2).map { _ in generator.text() }, generator.anyDouble(),
                generator.next() & 1 == 0 ? nil : Int(truncatingIfNeeded: generator.next())
            )
        }
        try withTemporaryFolder { folder in
            let writer = try CSVWriter(url: folder.appendingPathComponent("table.csv"), columns: columns)
            for (texts, number, integer) in rows {
                try writer.append(texts.map(CSVField.text) + [.number(number), .integer(ifAny: integer)])
            }
            try writer.close()
            let table = try CSVTable.read(writer.url)
            #expect(table.columns == columns)
            #expect(table.rowCount == rows.count)
            for (index, column) in columns.dropLast(2).enumerated() { #expect(try table.texts(column) == rows.map { $0.0[index] }) }
            #expect(identical(try table.numbers("number"), rows.map(\.1)))
            #expect(try table.optionalIntegers("integer") == rows.map(\.2))
        }
    }

    @Test func `a lone empty field is not lost`() throws {
        try withTemporaryFolder { folder in
            let writer = try CSVWriter(url: folder.appendingPathComponent("table.csv"), columns: ["only"])
            try writer.append([.empty])
            try writer.append([.text("")])
            try writer.close()
            #expect(try CSVTable.read(writer.url).texts("only") == ["", ""])
        }
    }

    @Test func `rows are on disk after a flush, whole ones only`() throws {
        try withTemporaryFolder { folder in
            let writer = try CSVWriter(url: folder.appendingPathComponent("table.csv"), columns: ["a", "b"])
            #expect(try CSVTable.read(writer.url).rowCount == 0)
            for index in 0..<20_000 {
                try writer.append([.integer(index), .number(Double(index) / 3)])
                if index % 1777 == 0 { #expect(try CSVTable.read(writer.url).rowCount <= index + 1) }
            }
            try writer.flush()
            #expect(try CSVTable.read(writer.url).integers("a") == Array(0..<20_000))
        }
    }

    @Test func `names of non-finite numbers, carriage returns and a missing last newline are read`() throws {
        let table = try CSVTable(decoding: Data("x,y\r\nNaN,\r\n\r\n-Infinity,2\r\n+inf,3e0".utf8))
        #expect(identical(try table.numbers("x"), [.nan, -.infinity, .infinity]))
        #expect(try table.optionalNumbers("y") == [nil, 2, 3])
    }

    @Test func `rows and columns that don't fit are refused`() throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("table.csv")
            let twice = #expect(throws: RecordsError.self) { try CSVWriter(url: url, columns: ["a", "a"]) }
            #expect(twice?.description == "\(url.path): columns [\"a\", \"a\"]; accepted: one or more names, each once")
            let writer = try CSVWriter(url: url, columns: ["a", "b"])
            let short = #expect(throws: RecordsError.self) { try writer.append([.integer(1)]) }
            #expect(short?.description == "\(url.path): a row of 1 fields; accepted: 2 fields")
        }
    }
}
