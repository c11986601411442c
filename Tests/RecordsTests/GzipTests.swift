// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Records

@Suite struct GzipTests {
    @Test(arguments: SeededGenerator.seeds) func `any data come back as they were, from one member or several`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var packed = Data()
        var content = Data()
        for _ in 0..<generator.integer(in: 1...4) {
            let size = generator.integer(in: 0...300_000)
            let piece = generator.next() & 1 == 0 ? Data(count: size) : generator.bytes(size % 5000)
            content += piece
            packed += Gzip.compress(piece, level: Int32(generator.integer(in: 0...9)))
        }
        #expect(try Gzip.decompress(packed, limit: content.count) == content)
        #expect(try Gzip.decompress(packed + Data(count: 512), limit: content.count) == content)
    }

    @Test func `a stream that unpacks to more than the limit stops there`() {
        let bomb = Gzip.compress(Data(count: 50_000_000), level: 9)
        #expect(bomb.count < 60_000)
        let error = #expect(throws: RecordsError.self) { try Gzip.decompress(bomb, limit: 1_000_000) }
        #expect(error?.kind == .tooLarge)
        #expect(error?.description.hasSuffix("unpacks to more than 1000000 bytes; accepted: at most 1000000 bytes") == true)
    }

    @Test func `the limit counts all members together`() throws {
        let two = Gzip.compress(Data(count: 600)) + Gzip.compress(Data(count: 600))
        #expect(throws: RecordsError.self) { try Gzip.decompress(two, limit: 1199) }
        #expect(try Gzip.decompress(two, limit: 1200).count == 1200)
    }
}
