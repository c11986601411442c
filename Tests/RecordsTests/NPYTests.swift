// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Records

@Suite struct NPYTests {
    static let numpyTypes = ElementType.allCases.filter { $0 != .bfloat16 }

    @Test(arguments: SeededGenerator.seeds) func `any tensor comes back as it was`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let tensor = try generator.tensor(of: Self.numpyTypes)
            let content = try NPY.encode(tensor)
            #expect((content.count - tensor.data.count) % 64 == 0)
            #expect(try NPY.decode(content) == tensor)
        }
    }

    @Test func `a file comes back as it was, over a former one`() throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("tensor.npy")
            try NPY.write(TensorRecord([1.0, 2.0]), to: url)
            let tensor = TensorRecord([Float(0.1), -.infinity, 0x1p-149, 3], shape: [2, 2])
            try NPY.write(tensor, to: url)
            #expect(try NPY.read(url) == tensor)
        }
    }

    @Test func `bytes after the tensor are ignored`() throws {
        let tensor = TensorRecord([Int64(5), 6])
        #expect(try NPY.decode(NPY.encode(tensor) + Data([1, 2, 3])) == tensor)
    }

    @Test func `a slice of a larger content is read like a whole`() throws {
        let tensor = TensorRecord([1.5, 2.5])
        let padded = Data([0, 0, 0]) + (try NPY.encode(tensor))
        #expect(try NPY.decode(padded.dropFirst(3)) == tensor)
    }

    @Test func `NumPy has no bfloat16`() throws {
        let tensor = try TensorRecord(elementType: .bfloat16, shape: [1], data: Data([0, 0]))
        let error = #expect(throws: RecordsError.self) { try NPY.encode(tensor, file: "b.npy") }
        #expect(error?.description == "b.npy: bfloat16 has no name in NumPy; accepted: f2, f4, f8, i1…i8, u1…u8, b1 after '<', '>' or '|'")
    }

    @Test(arguments: [
        "{'shape': (2,), 'fortran_order': False, 'descr': '<i4'}",
        " {\"descr\":\"<i4\",\"fortran_order\":False,\"shape\":(2L,),}\n",
        "{'descr': '=i4', 'fortran_order': True, 'shape': ( 1 , 2 ), }   \n",
    ])
    func `headers that Python would read are read`(header: String) throws {
        let tensor = try NPY.decode(NPYFile.content(header: header, data: Data([1, 0, 0, 0, 254, 255, 255, 255])))
        #expect(try tensor.integers() == [1, -2])
    }
}

/// `.npy` content made by hand.
enum NPYFile {
    static func content(header: String, version: UInt8 = 1, announced: Int? = nil, data: Data = Data()) -> Data {
        let length = announced ?? header.utf8.count
        let bytes = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        return Data([0x93] + Array("NUMPY".utf8) + [version, 0] + bytes + Array(header.utf8)) + data
    }
}
