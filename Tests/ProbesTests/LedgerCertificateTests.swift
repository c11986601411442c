// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Networks
import Testing

@testable import Probes

@Suite("Certificates in the ledger")
struct LedgerCertificateTests {
    @Test("On the box: at the first silent step that the weights prove, on no other")
    func box() throws {
        let training = try ScriptedTraining<Double>(weights: [[-1, -0.5], [-1, 0.5], [-1, -0.5]])
        try training.run([0, 0, 1])
        #expect(training.lives.map { $0.certificateSteps[.box] } == [1, nil, nil], "the third node's weights prove death, but it is alive")
        try training.run([0, 0, 0]) { $0.bias?.value.assign([0, -0.4, 0]) }
        #expect(training.lives.map { $0.certificateSteps[.box] } == [1, nil, 2])
        try training.run([0, 0, 0]) { $0.bias?.value.assign([0, -0.75, 0]) }
        #expect(training.lives.map { $0.certificateSteps[.box] } == [1, 3, 2])
        #expect(training.lives.allSatisfy { Set($0.certificateSteps.dictionary.keys).isSubset(of: [.box, .anySigns]) })
        #expect(training.lives.map(\.deathStep) == [1, 1, 2], "a certificate is death without waiting for the epoch's end")
    }

    @Test("A box of negative inputs turns the proof around")
    func negativeBox() throws {
        let training = try ScriptedTraining<Double>(weights: [[-1, -0.5], [1, 0.5]], box: Box(count: 2, lower: -1, upper: 0))
        try training.run([0, 0])
        #expect(training.lives.map { $0.certificateSteps[.box] } == [nil, 1])
    }

    @Test("Revival withdraws certificates")
    func revival() throws {
        let training = try ScriptedTraining<Double>(weights: [[-1, -1]])
        try training.run([0])
        #expect(training.ledger.state(layer: 0, node: 0) == .certified)
        try training.run([1]) { $0.incoming.value.assign([1, 1]) }
        #expect(training.lives[0].certificateSteps.isEmpty && training.lives[0].deathStep == nil)
        #expect(training.ledger.state(layer: 0, node: 0) == .alive)
        #expect(training.lives[0].firstCertificateSteps[.box] == 1, "the step it was first met stays on record")
        #expect(training.lives[0].withdrawals == 1 && training.lives[0].revivals == 1)
    }

    @Test("A bias below what the weights can reach with any signs is proof against sign flips; the signs alone are not")
    func anySigns() throws {
        let training = try ScriptedTraining<Double>(weights: [[-1, 0.5], [-1, -0.5]])
        try training.run([0, 0]) { $0.bias?.value.assign([-1.51, -1.49]) }
        #expect(training.lives.map { $0.certificateSteps[.anySigns] } == [1, nil])
        #expect(training.lives.map { $0.certificateSteps[.box] } == [1, 1])
    }

    @Test("Under batch norm: β ≤ −|γ|√B for batches of 4, small weights by themselves, the box never")
    func batchNorm() throws {
        let training = try ScriptedTraining<Double>(
            weights: [[-1, -1], [-1, -1], [1e-7, -1e-7]], behind: [.batchNorm(), .activation(.relu())], thresholds: [1e-12])
        try training.run([0, 0, 0]) {
            $0.batchNorm?.scale.value.assign([-0.5, -0.5, 1])
            $0.batchNorm?.shift.value.assign([-1.001, -0.999, -1e-3])
        }
        #expect(training.lives.map { $0.certificateSteps[.batch] } == [1, nil, nil])
        #expect(training.lives.map { $0.certificateSteps[.smallWeights] } == [nil, nil, 1])
        #expect(training.lives.allSatisfy { $0.certificateSteps[.box] == nil })
    }

    @Test(
        "Other activations, and ReLU with a derivative at 0, have no certificates",
        arguments: [
            .leakyReLU(), .relu(derivativeAtZero: 1), .gelu(),
        ] as [Activation])
    func otherActivations(activation: Activation) throws {
        let training = try ScriptedTraining<Double>(weights: [[-1, -1]], behind: [.activation(activation)])
        try training.run([0])
        #expect(training.lives[0].certificateSteps.isEmpty)
    }

    @Test("On the data: where the largest pre-activation is not positive, first met, and no death by itself")
    func data() throws {
        let training = try ScriptedTraining<Double>(weights: [[1, -1], [1, -1], [1, -1], [1, -1]])
        try training.run([0, 0, 1, 0])
        training.ledger.recordEvaluation(layer: 0, largestPreactivations: [-1, 0, -1, 1e-300], step: 1)
        training.ledger.recordEvaluation(layer: 0, largestPreactivations: [-1, -1, -1, .nan], step: 2)
        #expect(training.lives.map { $0.firstCertificateSteps[.data] } == [1, 1, 1, nil])
        #expect(training.lives.allSatisfy { $0.certificateSteps[.data] == nil && !$0.isDead })
    }
}
