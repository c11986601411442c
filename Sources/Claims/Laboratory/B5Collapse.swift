// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Optimizers
import RealModule
import Theory

extension Claim {
    /// B5: the collapse of a weight without memory; λ does not matter.
    static let collapse = Claim(
        id: "B5", title: "Without memory a dead weight collapses within |w₀|/α steps, and λ does not matter", level: .laboratory,
        statement:
            "With s₀ ≲ λ|w₀| the first steps are of the size α, exactly α·sign from a fresh start; the envelope then falls by √β₁ a step. At ε = 0 the path "
            + "does not depend on λ.",
        prediction:
            "the step at which each weight passes 1e-15 by the continuous limit, with its bound; the same step at 3.7 times λ; a first step of "
            + "exactly α from zero moments",
        source: "theory notes B5",
        hypotheses: [.isAdam, .decays, .noEpsilon, .noFirstMoment, .littleMemory],
        experiment:
            "1,000 weights at ε = 0, s₀/(λ|w₀|) 10⁻²…4; each again with λ, m₀, s₀ times 3.7; 1,000 fresh starts with bias correction; float64",
        test: "passage of 1e-15 within the bound of the continuous limit (solved by GSL), where η stays in the oscillation window; the same passage "
            + "with λ·3.7; first step of a fresh start equal to α within rounding",
        falsifier:
            "more than 5 % of passages outside the bound, more than 1 % of passages that move with λ (3.7 is no power of 2, and may round one across a step), or a "
            + "first step that is not α"
    ) { trial in
        var grid = LaboratoryGrid.deadWeights(forgetting: .values([1e-3]))
        grid.epsilon = .values([0])
        grid.firstMoment = .value(.values([0]))
        grid.secondMoment = .memory(.logUniform(1e-2..<4))
        let cases = try grid.draw(trial.count(1_000), seed: trial.seed, name: "claim-B5", LaboratoryGrid.adam)
        let scale = 3.7
        let scaled = cases.map { one in
            var one = one
            one.l2 *= scale
            one.weight.secondMoment *= scale * scale
            return one
        }
        // At ε = 0 every weight ends above the edge and is re-inflated; the collapse is over long before.
        let (threshold, longest) = (1e-15, 20_000)
        let measurement = LaboratoryMeasurement(thresholds: [threshold], stopsAfterPassage: true)
        let outcomes = try trial.run(cases, steps: longest, measuring: measurement, share: 0...0.45)
        let again = try trial.run(scaled, steps: longest, measuring: measurement, share: 0.45...0.9)
        var tally = LawTally()
        for (one, outcome) in zip(cases, outcomes) {
            do {
                let collapse = try Collapse(
                    weight: one.weight.weight, rootSecondMoment: one.weight.secondMoment.squareRoot(), learningRate: one.learningRate[0], l2: one.l2)
                let predicted = try collapse.passage(from: one.weight.weight, to: threshold)
                if predicted.range.upperBound > Double(longest) - 100 { tally.exclude("no passage within \(longest) steps is foretold"); continue }
                tally.add(predicted, measured: outcome.passages[0].map(Double.init) ?? .nan)
            } catch let LawError.notApplicable(_, reason) {
                tally.exclude(reason.withoutNumbers)
            }
        }
        try requireCases(tally, "B5")
        let moved = zip(outcomes, again).count { ($0.passages[0] ?? -9) - ($1.passages[0] ?? -9) != 0 }
        return Measurement(
            [
                try tally.insideBound("passage of 1e-15"),
                try .share("share of cases that pass 1e-15 at the same step with λ times 3.7", cases.count - moved, of: cases.count, atLeast: 0.99),
                try Self.firstSteps(trial),
            ], excluded: tally.exclusions, notes: [tally.selection], table: tally.table)
    }

    /// The first step from zero moments, at step count 0 and ε = 0: α·sign(w), whatever λ.
    private static func firstSteps(_ trial: Trial) throws -> Comparison {
        var grid = LaboratoryGrid.deadWeights(beta1: .everyBeta1, forgetting: .everyForgetting)
        grid.epsilon = .values([0])
        grid.firstMoment = .value(.values([0]))
        grid.secondMoment = .value(.values([0]))
        grid.step = 0
        let cases = try grid.draw(trial.count(1_000), seed: trial.seed, name: "claim-B5-first", LaboratoryGrid.adam)
        let outcomes = try trial.run(cases, steps: 1, measuring: LaboratoryMeasurement(samples: [1]), share: 0.9...1)
        // m̂/√v̂ rounds in some ten operations, relatively to α; the subtraction to w.
        let exceptions = zip(cases, outcomes).count { one, outcome in
            let (alpha, weight) = (one.learningRate[0], one.weight.weight)
            let step = weight - outcome.sampledWeights[0]
            return !((step - alpha).magnitude <= 16 * .ulpOfOne * alpha + 2 * weight.ulp)
        }
        return .noException("first steps of a fresh start that are not α", exceptions: exceptions, of: cases.count)
    }
}
