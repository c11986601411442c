// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Theory

extension Claim {
    /// B7: the floor above the edge.
    static let floor = Claim(
        id: "B7", title: "Above the edge a dead weight ends at a floor of rms α/η* − ε/λ", level: .laboratory,
        statement: "With αλ/ε > η* and β₁² < β₂ the weight ends in bursts with rms |w| ≈ α/η* − ε/λ.",
        prediction: "rms |w| = α/η* − ε/λ for each weight: the median within 10 %, nine of ten within 20 %",
        source: "theory notes B7",
        hypotheses: [.isAdam, .decays, .correctionSpent, .forgetsFirstMomentSooner, .above(1.3)],
        experiment:
            "1,000 weights drawn as in B3, under Adam with αλ/ε at least 1.3·η*, β₁ 0…0.9, β₂ 0.9…0.999, started on the floor's scale, float64; rms over "
            + "40/(1−β₂) steps after 10/(1−β₂). Not β₂ 0.9999, where that is half a million steps a weight; not β₁ above 0.9, where the law's own bound is 40 %",
        test: "measured rms against the law: median relative error, and the share within 20 %",
        falsifier: "a median error above 10 %, or more than 10 % of weights outside 20 %"
    ) { trial in
        let grid = LaboratoryGrid.deadWeights(beta1: .uniform(0..<0.9), forgetting: .logUniform(1e-3..<0.1))
        let cases = try grid.draw(trial.count(1_000), seed: trial.seed, name: "claim-B7", LaboratoryGrid.adam)
        var tally = LawTally()
        for (index, drawn) in cases.enumerated() {
            trial.progress(Double(index) / Double(cases.count))
            try trial.checkCancellation()
            guard case .adam(let beta1, let beta2, _, _) = drawn.rule else { continue }
            let edge = try StabilityThreshold.effectiveDecay(drawn.rule)
            let limit = try StabilityThreshold.effectiveDecayLimit(drawn.rule, learningRate: drawn.learningRate[0], l2: drawn.l2)
            if limit < 1.3 * edge { tally.exclude("αλ/ε under 1.3·η*"); continue }
            if beta1 * beta1 >= beta2 { tally.exclude("β₁² ≥ β₂: the first moment outlives the second"); continue }
            let predicted = try Floor.rms(drawn.rule, learningRate: drawn.learningRate[0], l2: drawn.l2)
            var one = drawn
            // Started where the denominator is the edge's: from far above, a weight can fall so deep on its way that rounding keeps it there.
            let root = drawn.l2 * predicted.value
            one.weight = DeadWeight(weight: predicted.value, secondMoment: root * root)
            let memory = Int((1 / (1 - beta2)).rounded())
            let outcome = try trial.run(
                one, steps: 50 * memory, measuring: LaboratoryMeasurement(rmsWindow: 10 * memory..<50 * memory + 1))
            tally.add(predicted, measured: outcome.rms ?? .nan)
        }
        try requireCases(tally, "B7")
        let errors = tally.relativeErrors
        return Measurement(
            [
                try .quantile("median relative error of the floor's rms", of: errors, atMost: 0.1),
                try .share("share of weights whose floor lies within 20 % of the law", errors.count { $0 <= 0.2 }, of: errors.count, atLeast: 0.9),
            ], excluded: tally.exclusions,
            notes: [
                tally.selection,
                "the median of measured/predicted is \(brief(try quantile(0.5, of: tally.pairs.map { $0.measured / $0.predicted.value })))",
            ],
            table: tally.table)
    }
}
