// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks
import Optimizers
import Probes
import Statistics

extension Claim {
    /// B1: a silent node's data gradient is exactly 0.
    static let exactZero = Claim(
        id: "B1", title: "Exact zero", level: .planted,
        statement: "If z ≤ 0 for every sample of a batch, a ReLU node's data gradient is exactly 0.0 for its incoming weights, its bias and, "
            + "with batch normalisation, γ and β; and for its outgoing weights, since its activation is 0.",
        prediction: "0.0, no more and no less, for every entry of a silent node's data gradients at every step",
        source: "theory notes B1, D6",
        hypotheses: [.plantedRectified, .plantedL2OnWeights, .everyThirdSilent],
        experiment: "40 networks in float32 and as many in float64, half of them with batch normalisation: 6 inputs in 0–1, 12 nodes, 3 outputs, "
            + "squared loss, 24 samples in batches of 8, 60 steps of Adam with L2. A third of the nodes is planted dead by box (or by batch "
            + "normalisation), a third only on the data (with batch normalisation: β = −|γ|), the rest is drawn.",
        test: "Every silent node at every step: no gradient but 0.0. Control: no active node without a gradient.",
        falsifier: "One data gradient of a silent node that is not 0.0."
    ) { trial in
        var stream = trial.random("B1")
        let networks = trial.count(40)
        var count = ZeroCount()
        for index in 0..<networks {
            try trial.checkCancellation()
            try count.run(Float.self, trial, isNormalized: index % 2 == 1, &stream)
            try count.run(Double.self, trial, isNormalized: index % 2 == 1, &stream)
            trial.progress(Double(index + 1) / Double(networks))
        }
        return Measurement(
            [
                .noException(
                    "silent nodes with a data gradient of their own other than 0.0, over all steps", exceptions: count.ownGradients,
                    of: count.silent.reduce(0, +)),
                .noException(
                    "silent nodes of activation 0 with a data gradient of outgoing weights other than 0.0, over all steps",
                    exceptions: count.outgoingGradients, of: count.outgoing),
                .noException("active nodes without a data gradient, over all steps", exceptions: count.gradientless, of: count.active),
            ],
            notes: [
                "Silent node-steps by how the node was planted: \(count.silent[0]) dead by box, \(count.silent[1]) by batch normalisation, "
                    + "\(count.silent[2]) on the data only, \(count.silent[3]) drawn and silent by chance."
            ])
    }
}

/// Gradients of silent nodes, counted over nodes and steps.
private struct ZeroCount {
    private static let (inputs, nodes, outputs, batch, steps) = (6, 12, 3, 8, 60)

    /// Silent node-steps: dead by box, by batch normalisation, on the data, drawn.
    var silent = [0, 0, 0, 0]
    var active = 0
    /// Silent node-steps whose activation is 0 for every sample.
    var outgoing = 0
    var ownGradients = 0
    var outgoingGradients = 0
    var gradientless = 0

    mutating func run<Scalar: TrainingScalar>(
        _: Scalar.Type, _ trial: Trial, isNormalized: Bool, _ stream: inout RandomStream
    ) throws {
        let x = (0..<24).map { _ in stream.uniforms(Self.inputs, in: 0..<1) }
        let targets = (0..<24).map { _ in stream.normals(Self.outputs, deviation: 1) }
        let planted = try Self.network(Scalar.self, trial, isNormalized: isNormalized, x, &stream)
        let training = try planted.training(
            on: Samples(inputs: x, targets: targets), batch: Self.batch, loss: .meanSquaredError, l2: CoupledL2(weights: 1e-3),
            steps: Self.steps)
        // Everything that belongs to a node on its own side: rows of the weights, entries of the rest.
        let own = planted.network.parameters.filter { $0.value.shape[0] == Self.nodes }
        let outgoingWeight = planted.hidden.outgoing
        let activations = planted.network.activations[isNormalized ? 3 : 2]
        for _ in 0..<Self.steps {
            try training.step()
            for node in 0..<Self.nodes {
                let hasGradient = own.contains { $0.gradient.rows(node..<node + 1).contains { $0 != 0 } }
                guard planted.largestPreactivation(of: node, batch: Self.batch) <= 0 else {
                    active += 1
                    if !hasGradient { gradientless += 1 }
                    continue
                }
                silent[node % 3 == 0 ? (isNormalized ? 1 : 0) : node % 3 == 1 ? 2 : 3] += 1
                if hasGradient { ownGradients += 1 }
                guard (0..<Self.batch).allSatisfy({ activations.elements[$0 * Self.nodes + node] == 0 }) else { continue }
                outgoing += 1
                let gradient = outgoingWeight.gradient.elements
                if (0..<Self.outputs).contains(where: { gradient[$0 * Self.nodes + node] != 0 }) { outgoingGradients += 1 }
            }
        }
    }

    private static func network<Scalar: TrainingScalar>(
        _: Scalar.Type, _ trial: Trial, isNormalized: Bool, _ x: [[Double]], _ stream: inout RandomStream
    ) throws -> PlantedNetwork<Scalar> {
        let planted = try PlantedNetwork<Scalar>(
            trial, [.dense(units: nodes)] + (isNormalized ? [.batchNorm()] : []) + [.activation(.relu()), .dense(units: outputs)],
            inputs: inputs, batch: batch, rule: Adam())
        let weights = (0..<nodes).map { _ in stream.normals(inputs, deviation: 0.5) }
        planted.plant(weights.flatMap { $0 }, as: "0.weight")
        planted.plant(stream.normals(outputs * nodes, deviation: 0.5), as: isNormalized ? "3.weight" : "2.weight")
        if isNormalized {
            let scales = stream.uniforms(nodes, in: 0.5..<1.5)
            planted.plant(scales, as: "1.weight")
            // D6 (iii); and a shift that a batch may or may not lift.
            planted.plant(
                scales.indices.map { $0 % 3 == 0 ? -1.1 * scales[$0] * Double(batch).squareRoot() : $0 % 3 == 1 ? -scales[$0] : 0 },
                as: "1.bias")
        } else {
            planted.plant(
                weights.indices.map { node in
                    switch node % 3 {
                    case 0: -1.1 * weights[node].reduce(0) { $0 + $1.magnitude }
                    case 1: -(x.map { innerProduct(weights[node], $0) }.max() ?? 0) - 0.05
                    default: stream.uniform(in: -0.5..<0.5)
                    }
                }, as: "0.bias")
        }
        return planted
    }
}
