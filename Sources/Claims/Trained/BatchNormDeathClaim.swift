// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Experiments
import Probes
import Statistics
import Theory

extension Claim {
    /// A4: what kills a node behind batch normalisation.
    ///
    /// The tolerances are those of `plots/batchnorm-death/predictions.csv`, committed before its runs; the seeds here are others.
    static let batchNormDeath = Claim(
        id: "A4", title: "Behind batch normalisation L2 kills a node by shrinking its weights under ε's scale, and when is foretold", level: .trained,
        statement:
            "z = γ(h − h̄)/√(s² + ε_bn) + β, h = w·x, is silent exactly where |γ|κM + β ≤ 0, κ = s/√(s² + ε_bn). While ‖g_data‖ ≤ λ‖w‖ the weights of a "
            + "node that still fires follow the recursion of a dead weight, so that from the spell's first step its silence is foretold: the collapse of s "
            + "under √ε_bn silences nodes with β < 0, they stay silent, and without L2 nodes don't die. Which node it will be shows early in γ",
        prediction:
            "for each quiet spell how long it will last, from the weights at its first step; κ at the last activity by ε_bn; no deaths without L2; "
            + "which node by its γ at αt = 5",
        source: "theory notes A4",
        hypotheses: [isNormalised, .rectified],
        experiment:
            "64-H-10 on the digits with batch normalisation, Adam, float64, seeds from \(BatchNormCell.firstSeed) on, \(BatchNormCell.seeds) a cell: "
            + BatchNormCell.all.map { "\($0.name) (α \($0.learningRate), λ \($0.l2), H \($0.hidden), batch \($0.batch), ε_bn \($0.normEpsilon))" }
            .joined(separator: ", ")
            + "; quiet spells of \(BatchNormDeathRecord.shortestSpell) steps or more; dead is who is silent through the last two epochs; on "
            + BatchNormCell.laws.map(\.name).joined(separator: ", ") + " if not said otherwise",
        test:
            "log-log slope of measured on foretold quiet length (\(brief(BatchNormStatistic.long)) steps or more) in 0.9 … 1.1; spells of 1.5 times the foretold "
            + "length that end at most 2 %; deaths without a foretold spell at most 5 %; κ < 0.9 at the last activity in at least 60 % of base's deaths and "
            + "95 % of largeEpsilon's; noL2's deaths at most 5 % of base's; at αt = 5 γ's rank correlation with the step of death exceeds that of β, of ‖w‖ "
            + "and of a small angular step in every run. Intervals and errors from a bootstrap over runs within cells",
        falsifier: "lengths off the foretold ones, spells that come back, κ at death that does not follow ε_bn, or deaths without L2",
        configurations: { trial in try BatchNormCell.runs(trial).map(\.configuration) },
        measure: { trial in
            var random = trial.random("A4")
            return try measurement(of: try performed(trial), from: &random)
        })

    private static let isNormalised = Hypothesis(
        "Adam, L2 on weights alone, batch normalisation before the activation, float64"
    ) { configuration in
        let l2 = configuration.l2
        return DeadWeightRule(configuration.optimizer).map { if case .adam = $0 { true } else { false } } == true && l2.biases == 0
            && l2.batchNorm == 0 && configuration.precision == .float64
            && configuration.network.contains { if case .batchNorm = $0 { true } else { false } }
    }

    private static func performed(_ trial: Trial) throws -> [BatchNormRun] {
        let runs = try BatchNormCell.runs(trial)
        let directories = try trial.perform(
            try runs.map { try $0.configuration.under(trial.subject) }, for: "A4", probes: BatchNormDeathRecord.probes)
        let samples = try Digits.load().training
        let values = samples.inputs(as: Double.self)
        let inputs = (0..<samples.count).map { Array(values[$0 * samples.featureCount..<($0 + 1) * samples.featureCount]) }
        return try zip(runs, directories).map { run, directory in
            try trial.checkCancellation()
            return try BatchNormRun(
                try BatchNormDeathRecord(run: directory), run.cell, run.configuration, inputs: inputs, threads: trial.threads)
        }
    }

