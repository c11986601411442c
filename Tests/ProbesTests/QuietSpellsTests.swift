// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Optimizers
import Testing

@testable import Probes

@Suite("Quiet spells")
struct QuietSpellsTests {
    /// One node with w = (3, 4), so that λ‖w‖ = 0.05; a told gradient g has the norm g√5.
    private func training(_ probe: QuietSpells<Double>, rule: any UpdateRule = Adam(), l2: Double = 0.01) throws -> ScriptedTraining<Double> {
        try ScriptedTraining(weights: [[3, 4]], behind: [.batchNorm(), .activation(.relu())], rule: rule, l2: l2, probe: probe)
    }

    @Test("A spell lasts while the data gradient is at most λ‖w‖, and short ones are left out")
    func bounds() throws {
        let probe = QuietSpells<Double>(minimumLength: 3)
        let training = try training(probe)
        // 0.022·√5 = 0.0492 is quiet, 0.023·√5 = 0.0514 is not.
        try training.tell([1, 0.022, 0, 0.023, 0.022, 0.022, 0, 0.022, -0.023, 1, 0, 0, 0])
        #expect(probe.spells.map(\.start) == [5, 11])
        #expect(probe.spells.map(\.end) == [9, nil])
        #expect(probe.spells.allSatisfy { $0.layer == 0 && $0.node == 0 })
    }

    @Test("The state kept is the one before the first quiet step")
    func state() throws {
        let probe = QuietSpells<Double>(minimumLength: 2)
        let training = try training(probe, rule: Adam(learningRate: 0.1))
        for gradient in [1.0, -0.5] { try training.run([gradient], trains: true) }
        let parameters = training.network.parameters
        func copy(_ role: ParameterRole) throws -> [[Double]] {
            let index = try #require(parameters.firstIndex { $0.role == role })
            let state = training.optimizer.stateTensors(of: index)
            return [Array(parameters[index].value.elements)] + [0, 1].map { Array(state[$0]) }
        }
        let (weights, scale, shift) = (try copy(.weight), try copy(.batchNormScale), try copy(.batchNormShift))
        for _ in 0..<4 { try training.run([0], trains: true) }
        let spell = try #require(probe.spells.first)
        #expect(spell.start == 3 && spell.end == nil && probe.spells.count == 1)
        #expect(spell.incoming == weights)
        #expect(spell.scale == scale.map { $0[0] })
        #expect(spell.shift == shift.map { $0[0] })
        #expect(weights[0] != Array(parameters[0].value.elements))
    }

    @Test("Without L2 only exact silence is quiet, and without batch normalisation there is no scale")
    func silence() throws {
        let probe = QuietSpells<Double>(minimumLength: 1)
        let training = try ScriptedTraining<Double>(weights: [[3, 4]], l2: 0, probe: probe)
        try training.tell([1e-300, 0, 1e-300])
        #expect(probe.spells.map(\.start) == [2])
        #expect(probe.spells[0].end == 3 && probe.spells[0].scale.isEmpty && probe.spells[0].shift.isEmpty)
    }
}
