// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Theory

extension Claim {
    /// B9 for η > ½: where a step's quantum is longer than the zone of rest.
    static let roundingCycle = Claim(
        id: "B9-cycle", title: "A dead weight that arrives among the subnormals with η up to 1 comes to rest; beyond, most leap about for ever",
        level: .laboratory,
        statement:
            "A step is a whole number of quanta F/d = η·F/(αλ), the zone of rest is F/(αλ) wide. At η ≤ 1 the weight ends at rest under (F/2)(1/α + 1/(1−β₁))/λ. At η > 1 it "
            + "ends under the sum of all roundings through the linear recursion, (F/2)[η·Σ|u_k − β₁u_{k−1}|/α + (2−β₁)·η·Σ|u_k|]/λ, and from η = 2 on most weights never rest.",
        prediction: "η ≤ 1: at rest under (F/2)(1/α + 1/(1−β₁))/λ; η > 1: under the sum of all roundings; η > 2: most still moving after 5,000 steps",
        source:
            "theory notes B9, of which F·max(½, η)/(αλ) was a guess; the bound is derived at StallLevel; that most weights move from η = 2 on was found by simulation, not derived",
        hypotheses: [.isAdam, .decays, .correctionSpent, .spentMemory, .under(0.9)],
        experiment:
            "1,000 weights under Adam with β₁ 0, 0.5, 0.9, 0.99, its memory spent (v = 0), from 10³…10⁴ times F/(2αλ), η log-uniform 0.05…0.9·η*; α 1e-4…1e-2, λ 1e-5…1e-2; "
            + "5,000 steps in float32 and in float64",
        test: "share at rest, and largest |w| of the last 400 steps against the law",
        falsifier:
            "more than 5 % of weights at η ≤ 1 that move or stand above the zone of rest, more than 1 % above the bound, or fewer than half of those at η > 2 still moving"
    ) { trial in
        let (steps, window) = (5_000, 400)
        var random = trial.random("claim-B9-cycle")
        let draws = try (0..<trial.count(1_000)).map { index in
            let beta1 = [0, 0.5, 0.9, 0.99][index % 4]
            let edge = try StabilityThreshold.effectiveDecay(.adam(beta1: beta1))
            return (
                beta1: beta1, learningRate: random.logUniform(in: 1e-4..<1e-2), l2: random.logUniform(in: 1e-5..<1e-2),
                effectiveDecay: random.logUniform(in: 0.05..<0.9 * edge), start: random.logUniform(in: 1e3..<1e4)
            )
        }
        var (resting, restingTotal, inside, total, moving, movingTotal, guessed) = (0, 0, 0, 0, 0, 0, 0)
        var rows: [[Double]] = []
        let formats: [(Arithmetic, smallest: Double)] = [
            (.float32, Double(Float.leastNonzeroMagnitude)), (.float64, .leastNonzeroMagnitude),
        ]
        for (index, (arithmetic, smallest)) in formats.enumerated() {
            let cases = draws.map { draw in
                let weight = draw.start * smallest / (2 * draw.learningRate * draw.l2)
                return LaboratoryCase(
                    rule: .adam(beta1: draw.beta1, epsilon: draw.learningRate * draw.l2 / draw.effectiveDecay),
                    learningRate: .constant(draw.learningRate), l2: draw.l2,
                    weight: DeadWeight(weight: weight, firstMoment: draw.l2 * weight, secondMoment: 0))
            }
            let measurement = LaboratoryMeasurement(rmsWindow: steps - window..<steps + 1, samples: [steps - 2, steps - 1, steps])
            let outcomes = try trial.run(
                cases, in: arithmetic, steps: steps, measuring: measurement, share: 0.5 * Double(index)...0.5 * Double(index + 1))
            for (draw, outcome) in zip(draws, outcomes) {
                let eta = draw.effectiveDecay
                let rest = try StallLevel.rest(smallest: smallest, learningRate: draw.learningRate, l2: draw.l2, beta1: draw.beta1)
                let reach = try StallLevel.reach(
                    smallest: smallest, learningRate: draw.learningRate, l2: draw.l2, beta1: draw.beta1, effectiveDecay: eta)
                let isStill = Set(outcome.sampledWeights).count == 1
                if eta <= 1 {
                    restingTotal += 1
                    if isStill, outcome.largestMagnitude <= rest { resting += 1 }
                } else {
                    total += 1
                    if outcome.largestMagnitude <= reach { inside += 1 }
                    if outcome.largestMagnitude <= max(0.5, eta) * smallest / (draw.learningRate * draw.l2) { guessed += 1 }
                }
                if eta > 2 {
                    movingTotal += 1
                    if !isStill { moving += 1 }
                }
                rows.append([
                    Double(index), draw.beta1, draw.learningRate, draw.l2, eta, outcome.largestMagnitude, rest, reach, isStill ? 0 : 1,
                ])
            }
        }
        if min(restingTotal, total, movingTotal) < 10 { throw ClaimError.tooFewCases(law: "B9-cycle", found: min(restingTotal, total), least: 10) }
        let shares = try quantile(0.5, of: rows.filter { $0[4] > 1 && $0[8] == 1 }.map { $0[5] / $0[7] })
        return Measurement(
            [
                try .share("share of weights with η ≤ 1 at rest under (F/2)(1/α + 1/(1−β₁))/λ", resting, of: restingTotal, atLeast: 0.95),
                try .share("share of weights with η > 1 that end under the bound", inside, of: total, atLeast: 0.99),
                try .share("share of weights with η > 2 still moving", moving, of: movingTotal, atLeast: 0.5),
            ],
            notes: [
                "the guess F·max(½, η)/(αλ) holds for \(guessed) of \(total) weights with η > 1",
                "median of the largest |w| over the bound, moving weights: \(brief(shares))",
            ],
            table: MeasuredTable(
                columns: ["float64", "beta1", "learningRate", "l2", "effectiveDecay", "largest", "rest", "reach", "moves"], rows: rows))
    }
}
