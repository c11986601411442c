// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Statistics
import Testing

@testable import Datasets

@Suite struct TarArchiveTests {
    /// An archive by the system's tar: an independent writer.
    static func archive(_ files: [(name: String, data: Data)], format: String) throws -> Data {
        let folder = try TemporaryFolder()
        for file in files { _ = try folder.write(file.data, "batches/" + file.name) }
        let target = folder.url.appendingPathComponent("a.tar")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["tar", "--format", format, "-cf", target.path, "-C", folder.url.path, "batches"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try Data(contentsOf: target)
    }

    @Test(arguments: ["ustar", "gnu", "pax", "v7"]) func membersAreFoundByTheirLastName(format: String) throws {
        let long = String(repeating: "l", count: 90)
        let files = [("one.bin", Data(0..<100)), ("two.bin", Data(count: 1500)), (long, Data([1])), ("empty", Data())]
        let data = try Self.archive(files, format: format)
        let members = try TarArchive.members(of: data, named: ["one.bin", "two.bin", "empty", "none"], name: "a")
        #expect(members == ["one.bin": Data(0..<100), "two.bin": Data(count: 1500), "empty": Data()])
    }

    @Test func brokenArchivesSayWhere() throws {
        let good = try Self.archive([("one.bin", Data(0..<100))], format: "ustar")
        func text(_ data: Data) -> String { errorText { _ = try TarArchive.members(of: data, named: ["one.bin"], name: "a") } }
        #expect(text(good.prefix(700)) == "a: 188 bytes at the end; accepted: whole blocks of 512")
        #expect(text(good.prefix(1024 + 50)).hasPrefix("a: the member at byte 512 is larger than the archive"))
        var wrong = good
        wrong[3] ^= 0x20
        #expect(text(wrong) == "a: the header at byte 0 has a wrong checksum; accepted: a tar archive")
        #expect(text(Data("not a tar archive at all".utf8)).contains("24 bytes at the end"))
    }

    @Test(arguments: 0..<100) func damagedArchivesNeverCrashTheReader(seed: UInt64) throws {
        var stream = RandomStream(seed: seed, name: "tar fuzz")
        var data = try Self.archive([("one.bin", Data(0..<100)), ("two.bin", Data(count: 600))], format: "gnu")
        for _ in 0..<1 + seed % 3 { data[Int(stream.integer(below: 2048))] = UInt8(truncatingIfNeeded: stream.next()) }
        data = data.prefix(Int(stream.integer(below: UInt64(data.count))))
        do {
            _ = try TarArchive.members(of: data, named: ["one.bin", "two.bin"], name: "a")
        } catch {
            #expect(error.description.hasPrefix("a: "))
        }
    }
}
