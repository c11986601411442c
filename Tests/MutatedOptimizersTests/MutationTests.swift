// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Optimizers
import Statistics
import Testing
import Theory

@testable import MutatedOptimizers

extension Mutation: CustomTestStringConvertible {
    public var testDescription: String { name }
}

/// Each mutation is a mistake, and those that touch a dead weight break the exact recursion (theory notes B0).
@Suite struct MutationTests {
    static let schedule = Schedule.step(everyEpochs: 2, factor: 0.5)
    static let (stepsPerEpoch, steps) = (10, 60)
    /// Sixty steps' roundings stay below this share of a weight; every mutation is far above.
    static let roundings = 1e-12

    @Test func namesAndExplanationsTellMutationsApart() {
        #expect(Set(Mutation.all.map(\.name)).count == Mutation.all.count)
        #expect(Set(Mutation.all.map(\.explanation)).count == Mutation.all.count)
        #expect(Mutation.all.count == 14)
    }

    @Test func theScaffoldHasAdamsBits() throws {
        func check<Scalar: OptimizerScalar>(_: Scalar.Type) throws {
            let adam = Adam(learningRate: 0.01)
            let ours: [[Scalar]] = try livingPath(adam, .none)
            let scaffold: [[Scalar]] = try livingPath(FaithfulAdam(adam: adam), .none)
            #expect(ours == scaffold)
        }
        try check(Float.self)
        try check(Double.self)
    }

    @Test func aMutationPassesWhatItDoesNotConcern() {
        for mutation in Mutation.all {
            #expect(mutation.rule(SignDescent(learningRate: 0.5)) as? SignDescent == SignDescent(learningRate: 0.5))
            #expect(mutation.activation(.tanh) == .tanh)
        }
        #expect(Mutation.all.count { $0.activation(.relu()) != .relu() } == 1)
        #expect(Mutation.all.count { $0.epochShift != 0 } == 1)
        #expect(Mutation.all.count { $0.resetsMomentsAtDrop } == 1)
    }

    /// Under a schedule, on living weights; a leak in ReLU is no matter of living weights.
    @Test(arguments: Mutation.all.filter { $0.activation(.relu()) == .relu() })
    func aMutationLeadsElsewhere(_ mutation: Mutation) throws {
        let right: [[Double]] = try livingPath(mutation.original, .none), wrong: [[Double]] = try livingPath(mutation.original, mutation)
        #expect(departure(right, wrong) != nil)
    }

    @Test(arguments: Mutation.all)
    func aMutationThatTouchesADeadWeightBreaksTheExactRecursion(_ mutation: Mutation) throws {
        let expected = try recursion(mutation.original)
        #expect(try deadPath(mutation.original, .none) == expected, "unmutated, the bits agree")
        let departed = departure(expected, try deadPath(mutation.original, mutation))
        #expect((departed != nil) == mutation.touchesDeadWeight, "departs at step \(departed.map(String.init) ?? "none")")
    }

    /// The first step where a weight of `b` is off by more than rounding.
    private func departure(_ a: [[Double]], _ b: [[Double]]) -> Int? {
        zip(a, b).enumerated().first { _, rows in
            zip(rows.0, rows.1).contains { !(($0 - $1).magnitude <= Self.roundings * $0.magnitude) }
        }?.offset
    }

    /// Sixteen weights on random gradients, step by step.
    private func livingPath<Scalar: OptimizerScalar>(_ rule: any UpdateRule, _ mutation: Mutation) throws -> [[Scalar]] {
        var random = RandomStream(seed: 12, name: "living weights")
        var weights = [(0..<16).map { _ in Scalar(random.uniform(in: -1..<1)) }]
        let training = try MutatedTraining<Scalar>(
            rule, under: mutation, parameters: [OptimizedParameter(name: "w", count: 16)], schedule: Self.schedule,
            stepsPerEpoch: Self.stepsPerEpoch)
        return try (0..<Self.steps).map { _ in
            try training.step(&weights, gradients: [(0..<16).map { _ in Scalar(random.uniform(in: -1..<1)) }], l2: 0.01)
            return weights[0]
        }
    }

