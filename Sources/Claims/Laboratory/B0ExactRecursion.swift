// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Theory

extension Claim {
    /// B0: optimiser and theory agree on a dead weight to the last bit.
    static let exactRecursion = Claim(
        id: "B0", title: "The scalar recursion reproduces a dead weight bit for bit", level: .laboratory,
        statement:
            "From (w, m, v, t) at the last data gradient the recursion of one weight alone gives every later weight, in the same recipe and precision.",
        source: "theory notes B0",
        experiment: "1,000 weights over every optimiser and variant, in float32 and float64, with bias correction from a drawn step, 300 steps "
            + "across a drop of the rate",
        test: "every sampled weight of the optimiser equals the theory's own recursion, which shares no code with it",
        falsifier: "one weight that differs in one bit"
    ) { trial in
        var random = trial.random("B0")
        let perRule = trial.count(40)
        let cases = DeadWeightRule.family.flatMap { rule in
            (0..<perRule).map { _ in
                let first = Int(random.integer(below: 2_000))
                let weight = random.uniform(in: -1..<1)
                let l2 = 1e-4 + random.uniform(in: 0..<0.02)
                let root = l2 * weight.magnitude * (0.5 + 10 * random.uniform())
                let alpha = 1e-4 + 5e-3 * random.uniform()
                return LaboratoryCase(
                    rule: rule, learningRate: LearningRate(limit: alpha / 2, settledFrom: first + 150) { $0 < first + 150 ? alpha : alpha / 2 },
                    l2: l2,
                    weight: DeadWeight(
                        weight: weight, firstMoment: root * random.uniform(in: -1..<1), secondMoment: root * root,
                        auxiliary: rule == .amsgrad() ? 1.5 * root * root : 0, momentumProduct: 0.5, step: first))
            }
        }
        let measurement = LaboratoryMeasurement(samples: [1, 2, 3, 5, 10, 30, 100, 150, 151, 152, 155, 200, 300])
        var comparisons: [Comparison] = []
        for (index, arithmetic) in [Arithmetic.float64, .float32].enumerated() {
            let half = Double(index) / 2
            let measured = try trial.run(cases, in: arithmetic, steps: 300, measuring: measurement, share: half...half + 0.5)
            let predicted = try Laboratory(arithmetic: arithmetic, threads: trial.threads, engine: .exactRecursion)
                .run(cases, steps: 300, measuring: measurement)
            let departures = zip(measured, predicted).count { $0.sampledWeights != $1.sampledWeights }
            comparisons.append(
                .noException("weights that depart from the recursion in \(arithmetic.rawValue)", exceptions: departures, of: cases.count))
        }
        return Measurement(comparisons)
    }
}
