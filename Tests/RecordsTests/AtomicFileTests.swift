// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Records

@Suite struct AtomicFileTests {
    @Test func `a file is replaced whole, and nothing else stays in the folder`() throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("a.bin")
            try AtomicFile.write(Data(count: 100_000), to: url)
            try AtomicFile.write(Data([1, 2, 3]), to: url)
            #expect(try Data(contentsOf: url) == Data([1, 2, 3]))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.bin"])
        }
    }

    @Test func `after an error the folder is as it was`() throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("a.bin")
            try FileManager.default.createDirectory(at: url.appendingPathComponent("inside"), withIntermediateDirectories: true)
            let error = #expect(throws: RecordsError.self) { try AtomicFile.write(Data([1]), to: url) }
            #expect(error?.kind == .unwritable)
            #expect(error?.file == url.path)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.bin"])
        }
    }

    @Test func `files that belong together are written all, or none of them`() throws {
        try withTemporaryFolder { folder in
            let files = ["a", "b", "c"].map { (url: folder.appendingPathComponent($0), data: Data($0.utf8)) }
            let content = { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
            for taken in ["a", "c"] {
                let url = folder.appendingPathComponent(taken)
                try AtomicFile.write(Data([1]), to: url)
                let error = #expect(throws: RecordsError.self) { try AtomicFile.create(files) }
                #expect(error?.file == url.path)
                #expect(try content() == [taken] && Data(contentsOf: url) == Data([1]))
                try FileManager.default.removeItem(at: url)
            }
            let absent = (url: folder.appendingPathComponent("absent/d"), data: Data())
            #expect(throws: RecordsError.self) { try AtomicFile.create(files + [absent]) }
            // Too long a name is noticed when the others are in their places.
            let long = (url: folder.appendingPathComponent(String(repeating: "n", count: 256)), data: Data())
            #expect(throws: RecordsError.self) { try AtomicFile.create(files + [long]) }
            #expect(try content().isEmpty)
            try AtomicFile.create(files)
            #expect(try content() == ["a", "b", "c"] && Data(contentsOf: files[2].url) == Data("c".utf8))
        }
    }

    @Test func `a folder that isn't there is an error`() throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("absent/a.bin")
            let error = #expect(throws: RecordsError.self) { try AtomicFile.write(Data([1]), to: url) }
            #expect(error?.description.hasPrefix("\(url.path): can't be created: No such file or directory; accepted: ") == true)
        }
    }

    @Test func `a name of the greatest length can be written`() throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent(String(repeating: "n", count: 255))
            try AtomicFile.write(Data([1]), to: url)
            #expect(try Data(contentsOf: url) == Data([1]))
        }
    }

    @Test func `only regular files are read`() throws {
        try withTemporaryFolder { folder in
            let error = #expect(throws: RecordsError.self) { try NPY.read(folder) }
            #expect(error?.description == "\(folder.path): is not a regular file; accepted: a regular file")
        }
        #expect(throws: RecordsError.self) { try NPY.read(URL(fileURLWithPath: "/dev/zero")) }
        #expect(throws: RecordsError.self) { try NPY.read(URL(fileURLWithPath: "/nowhere/at/all")) }
    }
}

@Suite struct SHA256DigestTests {
    /// FIPS 180-4's examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `known messages have their known digests`(message: String, digest: String) {
        #expect(SHA256Digest.hex(of: Data(message.utf8)) == digest)
    }

    @Test(arguments: [0, 1, 1 << 20, 3 << 20 | 17]) func `a file has the digest of its content`(size: Int) throws {
        try withTemporaryFolder { folder in
            var generator = SeededGenerator(seed: 1)
            let content = Data(count: size) + generator.bytes(size % 100)
            let url = folder.appendingPathComponent("content")
            try content.write(to: url)
            #expect(try SHA256Digest.hex(ofFile: url) == SHA256Digest.hex(of: content))
        }
    }
}
