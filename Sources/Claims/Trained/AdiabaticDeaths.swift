// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import RealModule
import Statistics
import Theory

extension Claim {
    /// B3 on trained networks: when a dead node is zero.
    static let adiabaticDeaths = adiabaticClaim(
        id: "B3-trained", title: "The adiabatic law tells when a trained network's dead node is zero", .digits, thresholds: "ξ = 1e-15"
    ) { $0 == $1.min() }

    /// The same on the way there.
    ///
    /// Passages of these thresholds take tens to hundreds of steps, so that the few steps by which an oscillation delays a passage are more than 5 %
    /// of many of them: the law keeps its own error bound, and not the 5 %. That bound is wide here (half of the time and more, at the median), and with it the
    /// tolerances of slope and offset: what tests the law is the median relative error.
    static let earlyAdiabaticDeaths = adiabaticClaim(
        id: "B3-early", title: "The adiabatic law tells when a trained network's dead node passes larger thresholds", .digits,
        thresholds: "ξ = 1e-8 and 1e-5"
    ) { $0 != $1.min() }

    /// The same in the known set-up, where a drop of the rate takes αλ/ε under the edge: nodes that die before it can't be zero until then.
    static let adiabaticDeathsOnMNIST = adiabaticClaim(
        id: "B3-mnist", title: "The adiabatic law tells when a dead node is zero, through the drop that makes it so", .mnist, thresholds: "ξ = 1e-15"
    ) { $0 == $1.min() }

    private static func adiabaticClaim(
        id: String, title: String, _ setting: DeathSetting, thresholds: String, _ isTested: @escaping @Sendable (Double, [Double]) -> Bool
    ) -> Claim {
        Claim(
            id: id, title: title, level: .trained,
            statement:
                "|w| falls by ρ(η) a step with η = αλ/(√v̂ + ε) and v ← β₂v + (1−β₂)λ²w²: from the state at death, so does each weight of a dead "
                + "node, and its norm passes ξ with the slowest of them",
            prediction: "from (w, m, v, t) at a node's death the step at which its norm passes ξ, with an error bound of its own",
            source: "theory notes B3, C2",
            hypotheses: [.adamWithCoupledL2, .rectified, endsBelowEdge],
            experiment: "\(setting.description): every node that died, from deaths.safetensors alone; \(thresholds)",
            test:
                "ln of the measured steps to the passage on ln of the predicted, counted from the death, or from the step that takes αλ/ε under the edge "
                + "where that came later (the two told apart): slope 1 and offset 0 at the mean, tolerances from the law's own "
                + "error bound; share of nodes within 5 % at least 90 %; share inside the law's bound at least 95 %; "
                + "median relative error at most 5 %, which alone is tight where the bound is wide",
            falsifier:
                "a median relative error above 5 %, a slope or offset beyond the tolerance, more than 10 % of nodes off by more than 5 %, or more than 5 % outside "
                + "the bound",
            configurations: { try setting.configurations($0) },
            measure: { trial in try measurePassages(setting, trial, isTested) })
    }

    private static func measurePassages(_ setting: DeathSetting, _ trial: Trial, _ isTested: (Double, [Double]) -> Bool) throws -> Measurement {
        let deaths = try TrainedDeaths(setting, trial)
        let results = try deaths.map(threads: trial.threads) { run, death in try run.records.adiabatic(death.record) }
        let thresholds = deaths.runs.first?.records.thresholds ?? []
        var comparisons: [Comparison] = []
        var exclusions = [deaths.awakened]
        var table = MeasuredTable(columns: ["bits", "seed", "node", "threshold", "measured", "predicted", "errorBound"], rows: [])
        for (index, threshold) in thresholds.enumerated().reversed() where isTested(threshold, thresholds) {
            // From death; from the edge, for nodes that died above it.
            var tallies = [PassageTally(), PassageTally(origin: "the edge")]
            for result in results {
                let configuration = result.run.configuration
                let (death, edge) = (result.death.record.lastStep, result.run.attractedFrom)
                let start = max(death, edge)
                tallies[death < edge ? 1 : 0].add(
                    measured: result.death.entry.crossings[index].passage.map { $0 - start },
                    predicted: result.value.crossings[index].passage.map { Prediction($0.value - Double(start - death), errorBound: $0.errorBound) },
                    label: [
                        configuration.precision == .float32 ? 32 : 64, Double(configuration.seed), Double(result.death.record.node), threshold,
                    ])
            }
            for tally in tallies {
                comparisons += try tally.comparisons(threshold: threshold)
                exclusions += tally.exclusions(threshold: threshold)
                table.rows += tally.rows
            }
        }
        return Measurement(comparisons, excluded: exclusions, table: table)
    }

