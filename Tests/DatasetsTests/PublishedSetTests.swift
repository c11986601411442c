// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Testing

@testable import Datasets

@Suite struct PublishedSetTests {
    @Test func placesComeInTheDocumentedOrder() {
        let home = DataLocations(environment: ["HOME": "/h"])
        #expect(home.folders(for: .mnist).map(\.path) == ["/h/.cache/adamprobe/mnist"])
        #expect(home.folders(for: .fashionMNIST).map(\.path).last == "/usr/share/datasets/fashion-mnist")
        let all = DataLocations(environment: ["HOME": "/h", "ADAMPROBE_DATA": "/d", "XDG_CACHE_HOME": "/c"], searchesSystem: false)
        #expect(all.folders(for: .fashionMNIST).map(\.path) == ["/d/fashion-mnist", "/d", "/c/adamprobe/fashion-mnist"])
        #expect(all.folders(for: .cifar10).map(\.path).prefix(2) == ["/d/cifar10", "/d/cifar10/cifar-10-batches-bin"])
        let relative = DataLocations(environment: ["HOME": "/h", "ADAMPROBE_DATA": "", "XDG_CACHE_HOME": "c"])
        #expect(relative.folders(for: .mnist).map(\.path) == ["/h/.cache/adamprobe/mnist"])
    }

    @Test func anAbsentSetNamesEveryPlaceAndTheCommand() throws {
        let folder = try TemporaryFolder()
        let environment = ["HOME": folder.url.path, "ADAMPROBE_DATA": folder.url.path]
        let text = errorText {
            _ = try DataSource.mnist.load(seed: 1, locations: DataLocations(environment: environment, searchesSystem: false))
        }
        for place in ["/mnist: no such folder", ": none of its files", "/.cache/adamprobe/mnist: no such folder"] {
            #expect(text.contains(folder.url.path + place))
        }
        #expect(text.contains("Run `adamprobe data fetch mnist`"))
    }

    @Test func aSetLoadsFromNamedOrBareFolderPlainOrGzipped() throws {
        for prefix in ["fake/", ""] {
            let folder = try TemporaryFolder()
            for (number, file) in FakeSet.contents.enumerated() {
                _ = try folder.write(number % 2 == 0 ? Gzip.compress(file.data) : file.data, prefix + file.name + (number % 2 == 0 ? ".gz" : ""))
            }
            let data = try FakeSet.idxSet.load(from: DataLocations(environment: ["HOME": "/nonexistent", "ADAMPROBE_DATA": folder.url.path]))
            #expect(data.training.count == 10)
            #expect(data.test?.targets == .classes([9, 1]))
            #expect(data.inputShape == [2, 3])
            #expect(data.inputBox == InputBox(0...1, features: 6))
        }
    }

    @Test func aDamagedCopyIsPassedOverForAGoodOneAndNamedWhenThereIsNone() throws {
        let folder = try TemporaryFolder()
        let locations = DataLocations(environment: ["HOME": folder.url.path, "ADAMPROBE_DATA": folder.url.path])
        for file in FakeSet.contents { _ = try folder.write(file.data, "fake/" + file.name) }
        var damaged = FakeSet.contents[1].data
        damaged[damaged.count - 1] ^= 1
        _ = try folder.write(damaged, "fake/train-labels")
        let text = errorText { _ = try FakeSet.idxSet.load(from: locations) }
        #expect(text.contains("fake/train-labels: not the published bytes"))
        #expect(text.contains("expected SHA-256 \(FakeSet.idxSet.files[1].sha256), got \(SHA256Digest.hex(of: damaged))"))
        for file in FakeSet.contents { _ = try folder.write(file.data, ".cache/adamprobe/fake/" + file.name) }
        #expect(try FakeSet.idxSet.load(from: locations).training.count == 10)
    }

    @Test func aGzippedFileIsNotUnpackedBeyondThePublishedSize() throws {
        let folder = try TemporaryFolder()
        let bomb = try folder.write(Gzip.compress(Data(count: 50_000_000)), "train-labels.gz")
        let located = LocatedFile(file: FakeSet.idxSet.files[1], url: bomb)
        #expect(errorText { _ = try located.verifiedContents() }.contains("at most \(FakeSet.idxSet.files[1].size) bytes"))
    }

    @Test func reportsAndChecksTellCompletePartialAndDamagedApart() throws {
        let folder = try TemporaryFolder()
        let locations = DataLocations(environment: ["HOME": "/nonexistent", "ADAMPROBE_DATA": folder.url.path])
        #expect(SetReport(FakeSet.idxSet, locations).state == .absent)
        #expect(FileCheck.all(of: FakeSet.idxSet, locations).isEmpty)
        for file in FakeSet.contents.dropFirst() { _ = try folder.write(file.data, "fake/" + file.name) }
        let partial = SetReport(FakeSet.idxSet, locations)
        #expect(partial.state == .partial)
        #expect(partial.missing == ["train-images"])
        _ = try folder.write(Data("no images".utf8), "fake/train-images")
        #expect(SetReport(FakeSet.idxSet, locations).state == .complete)
        let checks = FileCheck.all(of: FakeSet.idxSet, locations)
        #expect(checks.map(\.isGood) == [false, true, true, true])
        #expect(checks[0].detail.contains("9 bytes (unpacked); accepted: the published \(FakeSet.contents[0].data.count)"))
    }

    @Test func theEmbeddedSetIsListedFirstAndChecksOut() {
        let reports = SetReport.all(DataLocations(environment: ["HOME": "/nonexistent"], searchesSystem: false))
        #expect(reports.map(\.name) == ["digits", "mnist", "fashion-mnist", "cifar10"])
        #expect(reports.map(\.state) == [.embedded, .absent, .absent, .absent])
        #expect(FileCheck.digits().map(\.isGood) == [true])
    }

    @Test(.enabled(if: RealData.has(.mnist), "MNIST is not on this machine: set ADAMPROBE_DATA"))
    func realMNISTHasItsKnownContent() throws {
        let data = try DataSource.mnist.load(seed: 1, locations: RealData.locations)
        let test = try #require(data.test)
        #expect(data.training.count == 60_000 && test.count == 10_000)
        #expect(data.inputShape == [28, 28])
        guard case .classes(let labels) = data.training.targets, case .bytes(let bytes, 255) = data.training.storage,
            case .bytes(let testBytes, 255) = test.storage
        else {
            Issue.record("MNIST must be bytes / 255 with classes")
            return
        }
        #expect(labels.prefix(10) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
        // Sums by NumPy.
        #expect(bytes.reduce(0) { $0 + Int($1) } == 1_567_298_545)
        #expect(testBytes.reduce(0) { $0 + Int($1) } == 264_923_200)
    }

    @Test(.enabled(if: RealData.has(.fashionMNIST), "Fashion-MNIST is not on this machine: install dataset-fashion-mnist"))
    func realFashionMNISTIsFoundAndIsNotMNIST() throws {
        let data = try DataSource.fashionMNIST.load(seed: 1, locations: RealData.locations)
        guard case .classes(let labels) = data.training.targets else {
            Issue.record("Fashion-MNIST must have classes")
            return
        }
        #expect(labels.prefix(4) == [9, 0, 0, 3])
        #expect((0..<10).allSatisfy { label in labels.count { $0 == label } == 6000 })
    }
}
