// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Networks
import Testing

@testable import Probes

@Suite("The ledger on stories told by hand")
struct DeathLedgerTests {
    @Test("A node that never fires is dead at the end of the first epoch, and died at step 1")
    func deadFromTheStart() throws {
        let training = try ScriptedTraining<Double>(weights: [[1, -1]])
        try training.tell([0, 0])
        #expect(training.lives[0].deadOnDataStep == nil)
        #expect(training.ledger.state(layer: 0, node: 0) == .alive)
        try training.tell([0])
        let life = training.lives[0]
        #expect(life.deadOnDataStep == 3)
        #expect(life.deathStep == 1)
        #expect(life.lastActiveStep == 0 && life.lastDataGradientStep == 0)
        #expect(life.certificateSteps.isEmpty, "weights of both signs on a box prove nothing")
        #expect(training.ledger.state(layer: 0, node: 0) == .dead)
        #expect(training.ledger.deathStates[0].steps == [0])
    }

    @Test(
        "Death is one step after the last gradient; the data vouch for it at the end of a whole silent epoch",
        arguments: [
            (1, 6), (2, 6), (3, 6), (4, 9), (6, 9), (7, 12),
        ])
    func deathStep(last: Int, vouched: Int) throws {
        let training = try ScriptedTraining<Double>(weights: [[1, -1]])
        try training.tell((1...14).map { $0 <= last ? 0.5 : 0 })
        let life = training.lives[0]
        #expect(life.lastDataGradientStep == last && life.lastActiveStep == last)
        #expect(life.deathStep == last + 1)
        #expect(life.deadOnDataStep == vouched)
        #expect(training.ledger.deathStates[0].steps == [last])
    }

    @Test("A silence shorter than an epoch is neither death nor revival")
    func shortSilence() throws {
        let training = try ScriptedTraining<Double>(weights: [[1, -1]])
        try training.tell([1, 0, 0, 0, 1, 0, 0, 0, 1])
        #expect(training.lives[0].deathStep == nil)
        #expect(training.lives[0].revivals == 0)
        #expect(training.ledger.deathStates[0].steps == [5], "the last transition to silence counts")
    }

    @Test("A dead node that fires again is revived, and its second death is the one that stands")
    func revival() throws {
        let training = try ScriptedTraining<Double>(weights: [[1, -1]])
        try training.tell([1, 0, 0, 0, 0, 0])
        #expect(training.lives[0].deadOnDataStep == 6 && training.lives[0].deathStep == 2)
        try training.tell([0.25])
        #expect(training.lives[0].revivals == 1)
        #expect(training.lives[0].deathStep == nil)
        #expect(training.ledger.state(layer: 0, node: 0) == .alive)
        try training.tell([0, 0, 0, 0, 0])
        #expect(training.lives[0].deathStep == 8 && training.lives[0].deadOnDataStep == 12)
        #expect(training.lives[0].revivals == 1)
        try training.tell([1, 1])
        #expect(training.lives[0].revivals == 2)
    }

    @Test("An active node whose gradient is 0 is not dead: silence is the activation's")
    func activeWithoutGradient() throws {
        let training = try ScriptedTraining<Double>(weights: [[1, -1]])
        for _ in 1...9 { try training.run([0], active: [true]) }
        #expect(training.lives[0].lastActiveStep == 9 && training.lives[0].lastDataGradientStep == 0)
        #expect(training.lives[0].deathStep == nil)
        for _ in 10...12 { try training.run([0]) }
        #expect(training.lives[0].deadOnDataStep == 12 && training.lives[0].deathStep == 1)
        try training.run([0], active: [true])
        #expect(training.lives[0].revivals == 1 && training.lives[0].deathStep == nil)
    }

    @Test("NaN is a gradient, not silence")
    func notANumber() throws {
        let training = try ScriptedTraining<Double>(weights: [[1, -1]])
        try training.tell([.nan, .nan, .nan])
        #expect(training.lives[0].lastDataGradientStep == 3)
        #expect(training.lives[0].deathStep == nil)
    }

    @Test("Dips, passages and rises follow the node's norm at every step")
    func norms() throws {
        let training = try ScriptedTraining<Double>(weights: [[3, 4]], thresholds: [1, 0.1], persistence: 3)
        // The norm after each step: 5·factor.
        let factors = [1, 0.1, 1, 0.01, 0.1, 0.01, 0.01, 0.01, 0.01, 1, 0.01]
        for factor in factors {
            try training.run([1]) { $0.incoming.value.assign([3 * factor, 4 * factor]) }
        }
        let (coarse, fine) = (training.lives[0].crossings[0], training.lives[0].crossings[1])
        #expect(coarse.dip == 2 && coarse.passage == 4 && coarse.rise == 10 && coarse.isBelow)
        #expect(fine.dip == 4 && fine.passage == 6 && fine.rise == 10 && fine.isBelow)
        #expect(training.ledger.countsBelowThresholds() == [1, 1])
        #expect(training.ledger.state(layer: 0, node: 0) == .zero)
    }

    @Test("A threshold is crossed below it, not at it")
    func atThreshold() throws {
        let training = try ScriptedTraining<Double>(weights: [[3, 4]], thresholds: [5, 1e-3])
        try training.run([1])
        #expect(training.lives[0].crossings[0].dip == nil)
        try training.run([1]) { $0.incoming.value.assign([3, 4.0.nextDown]) }
        #expect(training.lives[0].crossings[0].dip == 2)
    }

    @Test("The census counts each node once, in its most final state")
    func census() throws {
        // Alive; dead on the data; certified by the box; below the threshold.
        let training = try ScriptedTraining<Double>(weights: [[1, 1], [1, -1], [-1, -1], [1e-5, -1e-5]])
        #expect(training.ledger.census() == [.alive: 4])
        for _ in 1...3 { try training.run([1, 0, 0, 0]) }
        #expect(training.ledger.census() == [.alive: 1, .dead: 1, .certified: 1, .zero: 1])
        #expect((0..<4).map { training.ledger.state(layer: 0, node: $0).rawValue } == [0, 1, 2, 3])
        #expect(training.ledger.countsBelowThresholds() == [1])
    }
}
