// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Testing

@testable import Probes

@Suite("Node portraits")
struct NodePortraitsTests {
    @Test("The portrait is taken after its step, the angle is the mean of the steps before")
    func portrait() throws {
        let probe = NodePortraits<Double>(step: 3, window: 2)
        let training = try ScriptedTraining<Double>(weights: [[3, 0]], behind: [.batchNorm(), .activation(.relu())], outputs: 4, probe: probe)
        // Steps 1 and 4 turn the weights by much, 2 and 3 by 0.02 and 0.04, whatever their size.
        let angles = [1.0, 1.02, 1.06, 2]
        for (index, angle) in angles.enumerated() {
            try training.run([1]) { hidden in
                hidden.incoming.value.assign([cos(angle), sin(angle)].map { $0 * Double(index + 1) })
                hidden.batchNorm?.scale.value.assign([Double(index)])
                hidden.batchNorm?.shift.value.assign([-Double(index)])
            }
        }
        let portrait = probe.portraits[0][0]
        #expect(portrait.scale == 2 && portrait.shift == -2 && portrait.outgoingNorm == 2)
        #expect(abs(portrait.incomingNorm - 3) < 1e-15)
        // A chord is shorter than its arc by angle³/24.
        #expect(abs(portrait.angularStep - 0.03) < 3e-6)
    }

    @Test("Before its step there is none, and a layer without batch normalisation has no γ")
    func early() throws {
        let probe = NodePortraits<Double>(step: 2, window: 1)
        let training = try ScriptedTraining<Double>(weights: [[3, 4]], probe: probe)
        try training.run([1])
        #expect(probe.portraits[0][0].incomingNorm.isNaN && probe.portraits[0][0].angularStep == 0)
        try training.run([1])
        #expect(probe.portraits[0][0].incomingNorm == 5 && probe.portraits[0][0].scale.isNaN)
    }
}
