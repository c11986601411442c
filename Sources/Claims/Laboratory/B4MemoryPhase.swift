// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import RealModule
import Theory

extension Claim {
    /// B4: the memory phase in closed form.
    static let memoryPhase = Claim(
        id: "B4", title: "In the memory phase decay is faster than exponential, in closed form", level: .laboratory,
        statement:
            "η_t = η₀e^{at}, a = −½ ln β₂: ln(w₀/w_t) = A₁(η_t−η₀) + (β₁/(e^a−β₁)+½)A₂(η_t²−η₀²) − β₁η₀e^a/(1−β₁e^a) for m₀ = 0, "
            + "A_n = 1/(1−e^{−na}); for a ≪ 1 and m₀ = λw₀ that is [η_t−η₀ + ½(β₁/(1−β₁)+½)(η_t²−η₀²)]/a.",
        prediction: "for each drawn weight ln(w₀/w_t) at the end of nine tenths of its memory phase, with an error bound of its own",
        source: "theory notes B4, with sums for integrals and the first moment's start",
        hypotheses: [.isAdam, .decays, .correctionSpent, .noFirstMoment],
        experiment: "1,000 weights with m₀ = 0, β₁ 0…0.99, β₂ 0.9…0.9999, float64, each to 90 % of its memory phase or 20,000 steps",
        test:
            "ln(w₀/w_t) within the law's bound; where the decay is more than e, the median of its relative error, and of the bound itself, which says how much the first "
            + "test is worth; w_t ahead of the exponential of rate η₀",
        falsifier:
            "more than 5 % of cases outside the bound, a median relative error above 2 %, or a weight slower than the exponential of its first rate; a median bound "
            + "above 5 % would leave the first test without worth"
    ) { trial in
        var grid = LaboratoryGrid.deadWeights(beta1: .everyBeta1, forgetting: .everyForgetting)
        grid.firstMoment = .value(.values([0]))
        let cases = try grid.draw(trial.count(1_000), seed: trial.seed, name: "claim-B4", LaboratoryGrid.adam)
        var tally = LawTally()
        var (errors, bounds): ([Double], [Double]) = ([], [])
        var slower = 0
        // Each case has its own last step, so each is a run of its own.
        for (index, one) in cases.enumerated() {
            guard case .adam(let beta1, let beta2, let epsilon, _) = one.rule else { continue }
            do {
                let phase = try MemoryPhase(
                    weight: one.weight.weight, rootSecondMoment: one.weight.secondMoment.squareRoot(), learningRate: one.learningRate[0],
                    l2: one.l2, beta1: beta1, beta2: beta2, epsilon: epsilon)
                let step = Int(min(0.9 * phase.lastStep, 20_000))
                if step < one.rule.passagePatience { tally.exclude("the phase is over before the first moment has settled"); continue }
                let predicted = try phase.logDecay(after: Double(step))
                if predicted.value > 600 { tally.exclude("the weight leaves the exponent range"); continue }
                let outcome = try trial.run(one, steps: step, measuring: LaboratoryMeasurement(samples: [step]))
                let measured = Double.log(one.weight.weight / outcome.sampledWeights[0].magnitude)
                tally.add(predicted, measured: measured)
                if predicted.value > 1 {
                    errors.append((predicted.value / measured - 1).magnitude)
                    bounds.append(predicted.errorBound / predicted.value)
                }
                let exponential = phase.initialEffectiveDecay * (Double(step) - beta1 / (1 - beta1))
                if measured < exponential - predicted.errorBound { slower += 1 }
            } catch let LawError.notApplicable(_, reason) {
                tally.exclude(reason.withoutNumbers)
            }
            trial.progress(Double(index) / Double(cases.count))
        }
        try requireCases(tally, "B4")
        return Measurement(
            [
                try tally.insideBound("ln(w₀/w_t)"),
                try .quantile("median relative error of ln(w₀/w_t), decays of more than e", of: errors, atMost: 0.02),
                try .quantile("median of the law's bound over ln(w₀/w_t), decays of more than e", of: bounds, atMost: 0.05),
                .noException("weights slower than an exponential of rate η₀", exceptions: slower, of: tally.count),
            ], excluded: tally.exclusions, notes: [tally.selection], table: tally.table)
    }
}
