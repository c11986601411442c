// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Experiments
import Foundation
import Optimizers
import Theory

extension Claim {
    /// What ``drop`` forgot.
    static let dropRevival = Claim(
        id: "C7-revival", title: "A drop that stays above the edge makes nodes zero for a while only", level: .trained,
        statement: "if αλ/ε > η* before and after a drop α → fα, dead weights at their floor pass every threshold and revive about "
            + "(2/ln(1/β₂))·ln[(αλ/η* − ε)/(fαλ/η* − ε)] steps after it, by the adiabatic law from √v = αλ/η* − ε",
        prediction: "the step after the drop at which nodes at the floor are back above 1e-15, with an error bound, from αλ/ε before and after it",
        source: "theory notes B3, B6–B8, B12; found on mnist-lambda, whose committed prediction (C7) it corrects",
        hypotheses: [.adamWithCoupledL2, .rectified, .keepsSubnormals, staysAboveEdge],
        experiment:
            "64-256-10 on the digits, αλ/ε from 200 to 100 (digits-half) and to 50 (digits-quarter) after 29,900 steps, float64, five seeds each, "
            + "predicted before they were run; mnist-lambda, from 100 to 50, where MNIST is present",
        test:
            "nodes whose norm is at the floor at the drop (≥ ξ = 1e-15, at most 3 times the floor's, dead): share of them that pass ξ, and share of "
            + "those whose return above ξ lies within the law's bound, to the probe's resolution; each at least 90 %",
        falsifier: "nodes that stay where they are, that stay zero, or that are back earlier or later than the bound allows",
        configurations: { trial in try revivalRuns(trial).map(\.configuration) },
        measure: { trial in try measureRevivals(trial) })

    /// A run with a drop, and the prediction committed for it.
    private struct RevivalRun {
        let name: String
        let configuration: RunConfiguration
        let committed: CommittedPrediction
    }

    private static let staysAboveEdge = Hypothesis("αλ/ε lies above η* before and after the first drop") { configuration in
        guard case .step(_, let factor) = configuration.schedule, factor < 1, let rule = DeadWeightRule(configuration.optimizer) else { return false }
        let rates = [1, factor].map { $0 * configuration.optimizer.learningRate }
        return rates.allSatisfy { (try? Floor.rms(rule, learningRate: $0, l2: configuration.l2.weights)) != nil }
    }

    private static func revivalRuns(_ trial: Trial) throws -> [RevivalRun] {
        var runs: [RevivalRun] = []
        for name in ["digits-half", "digits-quarter"] {
            let committed = try CommittedPrediction.bundled(name, of: "C7")
            for seed in trial.seeds(5) {
                var configuration = try RunConfiguration.bundled(name, of: "C7")
                configuration.seed = seed
                runs.append(RevivalRun(name: name, configuration: configuration, committed: committed))
            }
        }
        if DataSource.mnist.absence == nil {
            runs.append(
                RevivalRun(
                    name: "mnist-lambda", configuration: try .bundled("mnist-lambda", of: "C7"),
                    committed: try .bundled("mnist-lambda-revival", of: "C7")))
        }
        return runs
    }

    /// The law's prediction for a configuration that drops its rate.
    static func revival(_ configuration: RunConfiguration, factor: Double, threshold: Double) throws -> Revival.AfterDrop {
        guard let rule = DeadWeightRule(configuration.optimizer) else {
            throw LawError.notApplicable(law: "the revival after a drop (B8, B12)", reason: "no law covers \(configuration.optimizer)")
        }
        return try Revival.afterDrop(
            rule, learningRate: configuration.optimizer.learningRate, l2: configuration.l2.weights, factor: factor, threshold: threshold)
    }

