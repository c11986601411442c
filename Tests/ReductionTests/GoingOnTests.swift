// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Datasets
import Experiments
import Networks
import Optimizers
import Statistics
import Testing

@testable import Reduction

/// Theory notes, D5: train → reduce → train against train → train.
@Suite("Going on training after a reduction")
struct GoingOnTests {
    private static let (features, samples, batch) = (6, 48, 16)
    /// Steps before and after the reduction.
    private static let steps = 60
    /// Sixty steps at α = 1e-2 move a weight by at most 7.3·α a step; sums over other widths differ by roundings of 1e-16, which Adam's
    /// division by √v may enlarge where gradients are small.
    private static let tolerance = 1e-10

    private static let data: Samples = {
        var stream = RandomStream(seed: 5, name: "going on")
        let inputs = (0..<samples * features).map { _ in stream.uniform() }
        return Samples(values: inputs, featureCount: features, targets: .classes((0..<samples).map { $0 % 3 }))
    }()

    private static func train(_ network: Network<Double>, _ optimizer: Optimizer<Double>) throws {
        let training = try Training(
            network: network, loss: .crossEntropy, optimizer: optimizer, l2: CoupledL2(weights: 5e-4), schedule: .constant,
            order: .sequential(samples: samples, batch: batch), samples: data, totalSteps: steps, probes: [])
        for _ in 0..<steps { try training.step() }
    }

    private static func optimizer(_ rule: any UpdateRule, of network: Network<Double>) throws -> Optimizer<Double> {
        try Optimizer(
            rule: rule,
            parameters: network.parameters.map { OptimizedParameter(name: $0.name, count: $0.value.count, group: $0.role.decayGroup) })
    }

    /// A network with three nodes of its first hidden layer planted, trained, reduced, and trained on in both forms: the largest difference
    /// of a surviving parameter, with the reduction and whether it went by certificate.
    private func difference(
        _ layers: [LayerSpecification], rule: any UpdateRule = Adam(learningRate: 1e-2), plantedWeight: Double, plantedBias: Double
    ) throws -> (largest: Double, reduction: NetworkReduction<Double>) {
        let network = try Network<Double>(layers, inputCount: Self.features, capacity: Self.batch)
        network.initialize(.pytorch, seed: 3)
        let shift = network.parameters.first { $0.role == .batchNormShift } ?? network.parameters[1]
        for node in [1, 2, 5] {
            for input in 0..<Self.features { network.parameters[0].value.mutableElements[node * Self.features + input] = plantedWeight }
            shift.value.mutableElements[node] = plantedBias
        }
        let optimizer = try Self.optimizer(rule, of: network)
        if plantedBias <= 0 { try Self.train(network, optimizer) }
        let options = ReductionOptions(
            certifies: true, box: Box(count: Self.features, lower: 0, upper: 1), largestBatch: Self.batch)
        let reduction = try NetworkReduction(of: network, options: options)
        let reduced = try reduction.network(capacity: Self.batch)
        let carried = try reduction.carry(optimizer)
        #expect((0..<reduced.parameters.count).allSatisfy { carried.step(of: $0) == optimizer.step(of: 0) })
        try Self.train(network, optimizer)
        try Self.train(reduced, carried)
        var largest = 0.0
        for (origin, parameter) in zip(reduction.origins, reduced.parameters) {
            let original = try #require(network.parameters.first { $0.name == origin.original })
            for (a, b) in zip(origin.select(original.value.values), parameter.value.values) { largest = max(largest, abs(a - b)) }
        }
        return (largest, reduction)
    }

    @Test(
        "Certified nodes with c = 0: survivors come out the same, 60 steps before and 60 after",
        arguments: [
            Adam(learningRate: 1e-2), AMSGrad(learningRate: 1e-2), NAdam(learningRate: 1e-2), HeavyBall(learningRate: 1e-2, momentum: 0.9),
        ] as [any UpdateRule])
    func deadNodes(rule: any UpdateRule) throws {
        let (largest, reduction) = try difference(
            [.dense(units: 8), .activation(.relu()), .dense(units: 3)], rule: rule, plantedWeight: -0.1, plantedBias: -2)
        #expect(Set(reduction.removed.filter { $0.certificates.contains(.anySigns) }.map(\.node)).isSuperset(of: [1, 2, 5]))
        #expect(reduction.removed.allSatisfy { $0.constant == 0 })
        #expect(largest < Self.tolerance, "\(largest)")
    }

    /// Without dense biases: in front of a batch normalisation their gradients are roundings of 0, which no two orders of summation share.
    @Test("Under batch normalisation too, for nodes certified in training and in evaluation")
    func batchNorm() throws {
        let (largest, reduction) = try difference(
            [
                .dense(units: 8, bias: false), .batchNorm(), .activation(.relu()), .dense(units: 6, bias: false), .batchNorm(), .activation(.relu()),
                .dense(units: 3),
            ], plantedWeight: -0.1, plantedBias: -12)
        #expect(reduction.removed.filter { $0.layer == 0 && $0.certificates.starts(with: [.box, .batch]) }.map(\.node) == [1, 2, 5])
        #expect(largest < Self.tolerance, "\(largest)")
    }

    @Test("A constant c ≠ 0 makes a difference: the node would still have learnt")
    func constantNodes() throws {
        let (largest, reduction) = try difference(
            [.dense(units: 8), .activation(.relu()), .dense(units: 3)], plantedWeight: 0, plantedBias: 0.5)
        #expect(reduction.removed.map(\.reason) == [.constant, .constant, .constant])
        #expect(largest > 1e-3, "\(largest)")
    }

    @Test("An optimiser of another network is refused")
    func strangeOptimizer() throws {
        let network = try Network<Double>([.dense(units: 2), .activation(.relu()), .dense(units: 1)], inputCount: 2, capacity: 1)
        network.initialize(.pytorch, seed: 1)
        let stranger = try Optimizer<Double>(rule: Adam(), parameters: [OptimizedParameter(name: "0.weight", count: 3)])
        #expect(throws: ReductionError.self) { try NetworkReduction(of: network).carry(stranger) }
    }
}
