// SPDX-License-Identifier: GPL-3.0-or-later
import Probes
import Testing

@testable import Experiments

@Suite struct ConfigurationProbeTests {
    private func probe(_ yaml: String) throws -> ProbeConfiguration {
        try RunConfiguration.parse(yaml: smallestConfiguration + "probe: \(yaml)").probe
    }

    @Test("Probes have their forms")
    func forms() throws {
        #expect(try probe("none") == .off)
        #expect(try probe("{}") == ProbeConfiguration())
        #expect(try probe("{every: 3}").cadence == Cadence(every: 3))
        #expect(try probe("{logarithmic: 5}").cadence == Cadence(samplesPerDecade: 5))
        #expect(try probe("{windows: [[0, 5], [9, 9]]}").cadence == Cadence(windows: [0...5, 9...9]))
        #expect(try probe("{every: 3, windows: [[4, 5]]}").cadence == Cadence(every: 3, windows: [4...5]))
        #expect(try probe("{observe: [0/3, 0/63]}").observed == [NodeReference(layer: "0", node: 3), NodeReference(layer: "0", node: 63)])
        #expect(try probe("{observe: [0/3]}").cadence == Cadence(every: 10))
        #expect(try probe("{thresholds: [0.5], quantiles: [0.5]}") == ProbeConfiguration(thresholds: [0.5], quantiles: [0.5]))
    }
}
