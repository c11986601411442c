// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Probes

@Suite("Quantile levels")
struct QuantileLevelTests {
    private let levels = [0, 0.01, 0.025, 0.1, 0.25, 0.3, 0.5]

    @Test("Ranks of complementary levels are mirror images, but for the median of an even number", arguments: 1...40)
    func symmetry(count: Int) {
        for level in levels where level < 0.5 {
            #expect(QuantileLevel(level).rank(among: count) + QuantileLevel(1 - level).rank(among: count) == count - 1, "\(level)")
        }
        #expect(QuantileLevel(0.5).rank(among: count) == (count - 1) / 2)
    }

    @Test("A decreasing function's quantile is the function of the complementary quantile", arguments: [5, 8, 63, 64])
    func decreasingFunction(count: Int) {
        let values = (0..<count).map { Double($0 * 7919 % 101) + 1 }.sorted()
        let inverses = values.map { 1 / $0 }.sorted()
        for level in levels where level < 0.5 {
            #expect(inverses[QuantileLevel(1 - level).rank(among: count)] == 1 / values[QuantileLevel(level).rank(among: count)])
        }
    }

    @Test("Ranks rise with the level from the smallest to the largest value", arguments: [1, 2, 3, 10, 784])
    func order(count: Int) {
        let ranks = stride(from: 0.0, through: 1, by: 1 / 64).map { QuantileLevel($0).rank(among: count) }
        #expect(ranks == ranks.sorted())
        #expect(ranks.first == 0 && ranks.last == count - 1)
    }

    @Test("Names are percents, without a fraction where there is none", arguments: [(0, "q0"), (0.5, "q50"), (1, "q100"), (0.025, "q2.5")])
    func name(level: Double, expected: String) { #expect(QuantileLevel(level).name == expected) }
}
