// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks
import Optimizers
import Statistics
import Theory

extension Claim {
    /// A5 (ii): where L2 covers the bias too, the bias itself may overshoot zero and wake the node.
    static let decayedBias = Claim(
        id: "A5-bias", title: "Revival by a decayed bias", level: .planted,
        statement: "L2 on the bias too: b → 0 with an effective decay η_b = αλ_b/(s_b + ε) of its own. A negative b overshoots to positive only "
            + "where it oscillates, η_b > (1−√β₁)²/(1−β₁): never if αλ_b/ε stays below, else not before η_b has grown to that at −½ ln β₂ a step.",
        prediction: "of each bias whether it can turn positive, not before which step, and at which step it does",
        source: "theory notes A5 (ii), B0",
        hypotheses: [.plantedRectified, .plantedL2OnBiases, .spentBiasMoments],
        experiment: "40 networks of 10 ReLU nodes whose weights are 0 and whose biases are −0.1 … −1e-3, m_b = 0; λ on weights and biases, "
            + "αλ/ε log-uniform on 1e-3–30, s_b on a half to 20 times the s at which b begins to oscillate; 8,000 steps of Adam.",
        test: "No activity of a node that the law calls marginal, none before the step that it names; first activity against the exact "
            + "recursion's first b > 0, to the step.",
        falsifier: "A node that wakes under the edge or before its step, or at another step than the recursion's."
    ) { trial in
        var stream = trial.random("A5-bias")
        let networks = trial.count(400) / DecayedBiasNode.nodes
        var nodes: [DecayedBiasNode] = []
        for index in 0..<networks {
            try trial.checkCancellation()
            nodes += try DecayedBiasNode.network(trial, &stream)
            trial.progress(Double(index + 1) / Double(networks))
        }
        let marginal = nodes.filter { $0.fate == .marginal }
        let revivable = nodes.filter { $0.fromStep != nil }
        let woken = revivable.filter { $0.firstActive != nil }
        let delays = woken.map { Double($0.firstActive ?? 0) - ($0.fromStep ?? 0) }.sorted()
        return Measurement(
            [
                .noException(
                    "nodes that wake though αλ_b/ε is below the oscillation window", exceptions: marginal.count { $0.firstActive != nil },
                    of: marginal.count),
                .noException(
                    "nodes that wake before the step from which the law lets the bias overshoot", exceptions: revivable.count(where: \.wakesEarly),
                    of: revivable.count),
                .noException(
                    "nodes that wake at another step than the exact recursion's first b > 0, or one without the other",
                    exceptions: nodes.count { $0.firstActive != $0.predictedStep }, of: nodes.count),
            ],
            notes: [
                "Of \(revivable.count) nodes that may revive \(woken.count) did within the budget, the median one "
                    + "\(delays.isEmpty ? "–" : brief(delays[delays.count / 2])) steps after the first step at which the law allows it."
            ])
    }
}

/// One node that is nothing but its bias.
private struct DecayedBiasNode {
    static let (nodes, steps) = (10, 8000)

    var fate: AbsorbingDeath
    /// First step count with b > 0, by the exact recursion.
    var predictedStep: Int?
    /// First step count at which the network found the node active.
    var firstActive: Int?

    var fromStep: Double? { if case .mayRevive(let step) = fate { step.value } else { nil } }
    var wakesEarly: Bool { Double(firstActive ?? .max) < (fromStep ?? 0) }

    static func network(_ trial: Trial, _ stream: inout RandomStream) throws -> [DecayedBiasNode] {
        let alpha = stream.logUniform(in: 3e-4..<3e-3)
        let l2 = stream.logUniform(in: 1e-5..<1e-3)
        let epsilon = alpha * l2 / stream.logUniform(in: 1e-3..<30)
        // Where η_b enters the oscillation window if ε is nothing.
        let entry = alpha * l2 / LinearMode.oscillationWindow(beta1: 0.9).lowerBound
        let biases = (0..<nodes).map { _ in -stream.logUniform(in: 1e-3..<1e-1) }
        let roots = (0..<nodes).map { _ in entry * stream.logUniform(in: 0.5..<20) }
        var result = try biases.indices.map { node in
            var recursion = try ExactRecursion(
                DeadWeight(weight: biases[node], secondMoment: roots[node] * roots[node]), rule: .adam(epsilon: epsilon),
                learningRate: .constant(alpha), l2: l2)
            while recursion.state.weight <= 0, recursion.stepsMade < steps { recursion.advance() }
            return DecayedBiasNode(
                fate: try .withDecayedBias(
                    biases[node], reach: 0, biasRootSecondMoment: roots[node], learningRate: alpha, biasL2: l2, epsilon: epsilon),
                predictedStep: recursion.stepsMade < steps ? recursion.stepsMade : nil)
        }
        let planted = try PlantedNetwork<Double>(
            trial, [.dense(units: nodes), .activation(.relu()), .dense(units: 1, bias: false)], inputs: 2, batch: 1,
            rule: Adam(learningRate: alpha, epsilon: epsilon))
        planted.plant(biases, as: "0.bias")
        planted.plant((0..<nodes).map { _ in stream.sign() * stream.uniform(in: 0.1..<1) }, as: "2.weight")
        planted.freeze("2.weight")
        try planted.plantMoments(second: roots.map { $0 * $0 }, step: spentBiasCorrection, of: "0.bias")
        let training = try planted.training(
            on: Samples(inputs: [[0.5, 1]], targets: [[1]]), l2: CoupledL2(weights: l2, biases: l2), steps: steps)
        for step in 0..<steps {
            try training.step()
            for node in 0..<nodes where planted.hidden.activation.activeSamples.elements[node] > 0 {
                result[node].firstActive = result[node].firstActive ?? step
            }
        }
        return result
    }
}
