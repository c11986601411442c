// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("Random streams")
struct RandomStreamTests {
    @Test("SplitMix64 draws its published sequence")
    func splitMix64() {
        var generator = SplitMix64(seed: 1_234_567)
        let published: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ]
        let drawn = published.map { _ in generator.next() }
        #expect(drawn == published)
        #expect(drawn.map(String.init) == Reference.values.random.splitmix64.outputs)
    }

    @Test("xoshiro256++ draws its published sequence from the state 1, 2, 3, 4")
    func xoshiro() throws {
        var stream = try RandomStream(state: (1, 2, 3, 4))
        let published: [UInt64] = [
            41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205,
            9_973_669_472_204_895_162, 14_011_001_112_246_962_877, 12_406_186_145_184_390_807, 15_849_039_046_786_891_736,
            10_450_023_813_501_588_000,
        ]
        let drawn = published.map { _ in stream.next() }
        #expect(drawn == published)
        #expect(drawn.map(String.init) == Reference.values.random.xoshiro256pp.outputs)
    }

    @Test("named streams draw what an independent implementation draws", arguments: Reference.values.random.streams)
    func namedStreams(reference: Reference.Random.Stream) throws {
        let stream = RandomStream(seed: try #require(UInt64(reference.seed)), name: reference.name)
        var copy = stream
        #expect(reference.outputs.map { _ in String(copy.next()) } == reference.outputs)
        copy = stream
        #expect(reference.uniform.map { _ in copy.uniform() } == reference.uniform)
        copy = stream
        for expected in reference.normal {
            #expect(agrees(copy.normal(), expected, within: specialFunctionTolerance))
        }
        copy = stream
        #expect(copy.permutation(of: reference.permutation.count) == reference.permutation)
    }

    @Test("a stream goes on from its state")
    func replay() throws {
        var stream = RandomStream(seed: 11, name: "order")
        _ = stream.permutation(of: 100)
        var resumed = try RandomStream(state: stream.state)
        #expect(resumed == stream)
        #expect((0..<100).map { _ in resumed.normal() } == (0..<100).map { _ in stream.normal() })
        #expect(resumed == stream)
    }

    @Test("the all-zero state is refused")
    func zeroState() {
        #expect(throws: StatisticsError.self) { try RandomStream(state: (0, 0, 0, 0)) }
    }

    @Test("streams of neighbouring seeds and names share no output and do not correlate")
    func independence() {
        let names = ["order", "initial", "teacher", "a", "b", ""]
        let draws = 2_000
        var seen = Set<UInt64>()
        var rows: [[Double]] = []
        for seed in UInt64(0)..<6 {
            for name in names {
                var stream = RandomStream(seed: seed, name: name)
                var bits = stream
                for _ in 0..<draws { seen.insert(bits.next()) }
                rows.append((0..<draws).map { _ in stream.uniform() - 0.5 })
            }
        }
        #expect(seen.count == rows.count * draws)
        // A correlation of n pairs has standard deviation 1/√n; the largest of 630 stays under 4.5 of them but for about 1 seed set in 230.
        let bound = 4.5 / Double(draws).squareRoot()
        for i in rows.indices {
            for j in 0..<i {
                let correlation = 12 * zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 } / Double(draws)
                #expect(abs(correlation) < bound)
            }
        }
    }

    @Test("uniform numbers stay in the open interval, at its ends too")
    func openInterval() throws {
        // From the state (s0, s1, s2, s3) the first output is rotl(s0 + s3, 23) + s0: all ones for (0, ., ., ~0), and 0 for (0, ., ., 0).
        var top = try RandomStream(state: (0, 1, 2, .max))
        #expect(top.uniform() == 1 - 0x1p-53)
        var bottom = try RandomStream(state: (0, 1, 2, 0))
        let first = bottom.uniform()
        #expect(first > 0)
        var after = try RandomStream(state: (0, 1, 2, 0))
        #expect(after.next() == 0)
        #expect(after.uniform() == first)
        #expect(top.uniform(in: 1..<(1 + .ulpOfOne)) == 1)
    }

    @Test("a range's bounds hold", arguments: [-3.0..<5, 1e300..<1.5e300, -0x1p-1030..<0x1p-1030])
    func ranges(range: Range<Double>) {
        var stream = RandomStream(seed: 3, name: "ranges")
        for _ in 0..<1_000 { #expect(range.contains(stream.uniform(in: range))) }
    }

    @Test("bounded draws are unbiased", arguments: [3, 12, UInt64(3) << 62])
    func boundedDraws(bound: UInt64) {
        var stream = RandomStream(seed: 5, name: "bounded")
        let draws = 30_000
        let cells = 3
        var counts = [Int](repeating: 0, count: cells)
        for _ in 0..<draws {
            let value = stream.integer(below: bound)
            #expect(value < bound)
            counts[Int((Double(value) + 0.5) / Double(bound) * Double(cells))] += 1
        }
        let expected = Double(draws / cells)
        let chiSquared = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        #expect(chiSquared < 13.8)  // P = 0.001 with two degrees of freedom.
    }

    @Test("every permutation of four comes equally often")
    func permutations() {
        var stream = RandomStream(seed: 6, name: "permutations")
        let draws = 24_000
        var counts: [[Int]: Int] = [:]
        for _ in 0..<draws { counts[stream.permutation(of: 4), default: 0] += 1 }
        #expect(counts.count == 24)
        let expected = Double(draws / 24)
        let chiSquared = counts.values.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        #expect(chiSquared < 49.7)  // P = 0.001 with 23 degrees of freedom.
        #expect(stream.permutation(of: 0).isEmpty)
        #expect(stream.permutation(of: 1) == [0])
    }
}
