// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Networks
import Optimizers
import RealModule
import Records
import Statistics
import Theory

extension Claim {
    /// Coupled L2 in a living network (theory notes C4).
    static let shieldedDecay = Claim(
        id: "C4", title: "Large gradients shield living weights from L2", level: .trained,
        statement: "the L2 term moves a living weight by −αλw/(√v̂ + ε) a step: the larger its gradients, the less",
        prediction: "1 − w(λ)/w(0) = αλΣ(1−β₁ᵏ)/(√v̂ + ε) for each living weight: slope 1 and ratio 1 over all of them",
        source: "theory notes C4; Loshchilov & Hutter, arXiv 1711.05101",
        hypotheses: [.adamWithCoupledL2],
        experiment:
            "64-64-10 on the digits, Adam, λ = 1e-3, float64, 500 steps, five seeds; from its parameters and moments the same \(ShieldedWeights.steps) "
            + "batches once with L2 and once without, all incoming weights with |w| ≥ \(ShieldedWeights.smallest)",
        test:
            "what L2 has done, 1 − w(λ)/w(0), against αλΣ(1−β₁ᵏ)/(√v̂ + ε), k up to the number of steps (the first moment still holds λw from before): slope of the "
            + "logarithms 1 ± 0.1, median ratio 1 ± 0.1, which the network's answer to the displacement is allowed",
        falsifier: "a slope near 0 (decay the same for all, as decoupled decay has it), or another rate",
        configurations: { try ShieldedWeights.configurations($0) },
        measure: { trial in
            let configurations = try ShieldedWeights.configurations(trial)
            let starts = try trial.perform(try configurations.map { try $0.under(trial.subject) }, for: "C4")
            var comparisons: [Comparison] = []
            var table = MeasuredTable(columns: ["seed", "predicted", "measured"], rows: [])
            var (total, selected) = (0, 0)
            for (configuration, start) in zip(configurations, starts) {
                let pair = try trial.perform(
                    try ShieldedWeights.continuations(of: configuration, from: start).map { try $0.under(trial.subject) }, for: "C4")
                let weights = try ShieldedWeights(configuration, start: start, with: pair[0], without: pair[1])
                total += weights.total
                selected += weights.decays.count
                table.rows += weights.decays.map { [Double(configuration.seed), $0.predicted, $0.measured] }
            }
            let positive = table.rows.filter { $0[2] > 0 }
            let fit = try LinearFit(x: positive.map { Double.log($0[1]) }, y: positive.map { Double.log($0[2]) })
            comparisons.append(try .slope("slope of ln decay on ln predicted", fit, tolerance: 0.1))
            let deviations = try SortedSample(table.rows.map { $0[2] / $0[1] }).nearestRank(0.5)
            comparisons.append(
                Comparison(
                    "median of measured over predicted", predicted: "1 ± 0.1", accepted: 0.9...1.1, measured: deviations, test: "exact",
                    decision: .exact(holds: (deviations - 1).magnitude <= 0.1), count: table.rows.count))
            let predicted = table.rows.map { $0[1] }
            let note = "predicted decays from \(brief(predicted.min() ?? .nan)) to \(brief(predicted.max() ?? .nan))"
            return Measurement(
                comparisons,
                excluded: [
                    Exclusion(total - selected, of: total, because: "incoming weights with |w| < \(ShieldedWeights.smallest)"),
                    Exclusion(selected - positive.count, of: selected, because: "left out of the slope only: grew under L2, so no logarithm"),
                ], notes: [note], table: table)
        })
}

/// What a few steps with and without L2 make of the same living weights.
struct ShieldedWeights {
    static let steps = 10
    static let smallest = 0.05
    private static let parameter = "0.weight"

    var total = 0
    /// Relative decay by L2 of each weight, by the law and as it was.
    var decays: [(predicted: Double, measured: Double)] = []

    static func configurations(_ trial: Trial) throws -> [RunConfiguration] {
        try trial.seeds(5).map { seed in
            try RunConfiguration.parse(
                yaml: """
                    seed: \(seed)
                    data: {source: digits}
                    network: [{dense: 64}, relu, {dense: 10}]
                    optimizer: adam
                    l2: 1e-3
                    steps: 500
                    probe: none
                    """)
        }
    }

    /// The same batches from the end of a run, with L2 and without.
    static func continuations(of configuration: RunConfiguration, from start: RunDirectory) -> [RunConfiguration] {
        [configuration.l2, .none].map { l2 in
            var next = configuration
            next.initial = .planted(model: start.model, optimizer: start.optimizer)
            next.l2 = l2
            next.length = .steps(steps)
            return next
        }
    }

    init(_ configuration: RunConfiguration, start: RunDirectory, with: RunDirectory, without: RunDirectory) throws {
        guard let rule = configuration.optimizer as? Adam, case .steps(let made) = configuration.length else { return }
        func read(_ url: URL, _ name: String) throws -> [Double] { try SafetensorsFile.read(url).tensor(named: name).values() }
        let before = try read(start.model, Self.parameter)
        let secondMoments = try read(start.optimizer, "\(Self.parameter).exp_avg_sq")
        let later = try read(with.optimizer, "\(Self.parameter).exp_avg_sq")
        let decayed = try read(with.model, Self.parameter)
        let undecayed = try read(without.model, Self.parameter)
        total = before.count
        for index in before.indices where before[index].magnitude >= Self.smallest {
            func denominator(_ moment: Double, _ step: Int) -> Double {
                (moment / (1 - Double.pow(rule.beta2, Double(step)))).squareRoot() + rule.epsilon
            }
            let predicted = try ShieldedDecay.share(
                steps: Self.steps, learningRate: rule.learningRate, l2: configuration.l2.weights, beta1: rule.beta1,
                firstDenominator: denominator(secondMoments[index], made), lastDenominator: denominator(later[index], made + Self.steps))
            decays.append((predicted.value, 1 - decayed[index] / undecayed[index]))
        }
    }
}
