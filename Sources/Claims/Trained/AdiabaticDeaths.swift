// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import RealModule
import Statistics
import Theory

extension Claim {
    /// B3 on trained networks: when a dead node is zero.
    static let adiabaticDeaths = adiabaticClaim(
        id: "B3-trained", title: "The adiabatic law tells when a trained network's dead node is zero", thresholds: "ξ = 1e-15"
    ) { $0 == $1.min() }

    /// The same on the way there.
    ///
    /// Passages of these thresholds take tens to hundreds of steps, so that the few steps by which an oscillation delays a passage are more than 5 %
    /// of many of them: the law keeps its own error bound, and not the 5 %.
    static let earlyAdiabaticDeaths = adiabaticClaim(
        id: "B3-early", title: "The adiabatic law tells when a trained network's dead node passes larger thresholds", thresholds: "ξ = 1e-8 and 1e-5"
    ) { $0 != $1.min() }

    private static func adiabaticClaim(
        id: String, title: String, thresholds: String, _ isTested: @escaping @Sendable (Double, [Double]) -> Bool
    ) -> Claim {
        Claim(
            id: id, title: title, level: .trained,
            statement:
                "|w| falls by ρ(η) a step with η = αλ/(√v̂ + ε) and v ← β₂v + (1−β₂)λ²w²: from the state at death, so does each weight of a dead "
                + "node, and its norm passes ξ with the slowest of them",
            source: "theory notes B3, C2",
            hypotheses: [.adamWithCoupledL2, .rectified, .belowEdge],
            experiment: "64-256-10 on the digits, 30,000 steps, \(DigitsDeaths.seeds) seeds in float32 and in float64: every node that died, from "
                + "deaths.safetensors alone; \(thresholds)",
            test:
                "ln of the measured steps from death to passage on ln of the predicted: slope 1 and offset 0 at the mean, tolerances from the law's own "
                + "error bound; share of nodes within 5 % at least 90 %; share inside the law's bound at least 95 %",
            falsifier: "a slope or offset beyond the tolerance, more than 10 % of nodes off by more than 5 %, or more than 5 % outside the bound",
            configurations: { try DigitsDeaths.configurations($0) },
            measure: { trial in try measurePassages(trial, isTested) })
    }

    private static func measurePassages(_ trial: Trial, _ isTested: (Double, [Double]) -> Bool) throws -> Measurement {
        let deaths = try DigitsDeaths(trial)
        let results = try deaths.map(threads: trial.threads) { run, death in try run.records.adiabatic(death.record) }
        let thresholds = deaths.runs.first?.records.thresholds ?? []
        var comparisons: [Comparison] = []
        var exclusions = [deaths.awakened]
        var table = MeasuredTable(columns: ["bits", "seed", "node", "threshold", "measured", "predicted", "errorBound"], rows: [])
        for (index, threshold) in thresholds.enumerated().reversed() where isTested(threshold, thresholds) {
            var passages = PassageTally()
            for result in results {
                let crossing = result.death.entry.crossings[index]
                let configuration = result.run.configuration
                passages.add(
                    measured: crossing.passage.map { $0 - result.death.record.lastStep }, predicted: result.value.crossings[index].passage,
                    label: [
                        configuration.precision == .float32 ? 32 : 64, Double(configuration.seed), Double(result.death.record.node), threshold,
                    ])
            }
            comparisons += try passages.comparisons(threshold: threshold)
            exclusions += passages.exclusions(threshold: threshold)
            table.rows += passages.rows
        }
        return Measurement(comparisons, excluded: exclusions, table: table)
    }
}

/// Measured passages of one threshold beside the predicted ones.
struct PassageTally {
    /// Steps from death, positive.
    private(set) var pairs: [(measured: Double, predicted: Prediction)] = []
    private(set) var rows: [[Double]] = []
    /// Nodes under ξ when they died; nodes that neither law nor ledger sees pass before the run's end; nodes that only one of them does.
    private(set) var before = 0
    private(set) var censored = 0
    private(set) var oneSided = 0

    /// Share of a passage's time that counts as near.
    static let nearness = 0.05

    /// - Parameter measured: steps from the last data gradient to the passage, ≤ 0 for a norm that was under ξ before.
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
        let name = "passage of \(threshold)"
        guard pairs.count >= 3 else { return [] }
        let near = pairs.count { ($0.measured - $0.predicted.value).magnitude <= Self.nearness * $0.predicted.value }
        var comparisons = [try Comparison.share("\(name), nodes within 5 %", near, of: pairs.count + oneSided, atLeast: 0.9)]
        let inside = pairs.count { $0.predicted.range.contains($0.measured) }
        comparisons.append(try .share("\(name), nodes inside the law's bound", inside, of: pairs.count + oneSided, atLeast: 0.95))
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
        [
            Exclusion(before, of: total, because: "under \(threshold) when they died"),
            Exclusion(censored, of: total, because: "not past \(threshold) by the end of the run, as the law says"),
        ]
    }
}
