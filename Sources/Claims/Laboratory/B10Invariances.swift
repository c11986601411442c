// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Optimizers
import RealModule
import Theory

extension Claim {
    /// B10 (i)–(iii): what a change of scale by a power of two leaves alone, to the bit.
    static let invariances = Claim(
        id: "B10", title: "Adam on a dead weight keeps three symmetries to the bit", level: .laboratory,
        statement:
            "(i) λ→2ᵏλ, m₀→2ᵏm₀, v₀→4ᵏv₀, ε→2ᵏε: same w. (ii) w₀, α→2ᵏ·, m₀→2ᵏ·, v₀→4ᵏ·, ε→2ᵏε: w scales by 2ᵏ. (iii) (w, m) → −(w, m): w changes sign.",
        prediction: "every bit of every weight of the transformed case, from the untransformed one",
        source: "theory notes B10; (ii) needs ε→2ᵏε too, which the notes leave out",
        hypotheses: [.isAdam, .decays, .normalState],
        experiment:
            "1,000 weights under Adam, β₁ 0…0.99, β₂ 0.9…0.9999, k = ±1…±8, float64 and float32, 200 steps with bias correction, weights and moments in the "
            + "normal range throughout",
        test: "every sampled weight of the transformed case equals the transformed weight",
        falsifier: "one weight that differs in one bit"
    ) { trial in
        var random = trial.random("B10")
        var grid = LaboratoryGrid.deadWeights(beta1: .everyBeta1, forgetting: .everyForgetting)
        grid.secondMoment = .memory(.logUniform(1..<1e4))
        grid.step = 3
        let cases = try grid.draw(trial.count(1_000), seed: trial.seed, name: "claim-B10", LaboratoryGrid.adam)
        let powers = cases.map { _ in
            let k = 1 + Int(random.integer(below: 8))
            return Double(sign: .plus, exponent: random.uniform() < 0.5 ? k : -k, significand: 1)
        }
        let samples = LaboratoryMeasurement(samples: Array(1...200))
        let transformations: [(String, (LaboratoryCase, Double) -> LaboratoryCase, (Double) -> Double)] = [
            ("(i) λ scaled", { $0.scaled(l2: $1, weight: 1) }, { _ in 1 }), ("(ii) w and α scaled", { $0.scaled(l2: 1, weight: $1) }, { $0 }),
            ("(iii) w and m negated", { one, _ in one.negated }, { _ in -1 }),
        ]
        var (comparisons, exclusions): ([Comparison], [Exclusion]) = ([], [])
        for arithmetic in [Arithmetic.float64, .float32] {
            let plain = try trial.run(cases, in: arithmetic, steps: 200, measuring: samples)
            let inRange = zip(cases, plain).map { $0.staysNormal($1, in: arithmetic) }
            exclusions.append(
                Exclusion(inRange.count { !$0 }, of: cases.count, because: "v or a term of it leaves the normal range of \(arithmetic.rawValue)"))
            for (name, transform, factor) in transformations {
                let moved = try trial.run(zip(cases, powers).map(transform), in: arithmetic, steps: 200, measuring: samples)
                let exceptions = cases.indices.count { index in
                    inRange[index] && plain[index].sampledWeights.map { $0 * factor(powers[index]) } != moved[index].sampledWeights
                }
                comparisons.append(
                    .noException("\(name), \(arithmetic.rawValue): weights that depart", exceptions: exceptions, of: inRange.count { $0 }))
            }
        }
        return Measurement(comparisons, excluded: exclusions)
    }

