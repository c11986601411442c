// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Records

extension Claim {
    /// Which hyper-parameter makes more zero nodes, and which makes fewer (theory notes C5).
    static let effectSigns = Claim(
        id: "C5", title: "What each hyper-parameter does to the number of zero nodes", level: .trained,
        statement:
            "below the edge zero nodes come the sooner the larger αλ/(√v̂ + ε) and the faster v forgets; past αλ/ε = η* there are none left; L2 "
            + "on biases too can wake a dead node; what makes deaths makes zeros: silence that lasts more steps (smaller batches) and more nodes to die "
            + "(width, depth); batch normalisation brings a node back that drifts off, and makes fewer",
        prediction: "zero nodes: " + EffectContrast.all.map { "\($0.name), \($0.isMore ? "more" : "fewer")" }.joined(separator: "; "),
        source: "theory notes C5 (A3, A4, A5, B3, B4, B6)",
        hypotheses: [.rectified],
        experiment:
            "64-64-10 on the digits, Adam, β₁ = 0.9, float64, \(EffectContrast.steps) steps, \(EffectContrast.seeds) seeds; pairs of runs of one seed: "
            + EffectContrast.all.map(\.name).joined(separator: "; "),
        test:
            "the 95 % interval (Student, over seeds) of the change of the number of nodes under 1e-15 at the end lies on the predicted side of 0; the mean "
            + "is the size of the effect. The signs were committed before the runs",
        falsifier: "an interval that holds 0, or lies on the other side",
        configurations: { trial in
            try EffectContrast.all.flatMap { contrast in try [false, true].flatMap { try contrast.configurations(trial, changed: $0) } }
        },
        measure: { trial in
            var comparisons: [Comparison] = []
            var table = MeasuredTable(columns: ["contrast", "seed", "before", "after"], rows: [])
            for (index, contrast) in EffectContrast.all.enumerated() {
                let counts = try [false, true].map { changed in
                    let runs = try contrast.configurations(trial, changed: changed).map { try $0.under(trial.subject) }
                    return try trial.perform(runs, for: "C5").map(zeroNodes)
                }
                let changes = zip(counts[0], counts[1]).map { $1 - $0 }
                comparisons.append(
                    try .change("\(contrast.name): change of the number of zero nodes", changes, isMore: contrast.isMore))
                for (seed, pair) in zip(counts[0], counts[1]).enumerated() {
                    table.rows.append([Double(index), Double(seed + 1), pair.0, pair.1])
                }
            }
            return Measurement(comparisons, table: table)
        })

    private static func zeroNodes(_ run: RunDirectory) throws -> Double {
        Double(try CSVTable.read(run.nodes).numbers("finalNorm").count { $0 < EffectContrast.threshold })
    }
}

/// One change of a hyper-parameter, and what it does to the number of zero nodes by the laws.
struct EffectContrast: Sendable {
    let name: String
    /// Overrides of the base before and after the change.
    let before: [String]
    let after: [String]
    let isMore: Bool

    static let steps = 8000
    static let seeds = 8
    static let threshold = 1e-15

    static let all = [
        EffectContrast(name: "λ 3e-4 → 1e-3 (αλ/ε 3 → 10)", before: ["l2=3e-4"], after: [], isMore: true),
        EffectContrast(name: "λ 1e-3 → 1e-2 (αλ/ε 10 → 100)", before: [], after: ["l2=1e-2"], isMore: false),
        EffectContrast(name: "ε 1e-7 → 1e-6 (αλ/ε 100 → 10)", before: ["optimizer.adam.epsilon=1e-7"], after: [], isMore: true),
        EffectContrast(name: "α 1e-3 → 1e-2 (αλ/ε 1 → 10)", before: ["optimizer.adam.learningRate=0.001"], after: [], isMore: true),
        EffectContrast(name: "β₂ 0.99 → 0.9999", before: [], after: ["optimizer.adam.beta2=0.9999"], isMore: false),
        EffectContrast(
            name: "L2 on weights → on weights and biases", before: [], after: ["l2={weights: 1e-3, biases: 1e-3}"], isMore: false),
        // A node that fires on few samples is silent for N/batch steps: what L2 does in between (A3's critical silence) counts in steps.
        EffectContrast(name: "batch 128 → 16", before: ["batch=128"], after: ["batch=16"], isMore: true),
        // The function needs no more nodes than before, so that those added are free to die.
        EffectContrast(name: "width 32 → 128", before: ["network.0.dense=32"], after: ["network.0.dense=128"], isMore: true),
        EffectContrast(
            name: "depth 1 → 2 hidden layers of 64", before: [], after: ["network=[{dense: 64}, relu, {dense: 64}, relu, {dense: 10}]"],
            isMore: true),
        // z is centred over the batch: a node leaves the data only once the weights have fallen under ε's scale (A4).
        EffectContrast(
            name: "without → with batch normalisation", before: [], after: ["network=[{dense: 64}, batchNorm, relu, {dense: 10}]"], isMore: false),
    ]

    /// One configuration a seed.
    func configurations(_ trial: Trial, changed: Bool) throws -> [RunConfiguration] {
        // Two seeds leave an interval that says next to nothing.
        try trial.seeds(Self.seeds, quick: 4).map { seed in
            try RunConfiguration.parse(
                yaml: """
                    data: {source: digits}
                    network: [{dense: 64}, relu, {dense: 10}]
                    optimizer: {adam: {learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-6}}
                    l2: 1e-3
                    steps: \(Self.steps)
                    probe: {every: \(Self.steps), thresholds: [\(Self.threshold)]}
                    """, name: name, overrides: (changed ? after : before) + ["seed=\(seed)"])
        }
    }
}
