// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Records
import Testing

@testable import Experiments

/// An input that `adamprobe run` has to refuse.
struct MalformedInput: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Lines of the configuration; those of ``base`` that are not given are added.
    let configuration: String
    /// A file that the configuration names.
    let file: String?
    let content: Data
    /// What the error line has to name: file, line or key, and what is wrong.
    let words: [String]

    init(_ description: String, _ configuration: String, file: String? = nil, _ content: Data = Data(), words: [String]) {
        testDescription = description
        self.configuration = configuration
        self.file = file
        self.content = content
        self.words = words
    }

    private static let base = ["data: digits", "network: [{dense: 4}, relu, {dense: 10}]", "optimizer: adam", "steps: 3"]

    /// The whole configuration: a given key replaces that of the base.
    var yaml: String {
        let keys = configuration.split(separator: "\n").compactMap { $0.split(separator: ":").first }
        let rest = Self.base.filter { line in !keys.contains { line.hasPrefix("\($0):") } }
        return configuration + "\n" + rest.joined(separator: "\n") + "\n"
    }
}

extension MalformedInput {
    private static func idx(_ bytes: [UInt8], _ dimensions: [UInt32], type: UInt8 = 8, magic: UInt8 = 0) -> Data {
        var data = Data([magic, 0, type, UInt8(dimensions.count)])
        for dimension in dimensions { withUnsafeBytes(of: dimension.bigEndian) { data.append(contentsOf: $0) } }
        return data + bytes
    }

    private static func safetensors(_ header: String, _ bytes: Int) -> Data {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8) + Data(repeating: 0, count: bytes)
    }

    private static func npy(_ header: String, _ bytes: Int) -> Data {
        Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, UInt8(header.utf8.count), 0]) + Data(header.utf8) + Data(repeating: 0, count: bytes)
    }

    private static let images = "data: {source: idx, idx: {trainImages: bad.idx, trainLabels: labels.idx}}"
    private static let arrays = "data: {source: npy, npy: {inputs: bad.npy, targets: targets.npy}}"
    private static let model = "initial: bad.safetensors"
    /// A good file, to be spoilt.
    private static let gzipped = Gzip.compress(idx(Array(repeating: 1, count: 16), [4, 2, 2]))

    static let all: [MalformedInput] = [
        // Configurations
        .init("unknown key", "optimiser: adam", words: ["bad.yaml:1:1", "optimiser", "optimizer"]),
        .init("wrong type", "batch: many", words: ["bad.yaml:1:8", "batch", "many"]),
        .init("impossible value", "optimizer: {adam: {beta1: 1.5}}", words: ["bad.yaml:1:", "optimizer.adam.beta1", "1.5"]),
        .init("broken YAML", "network: [{dense: 4, relu", words: ["bad.yaml:2:5: ", "not readable as YAML"]),
        .init("a key twice", "seed: 1\nseed: 2", words: ["bad.yaml:1", "seed", "more than once"]),
        .init("missing data file", "data: {source: npy, npy: {inputs: absent.npy, targets: targets.npy}}", words: ["absent.npy", "No such file"]),
        // IDX
        .init(
            "IDX cut short", images, file: "bad.idx", idx([1, 2, 3], [4, 2, 2]), words: ["bad.idx", "need 16 bytes after the header, the file has 3"]),
        .init(
            "IDX with bytes too many", images, file: "bad.idx", idx(Array(repeating: 1, count: 99), [4, 2, 2]),
            words: ["bad.idx", "need 16 bytes after the header, the file has 99"]),
        .init(
            "IDX of a wrong magic number", images, file: "bad.idx", idx([], [4, 2, 2], magic: 7),
            words: ["bad.idx", "magic number begins with bytes 7 and 0"]),
        .init("IDX that claims 2⁹³ bytes", images, file: "bad.idx", idx([1], [.max, .max, .max]), words: ["bad.idx", "overflow"]),
        .init(
            "IDX of another count than its labels", images, file: "bad.idx", idx(Array(repeating: 1, count: 20), [5, 2, 2]),
            words: ["bad.idx", "labels.idx", "5 images, 4 labels"]),
        // Gzip
        .init("gzip cut short", images, file: "bad.idx", gzipped.dropLast(9), words: ["bad.idx", "stream breaks off"]),
        .init(
            "gzip with a wrong checksum", images, file: "bad.idx", gzipped.dropLast(8) + Data(repeating: 9, count: 8),
            words: ["bad.idx", "incorrect data check"]),
        .init(
            "gzip of noise", images, file: "bad.idx", Data([0x1f, 0x8b, 8, 0]) + Data(repeating: 0xa5, count: 40),
            words: ["bad.idx", "stream is damaged"]),
        // NPY
        .init("NPY cut in its header", arrays, file: "bad.npy", Data([0x93, 0x4e, 0x55]), words: ["bad.npy", "is no .npy file"]),
        .init(
            "NPY of objects", arrays, file: "bad.npy", npy("{'descr': '|O', 'fortran_order': False, 'shape': (4, 2), }\n", 64),
            words: ["bad.npy", "|O"]),
        .init(
            "NPY that claims more than it holds", arrays, file: "bad.npy",
            npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4000000000, 2), }\n", 64),
            words: ["bad.npy", "takes 64000000000 bytes, but only 64 follow"]),
        .init(
            "NPY with NaN", arrays, file: "bad.npy", (try? NPY.encode(TensorRecord([1, 2, .nan, 4] as [Double], shape: [4, 1]))) ?? Data(),
            words: ["bad.npy", "nan"]),
        .init(
            "order with a sample that is not there", "order: bad.npy", file: "bad.npy",
            (try? NPY.encode(TensorRecord([0, 1, 2, 9999, 4, 5] as [Int64], shape: [3, 2]))) ?? Data(), words: ["bad.npy", "9999"]),
        // Safetensors
        .init(
            "safetensors with a header longer than the file", model, file: "bad.safetensors", Data([255, 255, 255, 0, 0, 0, 0, 0, 123]),
            words: ["bad.safetensors", "a header of 16777215 bytes, but only 1 follow"]),
        .init(
            "safetensors whose header is not JSON", model, file: "bad.safetensors", safetensors("{\"0.weight\": oops}", 8),
            words: ["bad.safetensors", "byte 21", "no JSON value"]),
        .init(
            "safetensors whose tensor ends beyond the file", model, file: "bad.safetensors",
            safetensors("{\"0.weight\":{\"dtype\":\"F64\",\"shape\":[4,64],\"data_offsets\":[0,2048]}}", 16),
            words: ["bad.safetensors", "take 2048 bytes, but only 16 follow"]),
        .init(
            "safetensors of another network", model, file: "bad.safetensors",
            safetensors("{\"0.weight\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}", 16),
            words: ["bad.safetensors", "0.weight", "[2], expected [4, 64]"]),
    ]
}

