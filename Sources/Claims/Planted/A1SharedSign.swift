// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks
import Optimizers
import Statistics

extension Claim {
    /// A1: the incoming weights of a node share the sign of one sample's gradient.
    static let sharedSign = Claim(
        id: "A1", title: "Shared sign of one sample's gradient", level: .planted,
        statement: "Without batch normalisation in front and with inputs x ≥ 0, one sample's gradient for a node's incoming weights is δ·x_j: "
            + "every entry has the sign of δ, the gradient of the node's bias, and δ = 0 unless the node is active. With batch normalisation "
            + "the gradient at its input sums to 0 over a batch: both signs occur among the samples, and the weights' gradients differ in sign.",
        prediction:
            "sign(∂L/∂w_j) = sign(δ) wherever x_j > 0, and 0 where x_j = 0 or z ≤ 0; both signs of δ among the samples behind batch normalisation",
        source: "theory notes A1, A4",
        hypotheses: [.plantedRectified, .nonNegativeInputs],
        experiment: "200 networks of 12 inputs, 8 ReLU nodes and 3 outputs on 8 drawn samples, a fifth of the inputs 0, batch 1, squared "
            + "loss, 8 steps of Adam each; and as many with batch normalisation, batch 16.",
        test: "No exception among active and silent nodes without batch normalisation, none among the samples' signs with it; share of nodes "
            + "whose weights' gradients differ in sign, one node a network: independent signs would leave 2^(1−12) of them alike.",
        falsifier: "An entry whose sign is not δ's, a gradient of an inactive node, one sign throughout a batch at a batch normalisation's "
            + "input, or significantly more than 1 % of the normalised nodes with gradients of one sign."
    ) { trial in
        var stream = trial.random("A1")
        let networks = trial.count(200)
        var (plain, normalized) = (SignCount(), SignCount())
        for index in 0..<networks {
            try trial.checkCancellation()
            try plain.countPlain(trial, &stream)
            try normalized.countNormalized(trial, &stream)
            trial.progress(Double(index + 1) / Double(networks))
        }
        return Measurement(
            [
                .noException(
                    "active nodes with a gradient entry whose sign is not δ's, without batch normalisation", exceptions: plain.exceptions,
                    of: plain.active),
                .noException(
                    "nodes with z ≤ 0 that have a data gradient, without batch normalisation", exceptions: plain.leaks, of: plain.silent),
                .noException(
                    "nodes behind batch normalisation with one sign of δ throughout a batch", exceptions: normalized.exceptions,
                    of: normalized.active),
                try .share(
                    "first nodes behind batch normalisation whose weights' gradients differ in sign", normalized.mixed,
                    of: normalized.firstNodes, atLeast: 0.99),
            ],
            excluded: [
                Exclusion(
                    normalized.silent, of: normalized.active + normalized.silent,
                    because: "no sample of the batch activated the normalised node: there is no gradient")
            ],
            notes: [
                "Mean sign coherence C over a whole batch of 16 behind batch normalisation: "
                    + "\(brief(normalized.coherence / Double(max(1, normalized.active)))); twelve independent signs would give 0.226."
            ])
    }
}

/// What became of the signs, over nodes and steps.
private struct SignCount {
    static let (inputs, nodes, outputs) = (12, 8, 3)
    var active = 0
    var silent = 0
    /// Active nodes that break the law.
    var exceptions = 0
    /// Silent nodes with a gradient.
    var leaks = 0
    /// First nodes of networks, and those among them whose weights' gradients differ in sign.
    var firstNodes = 0
    var mixed = 0
    /// Σ C over active nodes.
    var coherence = 0.0

    /// One network without batch normalisation, batch 1.
    mutating func countPlain(_ trial: Trial, _ stream: inout RandomStream) throws {
        let planted = try Self.network(trial, [], batch: 1, last: "2", &stream)
        let training = try planted.training(on: Self.samples(8, &stream), batch: 1, loss: .meanSquaredError, steps: 8)
        let (weight, bias) = (planted.parameter("0.weight"), planted.parameter("0.bias"))
        for _ in 0..<8 {
            try training.step()
            let x = planted.network.input.elements
            for node in 0..<Self.nodes {
                let delta = bias.gradient.elements[node]
                let gradient = weight.gradient.rows(node..<node + 1)
                if planted.largestPreactivation(of: node, batch: 1) > 0 {
                    active += 1
                    let isShared = (0..<Self.inputs).allSatisfy { gradient[$0].signum == (x[$0] == 0 ? 0 : delta.signum) }
                    if !isShared { exceptions += 1 }
                } else {
                    silent += 1
                    if delta != 0 || gradient.contains(where: { $0 != 0 }) { leaks += 1 }
                }
            }
        }
    }

    /// One network with batch normalisation, batch 16.
    mutating func countNormalized(_ trial: Trial, _ stream: inout RandomStream) throws {
        let batch = 16
        let planted = try Self.network(trial, [.batchNorm()], batch: batch, last: "3", &stream)
        let training = try planted.training(on: Self.samples(batch, &stream), batch: batch, loss: .meanSquaredError, steps: 1)
        try training.step()
        let delta = planted.network.gradients[1].elements
        for node in 0..<Self.nodes {
            guard planted.largestPreactivation(of: node, batch: batch) > 0 else {
                silent += 1
                continue
            }
            active += 1
            let signs = (0..<batch).map { delta[$0 * Self.nodes + node].signum }
            if !(signs.contains(1) && signs.contains(-1)) { exceptions += 1 }
            let gradient = planted.parameter("0.weight").gradient.rows(node..<node + 1)
            let (sum, nonzero) = (gradient.reduce(0) { $0 + $1.signum }, gradient.count { $0 != 0 })
            coherence += Double(sum.magnitude) / Double(max(1, nonzero))
            if node == 0 {
                firstNodes += 1
                if sum.magnitude < nonzero { mixed += 1 }
            }
        }
    }

    private static func network(
        _ trial: Trial, _ norm: [LayerSpecification], batch: Int, last: String, _ stream: inout RandomStream
    ) throws -> PlantedNetwork<Double> {
        let planted = try PlantedNetwork<Double>(
            trial, [.dense(units: nodes)] + norm + [.activation(.relu()), .dense(units: outputs)], inputs: inputs, batch: batch,
            rule: Adam(learningRate: 1e-2))
        planted.plant(stream.normals(nodes * inputs, deviation: (2 / Double(inputs)).squareRoot()), as: "0.weight")
        planted.plant(stream.normals(nodes, deviation: 0.1), as: "0.bias")
        planted.plant(stream.normals(outputs * nodes, deviation: 0.5), as: "\(last).weight")
        return planted
    }

    private static func samples(_ count: Int, _ stream: inout RandomStream) -> Samples {
        Samples(
            inputs: (0..<count).map { _ in stream.uniforms(inputs, in: 0..<1).map { $0 < 0.2 ? 0 : $0 } },
            targets: (0..<count).map { _ in stream.normals(outputs, deviation: 1) })
    }
}

extension Double {
    /// −1, 0 or 1; 0 for NaN.
    fileprivate var signum: Int { self > 0 ? 1 : self < 0 ? -1 : 0 }
}
