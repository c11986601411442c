// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Ensembles
import Experiments
import Networks
import Optimizers
import Probes
import Testing

/// Writes down, at each step, what an ensemble says of a member's nodes.
private final class Witness<Scalar: TrainingScalar>: Probe {
    struct Nodes: Equatable {
        var active: [Int] = []
        var silent: [Bool] = []
        var incoming: [Double] = []
        var outgoing: [Double] = []
    }
    private(set) var steps: [Nodes] = []
    private var open = Nodes()

    func beforeUpdate(_ view: StepView<Scalar>) throws {
        open = Nodes()
        for layer in view.layers {
            for node in 0..<layer.nodeCount {
                open.active.append(layer.activeSamples(of: node))
                // With inputs that are not 0, the bias has a gradient only where the weights have one.
                open.silent.append(layer.incomingGradient(of: node).allSatisfy { $0 == 0 })
            }
        }
    }

    func afterUpdate(_ view: StepView<Scalar>) throws {
        for layer in view.layers {
            for node in 0..<layer.nodeCount {
                open.incoming.append(Scalar.norm(of: layer.incomingWeights(of: node)))
                let outgoing = (0..<layer.outputCount).map { layer.outgoingWeight(of: node, to: $0) }
                open.outgoing.append(outgoing.withUnsafeBufferPointer { Scalar.norm(of: $0) })
            }
        }
        steps.append(open)
    }
}

@Suite struct EnsembleObservationTests {
    /// Steps large enough that nodes fall silent, and some wake up again.
    private static let members = (0..<9).map { index in
        EnsembleMember(seed: UInt64(index), optimizer: Adam(learningRate: 0.03), l2: CoupledL2(weights: 0.02))
    }
    private static let steps = 120

    private func expectAgreement<Scalar: TrainingScalar>(_: Scalar.Type, _ test: EnsembleCase) throws {
        let ensemble = try Ensemble<Scalar>(
            test.network, initialization: test.initialization, samples: test.samples, members: Self.members, schedule: test.schedule)
        var observations: [EnsembleObservation] = []
        try ensemble.run(steps: Self.steps, cadence: Cadence(every: 7)) { observations.append($0) }
        let outcomes = ensemble.outcomes()
        #expect(observations.map(\.step) == [1] + Array(stride(from: 7, to: Self.steps, by: 7)) + [Self.steps])
        for (index, member) in Self.members.enumerated() {
            let witness = Witness<Scalar>()
            let alone = try LoneTraining<Scalar>(
                member, test.network, samples: test.samples, schedule: test.schedule, initialization: test.initialization, probes: [witness],
                steps: Self.steps)
            let nodes = index * ensemble.nodeCount..<(index + 1) * ensemble.nodeCount
            for observation in observations {
                let seen = witness.steps[observation.step - 1]
                #expect(Array(observation.activeSamples[nodes]) == seen.active)
                #expect(Array(observation.isSilent[nodes]) == seen.silent)
                #expect(Array(observation.incomingNorms[nodes]) == seen.incoming)
                #expect(Array(observation.outgoingNorms[nodes]) == seen.outgoing)
                #expect(observation.losses[index] == alone.losses[observation.step - 1].mean)
            }
            let silence = (0..<ensemble.nodeCount).map { node in witness.steps.reversed().prefix(while: { $0.silent[node] }).count }
            #expect(outcomes[index].nodes.map(\.silentSteps) == silence)
            #expect(outcomes[index].nodes.map(\.incomingNorm) == witness.steps.last?.incoming)
            #expect(outcomes[index].nodes(below: 0.1) == witness.steps.last?.incoming.count(where: { $0 < 0.1 }))
        }
    }

    @Test("Losses, active samples, silence and norms are those that a probe of the network alone sees", arguments: EnsembleCase.all.prefix(4))
    func observationsAreProbes(_ test: EnsembleCase) throws {
        try expectAgreement(Float.self, test)
        try expectAgreement(Double.self, test)
    }

    @Test("These members' nodes do fall silent, so that there is something to see")
    func nodesFallSilent() throws {
        let ensemble = try Ensemble<Float>(EnsembleCase.all[0].network, samples: EnsembleCase.all[0].samples, members: Self.members)
        try ensemble.run(steps: Self.steps)
        let nodes = ensemble.outcomes().flatMap(\.nodes)
        #expect(nodes.contains(where: { $0.silentSteps > 0 && $0.silentSteps < Self.steps }))
        #expect(nodes.contains(where: { $0.silentSteps == 0 }))
    }

    @Test("An outcome's loss is that at the parameters as they are")
    func lossAtTheEnd() throws {
        let test = EnsembleCase.all[0]
        let ensemble = try Ensemble<Double>(test.network, samples: test.samples, members: Self.members)
        try ensemble.run(steps: 50)
        let loss = ensemble.outcomes()[3].loss
        var next = 0.0
        try ensemble.run(steps: 1, cadence: Cadence()) { next = $0.losses[3] }
        #expect(loss == next)
    }
}
