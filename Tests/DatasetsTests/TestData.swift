// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Testing

@testable import Datasets

/// A folder that goes when its owner does.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("adamprobe-datasets-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ data: Data, _ name: String) throws -> URL {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
        return file
    }

    func write(_ tensor: TensorRecord, _ name: String) throws -> URL { try write(NPY.encode(tensor), name) }

    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() } }
}

/// The content of an IDX file with the given header, right or wrong.
func idx(type: UInt8 = 0x08, _ dimensions: [Int], _ bytes: [UInt8], magic: [UInt8] = [0, 0]) -> Data {
    var data = Data(magic + [type, UInt8(dimensions.count)])
    for dimension in dimensions { data.append(contentsOf: withUnsafeBytes(of: UInt32(dimension).bigEndian, Array.init)) }
    return data + bytes
}

/// Small sets with the shape of published ones, and what their files hold.
enum FakeSet {
    static let contents: [(name: String, data: Data)] = [
        ("train-images", idx([10, 2, 3], (0..<60).map { UInt8($0 * 4) })),
        ("train-labels", idx([10], (0..<10).map { UInt8($0) })),
        ("test-images", idx([2, 2, 3], (0..<12).map { UInt8($0) })),
        ("test-labels", idx([2], [9, 1])),
    ]

    static let idxSet = PublishedSet(
        name: "fake", title: "Fake", format: .idx, files: contents.map { file($0.name, $0.data) }, approximateTest: nil,
        mirrors: ["file:///nowhere/"], archive: nil, licence: "none", systemFolders: [])

    static let batches: [(name: String, data: Data)] = (0..<6).map { batch in
        (batch < 5 ? "data_batch_\(batch + 1).bin" : "test_batch.bin", cifarRecords(labels: [batch, 9 - batch], pixel: UInt8(batch * 10)))
    }

    static let approximate = cifarRecords(labels: [1, 2, 3], pixel: 7)

    static let cifarSet = PublishedSet(
        name: "fake-cifar", title: "Fake", format: .cifar10, files: batches.map { file($0.name, $0.data) },
        approximateTest: file("test_batch.approx.bin", approximate), mirrors: ["file:///nowhere/"], archive: "archive.tar.gz",
        licence: "none", systemFolders: [])

    static func cifarRecords(labels: [Int], pixel: UInt8) -> Data {
        labels.reduce(into: Data()) { data, label in
            data.append(UInt8(label))
            data.append(contentsOf: Array(repeating: pixel, count: 3072))
        }
    }

    static func file(_ name: String, _ data: Data) -> PublishedFile {
        PublishedFile(name, size: data.count, sha256: SHA256Digest.hex(of: data))
    }
}

/// The real sets, where a machine has them: in ADAMPROBE_DATA, or in `shared/data` beside the package.
enum RealData {
    static let folder: URL? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let candidates =
            [ProcessInfo.processInfo.environment["ADAMPROBE_DATA"].map { URL(fileURLWithPath: $0) }].compactMap(\.self)
            + [package.deletingLastPathComponent().appendingPathComponent("shared/data")]
        return candidates.first { FileManager.default.fileExists(atPath: $0.path) }
    }()

    static var locations: DataLocations { DataLocations(environment: ["ADAMPROBE_DATA": folder?.path ?? "", "HOME": "/nonexistent"]) }

    static func has(_ set: PublishedSet) -> Bool { locations.places(for: set).contains(where: \.isUsable) }
}

/// The text of the error that `body` throws; records an issue if it throws none or one of another type.
func errorText(_ body: () throws -> Void) -> String {
    do {
        try body()
        Issue.record("nothing was thrown")
        return ""
    } catch let error as DatasetError {
        return error.description
    } catch {
        Issue.record("not a DatasetError: \(error)")
        return ""
    }
}
