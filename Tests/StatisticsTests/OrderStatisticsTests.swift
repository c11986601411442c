// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("Order statistics by selection")
struct OrderStatisticsTests {
    static let quartiles = [0, 0.25, 0.5, 0.75, 1]

    /// Sequences that quickselect is known to find easy or hard.
    static func sequence(_ shape: String, count: Int) -> [Double] {
        var stream = RandomStream(seed: UInt64(count), name: shape)
        return switch shape {
        case "random": (0..<count).map { _ in stream.normal() }
        case "few values": (0..<count).map { _ in Double(stream.integer(below: 3)) }
        case "constant": [Double](repeating: 2.5, count: count)
        case "ascending": (0..<count).map(Double.init)
        case "descending": (0..<count).map { Double(count - $0) }
        case "organ pipe": (0..<count).map { Double(min($0, count - $0)) }
        default: (0..<count).map { $0 % 2 == 0 ? Double($0) : -Double($0) }
        }
    }

    @Test(
        "selection and sorting find the same quantiles",
        arguments: ["random", "few values", "constant", "ascending", "descending", "organ pipe", "zigzag"], [1, 2, 3, 4, 5, 8, 63, 784, 5_000])
    func againstSorting(shape: String, count: Int) throws {
        let values = Self.sequence(shape, count: count)
        let sorted = try SortedSample(values)
        let probabilities = [0, 0, 0.1, 0.25, 0.5, 0.5, 0.75, 0.999, 1]
        let expected = try probabilities.map { try sorted.nearestRank($0) }
        #expect(OrderStatistics.nearestRanks(probabilities, of: values) == expected)
        let single = OrderStatistics.nearestRanks(probabilities, of: values.map(Float.init))
        #expect(single == expected.map(Float.init))
    }

    @Test("reordering keeps the values")
    func reordering() {
        let values = Self.sequence("random", count: 301)
        var reordered = values
        var result = [Double](repeating: 0, count: 5)
        reordered.withUnsafeMutableBufferPointer { values in
            result.withUnsafeMutableBufferPointer { OrderStatistics.nearestRanks(Self.quartiles, reordering: values, into: $0) }
        }
        #expect(reordered.sorted() == values.sorted())
        #expect(result == OrderStatistics.nearestRanks(Self.quartiles, of: values))
    }

    @Test("a NaN anywhere makes every quantile NaN", arguments: [0, 3, 6])
    func notANumber(position: Int) {
        var values: [Float] = [1, 2, 3, 4, 5, 6, 7]
        values[position] = .nan
        #expect(OrderStatistics.nearestRanks(Self.quartiles, of: values).allSatisfy { $0.isNaN })
    }

    @Test("infinite values are ordered like others")
    func infinite() {
        let values: [Double] = [.infinity, 1, -.infinity, 0, .infinity]
        #expect(OrderStatistics.nearestRanks(Self.quartiles, of: values) == [-.infinity, 0, 1, .infinity, .infinity])
    }
}
