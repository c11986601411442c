// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks
import Optimizers
import Statistics
import Theory

extension Claim {
    /// A3: a node that is silent for longer than its weights' time to zero stays away.
    static let criticalSilence = Claim(
        id: "A3-silence", title: "Critical silence", level: .planted,
        statement: "After an isolated burst v forgets at rate β₂ and L2 takes over: a weight passes ξ when the adiabatic law (B3) says, from "
            + "the state that the burst's own step leaves. With b < 0 and ξ = |b|/‖x‖₁ the node is then silent on x: a burst that comes after "
            + "that finds it silent and has no gradient.",
        prediction:
            "for each weight the step at which it passes |b|/‖x‖₁, with an error bound of its own; no node active at the burst after all have",
        source: "theory notes A3, B3",
        hypotheses: [.plantedRectified, .plantedL2OnWeights, .plantedBelowEdge, .negativeFrozenBias, .spentCorrection],
        experiment: "40 networks of 6 ReLU nodes of 2 inputs, L2 on the weights, bias b frozen at −1e-8 … −1e-4, output weights frozen; a "
            + "sample that gives node j a gradient of order 1e-3–0.3 of either sign, silence for the longest predicted length (bound included), and the "
            + "same sample again. α log-uniform on 3e-4–3e-3, λ on 1e-5–1e-3 as long as αλ/ε < 30.",
        test: "Share of weights that pass ξ within the law's error bound; no node with a positive pre-activation or a "
            + "data gradient at the second burst.",
        falsifier: "Significantly fewer than 95 % of passages within the bound, or a node that comes back after its critical silence."
    ) { trial in
        var stream = trial.random("A3-silence")
        let networks = trial.count(240) / Silence.nodes
        var silences: [Silence] = []
        for index in 0..<networks {
            try trial.checkCancellation()
            silences.append(try Silence(trial, &stream))
            trial.progress(Double(index + 1) / Double(networks))
        }
        let weights = silences.flatMap(\.weights)
        return Measurement(
            [
                try .share(
                    "weights that pass |b|/‖x‖₁ within the law's error bound of the predicted step after the burst",
                    weights.count(where: \.isPredicted), of: weights.count, atLeast: 0.95),
                .noException(
                    "nodes that a second burst finds active, or gives a gradient, after their critical silence",
                    exceptions: silences.reduce(0) { $0 + $1.returned }, of: networks * Silence.nodes),
                .noException(
                    "nodes that the first burst finds silent", exceptions: silences.reduce(0) { $0 + $1.silentAtFirst }, of: networks * Silence.nodes),
            ],
            table: MeasuredTable(
                columns: ["predicted", "errorBound", "measured"],
                rows: weights.map { [$0.predicted.value, $0.predicted.errorBound, $0.passage.map(Double.init) ?? .nan] }))
    }
}

/// One network of nodes through a burst, the silence after it, and a second burst.
private struct Silence {
    struct Weight {
        var predicted: Prediction
        /// Steps of silence until the weight passed; nil if it didn't.
        var passage: Int?

        var isPredicted: Bool { passage.map { predicted.range.contains(Double($0)) } ?? false }
    }

    static let nodes = 6
    private(set) var weights: [Weight] = []
    private(set) var returned = 0
    private(set) var silentAtFirst = 0

    init(_ trial: Trial, _ stream: inout RandomStream) throws {
        let alpha = stream.logUniform(in: 3e-4..<3e-3)
        // Above αλ/ε = 38 a weight doesn't stay away (B6).
        let l2 = stream.logUniform(in: 1e-5..<min(1e-3, 30 * 1e-8 / alpha))
        let x = stream.uniforms(2, in: 0.5..<1)
        let bias = -stream.logUniform(in: 1e-8..<1e-4)
        let threshold = -bias / x.reduce(0, +)
        let bursts = (0..<Self.nodes).map { _ in stream.sign() * stream.logUniform(in: 1e-3..<0.3) }
        let initial = stream.uniforms(2 * Self.nodes, in: 0.02..<0.2)
        let predictions = try initial.indices.map { index in
            try CriticalSilence.length(
                weight: initial[index], gradient: bursts[index / 2] * x[index % 2], learningRate: alpha, l2: l2, threshold: threshold)
        }
        let patience = DeadWeightRule.adam().passagePatience
        let length = Int((predictions.map(\.range.upperBound).max() ?? 0).rounded(.up)) + patience + 1
        let planted = try PlantedNetwork<Double>(
            trial, [.dense(units: Self.nodes), .activation(.relu()), .dense(units: 1, bias: false)], inputs: 2, batch: 1,
            rule: Adam(learningRate: alpha))
        planted.plant(initial, as: "0.weight")
        planted.plant(Array(repeating: bias, count: Self.nodes), as: "0.bias")
        planted.plant(bursts, as: "2.weight")
        planted.freeze("0.bias")
        planted.freeze("2.weight")
        try planted.plantMoments(second: initial.map { _ in 0 }, step: spentBiasCorrection, of: "0.weight")
        let training = try planted.training(
            on: Samples(inputs: Array(repeating: x, count: length + 1), targets: [[1]] + Array(repeating: [0], count: length)),
            l2: CoupledL2(weights: l2), steps: length + 2)
        let weight = planted.parameter("0.weight")
        var watch = PassageWatch(count: initial.count, threshold: threshold, patience: patience)
        try training.step()
        silentAtFirst = (0..<Self.nodes).count { planted.largestPreactivation(of: $0, batch: 1) <= 0 }
        for step in 1...length {
            try training.step()
            watch.observe(weight.value.elements, step: step)
        }
        // The order of samples begins anew: the burst.
        try training.step()
        returned = (0..<Self.nodes).count { node in
            planted.largestPreactivation(of: node, batch: 1) > 0 || weight.gradient.rows(node..<node + 1).contains { $0 != 0 }
        }
        weights = predictions.indices.map { Weight(predicted: predictions[$0], passage: watch.passages[$0]) }
    }
}
