// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Testing

@testable import Datasets

@Suite struct DataFetchTests {
    private let mirror: TemporaryFolder
    private let target: TemporaryFolder

    init() throws {
        mirror = try TemporaryFolder()
        target = try TemporaryFolder()
    }

    private func fetch(_ set: PublishedSet = FakeSet.idxSet) throws -> [String] {
        var lines: [String] = []
        _ = try DataFetch(set: set, mirror: mirror.url.absoluteString, into: target.url).run { lines.append($0) }
        return lines
    }

    private func fillMirror(packed: Bool = true) throws {
        for file in FakeSet.contents { _ = try mirror.write(packed ? Gzip.compress(file.data) : file.data, file.name + (packed ? ".gz" : "")) }
    }

    @Test(arguments: [true, false]) func filesArriveVerifiedUnderTheirFinalNames(packed: Bool) throws {
        try fillMirror(packed: packed)
        _ = try fetch()
        #expect(try target.names == FakeSet.contents.map { $0.name + (packed ? ".gz" : "") }.sorted())
        #expect(DataPlace(folder: target.url, set: FakeSet.idxSet).isComplete)
        // A second call finds them and downloads nothing.
        #expect(try fetch() == FakeSet.contents.map { $0.name + (packed ? ".gz" : "") + ": already there, verified" })
    }

    @Test func aDamagedFileLeavesNothingUnderTheFinalName() throws {
        try fillMirror()
        var damaged = FakeSet.contents[1].data
        damaged[damaged.count - 1] ^= 1
        _ = try mirror.write(Gzip.compress(damaged), "train-labels.gz")
        let text = errorText { _ = try fetch() }
        #expect(text.contains("expected SHA-256 \(FakeSet.idxSet.files[1].sha256), got \(SHA256Digest.hex(of: damaged))"))
        #expect(try target.names == ["train-images.gz"])
    }

    @Test func aPartialDownloadIsContinued() throws {
        try fillMirror()
        let whole = Gzip.compress(FakeSet.contents[0].data)
        _ = try target.write(whole.prefix(20), "train-images.gz.part")
        let lines = try fetch()
        #expect(lines.first?.hasSuffix("continuing") == true)
        #expect(try Data(contentsOf: target.url.appendingPathComponent("train-images.gz")) == whole)
    }

    @Test(arguments: [20, 5000]) func aPartialFileOfSomethingElseIsFetchedAnew(length: Int) throws {
        try fillMirror()
        _ = try target.write(Data(repeating: 0x55, count: length), "train-images.gz.part")
        _ = try fetch()
        #expect(DataPlace(folder: target.url, set: FakeSet.idxSet).isComplete)
        #expect(try target.names.count { $0.hasSuffix(".part") } == 0)
    }

    @Test func aWrongFileThatIsThereIsReplaced() throws {
        try fillMirror()
        _ = try target.write(Data("junk".utf8), "train-labels")
        _ = try fetch()
        #expect(FileCheck.all(of: FakeSet.idxSet, locations).map(\.isGood) == [true, true, true, true])
        #expect(try !target.names.contains("train-labels"))
    }

    @Test func anUnreachableMirrorIsNamedWithEveryAttempt() throws {
        let text = errorText { _ = try fetch() }
        #expect(text.hasPrefix("train-images: the download failed\n"))
        #expect(text.contains("train-images.gz: curl: (37)"))
        #expect(try target.names.isEmpty)
    }

    @Test func theNextMirrorIsTriedWhenOneFails() throws {
        try fillMirror()
        let good = FakeSet.idxSet
        let set = PublishedSet(
            name: good.name, title: good.title, format: .idx, files: good.files, approximateTest: nil,
            mirrors: ["file:///nowhere/", mirror.url.absoluteString], archive: nil, licence: "", systemFolders: [])
        let files = try DataFetch(set: set, into: target.url).run()
        #expect(files.count == 4)
    }

    @Test func anArchiveIsUnpackedIntoItsVerifiedMembers() throws {
        let tar = try TarArchiveTests.archive(FakeSet.batches + [("readme.html", Data("hello".utf8))], format: "gnu")
        _ = try mirror.write(Gzip.compress(tar), "archive.tar.gz")
        _ = try fetch(FakeSet.cifarSet)
        #expect(try target.names == FakeSet.batches.map(\.name).sorted())
        for batch in FakeSet.batches { #expect(try Data(contentsOf: target.url.appendingPathComponent(batch.name)) == batch.data) }
    }

    @Test func anArchiveWithOneWrongMemberLeavesNothing() throws {
        var batches = FakeSet.batches
        batches[3].data[100] ^= 1
        _ = try mirror.write(Gzip.compress(try TarArchiveTests.archive(batches, format: "gnu")), "archive.tar.gz")
        #expect(errorText { _ = try fetch(FakeSet.cifarSet) }.contains("(data_batch_4.bin): not the published bytes"))
        #expect(try target.names.isEmpty)
        _ = try mirror.write(Gzip.compress(try TarArchiveTests.archive(Array(batches.prefix(2)), format: "gnu")), "archive.tar.gz")
        #expect(errorText { _ = try fetch(FakeSet.cifarSet) }.contains("no member data_batch_3.bin"))
    }

    @Test(arguments: ["/plain/path", "ftp://host/", "https://", "-o/etc/passwd", ""]) func aMirrorHasToBeAURL(mirror: String) {
        #expect(
            errorText { _ = try DataFetch(set: .mnist, mirror: mirror, into: target.url) }
                == "mirror: \(mirror) can't be used; accepted: a folder's URL that begins with https://, http:// or file://")
    }

    private var locations: DataLocations { DataLocations(environment: ["HOME": "/nonexistent", "ADAMPROBE_DATA": target.url.path]) }
}
