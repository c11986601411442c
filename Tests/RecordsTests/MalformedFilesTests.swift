// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Records

/// A malformed file, and the words it is refused with.
struct Malformed: Sendable, CustomTestStringConvertible {
    let name: String
    let format: Format
    let content: Data
    let message: String

    init(_ name: String, _ format: Format, _ content: Data, _ message: String) {
        self.name = name
        self.format = format
        self.content = content
        self.message = message
    }

    init(_ name: String, _ format: Format, _ content: String, _ message: String) {
        self.init(name, format, Data(content.utf8), message)
    }

    /// A safetensors file with this header.
    init(_ name: String, header: String, data: Int, _ message: String) {
        self.init(name, .safetensors, withUnsafeBytes(of: UInt64(header.utf8.count)) { Data($0) } + Data(header.utf8) + Data(count: data), message)
    }

    var testDescription: String { "\(format): \(name)" }
}

@Suite struct MalformedFilesTests {
    @Test(arguments: npy + safetensors + gzip + json + csv)
    func `a malformed file is refused with what, where, and what would be accepted`(file: Malformed) {
        let error = #expect(throws: RecordsError.self) { try file.format.read(file.content, file: "f") }
        #expect(error?.description == file.message)
    }

    static let npy: [Malformed] = [
        .init("other format", .npy, "PK\u{3}\u{4}", "f: byte 0: is no .npy file; accepted: the bytes 93 'NUMPY' at the start"),
        .init("unknown version", .npy, NPYFile.content(header: "{}", version: 4), "f: byte 6: .npy version 4.0; accepted: versions 1.0, 2.0 and 3.0"),
        .init(
            "header longer than the file", .npy, NPYFile.content(header: "{}", version: 2, announced: 0xffff_ffff),
            "f: byte 8: announces a header of 4294967295 bytes, but only 2 follow"),
        .init(
            "shape beyond the file", .npy,
            NPYFile.content(header: "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }", data: Data(count: 8)),
            "f: byte 87: shape [1000000000000] of float64 takes 8000000000000 bytes, but only 8 follow the header"),
        .init(
            "shape that overflows", .npy, NPYFile.content(header: "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }"),
            "f: byte 10: shape [4294967296, 4294967296] of float64 doesn't fit 64 bits"),
        .init(
            "dimension of 30 digits", .npy,
            NPYFile.content(header: "{'descr': '<f8', 'fortran_order': False, 'shape': (100000000000000000000000000000,), }"),
            "f: byte 61: a dimension doesn't fit 64 bits"),
        .init(
            "negative dimension", .npy, NPYFile.content(header: "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }"),
            "f: byte 61: in the .npy header: no dimension; accepted: a non-negative integer"),
        .init(
            "complex elements", .npy, NPYFile.content(header: "{'descr': '<c16', 'fortran_order': False, 'shape': (), }"),
            "f: byte 10: elements of type '<c16'; accepted: f2, f4, f8, i1…i8, u1…u8, b1 after '<', '>' or '|'"),
        .init(
            "structured elements", .npy, NPYFile.content(header: "{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (), }"),
            "f: byte 20: structured elements; accepted: one number an element"),
        .init(
            "missing shape", .npy, NPYFile.content(header: "{'descr': '<f8', 'fortran_order': False}"),
            "f: byte 10: the header lacks descr, fortran_order or shape; accepted: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }"),
        .init(
            "a tuple that is none", .npy, NPYFile.content(header: "{'descr': '<f8', 'fortran_order': False, 'shape': (3)}"),
            "f: byte 62: in the .npy header: a tuple of one without its comma; accepted: (n,)"),
    ]

    static let safetensors: [Malformed] = [
        .init("too short", .safetensors, Data([1, 2]), "f: byte 2: breaks off inside the header length; accepted: at least 8 bytes"),
        .init(
            "absurd header length", .safetensors, Data(repeating: 255, count: 16),
            "f: byte 0: announces a header of 18446744073709551615 bytes; accepted: at most 100000000 bytes"),
        .init(
            "header longer than the file", .safetensors, Data([200, 0, 0, 0, 0, 0, 0, 0]) + Data("{}".utf8),
            "f: byte 0: announces a header of 200 bytes, but only 2 follow"),
        .init("header that is no object", header: "[]", data: 0, "f: byte 8: the header is no JSON object; accepted: '{' as its first byte"),
        .init(
            "duplicate name", header: #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#,
            data: 0,
            "f: byte 61: the key \"a\" is there twice; accepted: each key once"),
        .init(
            "unknown element type", header: #"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#, data: 1,
            "f: \"a\": elements of type \"F8_E4M3\"; accepted: F16, BF16, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64, BOOL"),
        .init(
            "offsets that don't fit the shape", header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, data: 4,
            "f: \"a\": data_offsets span 4 bytes, but shape [2] of float32 takes 8"),
        .init(
            "shape that overflows", header: #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, data: 0,
            "f: \"a\": shape [4294967296, 4294967296] of float32 doesn't fit 64 bits"),
        .init(
            "overlapping tensors",
            header: #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#,
            data: 6, "f: \"b\": starts at data byte 2 and overlaps the tensor before it; accepted: data byte 4"),
        .init(
            "gap between tensors",
            header: #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[1],"data_offsets":[5,6]}}"#,
            data: 6, "f: \"b\": starts at data byte 5 and leaves a gap before it; accepted: data byte 4"),
        .init(
            "tensor beyond the file", header: #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, data: 3,
            "f: byte 64: the tensors take 4 bytes, but only 3 follow the header"),
        .init(
            "bytes of no tensor", header: #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, data: 5,
            "f: byte 65: 1 bytes that belong to no tensor"),
    ]

