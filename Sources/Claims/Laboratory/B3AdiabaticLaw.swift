// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Theory

extension Claim {
    /// B3, the main law: when a dead weight passes 10⁻¹⁵.
    static let adiabaticLaw = Claim(
        id: "B3", title: "The adiabatic law foretells when a dead weight under Adam passes 1e-15", level: .laboratory,
        statement:
            "|w_{k+1}| ≈ ρ(η_k)|w_k| with η = αλ/(√v+ε), ρ the spectral radius of trace 1+β₁−(1−β₁)η, determinant β₁; v_{k+1} = β₂v_k + (1−β₂)λ²w_k².",
        prediction:
            "for each drawn weight the step at which |w| passes 1e-15, with an error bound of its own, from (w₀, m₀, v₀) and the hyper-parameters "
            + "alone",
        source: "theory notes B3, with the corrections of AdiabaticRecursion",
        hypotheses: [.isAdam, .decays, .correctionSpent, .ownMoments, .under(0.9)],
        experiment: "1,000 weights drawn at β = (0.9, 0.999) and 1,000 with β₁ 0…0.99, β₂ 0.9…0.9999, float64, up to 20,000 steps",
        test:
            "relative error of the passage: its median in the memory phase (λ²w₀² < 0.05 s₀²) and over the wide range; share within the law's own bound",
        falsifier: "a median error above 0.5 % in the memory phase or 3 % over the wide range, or more than 5 % of cases outside the bound"
    ) { trial in
        let longest = 20_000
        func tally(_ grid: LaboratoryGrid, name: String, share: ClosedRange<Double>) throws -> (memory: LawTally, all: LawTally) {
            let cases = try grid.draw(trial.count(1_000), seed: trial.seed, name: "claim-B3-\(name)", LaboratoryGrid.adam)
            var (memory, all) = (LawTally(), LawTally())
            var (selected, predictions): ([LaboratoryCase], [Prediction]) = ([], [])
            for one in cases {
                try trial.checkCancellation()
                switch try Self.foretold(one, below: 1e-15, within: longest) {
                case .passage(let prediction):
                    selected.append(one)
                    predictions.append(prediction)
                case .excluded(let reason): all.exclude(reason)
                }
            }
            let outcomes = try trial.run(
                selected, steps: longest, measuring: LaboratoryMeasurement(thresholds: [1e-15], stopsAfterPassage: true), share: share)
            for ((one, prediction), outcome) in zip(zip(selected, predictions), outcomes) {
                let measured = outcome.passages[0].map(Double.init) ?? .nan
                all.add(prediction, measured: measured)
                let own = one.l2 * one.weight.weight
                if own * own < 0.05 * one.weight.secondMoment { memory.add(prediction, measured: measured) }
            }
            return (memory, all)
        }
        let atDefaults = try tally(LaboratoryGrid.deadWeights(), name: "defaults", share: 0...0.5)
        let everywhere = try tally(
            LaboratoryGrid.deadWeights(beta1: .everyBeta1, forgetting: .everyForgetting), name: "everywhere", share: 0.5...1)
        for tally in [atDefaults.memory, atDefaults.all, everywhere.all] { try requireCases(tally, "B3") }
        return Measurement(
            [
                try .quantile(
                    "median relative error of the passage in the memory phase, β = (0.9, 0.999)", of: atDefaults.memory.relativeErrors, atMost: 0.005),
                try .quantile(
                    "median relative error of the passage over the wide range, β = (0.9, 0.999)", of: atDefaults.all.relativeErrors, atMost: 0.03),
                try atDefaults.all.insideBound("passage at β = (0.9, 0.999)"),
                try everywhere.all.insideBound("passage over all β₁, β₂"),
            ], excluded: atDefaults.all.exclusions(of: "β = (0.9, 0.999)") + everywhere.all.exclusions(of: "all β"),
            notes: [
                "β = (0.9, 0.999): \(atDefaults.all.selection)", "all β: \(everywhere.all.selection)",
                "95 % of errors at β = (0.9, 0.999) are under \(brief(try quantile(0.95, of: atDefaults.all.relativeErrors)))",
            ], table: atDefaults.all.table)
    }

    /// What the law says of a passage within a budget.
    enum Foretold {
        case passage(Prediction)
        case excluded(String)
    }

    /// The passage of ξ by the adiabatic law, or why the case does not belong to its range.
    static func foretold(_ one: LaboratoryCase, below threshold: Double, within longest: Int) throws -> Foretold {
        let edge = try StabilityThreshold.effectiveDecay(one.rule)
        let limit = try StabilityThreshold.effectiveDecayLimit(
            one.rule, learningRate: one.learningRate[0], l2: one.l2, retainedSecondMoment: max(one.weight.auxiliary, one.weight.secondMoment))
        if limit > 0.9 * edge { return .excluded("αλ/ε above 0.9·η*: a passage need not last") }
        let path = try AdiabaticPassage.predict(
            one.weight, rule: one.rule, learningRate: one.learningRate, l2: one.l2, threshold: threshold, budget: longest)
        guard let prediction = path.passage else { return .excluded("no passage within \(longest) steps is foretold") }
        if prediction.range.upperBound + Double(one.rule.passagePatience) > Double(longest) {
            return .excluded("the foretold passage is too near the end to be seen")
        }
        return .passage(prediction)
    }
}
