// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Testing

@testable import Probes

@Suite("Last activities")
struct LastActivitiesTests {
    private func training(_ probe: LastActivities<Double>, scale: Double, shift: Double) throws -> ScriptedTraining<Double> {
        let training = try ScriptedTraining<Double>(weights: [[3, 4], [0, 2]], behind: [.batchNorm(), .activation(.relu())], probe: probe)
        training.hidden.batchNorm?.scale.value.assign([scale, 1])
        training.hidden.batchNorm?.shift.value.assign([shift, 0])
        // Node 0 has the normalised inputs −½, −½, 0, 1 (deviation √⅜); node 1 is at 0.
        let normalised = [-0.5, -0.5, 0, 1]
        for (sample, x) in normalised.enumerated() {
            training.hidden.preactivation.mutableElements[2 * sample] = scale * x + shift
            training.hidden.preactivation.mutableElements[2 * sample + 1] = 0
        }
        return training
    }

    @Test("κ is the deviation of the normalised inputs, M the largest standardised one on γ's side", arguments: [0.5, -2])
    func values(scale: Double) throws {
        let probe = LastActivities<Double>()
        try training(probe, scale: scale, shift: -0.25).run([1, 0])
        let last = probe.activities[0][0]
        #expect(last.step == 1 && last.scale == scale && last.shift == -0.25 && last.incomingNorm == 5)
        let deviation = 0.375.squareRoot()
        #expect(abs(last.standardisation - deviation) < 1e-15)
        #expect(abs(last.largestStandardised - (scale > 0 ? 1 : 0.5) / deviation) < 1e-15)
        #expect(probe.activities[0][1].step == 0 && probe.activities[0][1].standardisation.isNaN)
    }

    @Test("Silent steps don't count")
    func silence() throws {
        let probe = LastActivities<Double>()
        let training = try training(probe, scale: 1, shift: -0.25)
        for gradients in [[1.0, 0], [0, 1], [1, 0], [0, 0], [0, 0]] { try training.run(gradients) }
        #expect(probe.activities[0].map(\.step) == [3, 2])
    }

    @Test("Where γ is 0 the normalised inputs are unknown, and without batch normalisation there is only the norm")
    func unknown() throws {
        let probe = LastActivities<Double>()
        try training(probe, scale: 0, shift: 0.5).run([1, 0])
        #expect(probe.activities[0][0].step == 1 && probe.activities[0][0].standardisation.isNaN)
        let plain = LastActivities<Double>()
        try ScriptedTraining<Double>(weights: [[3, 4]], probe: plain).run([1])
        #expect(plain.activities[0][0].step == 1 && plain.activities[0][0].incomingNorm == 5 && plain.activities[0][0].scale.isNaN)
    }
}
