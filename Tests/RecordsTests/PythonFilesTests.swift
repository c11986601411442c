// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Records

/// `Tests/Reference/records.json`: files made by Python with what they hold (see `records.py` beside it).
enum PythonFiles {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Reference")

    static func load() throws -> JSONValue { try JSONValue.read(folder.appendingPathComponent("records.json")) }

    static func bytes(_ value: JSONValue?) throws -> Data {
        try #require(value?.string.flatMap { Data(base64Encoded: $0) })
    }
}

/// Equality that takes NaN for equal to NaN, and tells −0 from 0.
func identical(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { ($0.isNaN && $1.isNaN) || $0.bitPattern == $1.bitPattern }
}

@Suite struct PythonFilesTests {
    @Test func `arrays saved by NumPy have their shapes and values here`() throws {
        let files = try #require(try PythonFiles.load()["npy"]?.array)
        #expect(files.count == 17)
        for file in files {
            let name = try #require(file["name"]?.string)
            let tensor = try NPY.decode(PythonFiles.bytes(file["base64"]))
            #expect(tensor.shape == file["shape"]?.array?.compactMap(\.integer), "\(name)")
            let expected = try #require(file["values"]?.array)
            if tensor.elementType == .bool {
                #expect(try tensor.integers().map { $0 == 1 } == expected.compactMap(\.bool))
            } else if tensor.elementType.isFloatingPoint {
                #expect(identical(try tensor.values(as: Double.self), expected.compactMap(\.double)), "\(name)")
            } else {
                #expect(try tensor.integers() == expected.compactMap(\.integer), "\(name)")
            }
        }
    }

    @Test func `a file saved by the safetensors package has its tensors and metadata here`() throws {
        let model = try #require(try PythonFiles.load()["safetensors"])
        let file = try SafetensorsFile(decoding: PythonFiles.bytes(model["base64"]))
        #expect(file.metadata == ["note": "a \"quoted\" µ"])
        let expected = try #require(model["tensors"]?.array)
        #expect(Set(file.names) == Set(expected.compactMap { $0["name"]?.string }))
        for entry in expected {
            let name = try #require(entry["name"]?.string)
            let tensor = try file.tensor(named: name)
            #expect(tensor.shape == entry["shape"]?.array?.compactMap(\.integer), "\(name)")
            let values = try #require(entry["values"]?.array)
            if tensor.elementType.isFloatingPoint {
                #expect(identical(try tensor.values(as: Double.self), values.compactMap(\.double)), "\(name)")
            } else {
                #expect(try tensor.integers() == values.compactMap(\.integer), "\(name)")
            }
        }
    }

    @Test(arguments: ["one", "two"]) func `gzip streams packed by Python unpack here, of one member or two`(key: String) throws {
        let streams = try #require(try PythonFiles.load()["gzip"])
        let unpacked = try Gzip.decompress(PythonFiles.bytes(streams[key]), limit: 1000)
        #expect(String(decoding: unpacked, as: UTF8.self) == streams["content"]?.string)
    }

    @Test(arguments: ["stored", "deflated"]) func `archives saved by NumPy have their arrays here`(key: String) throws {
        let tensors = try NPZ.decode(PythonFiles.bytes(try PythonFiles.load()["npz"]?[key]))
        #expect(tensors.map(\.name) == ["x", "y"])
        #expect(tensors[0].tensor == TensorRecord([0.0, 1, 2]))
        #expect(tensors[1].tensor == TensorRecord([Int64(1), -1], shape: [2, 1]))
    }

    @Test func `the SHA-256 digest is hashlib's`() throws {
        let reference = try PythonFiles.load()
        let content = Data(try #require(reference["gzip"]?["content"]?.string).utf8)
        #expect(SHA256Digest.hex(of: content) == reference["sha256"]?.string)
    }

    @Test func `a table written by Python's csv module has the same fields here`() throws {
        let reference = try #require(try PythonFiles.load()["csv"])
        let rows = try #require(reference["rows"]?.array?.map { $0.array!.map { $0.string! } })
        let table = try CSVTable(decoding: Data(try #require(reference["text"]?.string).utf8))
        #expect(table.columns == rows[0])
        for (index, column) in table.columns.enumerated() {
            #expect(try table.texts(column) == rows.dropFirst().map { $0[index] })
        }
        #expect(identical(try table.numbers("value"), [1.5, .nan, -.infinity, Double(bitPattern: 2024)]))
    }

    static let python = ProcessInfo.processInfo.environment["ADAMPROBE_PYTHON"]

    @Test(.enabled(if: python != nil, "ADAMPROBE_PYTHON names a Python with numpy, torch and safetensors"))
    func `files written here load in Python`() throws {
        try withTemporaryFolder { folder in
            try write(to: folder)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: try #require(Self.python))
            process.arguments = [PythonFiles.folder.appendingPathComponent("records.py").path, "check", folder.path]
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
    }

    /// The files that `records.py check` expects.
    private func write(to folder: URL) throws {
        let numbers: JSONValue = .array([0.1, 0x1p-1070, 1e23, -0.0, 3, .number(.nan)])
        let value: JSONValue = ["b": [], "a": ["inner": [["x": 1]]], "text": "tab\t \"µ\" \\ \u{1} 😀", "numbers": numbers]
        try value.write(to: folder.appendingPathComponent("expected.json"))

        let rows = try NPYWriter(url: folder.appendingPathComponent("rows.npy"), elementType: .float32, rowShape: [3], bufferSize: 100)
        for row in 0..<1000 {
            try (0..<3).map { Float(3 * row + $0) }.withUnsafeBufferPointer { try rows.append($0) }
        }
        try rows.close()
        let steps = try NPYWriter(url: folder.appendingPathComponent("steps.npy"), elementType: .int64, rowShape: [])
        for step in 0..<8 {
            try steps.append(Int64(step))
            if step == 4 { try steps.flush() }
        }
        try FileManager.default.copyItem(at: steps.url, to: folder.appendingPathComponent("interrupted.npy"))
        try steps.close()
        _ = try NPYWriter(url: folder.appendingPathComponent("created.npy"), elementType: .int8, rowShape: [2])
        try NPY.write(TensorRecord([0.1, 0x1p-1074, -1, 3], shape: [2, 2]), to: folder.appendingPathComponent("tensor.npy"))

        var model = SafetensorsFile(metadata: ["made": "here", "µ": "\""])
        model["mask"] = TensorRecord([Int8(1), -1, 0])
        model["0.weight"] = TensorRecord([0.1, 0.2, 0.3], shape: [1, 3])
        model["step"] = TensorRecord([Float(7)], shape: [])
        model["nothing"] = TensorRecord([Float](), shape: [0, 4])
        try model.write(to: folder.appendingPathComponent("model.safetensors"))

        let table = try CSVWriter(url: folder.appendingPathComponent("table.csv"), columns: ["name", "value"])
        try table.append([.text("a, \"b\"\nc"), .number(0.1)])
        try table.append([.text(""), .number(.nan)])
        try table.append([.text("x"), .number(-.infinity)])
        try table.append([.text("y"), .empty])
        try table.close()
        try AtomicFile.write(Gzip.compress(Data((0..<100).flatMap { _ in UInt8(0)...255 })), to: folder.appendingPathComponent("packed.gz"))
    }
}
