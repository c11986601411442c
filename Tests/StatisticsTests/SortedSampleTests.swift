// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("Sorted samples")
struct SortedSampleTests {
    @Test("quantiles, median and MAD agree with NumPy and SciPy", arguments: Reference.values.quantiles)
    func reference(reference: Reference.Quantiles) throws {
        let sample = try SortedSample(reference.sample)
        for (index, p) in reference.p.enumerated() {
            #expect(agrees(try sample.quantile(p), reference.linear[index], within: formulaTolerance), "p = \(p)")
            #expect(try sample.nearestRank(p) == reference.nearestRank[index], "p = \(p)")
        }
        #expect(agrees(sample.median, reference.median, within: formulaTolerance))
        #expect(agrees(sample.medianAbsoluteDeviation, reference.medianAbsoluteDeviation, within: formulaTolerance))
        #expect(sample.minimum == reference.sample.min())
        #expect(sample.maximum == reference.sample.max())
    }

    @Test(
        "the nearest rank of four values steps where n·p passes a whole number",
        arguments: [(0, 1), (0.25, 1), (0.26, 2), (0.5, 2), (0.75, 3), (1, 4)])
    func nearestRank(p: Double, expected: Double) throws {
        #expect(try SortedSample([3, 1, 4, 2]).nearestRank(p) == expected)
    }

    @Test("an empty sample and values that are not finite are refused", arguments: [[] as [Double], [1, Double.nan], [-Double.infinity, 2]])
    func refused(values: [Double]) {
        #expect(throws: StatisticsError.self) { try SortedSample(values) }
    }

    @Test("probabilities outside 0 … 1 are refused", arguments: [-0.01, 1.01, Double.nan])
    func probabilities(p: Double) throws {
        let sample = try SortedSample([1, 2, 3])
        #expect(throws: StatisticsError.self) { try sample.quantile(p) }
        #expect(throws: StatisticsError.self) { try sample.nearestRank(p) }
    }
}