    /// The planted state of a dead node's incoming weights at its death.
    private struct DeadNode {
        static let step = 20
        let weights: [Double]
        let first: [Double]
        let second: [Double]
        /// AMSGrad's maximum: some of it older than v.
        var maximum: [Double] { second.enumerated().map { $0.offset % 2 == 0 ? $0.element : 4 * $0.element } }

        init() {
            var random = RandomStream(seed: 13, name: "dead node")
            weights = (0..<16).map { _ in random.uniform(in: -0.1..<0.1) }
            first = (0..<16).map { _ in random.uniform(in: -1e-3..<1e-3) }
            second = (0..<16).map { _ in random.uniform(in: 1e-7..<1e-5) }
        }
    }

    private static let l2 = 0.01

    /// What the theory says of the node.
    private func recursion(_ rule: any UpdateRule) throws -> [[Double]] {
        let theory: DeadWeightRule =
            switch rule {
            case let rule as Adam: .adam(beta1: rule.beta1, beta2: rule.beta2, epsilon: rule.epsilon)
            case let rule as AMSGrad: .amsgrad(beta1: rule.beta1, beta2: rule.beta2, epsilon: rule.epsilon)
            default: .heavyBall(momentum: rule.firstMomentDecay)
            }
        let node = DeadNode(), alpha = rule.learningRate
        let rate = LearningRate(limit: 0) { step in
            let made = step - DeadNode.step
            return alpha * Self.schedule.factor(step: made, epoch: made / Self.stepsPerEpoch)
        }
        var recursions = try node.weights.indices.map {
            try ExactRecursion(
                DeadWeight(
                    weight: node.weights[$0], firstMoment: node.first[$0], secondMoment: node.second[$0], auxiliary: node.maximum[$0],
                    step: DeadNode.step),
                rule: theory, learningRate: rate, l2: Self.l2)
        }
        return (0..<Self.steps).map { _ in
            for index in recursions.indices { recursions[index].advance() }
            return recursions.map(\.state.weight)
        }
    }

    /// The node in a network: its bias keeps it silent on all inputs, its gradient comes from the backward pass, the mutation is in place.
    private func deadPath(_ rule: any UpdateRule, _ mutation: Mutation) throws -> [[Double]] {
        let node = DeadNode()
        let network = try Network<Double>(
            [.dense(units: 1), .activation(mutation.activation(.relu())), .dense(units: 1)], inputCount: 16, capacity: 4)
        let (incoming, bias, outgoing) = (network.parameters[0], network.parameters[1], network.parameters[2])
        bias.value.assign([-10])
        outgoing.value.assign([1])
        var random = RandomStream(seed: 14, name: "inputs")
        let training = try MutatedTraining<Double>(
            rule, under: mutation, parameters: [OptimizedParameter(name: "0.weight", count: 16)], schedule: Self.schedule,
            stepsPerEpoch: Self.stepsPerEpoch)
        let optimizer = training.optimizer
        for name in optimizer.stateNames {
            let values =
                switch name {
                case "exp_avg", "momentum_buffer": node.first
                case "exp_avg_sq": node.second
                default: node.maximum
                }
            try optimizer.plant(values, as: name, of: 0)
        }
        try optimizer.plant(Double(DeadNode.step), as: "step", of: 0)
        var weights = [node.weights]
        return try (0..<Self.steps).map { _ in
            incoming.value.assign(weights[0])
            network.input.assign((0..<64).map { _ in random.uniform() })
            try network.forward(batch: 4, mode: .training)
            network.gradients[3].assign([1, 1, 1, 1])
            network.backward(batch: 4)
            try training.step(&weights, gradients: [incoming.gradient.values], l2: Self.l2)
            return weights[0]
        }
    }
}
