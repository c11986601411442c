// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Probes

@Suite("Cadence")
struct CadenceTests {
    /// The sampled steps of a training of `last` steps.
    private func steps(_ cadence: Cadence, last: Int) -> [Int] { (1...last).filter { cadence.samples(step: $0, isLast: $0 == last) } }

    @Test("The first and the last step are always sampled")
    func ends() { #expect(steps(Cadence(), last: 1234) == [1, 1234]) }

    @Test("Every k-th step counts from step k", arguments: [1, 2, 7, 10])
    func every(_ every: Int) {
        let expected = Set([1, 45] + Array(stride(from: every, through: 45, by: every)))
        #expect(steps(Cadence(every: every), last: 45) == expected.sorted())
    }

    @Test("A logarithmic cadence samples as often in each decade as asked, once steps are dense enough")
    func logarithmic() {
        let sampled = steps(Cadence(samplesPerDecade: 10), last: 100_000)
        for decade in [(10, 100), (100, 1000), (1000, 10_000), (10_000, 100_000)] {
            #expect(sampled.count { $0 > decade.0 && $0 <= decade.1 } == 10, "\(decade)")
        }
        #expect([10, 100, 1000, 10_000, 100_000].allSatisfy(sampled.contains))
        // Step ⌈10^{i/10}⌉ for every i: no point of the scale is passed over.
        #expect(sampled.contains(126) && sampled.contains(159) && sampled.contains(200) && !sampled.contains(150))
    }

    @Test("Windows hold every step, ends included, and add to the other rules")
    func windows() {
        #expect(steps(Cadence(windows: [5...8, 20...20]), last: 30) == [1, 5, 6, 7, 8, 20, 30])
        #expect(steps(Cadence(every: 10, windows: [9...11]), last: 30) == [1, 9, 10, 11, 20, 30])
        #expect(steps(Cadence(windows: [28...90]), last: 30) == [1, 28, 29, 30])
    }
}
