// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("Running moments")
struct RunningMomentsTests {
    @Test("mean, variance and skewness agree with NumPy and SciPy", arguments: Reference.values.quantiles)
    func reference(reference: Reference.Quantiles) throws {
        let moments = RunningMoments(reference.sample)
        #expect(agrees(try #require(moments.mean), reference.mean, within: formulaTolerance))
        if let variance = reference.variance {
            #expect(agrees(try #require(moments.variance), variance, within: formulaTolerance))
        } else {
            #expect(moments.variance == nil)
        }
        if let skewness = reference.skewness {
            #expect(agrees(try #require(moments.skewness), skewness, within: 10 * formulaTolerance))  // Cubes triple the relative error.
        }
    }

    @Test("parts merged are the whole, wherever it is cut", arguments: [0, 1, 17, 99, 101])
    func merging(cut: Int) throws {
        let sample = try #require(Reference.values.quantiles.last).sample
        var merged = RunningMoments(sample[..<cut])
        merged.merge(RunningMoments(sample[cut...]))
        let whole = RunningMoments(sample)
        #expect(merged.count == whole.count)
        #expect(agrees(try #require(merged.mean), try #require(whole.mean), within: formulaTolerance))
        #expect(agrees(try #require(merged.variance), try #require(whole.variance), within: formulaTolerance))
        #expect(agrees(try #require(merged.skewness), try #require(whole.skewness), within: 10 * formulaTolerance))
    }

    @Test("a large offset does not cancel the variance")
    func offset() throws {
        // 1e9 + {4, 7, 13, 16}: variance 30, which Σx² − (Σx)²/n would miss by far.
        let moments = RunningMoments([4, 7, 13, 16].map { $0 + 1e9 })
        #expect(moments.variance == 30)
        #expect(moments.mean == 1e9 + 10)
    }

    @Test("numbers that are not finite are counted apart")
    func nonFinite() {
        var moments = RunningMoments([1, .nan, 3, .infinity, -.infinity])
        #expect(moments.count == 2)
        #expect(moments.nonFiniteCount == 3)
        #expect(moments.mean == 2)
        #expect(moments.variance == 2)
        moments.merge(RunningMoments([.nan]))
        #expect(moments.nonFiniteCount == 4)
        #expect(moments.count == 2)
    }

    @Test("what is undefined is nil")
    func undefined() {
        #expect(RunningMoments().mean == nil)
        #expect(RunningMoments([1.0]).variance == nil)
        #expect(RunningMoments([1.0]).standardErrorOfMean == nil)
        #expect(RunningMoments([2.0, 2, 2]).skewness == nil)
    }
}
