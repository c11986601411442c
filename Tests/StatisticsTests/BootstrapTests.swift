// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite("Bootstrap")
struct BootstrapTests {
    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    @Test("interval and standard error agree with an independent resampling of the same stream")
    func reference() throws {
        let reference = Reference.values.bootstrap
        var stream = RandomStream(seed: 9, name: "bootstrap")
        let bootstrap = try Bootstrap(of: reference.units, resamples: reference.resamples, from: &stream, statistic: Self.mean)
        let interval = try bootstrap.percentileInterval(level: 0.9)
        #expect(agrees(bootstrap.estimate, reference.estimate, within: formulaTolerance))
        #expect(agrees(interval.lower, reference.interval[0], within: formulaTolerance))
        #expect(agrees(interval.upper, reference.interval[1], within: formulaTolerance))
        #expect(agrees(try #require(bootstrap.standardError), reference.standardError, within: formulaTolerance))
        #expect(stream != RandomStream(seed: 9, name: "bootstrap"))
    }

    @Test("a 90 % interval of the mean of 40 covers the truth about 90 % of the time")
    func coverage() throws {
        var stream = RandomStream(seed: 4, name: "coverage")
        let trials = 400
        var covered = 0
        for _ in 0..<trials {
            let sample = (0..<40).map { _ in stream.normal() }
            let bootstrap = try Bootstrap(of: sample, resamples: 300, from: &stream, statistic: Self.mean)
            if try bootstrap.percentileInterval(level: 0.9).contains(0) { covered += 1 }
        }
        // 0.89 is what theory gives for n = 40; four binomial standard deviations on each side.
        #expect(abs(Double(covered) / Double(trials) - 0.89) < 4 * (0.89 * 0.11 / Double(trials)).squareRoot())
    }

    @Test("one unit has one resample only")
    func oneUnit() throws {
        var stream = RandomStream(seed: 1, name: "one")
        let bootstrap = try Bootstrap(of: [3.0], resamples: 5, from: &stream, statistic: Self.mean)
        #expect(bootstrap.replicates.values == [3, 3, 3, 3, 3])
    }

    @Test("groups are resampled each within itself, one group as without groups")
    func strata() throws {
        var stream = RandomStream(seed: 2, name: "strata")
        let groups = [[1.0, 1, 1], [10, 20]]
        let bootstrap = try Bootstrap(strata: groups, resamples: 200, from: &stream) { Self.mean($0[0]) + Self.mean($0[1]) }
        #expect(bootstrap.estimate == 16)
        #expect(Set(bootstrap.replicates.values) == [11, 16, 21])
        var (one, other) = (RandomStream(seed: 5, name: "same"), RandomStream(seed: 5, name: "same"))
        let plain = try Bootstrap(of: groups[1], resamples: 20, from: &one, statistic: Self.mean)
        #expect(try Bootstrap(strata: [groups[1]], resamples: 20, from: &other) { Self.mean($0[0]) } == plain)
        #expect(throws: StatisticsError.self) { try Bootstrap(strata: [[1.0], []], from: &stream) { $0[0][0] } }
    }

    @Test("nothing to resample, no resamples and undefined statistics are refused")
    func refused() {
        var stream = RandomStream(seed: 1, name: "refused")
        #expect(throws: StatisticsError.self) { try Bootstrap(of: [Double](), from: &stream, statistic: Self.mean) }
        #expect(throws: StatisticsError.self) { try Bootstrap(of: [1.0], resamples: 0, from: &stream, statistic: Self.mean) }
        #expect(throws: StatisticsError.self) { try Bootstrap(of: [1.0], from: &stream) { _ in .nan } }
    }
}
