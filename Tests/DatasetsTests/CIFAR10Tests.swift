// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Testing

@testable import Datasets

@Suite struct CIFAR10Tests {
    private func parse(_ data: Data) throws -> (labels: [Int], pixels: [UInt8]) {
        var labels: [Int] = []
        var pixels: [UInt8] = []
        try CIFAR10.append(data, name: "b", labels: &labels, pixels: &pixels)
        return (labels, pixels)
    }

    @Test func recordsAreALabelAndThreePlanes() throws {
        let record = Data([7]) + Data((0..<3072).map { UInt8($0 / 1024 * 100) })
        let (labels, pixels) = try parse(record + record)
        #expect(labels == [7, 7])
        #expect(pixels.count == 2 * 3072)
        #expect([0, 1023, 1024, 2048, 3071, 3072].map { pixels[$0] } == [0, 0, 100, 200, 200, 0])
    }

    @Test(arguments: [
        (Data(), "b: 0 bytes; accepted: a multiple of 3073, one record or more"),
        (Data(count: 3072), "b: 3072 bytes; accepted: a multiple of 3073, one record or more"),
        (Data(count: 6147), "b: 6147 bytes; accepted: a multiple of 3073, one record or more"),
        (FakeSet.cifarRecords(labels: [3, 10], pixel: 0), "b: the label of record 1 is 10; accepted: 0 to 9"),
    ])
    func malformedBatchesSayWhatIsWrong(data: Data, expected: String) {
        #expect(errorText { _ = try parse(data) } == expected)
    }

    @Test(arguments: [
        ("1\nx\n", "i: line 2 is \"x\"; accepted: a record number, 0 to 4"),
        ("5", "i: line 1 is \"5\"; accepted: a record number, 0 to 4"),
        ("-1", "i: line 1 is \"-1\"; accepted: a record number, 0 to 4"),
        ("# c\n2\n2", "i: line 3 names record 2 again; accepted: each record once"),
    ])
    func malformedIndexListsSayTheLine(text: String, expected: String) {
        #expect(errorText { _ = try CIFAR10.indices(parsing: text, name: "i", count: 5) } == expected)
    }

    @Test func onlyWholeRecordsSurviveTruncation() {
        let data = FakeSet.cifarRecords(labels: [1, 2], pixel: 5)
        for length in stride(from: 0, to: data.count, by: 97) where length % 3073 != 0 || length == 0 {
            #expect(throws: DatasetError.self) { try parse(data.prefix(length)) }
        }
    }

    @Test func aPartialSetLoadsWithNotesAboutWhatIsLeftOut() throws {
        let folder = try TemporaryFolder()
        let batch = FakeSet.batches[2]
        _ = try folder.write(Gzip.compress(batch.data), "fake-cifar/\(batch.name).gz")
        let locations = DataLocations(environment: ["ADAMPROBE_DATA": folder.url.path, "HOME": "/nonexistent"])
        let bare = try FakeSet.cifarSet.load(from: locations)
        #expect(bare.test == nil)
        #expect(bare.training.targets == .classes([2, 7]))
        #expect(bare.notes == ["training samples are those of data_batch_3.bin only", "no test batch was found"])

        _ = try folder.write(FakeSet.approximate, "fake-cifar/test_batch.approx.bin")
        #expect(errorText { _ = try FakeSet.cifarSet.load(from: locations) }.contains("which records of the approximate test batch are inexact"))

        _ = try folder.write(Data("# inexact\n1\n".utf8), "fake-cifar/test_batch.inexact_indices.txt")
        let data = try FakeSet.cifarSet.load(from: locations)
        #expect(data.test?.targets == .classes([1, 3]))
        #expect(data.notes.last == "test samples are 2 of 3: the 1 inexact records of test_batch.approx.bin are left out")
        #expect(data.inputShape == [3, 32, 32])
    }

    @Test(.enabled(if: RealData.has(.cifar10), "CIFAR-10 is not on this machine: set ADAMPROBE_DATA"))
    func theRealBatchesHaveTheirKnownContent() throws {
        let data = try DataSource.cifar10.load(seed: 1, locations: RealData.locations)
        guard case .classes(let labels) = data.training.targets else { throw Mismatch() }
        #expect(labels.prefix(10) == [6, 9, 9, 4, 1, 1, 2, 7, 8, 3])
        #expect(sum(data.training.selecting(Array(0..<10_000))) == 3_718_380_578)
        if let test = data.test, test.count == 9968 {
            // 32 inexact records left out; sums by NumPy.
            #expect(sum(test) == 3_721_152_990)
            #expect(data.notes.contains { $0.contains("32 inexact records") })
        }
    }

    private struct Mismatch: Error {}

    private func sum(_ samples: Samples) -> Int {
        guard case .bytes(let bytes, 255) = samples.storage else { return -1 }
        return bytes.reduce(0) { $0 + Int($1) }
    }
}
