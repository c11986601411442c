// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite struct RankCorrelationTests {
    /// Ranks with ties shared, in O(n²), and Pearson's formula: written independently of GSL.
    private static func slow(_ x: [Double], _ y: [Double]) -> Double {
        func ranks(_ values: [Double]) -> [Double] {
            values.map { value in Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2 }
        }
        let (a, b, mean) = (ranks(x), ranks(y), Double(x.count + 1) / 2)
        func sum(_ u: [Double], _ v: [Double]) -> Double { zip(u, v).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) } }
        return sum(a, b) / (sum(a, a) * sum(b, b)).squareRoot()
    }

    @Test func `it is Pearson's correlation of the ranks, ties sharing theirs`() throws {
        var stream = RandomStream(seed: 3, name: "ranks")
        for n in [2, 5, 40, 200] {
            let x = [0, 1] + (2..<n).map { _ in Double(stream.integer(below: 12)) }
            let y = [1, 0] + x.dropFirst(2).map { $0 + Double(stream.integer(below: 20)) }
            #expect(abs(try RankCorrelation(x: x, y: y).coefficient - Self.slow(x, y)) < 1e-12)
        }
    }

    @Test func `any increasing relation gives 1, any decreasing one −1`() throws {
        let x = [3.0, -1, 0.5, 100, 7]
        #expect(try abs(RankCorrelation(x: x, y: x.map { $0 * $0 * $0 }).coefficient - 1) < 1e-15)
        #expect(try abs(RankCorrelation(x: x, y: x.map { -$0 }).coefficient + 1) < 1e-15)
    }

    @Test func `what has no ranks to correlate is refused`() {
        #expect(throws: StatisticsError.self) { try RankCorrelation(x: [1, 2], y: [1]) }
        #expect(throws: StatisticsError.self) { try RankCorrelation(x: [1], y: [1]) }
        #expect(throws: StatisticsError.self) { try RankCorrelation(x: [1, 2], y: [3, 3]) }
        #expect(throws: StatisticsError.self) { try RankCorrelation(x: [1, .nan], y: [3, 4]) }
    }
}
