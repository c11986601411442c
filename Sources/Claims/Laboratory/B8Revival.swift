// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import RealModule
import Theory

extension Claim {
    /// B8: a weight above the edge passes ξ and comes back.
    static let weightRevival = Claim(
        id: "B8", title: "Above the edge a weight passes ξ, stays tiny, and is re-inflated at a foretold step", level: .laboratory,
        statement:
            "With αλ/ε > η* a weight that has passed ξ is back above it after s = √v has fallen under αλ/η* − ε; the adiabatic law foretells when, as long as the "
            + "exponent range does not bind.",
        prediction: "for each weight the step at which |w| is above 1e-15 again, to 2 %, and never before √v can have fallen to αλ/η* − ε",
        source: "theory notes B8",
        hypotheses: [.isAdam, .decays, .correctionSpent, .slowSecondMoment, .above(1.2)],
        experiment:
            "1,000 weights drawn as in B3, under Adam, β₁ 0…0.9, β₂ 0.9…0.999, ξ = 1e-15, whose envelope is foretold to stay above 1e-290, float64; 300 at β = "
            + "(0.9, 0.999) by the exact recursion in float80 where the machine has it. Nearer to 1 than 0.999 forgetting takes longer than the 30,000 steps made or "
            + "the envelope leaves the exponents; above β₁ = 0.9 few drawn β₂ move slowly enough beside it",
        test: "relative error of the step of revival; no revival before v, falling by β₂ a step at most, can have let η over η*",
        falsifier: "a median error above 2 %, more than 10 % of errors above 2 %, or a revival that is too early"
    ) { trial in
        let (threshold, longest) = (1e-15, 30_000)
        func tally(_ cases: [LaboratoryCase], deepest: Double, by laboratory: Laboratory) throws -> (LawTally, early: Int) {
            var tally = LawTally()
            var (selected, predictions): ([LaboratoryCase], [Prediction]) = ([], [])
            for one in cases {
                try trial.checkCancellation()
                let edge = try StabilityThreshold.effectiveDecay(one.rule)
                let limit = try StabilityThreshold.effectiveDecayLimit(one.rule, learningRate: one.learningRate[0], l2: one.l2)
                if limit < 1.2 * edge { tally.exclude("αλ/ε under 1.2·η*"); continue }
                if case .adam(let beta1, let beta2, _, _) = one.rule, 1 - beta2 > 0.2 * (1 - beta1) {
                    tally.exclude("1−β₂ is not small beside 1−β₁"); continue
                }
                let path = try AdiabaticPassage.predict(
                    one.weight, rule: one.rule, learningRate: one.learningRate, l2: one.l2, threshold: threshold, budget: longest,
                    extent: .untilRevival)
                guard let revival = path.revival, path.passage != nil else {
                    tally.exclude("no passage and revival within \(longest) steps is foretold"); continue
                }
                if path.deepestLogEnvelope < Double.log(deepest) { tally.exclude("the envelope leaves the exponent range"); continue }
                if revival.range.upperBound > Double(longest) { tally.exclude("the foretold revival is too near the end"); continue }
                selected.append(one)
                predictions.append(revival)
            }
            try trial.checkHypotheses(selected)
            let outcomes = try laboratory.run(selected, steps: longest, measuring: LaboratoryMeasurement(thresholds: [threshold]))
            var early = 0
            for ((one, prediction), outcome) in zip(zip(selected, predictions), outcomes) {
                let measured = outcome.revivals[0].map(Double.init) ?? .nan
                tally.add(prediction, measured: measured)
                let earliest = try Revival.earliestStep(
                    one.rule, rootSecondMoment: one.weight.secondMoment.squareRoot(), learningRate: one.learningRate[0], l2: one.l2)
                if measured < earliest { early += 1 }
            }
            return (tally, early)
        }
        let cases = try LaboratoryGrid.deadWeights(beta1: .uniform(0..<0.9), forgetting: .logUniform(1e-3..<0.1))
            .draw(trial.count(1_000), seed: trial.seed, name: "claim-B8", LaboratoryGrid.adam)
        let (measured, early) = try tally(cases, deepest: 1e-290, by: trial.laboratory())
        try requireCases(measured, "B8")
        trial.progress(0.6)
        let errors = measured.relativeErrors
        var comparisons = [
            try Comparison.quantile("median relative error of the revival's step", of: errors, atMost: 0.02),
            try .share("share of revivals within 2 % of the law", errors.count { $0 <= 0.02 }, of: errors.count, atLeast: 0.9),
            .noException("revivals before s can have fallen under αλ/η* − ε", exceptions: early, of: measured.count),
        ]
        var notes = [measured.selection]
        if Arithmetic.float80.isAvailable {
            let wide = try LaboratoryGrid.deadWeights().draw(trial.count(300), seed: trial.seed, name: "claim-B8-float80", LaboratoryGrid.adam)
            let (deep, _) = try tally(
                wide, deepest: 0, by: Laboratory(arithmetic: .float80, threads: trial.threads, engine: .exactRecursion))
            notes.append("β = (0.9, 0.999) by the recursion in float80: \(deep.selection)")
            if deep.count > 0 {
                comparisons.append(
                    try .quantile("median relative error of the revival's step at β = (0.9, 0.999) in float80", of: deep.relativeErrors, atMost: 0.02)
                )
            }
        } else {
            notes.append("float80 is not to be had on this machine: β = (0.9, 0.999) left out")
        }
        return Measurement(comparisons, excluded: measured.exclusions, notes: notes, table: measured.table)
    }
}
