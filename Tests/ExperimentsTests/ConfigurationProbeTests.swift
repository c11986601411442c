// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Experiments

@Suite struct ConfigurationProbeTests {
    private func probe(_ yaml: String) throws -> ProbeConfiguration {
        try RunConfiguration.parse(yaml: smallestConfiguration + "probe: \(yaml)").probe
    }

    private func steps(_ cadence: ProbeCadence, last: Int) -> [Int] {
        (0...last).filter { cadence.includes(step: $0, last: last) }
    }

    @Test("Probes have their forms")
    func forms() throws {
        #expect(try probe("none") == .off)
        #expect(try probe("{}") == ProbeConfiguration())
        #expect(try probe("{every: 3}").cadence == ProbeCadence(every: 3))
        #expect(try probe("{logarithmic: 5}").cadence == ProbeCadence(every: nil, samplesPerDecade: 5))
        #expect(try probe("{windows: [[0, 5], [9, 9]]}").cadence == ProbeCadence(every: nil, windows: [0...5, 9...9]))
        #expect(try probe("{every: 3, windows: [[4, 5]]}").cadence == ProbeCadence(every: 3, windows: [4...5]))
        #expect(try probe("{observe: [0/3, 0/63]}").observed == [ObservedNode(layer: 0, node: 3), ObservedNode(layer: 0, node: 63)])
        #expect(try probe("{observe: [0/3]}").cadence == ProbeCadence(every: 10))
        #expect(try probe("{thresholds: [0.5], quantiles: [0.5]}") == ProbeConfiguration(thresholds: [0.5], quantiles: [0.5]))
    }

    @Test("The first and the last step always have a sample")
    func ends() {
        #expect(steps(ProbeCadence(every: nil), last: 7) == [0, 7])
        #expect(steps(ProbeCadence(every: 3), last: 7) == [0, 3, 6, 7])
        #expect(steps(ProbeCadence(every: 3), last: 0) == [0])
    }

    @Test("Kinds of cadence add up")
    func union() {
        #expect(steps(ProbeCadence(every: 10, windows: [3...5, 12...12]), last: 21) == [0, 3, 4, 5, 10, 12, 20, 21])
    }

    @Test("A logarithmic cadence has the rounded powers of ten's n-th root")
    func logarithmic() {
        #expect(steps(ProbeCadence(every: nil, samplesPerDecade: 1), last: 2000) == [0, 1, 10, 100, 1000, 2000])
        #expect(steps(ProbeCadence(every: nil, samplesPerDecade: 3), last: 500) == [0, 1, 2, 5, 10, 22, 46, 100, 215, 464, 500])
    }
}
