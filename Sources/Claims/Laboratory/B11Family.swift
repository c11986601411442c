// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Theory

extension Claim {
    /// B11: when dead weights under the other optimisers pass ξ.
    static let familyPassages = Claim(
        id: "B11", title: "The adiabatic law foretells the passage under every optimiser with a denominator", level: .laboratory,
        statement:
            "Each optimiser's mode and denominator, put into the adiabatic law, foretell its passage of 1e-15; AMSGrad's is exponential at αλ/(√v_max+ε), AdaGrad's slows "
            + "down to one.",
        prediction: "for each weight the step at which it passes 1e-15 under its rule, with an error bound of its own",
        source: "theory notes B11; modes at StabilityThreshold",
        hypotheses: [.decays, .noFirstMoment, .correctionSpent, .under(0.9)],
        experiment:
            "400 weights a rule, 1,000 under AMSGrad and AdaGrad, of which one in six passes: α 2·10⁻⁴…2·10⁻³ (2,000 times that where there is no denominator), λ "
            + "2·10⁻⁴…10⁻³, w₀ 10⁻²…1, s₀/(λw₀) 5…200, float64, 40,000 steps. Narrower than B3's ranges, in which rules that never forget, or forget ε's place, have no "
            + "passage within the budget; the wide ranges are B3's, and a rule's own part is its mode and denominator",
        test: "share of passages within the law's own bound, rule by rule",
        falsifier: "a rule with more than 5 % of passages outside the bound"
    ) { trial in
        let rules: [DeadWeightRule] = [
            .amsgrad(epsilon: 1e-7), .adaGrad(), .rmsprop(epsilon: 1e-6), .rmsprop(epsilon: 1e-6, momentum: 0.9),
            .rmsprop(epsilon: 1e-6, centered: true),
            .nadam(epsilon: 1e-7), .adamW(epsilon: 1e-7, decay: 1e-3), .adadelta(), .nesterov(), .adam(epsilon: 1e-7, placement: .epsilonHat),
            .adam(epsilon: 1e-13, placement: .insideRoot),
        ]
        return try passages(of: rules, perRule: { ["amsgrad", "adagrad"].contains($0.name) ? 1_000 : 400 }, id: "B11", trial)
    }

    /// B11 for AdaMax, whose passages of 1e-15 lie around the double root: the weakest member of the family.
    static let adaMaxPassages = Claim(
        id: "B11-adamax", title: "The adiabatic law foretells the passage under AdaMax", level: .laboratory,
        statement:
            "u falls at β₂ a step, not √β₂, and turns at once where |g| overtakes it; with it for the denominator the adiabatic law foretells the passage of "
            + "1e-15, where the transition at the double root is part of its error.",
        prediction: "for each weight the step at which it passes 1e-15 under AdaMax, with an error bound of its own",
        source: "theory notes B11; the transition's error at AdiabaticRecursion",
        hypotheses: [.decays, .noFirstMoment, .correctionSpent, .under(0.9)],
        experiment: "1,000 weights as in B11",
        test: "share of passages within the law's own bound",
        falsifier: "more than 5 % of passages outside the bound"
    ) { trial in
        try passages(of: [.adaMax(epsilon: 1e-7)], perRule: { _ in 1_000 }, id: "B11-adamax", trial)
    }

    private static func passages(of rules: [DeadWeightRule], perRule: (DeadWeightRule) -> Int, id: String, _ trial: Trial) throws -> Measurement {
        let longest = 40_000
        var comparisons: [Comparison] = []
        var all = LawTally()
        for (index, rule) in rules.enumerated() {
            var random = trial.random("\(id)-\(rule.label)")
            let isSlow = ["sgd", "adadelta"].contains(rule.name)
            var tally = LawTally()
            var (selected, predictions): ([LaboratoryCase], [Prediction]) = ([], [])
            // AMSGrad and AdaGrad pass within the budget in one case of six: fewer than 60 draws could leave nothing to test.
            for _ in 0..<max(60, trial.count(perRule(rule))) {
                try trial.checkCancellation()
                let (alpha, l2, weight) = (
                    random.logUniform(in: 2e-4..<2e-3) * (isSlow ? 2_000 : 1), random.logUniform(in: 2e-4..<1e-3), random.logUniform(in: 1e-2..<1)
                )
                let root = random.logUniform(in: 5..<200) * l2 * weight
                // AdaMax's u is of the dimension of s.
                let square = rule.name == "adamax" ? root : root * root
                let one = LaboratoryCase(
                    rule: rule, learningRate: .constant(alpha), l2: l2,
                    weight: DeadWeight(weight: weight, secondMoment: square, auxiliary: rule.name == "amsgrad" ? square : 0))
                switch try Claim.foretold(one, below: 1e-15, within: longest) {
                case .passage(let prediction):
                    selected.append(one)
                    predictions.append(prediction)
                case .excluded(let reason):
                    tally.exclude(reason)
                    all.exclude(reason)
                }
            }
            let width = 1 / Double(rules.count)
            let outcomes = try trial.run(
                selected, steps: longest, measuring: LaboratoryMeasurement(thresholds: [1e-15], stopsAfterPassage: true),
                share: Double(index) * width...Double(index + 1) * width)
            for (prediction, outcome) in zip(predictions, outcomes) {
                let measured = outcome.passages[0].map(Double.init) ?? .nan
                tally.add(prediction, measured: measured)
                all.add(prediction, measured: measured)
            }
            try requireCases(tally, atLeast: 5, "\(id) for \(rule.label)")
            comparisons.append(try tally.insideBound("passage under \(rule.label)"))
        }
        return Measurement(comparisons, excluded: all.exclusions, notes: [all.selection], table: all.table)
    }