    /// The comparisons, made of the runs of all cells.
    static func measurement(of runs: [BatchNormRun], from random: inout RandomStream) throws -> Measurement {
        func cell(_ cell: BatchNormCell) -> [BatchNormRun] { runs.filter { $0.cell == cell } }
        let laws = BatchNormCell.laws.map(cell)
        let pooled = laws.flatMap { $0 }
        let deaths = pooled.reduce(0) { $0 + $1.deaths.count }
        let finals = pooled.flatMap(\.finalSpells)
        let longSpells = finals.count { $0.prediction.map { $0.value >= BatchNormStatistic.long } ?? false }
        func pool(_ statistic: @escaping ([BatchNormRun]) -> Double) -> ([[BatchNormRun]]) -> Double { { statistic($0.flatMap { $0 }) } }
        func count(_ some: BatchNormCell) -> Int { cell(some).reduce(0) { $0 + $1.deaths.count } }
        var comparisons = [
            try Comparison.bootstrapped(
                "slope of log measured on log foretold quiet length", predicted: "0.9 … 1.1", in: 0.9...1.1, groups: laws, count: longSpells,
                from: &random, statistic: pool(BatchNormStatistic.slope)),
            try .bootstrapped(
                "share of spells of 1.5 times the foretold length that ended after all", predicted: "at most 2 %", in: 0...0.02, groups: laws,
                count: BatchNormStatistic.overdue(pooled).all, from: &random, statistic: pool(BatchNormStatistic.returns)),
            try .bootstrapped(
                "share of deaths without a quiet spell foretold to end in silence", predicted: "at most 5 %", in: 0...0.05, groups: laws,
                count: deaths, from: &random, statistic: pool(BatchNormStatistic.unforetold)),
            try .bootstrapped(
                "base, share of deaths with κ < 0.9 at the last activity", predicted: "at least 60 %", in: 0.6...1, groups: [cell(.base)],
                count: count(.base), from: &random, statistic: pool(BatchNormStatistic.collapsed)),
            try .bootstrapped(
                "largeEpsilon, share of deaths with κ < 0.9 at the last activity", predicted: "at least 95 %", in: 0.95...1,
                groups: [cell(.largeEpsilon)], count: count(.largeEpsilon), from: &random, statistic: pool(BatchNormStatistic.collapsed)),
            try .bootstrapped(
                "deaths without L2 over deaths with it", predicted: "at most 0.05", in: 0...0.05, groups: [cell(.noL2), cell(.base)],
                count: count(.noL2) + count(.base), from: &random
            ) { BatchNormStatistic.deaths($0[0]) / BatchNormStatistic.deaths($0[1]) },
        ]
        comparisons += try leaderComparisons(pooled)
        let known = finals.compactMap { spell in spell.prediction.map { (Double(spell.silentAfter ?? 0), $0) } }
        let inside = known.count { $0.1.range.contains($0.0) }
        let notes = [
            "deaths a run: "
                + BatchNormCell.all.map { "\($0.name) \(brief(BatchNormStatistic.deaths(cell($0))))" }.joined(separator: ", "),
            "quiet lengths within the law's own error bound: \(inside) of \(known.count); the bound of a long spell is about its length: weak evidence",
        ]
        let alive = pooled.reduce(0) { $0 + $1.nodes.count } - deaths
        return Measurement(
            comparisons,
            excluded: [
                Exclusion(alive, of: alive + deaths, because: "nodes still alive: no death to compare"),
                Exclusion(
                    finals.count - longSpells, of: finals.count, because: "left out of the slope only: foretold under 60 steps, or not foretold"),
            ], notes: notes, table: table(of: runs))
    }

    /// Who foretells best, at αt = 5.
    private static func leaderComparisons(_ runs: [BatchNormRun]) throws -> [Comparison] {
        let rivals: [(name: String, quantity: (NodePortrait) -> Double)] = [
            ("β", { $0.shift }), ("‖w‖", { $0.incomingNorm }), ("a small angular step", { -$0.angularStep }),
        ]
        // A run in which every node lives, or whose portraits are all alike, has no order to foretell: it counts against the law.
        func correlation(_ run: BatchNormRun, _ quantity: (NodePortrait) -> Double) -> Double { (try? run.rankCorrelation(quantity)) ?? -1 }
        var comparisons: [Comparison] = []
        for (name, quantity) in rivals {
            let gains = runs.map { run in correlation(run) { $0.scale } - correlation(run, quantity) }
            comparisons.append(
                .noException(
                    "runs in which γ foretells the step of death no better than \(name)", exceptions: gains.count { $0 <= 0 }, of: gains.count))
            comparisons.append(try .gains("gain of γ's rank correlation with the step of death over that of \(name)", gains))
        }
        return comparisons
    }

    /// A row a spell that ended in a death.
    private static func table(of runs: [BatchNormRun]) -> MeasuredTable {
        var table = MeasuredTable(columns: ["cell", "seed", "node", "start", "measured", "predicted", "bound", "standardisation"], rows: [])
        for run in runs {
            for spell in run.finalSpells {
                table.rows.append([
                    Double(BatchNormCell.all.firstIndex(of: run.cell) ?? -1), Double(run.seed), Double(spell.node), Double(spell.start),
                    spell.silentAfter.map(Double.init) ?? .nan, spell.prediction?.value ?? .nan, spell.prediction?.errorBound ?? .nan,
                    run.nodes[spell.node].standardisation,
                ])
            }
        }
        return table
    }
}