    static let packed = Gzip.compress(Data("some text, some text".utf8))

    static let gzip: [Malformed] = [
        .init("other format", .gzip, "text", "f: byte 0: is no gzip stream; accepted: the bytes 1f 8b at the start"),
        .init("cut", .gzip, packed.dropLast(9), "f: byte \(packed.count - 9): the compressed stream breaks off"),
        .init(
            "wrong checksum", .gzip, packed.dropLast(8) + Data([0]) + packed.suffix(7),
            "f: byte \(packed.count - 4): the compressed stream is damaged: incorrect data check"),
        .init(
            "wrong length", .gzip, packed.dropLast(4) + Data([1, 0, 0, 0]),
            "f: byte \(packed.count): the compressed stream is damaged: incorrect length check"),
        .init(
            "garbage at the end", .gzip, packed + Data("tail".utf8),
            "f: byte \(packed.count): 4 bytes of garbage after the gzip stream; accepted: another gzip member, zero bytes, or nothing"),
    ]

    static let json: [Malformed] = [
        .init("nothing", .json, "", "f: line 1, column 1: breaks off before a value; accepted: a JSON value"),
        .init("key given twice", .json, "{\"a\": 1,\n \"a\": 2}", "f: line 2, column 2: the key \"a\" is there twice; accepted: each key once"),
        .init("bare NaN", .json, "[NaN]", "f: line 1, column 2: a bare NaN; accepted: the strings \"NaN\", \"Infinity\" and \"-Infinity\""),
        .init(
            "bare infinity", .json, "[-Infinity]",
            "f: line 1, column 3: a bare Infinity; accepted: the strings \"NaN\", \"Infinity\" and \"-Infinity\""),
        .init("number beyond range", .json, "1e999", "f: line 1, column 1: the number 1e999 is beyond a double's range"),
        .init("leading zero", .json, "[01]", "f: line 1, column 3: an array goes on oddly; accepted: ',' or ']'"),
        .init(
            "bottomless nesting", .json, String(repeating: "[", count: 100_000), "f: line 1, column 201: values nested deeper than 200"),
        .init("lone surrogate", .json, #""\ud83d""#, "f: line 1, column 8: a lone surrogate; accepted: surrogates in pairs"),
        .init("broken UTF-8", .json, Data([0x22, 0xc3, 0x22]), "f: line 1, column 1: a string that is no UTF-8; accepted: UTF-8"),
        .init("trailing comma", .json, "{\"a\": 1,}", "f: line 1, column 9: no key; accepted: a key in double quotes"),
        .init("second value", .json, "1 2", "f: line 1, column 3: text after the value; accepted: one JSON value"),
    ]

    static let csv: [Malformed] = [
        .init("nothing", .csv, "\n", "f: line 1: no header; accepted: the columns' names on the first line"),
        .init("short row", .csv, "a,b\n1,2\n3\n", "f: line 3: 1 fields; accepted: 2, as in the header"),
        .init("column given twice", .csv, "a,a\n", "f: line 1: a column name is there twice; accepted: each name once"),
        .init("open quote", .csv, "a\n\n\"x\ny", "f: line 3: a quoted field without end; accepted: '\"' at its end"),
        .init("text after a quote", .csv, "a\n\"x\"y\n", "f: line 2: text after a closing quote; accepted: ',' or the line's end"),
        .init("quote inside a field", .csv, "a\nx\"y\n", "f: line 2: a quote inside a plain field; accepted: quotes around the whole field"),
        .init("no number", .csv, "a\n\"1\"\n0x10\n", "f: line 3: column a has \"0x10\"; accepted: a number or nothing"),
        .init("number beyond range", .csv, "a\n1e999\n", "f: line 2: column a has \"1e999\"; accepted: a number or nothing"),
    ]
}