    private static func measureRevivals(_ trial: Trial) throws -> Measurement {
        let runs = try revivalRuns(trial)
        let directories = try trial.perform(try runs.map { try $0.configuration.under(trial.subject) }, for: "C7")
        var tallies: [String: RevivalTally] = [:]
        var exclusions: [Exclusion] = []
        var notes: [String] = []
        var table = MeasuredTable(columns: ["αλ/ε before", "factor", "seed", "node", "fall", "rise.after", "rise.until", "predicted"], rows: [])
        for (run, directory) in zip(runs, directories) {
            guard let committed = run.committed.revival, case .step(_, let factor) = run.configuration.schedule else { continue }
            let history = try NodeNormHistory(directory)
            let law = try revival(run.configuration, factor: factor, threshold: committed.threshold)
            if tallies[run.name] == nil {
                notes.append(
                    "\(run.name), committed \(run.committed.committed): back \(brief(law.steps.value)) ± \(brief(law.steps.errorBound)) steps after the drop "
                        + "(committed as \(brief(committed.stepsAfterDrop)) ± \(brief(committed.within)))")
            }
            var tally = tallies[run.name] ?? RevivalTally()
            tally.count(history, law, drop: committed.drop, threshold: committed.threshold, rule: DeadWeightRule(run.configuration.optimizer))
            tallies[run.name] = tally
            let rule = run.configuration.optimizer as? Adam
            let ratio = run.configuration.optimizer.learningRate * run.configuration.l2.weights / (rule?.epsilon ?? .nan)
            for row in tally.rows.suffix(tally.lastCount) {
                table.rows.append([ratio, factor, Double(run.configuration.seed)] + row + [law.steps.value])
            }
        }
        var comparisons: [Comparison] = []
        for name in ["digits-half", "digits-quarter", "mnist-lambda"] {
            guard let tally = tallies[name] else {
                exclusions.append(Exclusion(1, of: 3, because: "\(name) was not run: " + (DataSource.mnist.absence ?? "")))
                continue
            }
            exclusions.append(
                Exclusion(tally.dead - tally.selected, of: tally.dead, because: "dead before the drop in \(name), but not at the floor then"))
            guard tally.selected > 0 else { continue }
            comparisons.append(try .share("\(name), nodes at the floor that pass ξ after the drop", tally.fallen, of: tally.selected, atLeast: 0.9))
            guard tally.fallen > 0 else { continue }
            comparisons.append(try .share("\(name), those back within the law's bound", tally.timely, of: tally.fallen, atLeast: 0.9))
        }
        if comparisons.isEmpty { throw ClaimError.unavailable("no dead node was at its floor at a drop") }
        return Measurement(comparisons, excluded: exclusions, notes: notes, table: table)
    }
}

/// What became of the nodes of one configuration after its drop.
private struct RevivalTally {
    /// Nodes that were dead at the drop, at the floor among them, that passed ξ, that were back when the law says.
    var dead = 0
    var selected = 0
    var fallen = 0
    var timely = 0
    /// node, fall, rise after, rise until; NaN for what did not happen.
    var rows: [[Double]] = []
    /// Rows that the last count added.
    var lastCount = 0

    mutating func count(_ history: NodeNormHistory, _ law: Revival.AfterDrop, drop: Int, threshold: Double, rule: DeadWeightRule?) {
        lastCount = 0
        guard let sample = history.steps.lastIndex(where: { $0 <= drop }) else { return }
        // The longest norm of a node at its floor: the weights of one layer, each within 3 times the floor's rms.
        let most = 3 * law.floor * Double(history.inputCount).squareRoot()
        for node in 0..<history.nodeCount {
            guard let death = history.deathSteps[node], death <= drop else { continue }
            dead += 1
            let norm = history.norm(sample: sample, node: node)
            guard norm >= threshold, norm <= most else { continue }
            selected += 1
            let transient = history.transient(of: node, after: drop, threshold: threshold, persistence: rule?.passagePatience ?? 1)
            if transient.fall != nil { fallen += 1 }
            if let rise = transient.rise, rise.overlaps(Int(law.steps.range.lowerBound)...Int(law.steps.range.upperBound)) { timely += 1 }
            func number(_ step: Int?) -> Double { step.map(Double.init) ?? .nan }
            rows.append([Double(node), number(transient.fall), number(transient.rise?.lowerBound), number(transient.rise?.upperBound)])
            lastCount += 1
        }
    }
}
