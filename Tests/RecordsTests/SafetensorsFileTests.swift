// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Records

@Suite struct SafetensorsFileTests {
    @Test(arguments: SeededGenerator.seeds) func `any file comes back as it was, in its order`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var file = SafetensorsFile()
        for index in 0..<generator.integer(in: 0...12) { file["\(index) \(generator.text())"] = try generator.tensor() }
        for index in 0..<generator.integer(in: 0...3) { file.metadata["\(index)\(generator.text())"] = generator.text() }
        let content = try file.encoded()
        let back = try SafetensorsFile(decoding: content)
        #expect(back == file)
        #expect(back.names == file.names)
        let headerLength = content.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect(headerLength % 8 == 0)
    }

    @Test func `every element lies at a multiple of its size`() throws {
        var file = SafetensorsFile()
        file["a"] = TensorRecord([Int8(1)])
        file["b"] = TensorRecord([2.0])
        file["c"] = TensorRecord([Float(3)])
        let content = try file.encoded()
        let text = String(decoding: content.dropFirst(8).prefix(while: { $0 != UInt8(ascii: " ") }), as: UTF8.self)
        #expect(
            text.hasPrefix(
                #"{"a":{"dtype":"I8","shape":[1],"data_offsets":[12,13]},"b":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"#
                    + #""c":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#))
    }

    @Test func `tensors can be replaced in place and removed`() {
        var file = SafetensorsFile([("a", TensorRecord([1.0])), ("b", TensorRecord([2.0]))])
        file["a"] = TensorRecord([3.0])
        #expect(file.names == ["a", "b"])
        file["a"] = nil
        file["absent"] = nil
        #expect(file.names == ["b"])
        #expect(file.tensors.count == 1)
    }

    @Test func `a tensor that is missing is named, with those there are`() {
        let file = SafetensorsFile([("0.weight", TensorRecord([1.0])), ("0.bias", TensorRecord([2.0]))])
        let error = #expect(throws: RecordsError.self) { try file.tensor(named: "1.weight") }
        #expect(error?.description == "\"1.weight\": no such tensor; accepted: 0.weight, 0.bias")
    }

    @Test func `the format's own name is refused for a tensor`() {
        let file = SafetensorsFile([("__metadata__", TensorRecord([1.0]))])
        let error = #expect(throws: RecordsError.self) { try file.encoded() }
        #expect(error?.description == "\"__metadata__\": this name is the format's own; accepted: any other name")
    }
}
