// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import RealModule
import Theory

extension Claim {
    /// B2: SGD, heavy ball and AdamW decay exponentially, and reach ξ too once the budget allows.
    static let memorylessDecay = Claim(
        id: "B2", title: "Without a second moment a dead weight decays exponentially, and reaches ξ on a large enough budget", level: .laboratory,
        statement:
            "SGD: w_t = w₀Π(1−α_iλ). Heavy ball: the dominant root of z² − (1+μ−αλ)z + μ. AdamW: SGD with ω for λ. ξ is reached once λΣα/(1−μ) ≈ "
            + "ln(|w₀|/ξ).",
        prediction:
            "ln(w₀/w_t) = −Σln(1−α_iλ) to rounding for SGD and AdamW; under heavy ball and Nesterov the step of w₀/10⁶, −ln(10⁶)/ln|z₁| with the "
            + "other root's share, and the Σα at which SGD is there, each with the law's own bound",
        source: "theory notes B2",
        hypotheses: [.decays, .noFirstMoment, .memorylessRule],
        experiment:
            "1,000 weights a rule: α 10⁻²…1, λ 10⁻⁴…10⁻¹, μ 0…0.99, ω 10⁻⁴…10⁻¹ at a tenth of α, w₀ scaled out (the laws are linear), float64, 5,000 steps; "
            + "the notes' ranges of α and λ are Adam's: without a denominator the decay is αλ a step, and 10⁻⁷ would take 10⁸ steps",
        test:
            "ln(w₀/w_t) of SGD and AdamW within rounding of the product; the step at which heavy ball and Nesterov pass w₀/10⁶ within the law's bound; "
            + "the Σα at which SGD passes it within the law's bound",
        falsifier: "a decay off by more than rounding, or more than 5 % of passages outside the bound"
    ) { trial in
        var random = trial.random("B2")
        let (count, steps) = (trial.count(1_000), 5_000)
        var cases: [LaboratoryCase] = []
        for index in 0..<4 * count {
            let (alpha, l2) = (random.logUniform(in: 1e-2..<1), random.logUniform(in: 1e-4..<1e-1))
            let weight = DeadWeight(weight: random.logUniform(in: 1e-3..<1))
            switch index % 4 {
            case 0: cases.append(.init(rule: .gradientDescent, learningRate: .constant(alpha), l2: l2, weight: weight))
            case 1: cases.append(.init(rule: .adamW(decay: l2), learningRate: .constant(alpha / 10), l2: 0, weight: weight))
            case 2:
                cases.append(.init(rule: .heavyBall(momentum: 0.99 * random.uniform()), learningRate: .constant(alpha), l2: l2, weight: weight))
            default:
                cases.append(.init(rule: .nesterov(momentum: 0.99 * random.uniform()), learningRate: .constant(alpha), l2: l2, weight: weight))
            }
        }
        var (products, passages, budgets) = (LawTally(), LawTally(), LawTally())
        let depth = 1e-6
        // Thresholds are the laboratory's, weights are drawn: each case is scaled so that its threshold is 1.
        for index in cases.indices { cases[index].weight.weight = 1 / depth }
        let outcomes = try trial.run(
            cases, steps: steps, measuring: LaboratoryMeasurement(thresholds: [1], samples: [1_000]))
        for (one, outcome) in zip(cases, outcomes) {
            let alpha = one.learningRate[0]
            switch one.rule {
            case .gradientDescent, .adamW:
                let rate = one.l2 + one.rule.decoupledDecay
                let predicted = try MemorylessDecay.logDecay(learningRate: one.learningRate, l2: rate, steps: 0..<1_000)
                let factor = one.weight.weight / outcome.sampledWeights[0]
                // Each step rounds three times.
                products.add(Prediction(predicted.value, errorBound: 3 * predicted.errorBound), measured: Double.log(factor))
                guard case .gradientDescent = one.rule else { continue }
                let sum = try MemorylessDecay.learningRateSum(weight: 1 / depth, l2: one.l2, threshold: 1, largestLearningRate: alpha)
                if sum.range.upperBound / alpha > Double(steps) { budgets.exclude("ξ is not reached within \(steps) steps"); continue }
                budgets.add(sum, measured: outcome.dips[0].map { Double($0) * alpha } ?? .nan)
            default:
                do {
                    let predicted = try MemorylessDecay.passage(one.rule, weight: 1 / depth, learningRate: alpha, l2: one.l2, threshold: 1)
                    if predicted.range.upperBound > Double(steps - one.rule.passagePatience) {
                        passages.exclude("ξ is not passed within \(steps) steps")
                    } else {
                        passages.add(predicted, measured: outcome.passages[0].map(Double.init) ?? .nan)
                    }
                } catch let LawError.notApplicable(_, reason) {
                    passages.exclude(reason)
                }
            }
        }
        for tally in [products, passages, budgets] { try requireCases(tally, "B2") }
        return Measurement(
            [
                try passages.insideBound("passage under heavy ball or Nesterov"),
                .noException("decays of SGD or AdamW that depart from the product", exceptions: products.count - products.inside, of: products.count),
                try budgets.insideBound("Σα until SGD reaches ξ"),
            ], excluded: passages.exclusions + budgets.exclusions, table: passages.table)
    }
}