@Suite("Malformed inputs, through the command")
struct MalformedInputTests {
    @Test("There are twenty of them and more")
    func count() { #expect(MalformedInput.all.count >= 20) }

    @Test("One clear error line, exit status 1, and no run directory", arguments: MalformedInput.all)
    func refused(input: MalformedInput) throws {
        let folder = try RunFolder()
        try NPY.write(TensorRecord([0, 1, 0, 1] as [Int64]), to: folder["targets.npy"])
        try Data([0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 0, 1]).write(to: folder["labels.idx"])
        if let file = input.file {
            #expect(!input.content.isEmpty)
            try input.content.write(to: folder[file])
        }
        try Data(input.yaml.utf8).write(to: folder["bad.yaml"])
        let before = try folder.names
        let result = try BuiltProgram(["run", "bad.yaml", "--out", "out", "--quiet"], in: folder.url).finish()
        #expect(result.status == 1, "\(result)")
        #expect(result.output.isEmpty)
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(result.errors)")
        for word in input.words { #expect(result.errors.contains(word), "'\(word)' is not in: \(result.errors)") }
        #expect(try folder.names.filter { !$0.hasPrefix(".logs") } == before)
    }

    @Test("The base that the malformed inputs change is itself good")
    func good() throws {
        let folder = try RunFolder()
        try Data(MalformedInput("good", "seed: 1", words: []).yaml.utf8).write(to: folder["good.yaml"])
        let result = try BuiltProgram(["run", "good.yaml", "--out", "out", "--quiet"], in: folder.url).finish()
        #expect(result.status == 0 && result.errors.isEmpty)
        #expect(try folder.names.contains("out"))
    }
}