    /// B10 (v): the sharp bound of a step.
    static let stepBound = Claim(
        id: "B10-bound", title: "A step of Adam is at most (1−β₁)/√((1−β₂)(1−β₁²/β₂)) times α, and can be", level: .laboratory,
        statement:
            "|m|/√v ≤ (1−β₁)/√((1−β₂)(1−β₁²/β₂)), 7.27 at the defaults, attained by g_t ∝ (β₂/β₁)ᵗ. The 3.16 = 1/√(1−β₂)·… often quoted is no bound.",
        prediction: "largest |Δw|/α = (1−β₁)/√((1−β₂)(1−β₁²/β₂)) under extremal gradients, to 0.1 %, and no step above it under any",
        source: "theory notes B10 (v), by Cauchy and Schwarz",
        hypotheses: [.noEpsilon, .forgetsFirstMomentSooner, .emptyMoments, .correctionSpent],
        experiment:
            "1,000 pairs of β₁ 0.1…0.95 and β₂ 0.9…0.9999 with β₁² < 0.99·β₂ (nearer, the bound is reached only after thousands of steps), without bias correction, ε = 0, float64: the extremal gradients, and drawn ones with "
            + "sizes over six decades",
        test: "the largest step over α with extremal gradients against the bound; no step of any sequence above it",
        falsifier: "a step above the bound, or extremal gradients that stay 0.1 % below it"
    ) { trial in
        var random = trial.random("B10-bound")
        let count = trial.count(1_000)
        var (attained, exceeded): ([Double], Int) = ([], 0)
        for _ in 0..<count {
            let beta1 = 0.1 + 0.85 * random.uniform()
            let beta2 = 1 - 1e-4 * Double.pow(1_000, random.uniform())
            if beta1 * beta1 >= 0.99 * beta2 { continue }
            let bound = try StepBound.momentRatio(beta1: beta1, beta2: beta2).value
            // The sum's tail falls by β₁²/β₂ a step; 40 nats leave nothing.
            let steps = Int((40 / -Double.log(beta1 * beta1 / beta2)).rounded(.up))
            let growth = beta2 / beta1
            let extremal = (0..<steps).map { Double.pow(growth, Double($0 - steps)) }
            let drawn = (0..<400).map { _ in Double.pow(10, 6 * random.uniform() - 3) * (random.uniform() < 0.5 ? -1 : 1) }
            try trial.checkHypotheses([
                LaboratoryCase(
                    rule: .adam(beta1: beta1, beta2: beta2, epsilon: 0), learningRate: .constant(1), l2: 0, weight: DeadWeight(weight: 0))
            ])
            let rule = Adam(learningRate: 1, beta1: beta1, beta2: beta2, epsilon: 0)
            attained.append(try Self.largestStep(of: trial.subject.rule(rule), gradients: extremal) / bound)
            // Rounding of the recursion, some eight operations a step with forgetting.
            if try Self.largestStep(of: trial.subject.rule(rule), gradients: drawn) > bound * (1 + 1e-12) { exceeded += 1 }
        }
        return Measurement([
            try .quantile(
                "relative distance of the largest step of extremal gradients from the bound (95 % quantile)", of: attained.map { ($0 - 1).magnitude },
                0.95,
                atMost: 1e-3),
            .noException("sequences with a step above the bound", exceptions: exceeded + attained.count { $0 > 1 + 1e-12 }, of: 2 * attained.count),
        ])
    }

    /// The largest |Δw| over a sequence of data gradients at λ = 0, from zero moments, bias correction spent.
    private static func largestStep(of rule: any UpdateRule, gradients: [Double]) throws -> Double {
        let optimizer = try Optimizer<Double>(rule: rule, parameters: [OptimizedParameter(name: "weight", count: 1)])
        try optimizer.plant(Double(1 << 50), as: "step", of: 0)
        var largest = 0.0
        for gradient in gradients {
            var weight = [0.0]
            weight.withUnsafeMutableBufferPointer { w in
                [gradient].withUnsafeBufferPointer { g in
                    optimizer.update(parameter: 0, weights: w, gradient: g, learningRate: rule.learningRate, l2: 0)
                }
            }
            largest = max(largest, weight[0].magnitude)
        }
        return largest
    }
}

extension LaboratoryCase {
    /// λ times `l2`, w and α times `weight`, powers of two; moments and ε follow the gradient λw.
    fileprivate func scaled(l2 factor: Double, weight scale: Double) -> LaboratoryCase {
        guard case .adam(let beta1, let beta2, let epsilon, let placement) = rule else { return self }
        var one = self
        let gradient = factor * scale
        one.l2 *= factor
        one.learningRate = .constant(learningRate[0] * scale)
        one.weight.weight *= scale
        one.weight.firstMoment *= gradient
        one.weight.secondMoment *= gradient * gradient
        one.rule = .adam(beta1: beta1, beta2: beta2, epsilon: epsilon * gradient, placement: placement)
        return one
    }

    /// Whether v and the terms (1−β₂)λ²w² that enter it stay normal numbers along a path, scaled down by 4⁸ as well.
    fileprivate func staysNormal(_ outcome: LaboratoryOutcome, in arithmetic: Arithmetic) -> Bool {
        let smallest = (arithmetic == .float32 ? Double(Float.leastNormalMagnitude) : Double.leastNormalMagnitude) * 65_536
        let forgetting = 1 - (rule.secondMomentDecay ?? 0)
        let gradients = outcome.sampledWeights.map { l2 * $0 }
        return gradients.allSatisfy { forgetting * $0 * $0 >= smallest } && outcome.sampledSecondMoments.allSatisfy { $0 >= smallest }
    }

    fileprivate var negated: LaboratoryCase {
        var one = self
        one.weight.weight.negate()
        one.weight.firstMoment.negate()
        return one
    }
}