    /// B11: where dead weights under the other optimisers stay.
    static let familyFloors = Claim(
        id: "B11-floors", title: "Every optimiser above its edge, and every sign method, leaves a dead weight at a floor of its own",
        level: .laboratory,
        statement:
            "RMSprop and NAdam settle on the alternating orbit α/η* − ε/λ, momentum and AdaMax burst around it; sign descent ends in the cycle of |w₀| mod α, Lion in "
            + "triangles of its half period.",
        prediction: "for each weight the rms at which its rule leaves it, with an error bound of its own",
        source: "theory notes B11; Floor, LimitCycle",
        hypotheses: [.decays, .correctionSpent, .above(1.4)],
        experiment:
            "100 weights a rule, 1,000 in all, with αλ/ε at 1.5…30 times the edge (any, for sign methods), α 1e-4…1e-2, λ 1e-5…1e-2, w₀ of sign methods 1e-2…1, float64; rms over "
            + "20,000 steps after 20,000, which is what keeps the number at 100",
        test:
            "rule by rule: share of floors within the law's own bound, and their median relative error. The bounds of rules that burst (Adam, AdamW, momentum 15 %, "
            + "AdaMax 60 %) are not derived but measured, so that the median is what tests them; Lion's is the range from its smallest swing to its largest",
        falsifier: "a rule with more than 5 % of floors outside the bound, or a median relative error above 20 %"
    ) { trial in
        let rules: [DeadWeightRule] = [
            .rmsprop(), .rmsprop(momentum: 0.9), .rmsprop(centered: true), .nadam(beta2: 0.99), .adaMax(beta2: 0.99),
            .adamW(beta2: 0.99, decay: 1e-3),
            .adam(beta2: 0.99, placement: .epsilonHat), .adam(beta2: 0.99, placement: .insideRoot), .signDescent, .lion(),
        ]
        var comparisons: [Comparison] = []
        for (index, rule) in rules.enumerated() {
            var random = trial.random("B11-floors-\(rule.label)")
            var tally = LawTally()
            var (cases, predictions): ([LaboratoryCase], [Prediction]) = ([], [])
            for _ in 0..<trial.count(100) {
                let (alpha, l2) = (random.logUniform(in: 1e-4..<1e-2), random.logUniform(in: 1e-5..<1e-2))
                var weight = random.logUniform(in: 1e-2..<1)
                let prediction: Prediction
                var drawn = rule
                switch rule {
                case .signDescent: prediction = try LimitCycle.signDescent(weight: weight, learningRate: alpha)
                case .lion(let beta1, let beta2, _): prediction = try LimitCycle.lion(beta1: beta1, beta2: beta2, learningRate: alpha)
                default:
                    let edge = try StabilityThreshold.effectiveDecay(rule, learningRate: alpha)
                    drawn = rule.withEffectiveDecayLimit(edge * random.logUniform(in: 1.5..<30), of: alpha * l2) ?? rule
                    prediction = try Floor.rms(drawn, learningRate: alpha, l2: l2)
                    weight = prediction.value
                }
                let root = l2 * weight
                let square = rule.name == "adamax" ? root : root * root
                cases.append(
                    LaboratoryCase(rule: drawn, learningRate: .constant(alpha), l2: l2, weight: DeadWeight(weight: weight, secondMoment: square)))
                predictions.append(prediction)
            }
            let width = 1 / Double(rules.count)
            let outcomes = try trial.run(
                cases, steps: 40_000, measuring: LaboratoryMeasurement(rmsWindow: 20_000..<40_000),
                share: Double(index) * width...Double(index + 1) * width)
            // The measured sum of 20,000 squares rounds at each addition.
            let rounding = 20_000 * Double.ulpOfOne
            for (prediction, outcome) in zip(predictions, outcomes) {
                tally.add(
                    Prediction(prediction.value, errorBound: prediction.errorBound + rounding * prediction.value), measured: outcome.rms ?? .nan)
            }
            comparisons.append(try tally.insideBound("floor under \(rule.label)"))
            comparisons.append(try .quantile("median relative error of the floor under \(rule.label)", of: tally.relativeErrors, atMost: 0.2))
        }
        return Measurement(comparisons)
    }
}
