// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("Kolmogorov–Smirnov tests")
struct KolmogorovSmirnovTestTests {
    /// 1 − P(D < d) is a difference of numbers of size 1 after some n·(nD)² roundings.
    static let tailTolerance = 1e-11

    @Test("one sample: distance and both p-values agree with SciPy", arguments: Reference.values.kolmogorovSmirnov.one)
    func oneSample(reference: Reference.KolmogorovSmirnov.Case) throws {
        let exact = try KolmogorovSmirnovTest(reference.first, against: NormalDistribution.cumulative)
        #expect(exact.method == .exact)
        #expect(agrees(exact.statistic, reference.statistic, within: specialFunctionTolerance))
        #expect(agrees(exact.pValue, reference.exact, within: Self.tailTolerance))
        let asymptotic = try KolmogorovSmirnovTest(reference.first, against: NormalDistribution.cumulative, method: .asymptotic)
        #expect(agrees(asymptotic.pValue, reference.asymptotic, within: Self.tailTolerance))
    }

    @Test("two samples: distance and both p-values agree with SciPy", arguments: Reference.values.kolmogorovSmirnov.two)
    func twoSamples(reference: Reference.KolmogorovSmirnov.Case) throws {
        let exact = try KolmogorovSmirnovTest(reference.first, reference.second)
        #expect(exact.method == .exact)
        #expect(agrees(exact.statistic, reference.statistic, within: formulaTolerance))
        #expect(agreesRelatively(exact.pValue, reference.exact, within: Self.tailTolerance))
        let asymptotic = try KolmogorovSmirnovTest(reference.first, reference.second, method: .asymptotic)
        #expect(agrees(asymptotic.pValue, reference.asymptotic, within: Self.tailTolerance))
    }

    @Test("the two series of the limit meet")
    func limit() {
        let below = KolmogorovSmirnovTest.limitTail(1 - 1e-12)
        let above = KolmogorovSmirnovTest.limitTail(1)
        #expect(abs(below - above) < 1e-11)  // The tail's slope there is about −1, the gap 1e-12.
        #expect(KolmogorovSmirnovTest.limitTail(0) == 1)
    }

    @Test("equal samples have distance 0 and p-value 1")
    func equalSamples() throws {
        let test = try KolmogorovSmirnovTest([1, 2, 2, 3], [2, 1, 3, 2])
        #expect(test.statistic == 0)
        #expect(test.pValue == 1)
    }

    @Test("a stream's normal numbers pass as normal, its uniform ones as uniform", arguments: UInt64(0)..<8)
    func streams(seed: UInt64) throws {
        var stream = RandomStream(seed: seed, name: "distribution")
        let normal = (0..<5_000).map { _ in stream.normal() }
        let uniform = (0..<5_000).map { _ in stream.uniform() }
        #expect(try KolmogorovSmirnovTest(normal, against: NormalDistribution.cumulative).pValue > 1e-3)
        #expect(try KolmogorovSmirnovTest(uniform, against: { $0 }).pValue > 1e-3)
        #expect(try KolmogorovSmirnovTest(normal.map { $0 + 0.1 }, against: NormalDistribution.cumulative).pValue < 1e-3)
        #expect(try KolmogorovSmirnovTest(normal, uniform).pValue < 1e-3)
    }

    @Test("empty samples, NaN, and what is no distribution function are refused")
    func refused() {
        #expect(throws: StatisticsError.self) { try KolmogorovSmirnovTest([], against: { $0 }) }
        #expect(throws: StatisticsError.self) { try KolmogorovSmirnovTest([0.5, .nan], [1]) }
        #expect(throws: StatisticsError.self) { try KolmogorovSmirnovTest([2], against: { $0 }) }
    }
}
