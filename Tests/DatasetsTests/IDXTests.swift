// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Statistics
import Testing

@testable import Datasets

@Suite struct IDXTests {
    @Test func anArrayIsReadPlainAndGzipped() throws {
        let folder = try TemporaryFolder()
        let data = idx([2, 1, 3], [1, 2, 3, 4, 5, 6])
        for content in [data, Gzip.compress(data)] {
            let array = try IDX.read(try folder.write(content, "images"))
            #expect(array.dimensions == [2, 1, 3])
            #expect(array.bytes == [1, 2, 3, 4, 5, 6])
        }
    }

    static let malformed: [(Data, String)] = [
        (Data(), "0 bytes are too few for an IDX header; accepted: 4 bytes or more"),
        (Data([0, 0, 8]), "3 bytes are too few for an IDX header; accepted: 4 bytes or more"),
        (idx([1], [7], magic: [1, 0]), "the magic number begins with bytes 1 and 0; accepted: an IDX file, which begins with 0 0"),
        (idx(type: 0x0d, [1], [7]), "element type code 13; accepted: 8 (unsigned byte)"),
        (idx([], [7]), "no dimensions; accepted: 1 dimension (labels) or more (images)"),
        (Data([0, 0, 8, 3, 0, 0, 0, 1]), "8 bytes are too few for 3 dimensions; accepted: 16 bytes or more"),
        (Data([0, 0, 8, 255]) + Data(count: 100), "104 bytes are too few for 255 dimensions; accepted: 1024 bytes or more"),
        (idx([2, 0], []), "dimension 1 is 0; accepted: 1 or more"),
        (idx([2, 2], [1, 2, 3]), "dimensions [2, 2] need 4 bytes after the header, the file has 3; accepted: exactly 4"),
        (idx([2], [1, 2, 3]), "dimensions [2] need 2 bytes after the header, the file has 3; accepted: exactly 2"),
        (
            idx([4_294_967_295, 4_294_967_295, 1], [1]),
            "dimensions [4294967295, 4294967295] overflow; accepted: dimensions that fit the file"
        ),
        (
            idx([4_000_000_000, 2_000_000_000], [1]),
            "dimensions [4000000000, 2000000000] need 8000000000000000000 bytes after the header, the file has 1; "
                + "accepted: exactly 8000000000000000000"
        ),
    ]

    @Test(arguments: malformed)
    func malformedFilesSayWhatIsWrongAndWhatIsAccepted(data: Data, expected: String) {
        #expect(errorText { _ = try IDX(parsing: data, name: "f") } == "f: " + expected)
    }

    @Test func everyTruncationIsRefused() {
        let data = idx([3, 2, 2], Array(0..<12))
        for length in 0..<data.count {
            #expect(throws: DatasetError.self) { try IDX(parsing: data.prefix(length), name: "f") }
        }
    }

    @Test func aSliceOfALargerBufferIsReadFromItsOwnStart() throws {
        let data = Data([9, 9, 9]) + idx([2], [5, 6])
        #expect(try IDX(parsing: data.dropFirst(3), name: "f").bytes == [5, 6])
    }

    @Test(arguments: 0..<200) func flippedBytesNeverCrashTheReader(seed: UInt64) throws {
        var stream = RandomStream(seed: seed, name: "idx fuzz")
        let folder = try TemporaryFolder()
        let plain = idx([4, 2, 2], Array(0..<16))
        var data = seed % 2 == 0 ? plain : Gzip.compress(plain)
        for _ in 0..<1 + seed % 4 { data[Int(stream.integer(below: UInt64(data.count)))] = UInt8(truncatingIfNeeded: stream.next()) }
        data = data.prefix(data.count - Int(stream.integer(below: 3)))
        do {
            let array = try IDX.read(try folder.write(data, "f"))
            #expect(array.dimensions.reduce(1, *) == array.bytes.count)
        } catch {
            #expect(error is DatasetError)
        }
    }

    @Test func truncatedGzipAndFoldersAreUnreadable() throws {
        let folder = try TemporaryFolder()
        let packed = Gzip.compress(idx([64], Array(repeating: 3, count: 64)))
        let truncated = try folder.write(packed.prefix(packed.count - 9), "f.gz")
        #expect(errorText { _ = try IDX.read(truncated) }.contains("f.gz: can't be read"))
        #expect(errorText { _ = try IDX.read(folder.url) }.contains("it is no regular file"))
        #expect(errorText { _ = try IDX.read(folder.url.appendingPathComponent("none")) }.contains("none: can't be read"))
    }

    @Test func anIDXSourceTakesShapesAndClassesFromItsFiles() throws {
        let folder = try TemporaryFolder()
        let urls = try FakeSet.contents.map { try folder.write($0.data, $0.name) }
        let data = try DataSource.idx(trainImages: urls[0], trainLabels: urls[1], testImages: urls[2], testLabels: urls[3]).load(seed: 1)
        #expect(data.inputShape == [2, 3])
        #expect(data.classCount == 10)
        #expect(data.training.inputs(as: Double.self) == (0..<60).map { Double($0) * 4 / 255 })
        #expect(data.test?.targets == .classes([9, 1]))
        let alone = try DataSource.idx(trainImages: urls[2], trainLabels: urls[3]).load(seed: 1)
        #expect(alone.test == nil)
    }

    @Test func imagesAndLabelsHaveToFit() throws {
        let folder = try TemporaryFolder()
        let urls = try FakeSet.contents.map { try folder.write($0.data, $0.name) }
        let source = DataSource.idx(trainImages: urls[0], trainLabels: urls[3])
        #expect(errorText { _ = try source.load(seed: 1) }.hasSuffix("don't fit together: 10 images, 2 labels"))
        let swapped = DataSource.idx(trainImages: urls[1], trainLabels: urls[0])
        #expect(errorText { _ = try swapped.load(seed: 1) }.hasSuffix("1 dimension; accepted: 2 or more: samples, then an image's own"))
        let half = DataSource.idx(trainImages: urls[0], trainLabels: urls[1], testImages: urls[2])
        #expect(errorText { _ = try half.load(seed: 1) } == "testLabels: nothing can't be used; accepted: a file, since testImages is given")
        let other = try folder.write(idx([2, 3, 2], Array(0..<12)), "other")
        let shapes = DataSource.idx(trainImages: urls[0], trainLabels: urls[1], testImages: other, testLabels: urls[3])
        #expect(errorText { _ = try shapes.load(seed: 1) }.hasSuffix("samples of shape [2, 3] and [3, 2]"))
    }
}
