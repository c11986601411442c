// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Statistics

@Suite struct MeanIntervalTests {
    @Test("Five numbers by hand: mean 3, s² = 2.5, t₀.₉₇₅ at 4 degrees of freedom 2.7764451052")
    func byHand() throws {
        let interval = try #require(try RunningMoments([1, 2, 3, 4, 5]).meanInterval())
        let half = 2.7764451051977987 * (2.5 / 5).squareRoot()
        #expect(abs(interval.lower - (3 - half)) < 1e-12 && abs(interval.upper - (3 + half)) < 1e-12 && interval.level == 0.95)
    }

    @Test("Two numbers, where t₀.₉₉₅ is tan(0.495π), that is 63.6567411629; one number has no interval")
    func few() throws {
        let interval = try #require(try RunningMoments([0, 2]).meanInterval(level: 0.99))
        #expect(abs(interval.upper - (1 + 63.65674116287158)) < 1e-9)
        #expect(try RunningMoments([7]).meanInterval() == nil && RunningMoments().meanInterval() == nil)
    }

    @Test("It covers the mean of normal numbers 95 times of 100, within five standard deviations over 2000 samples of five")
    func coverage() throws {
        var stream = RandomStream(seed: 11, name: "mean-interval")
        let covered = try (0..<2000).count { _ in
            try RunningMoments((0..<5).map { _ in 3 + 2 * stream.normal() }).meanInterval()?.contains(3) == true
        }
        #expect(abs(Double(covered) - 1900) < 5 * (2000 * 0.95 * 0.05).squareRoot())
    }
}