    private static let endsBelowEdge = Hypothesis("αλ/ε ends below η* = 2(1+β₁)/(1−β₁)") { configuration in
        guard let rule = DeadWeightRule(configuration.optimizer) else { return false }
        // Schedules count epochs: a length in steps tells the last epoch of constant ones only.
        let last: Int
        switch configuration.length {
        case .epochs(let count): last = max(0, count - 1)
        case .steps:
            guard configuration.schedule == .constant else { return false }
            last = 0
        }
        let rate = configuration.optimizer.learningRate * configuration.schedule.factor(step: 0, epoch: last)
        guard let limit = try? StabilityThreshold.effectiveDecayLimit(rule, learningRate: rate, l2: configuration.l2.weights),
            let edge = try? StabilityThreshold.effectiveDecay(rule, learningRate: rate)
        else { return false }
        return limit < edge
    }
}

extension TrainedDeaths.RunDeaths {
    /// Steps made when αλ/ε came to lie under the edge for good; 0 for a run that starts there.
    var attractedFrom: Int {
        let crossings = try? ScheduledEdge.crossings(
            records.rule, learningRate: records.learningRate, l2: records.l2, budget: records.totalSteps)
        return crossings?.last { $0.attractsZero }?.step ?? 0
    }
}

/// Measured passages of one threshold beside the predicted ones.
struct PassageTally {
    /// Steps from the origin, positive.
    private(set) var pairs: [(measured: Double, predicted: Prediction)] = []
    private(set) var rows: [[Double]] = []
    /// Nodes under ξ at the origin; nodes that neither law nor ledger sees pass before the run's end; nodes that only one of them does.
    private(set) var before = 0
    private(set) var censored = 0
    private(set) var oneSided = 0

    /// Share of a passage's time that counts as near.
    static let nearness = 0.05
    /// What steps are counted from.
    let origin: String

    init(origin: String = "death") { self.origin = origin }

    /// - Parameter measured: steps from the origin to the passage, ≤ 0 for a norm that was under ξ before.
    mutating func add(measured: Int?, predicted: Prediction?, label: [Double]) {
        rows.append(label + [measured.map(Double.init) ?? .nan, predicted?.value ?? .nan, predicted?.errorBound ?? .nan])
        switch (measured, predicted) {
        case (let measured?, _) where measured <= 0: before += 1
        case (nil, nil): censored += 1
        case (let measured?, let predicted?) where predicted.value > 0: pairs.append((Double(measured), predicted))
        default: oneSided += 1
        }
    }

    private var total: Int { before + censored + oneSided + pairs.count }

    /// Near ones, those on which law and ledger disagree whether there is a passage counted as far; then the regression.
    func comparisons(threshold: Double) throws -> [Comparison] {
        let name = "passage of \(threshold)" + (origin == "death" ? "" : ", steps from \(origin)")
        guard pairs.count >= 3 else { return [] }
        let near = pairs.count { ($0.measured - $0.predicted.value).magnitude <= Self.nearness * $0.predicted.value }
        var comparisons = [try Comparison.share("\(name), nodes within 5 %", near, of: pairs.count + oneSided, atLeast: 0.9)]
        let inside = pairs.count { $0.predicted.range.contains($0.measured) }
        comparisons.append(try .share("\(name), nodes inside the law's bound", inside, of: pairs.count + oneSided, atLeast: 0.95))
        comparisons.append(
            try .quantile(
                "\(name), median relative error", of: pairs.map { ($0.measured / $0.predicted.value - 1).magnitude }, atMost: Self.nearness))
        let x = pairs.map { Double.log($0.predicted.value) }
        let y = pairs.map { Double.log($0.measured) }
        let mean = x.reduce(0, +) / Double(x.count)
        // The typical bound of the law, relative to the time: what an offset may be, and over the range of times what a slope may differ by.
        let bound = try SortedSample(pairs.map { $0.predicted.errorBound / $0.predicted.value }).nearestRank(0.5)
        let spread = (x.max() ?? 0) - (x.min() ?? 0)
        guard spread > 0 else { return comparisons }
        let fit = try LinearFit(x: x.map { $0 - mean }, y: y.map { $0 - mean })
        comparisons.append(try .slope("\(name), slope of ln time", fit, tolerance: 2 * bound / spread))
        comparisons.append(
            try .within(
                "\(name), offset of ln time at the mean", estimate: fit.intercept, standardError: fit.interceptVariance.squareRoot(),
                interval: try fit.interceptInterval(), predicted: 0, tolerance: bound, degreesOfFreedom: Double(fit.count - 2), count: fit.count))
        return comparisons
    }

    func exclusions(threshold: Double) -> [Exclusion] {
        if total == 0 { return [] }
        return [
            Exclusion(before, of: total, because: "under \(threshold) at \(origin) or before"),
            Exclusion(censored, of: total, because: "not past \(threshold) by the end of the run, as the law says"),
        ]
    }
}
