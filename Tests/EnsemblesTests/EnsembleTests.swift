// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Ensembles
import Experiments
import Foundation
import Networks
import Optimizers
import Probes
import Statistics
import Testing

/// A network and what it trains on; every product stays under 4,096 multiply–adds, which run by definition.
struct EnsembleCase: Sendable, CustomTestStringConvertible {
    let name: String
    let network: [LayerSpecification]
    let samples: Samples
    var schedule = Schedule.constant
    var initialization = Initialization.heNormal

    var testDescription: String { name }

    static let all = [
        EnsembleCase(
            name: "2-8-1", network: [.dense(units: 8), .activation(.relu()), .dense(units: 1)], samples: squarePoints(64, features: 2)),
        EnsembleCase(
            name: "8-32-1 on 16 samples", network: [.dense(units: 32), .activation(.relu()), .dense(units: 1)],
            samples: squarePoints(16, features: 8)),
        EnsembleCase(
            name: "3-5-4-2, samples that fill no tile, warm-up",
            network: [
                .dense(units: 5), .activation(.relu()), .dense(units: 4), .activation(.leakyReLU(slope: 0.1)), .dense(units: 2),
            ],
            samples: squarePoints(21, features: 3, outputs: 2), schedule: .warmup(steps: 20, then: .step(everyEpochs: 50, factor: 0.5)),
            initialization: .pytorch),
        EnsembleCase(
            name: "2-9-1 without biases", network: [.dense(units: 9, bias: false), .activation(.relu()), .dense(units: 1, bias: false)],
            samples: squarePoints(50, features: 2), initialization: .glorotUniform),
        EnsembleCase(
            name: "1-1-1 on one sample", network: [.dense(units: 1), .activation(.relu()), .dense(units: 1)],
            samples: squarePoints(1, features: 1)),
    ]

    /// Members of all kinds, more than a block holds: seeds, α, β₁ on both sides of ½, β₂, ε of all places, λ with and without, λ of biases.
    static var members: [EnsembleMember] {
        var stream = RandomStream(seed: 3, name: "members")
        return (0..<21).map { index in
            let optimizer = Adam(
                learningRate: stream.uniform(in: 1e-4..<1e-2), beta1: index % 3 == 0 ? 0.9 : stream.uniform(),
                beta2: index % 4 == 0 ? 0.999 : stream.uniform(in: 0.9..<0.999), epsilon: stream.uniform(in: 1e-8..<1e-5),
                epsilonPlacement: EpsilonPlacement.allCases[index % 3])
            let l2 = CoupledL2(weights: index % 5 == 0 ? 0 : stream.uniform(in: 0..<0.1), biases: index % 7 == 0 ? 1e-3 : 0)
            return EnsembleMember(seed: UInt64(index), optimizer: optimizer, l2: l2)
        }
    }
}

@Suite struct EnsembleTests {
    static let steps = 300

    private func expectEqualToTraining<Scalar: TrainingScalar>(_: Scalar.Type, _ test: EnsembleCase) throws {
        let members = EnsembleCase.members
        let ensemble = try Ensemble<Scalar>(
            test.network, initialization: test.initialization, samples: test.samples, members: members, schedule: test.schedule, threads: 2)
        try ensemble.run(steps: Self.steps)
        for (index, member) in members.enumerated() {
            let alone = try LoneTraining<Scalar>(
                member, test.network, samples: test.samples, schedule: test.schedule, initialization: test.initialization, steps: Self.steps)
            #expect(bits(ensemble.parameters(of: index)) == bits(alone.parameters), "parameters of member \(index)")
            #expect(bits(ensemble.firstMoments(of: index)) == bits(try alone.state("exp_avg")), "first moments of member \(index)")
            #expect(bits(ensemble.secondMoments(of: index)) == bits(try alone.state("exp_avg_sq")), "second moments of member \(index)")
        }
    }

    @Test("A member's parameters and moments are, to the bit, those of its network trained alone", arguments: EnsembleCase.all)
    func membersAreTrainings(_ test: EnsembleCase) throws {
        try expectEqualToTraining(Float.self, test)
        try expectEqualToTraining(Double.self, test)
    }

    @Test("Where a product goes through OpenBLAS, member and training agree to rounding")
    func largerNetworksAgree() throws {
        let network: [LayerSpecification] = [.dense(units: 32), .activation(.relu()), .dense(units: 1)]
        let (samples, member) = (squarePoints(64, features: 8), EnsembleMember(seed: 4, l2: CoupledL2(weights: 5e-4)))
        let ensemble = try Ensemble<Double>(network, samples: samples, members: [member])
        try ensemble.run(steps: 200)
        let alone = try LoneTraining<Double>(member, network, samples: samples, steps: 200)
        // 200 steps of 64 samples: roundings of 1e-16 each, in parameters of size 1.
        for (ours, theirs) in zip(ensemble.parameters(of: 0).joined(), alone.parameters.joined()) { #expect(abs(ours - theirs) < 1e-11) }
    }
}

extension EnsembleTests {
    @Test("Neither neighbours, threads, cuts between steps nor observations change a member")
    func membersAreIndependent() throws {
        let (test, members) = (EnsembleCase.all[2], EnsembleCase.members)
        func parameters(_ members: [EnsembleMember], threads: Int, cuts: [Int], cadence: Cadence? = nil) throws -> [[Data]] {
            let ensemble = try Ensemble<Float>(
                test.network, initialization: test.initialization, samples: test.samples, members: members, schedule: test.schedule,
                threads: threads)
            for steps in cuts { try ensemble.run(steps: steps, cadence: cadence) }
            return members.indices.map { bits(ensemble.parameters(of: $0)) }
        }
        let whole = try parameters(members, threads: 1, cuts: [600])
        #expect(try parameters(members, threads: 3, cuts: [600]) == whole)
        #expect(try parameters(members, threads: 2, cuts: [1, 255, 0, 344], cadence: Cadence(every: 9)) == whole)
        #expect(try parameters(members.reversed(), threads: 1, cuts: [600]) == whole.reversed())
        #expect(try parameters([members[5]], threads: 1, cuts: [600]) == [whole[5]])
    }

    @Test("With flush-to-zero, a member is its training with flush-to-zero")
    func flushToZero() throws {
        // β₁ᵗ brings the first moment of a silent node through the subnormal numbers within the run.
        let member = EnsembleMember(seed: 2, optimizer: Adam(learningRate: 0.05, beta1: 0.5, beta2: 0.6), l2: CoupledL2(weights: 0.05))
        let test = EnsembleCase.all[0]
        var states: [[[Data]]] = []
        for flushes in [false, true] {
            let ensemble = try Ensemble<Float>(test.network, samples: test.samples, members: [member], flushesSubnormals: flushes)
            try ensemble.run(steps: 500)
            let alone = try FloatingPointState(flushesSubnormals: flushes).run {
                try LoneTraining<Float>(member, test.network, samples: test.samples, steps: 500)
            }
            #expect(bits(ensemble.parameters(of: 0)) == bits(alone.parameters))
            #expect(bits(ensemble.firstMoments(of: 0)) == bits(try alone.state("exp_avg")))
            #expect(bits(ensemble.secondMoments(of: 0)) == bits(try alone.state("exp_avg_sq")))
            states.append([bits(ensemble.firstMoments(of: 0)), bits(ensemble.secondMoments(of: 0))])
        }
        #expect(states[0] != states[1])
    }
}
