// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import RealModule
import Theory

extension Claim {
    /// B9: where a number format holds a dead weight up.
    static let precision = Claim(
        id: "B9", title: "Float32 holds a dead weight up among the subnormals; flushing them to zero, far above", level: .laboratory,
        statement:
            "Below the edge a float64 weight goes on falling where a float32 weight stalls, as a rule not at 0 (a start commensurable with the steps may end there): once α·m rounds to zero no step is made, and m has settled "
            + "at λw, so |w| stays where it is under F/(2αλ), F = 1.4e-45 the smallest subnormal. With flush-to-zero the smallest product is F_min = 1.2e-38, so it "
            + "stalls under F_min/(αλ), higher.",
        prediction:
            "float32 ends at (F/2)(1/α + 1/(1−β₁))/λ at most and not at 0, with flush-to-zero at F_min(1/α + 1/(1−β₁))/λ at most and above the "
            + "former, float64 passes 1e-60",
        source: "theory notes B9, whose range 1e-41…1e-37 for float32 is that of F/(2αλ) over the drawn α and λ",
        hypotheses: [.isAdam, .decays, .correctionSpent, .ownMoments, .under(0.9)],
        experiment:
            "1,000 weights under Adam at β = (0.9, 0.999) with αλ/ε between 1 and 0.9·η*, whose envelope is foretold to pass 1e-60; the same cases in float64, in "
            + "float32, and in float32 with flush-to-zero; 30,000 steps",
        test:
            "float64 passes 1e-60 as foretold; where the float32 weight ends, as rms over the last 200 steps, against the law (both with what m, held up by its own rounding, adds: 1/(1−β₁) "
            + "for 1/α)",
        falsifier:
            "float64 weights that stall, more than 5 % of float32 weights that reach 0 or stay above the law, or weights with flush-to-zero that fall further than without"
    ) { trial in
        let longest = 30_000
        let drawn = try LaboratoryGrid.deadWeights().draw(trial.count(1_000), seed: trial.seed, name: "claim-B9", LaboratoryGrid.adam)
        var reasons: [String: Int] = [:]
        let cases = try drawn.filter { one in
            let edge = try StabilityThreshold.effectiveDecay(one.rule)
            let limit = try StabilityThreshold.effectiveDecayLimit(one.rule, learningRate: one.learningRate[0], l2: one.l2)
            guard limit > 1, limit < 0.9 * edge else { reasons["αλ/ε outside 1 … 0.9·η*", default: 0] += 1; return false }
            let path = try AdiabaticPassage.predict(
                one.weight, rule: one.rule, learningRate: one.learningRate, l2: one.l2, threshold: 1e-60, budget: longest - 2_000)
            guard path.passage != nil else { reasons["not under 1e-60 within \(longest - 2_000) steps", default: 0] += 1; return false }
            return true
        }
        if cases.count < 10 { throw ClaimError.tooFewCases(law: "B9", found: cases.count, least: 10) }
        let measurement = LaboratoryMeasurement(thresholds: [1e-60], rmsWindow: longest - 200..<longest + 1)
        let double = try trial.run(cases, steps: longest, measuring: measurement, share: 0...0.33)
        let single = try trial.run(cases, in: .float32, steps: longest, measuring: measurement, share: 0.33...0.66)
        let flushed = try trial.run(cases, in: .float32, flushesSubnormals: true, steps: longest, measuring: measurement, share: 0.66...1)
        let rows = zip(zip(cases, double), zip(single, flushed)).map { head, tail in
            let (one, wide) = head
            let alpha = one.learningRate[0]
            func rest(_ smallest: Double, flushes: Bool) -> Double {
                let beta1 = one.rule.firstMomentDecay
                return (try? StallLevel.rest(smallest: smallest, flushes: flushes, learningRate: alpha, l2: one.l2, beta1: beta1)) ?? .nan
            }
            let limit = (try? StabilityThreshold.effectiveDecayLimit(one.rule, learningRate: alpha, l2: one.l2)) ?? .nan
            // Rounded to nearest, a product is lost under half the smallest number; flushed, under the whole of it.
            let (stall, flushedStall) = (
                rest(Double(Float.leastNonzeroMagnitude), flushes: false), rest(Double(Float.leastNormalMagnitude), flushes: true)
            )
            return [
                alpha, one.l2, limit, wide.finalState.weight.magnitude, tail.0.rms ?? .nan, stall, tail.1.rms ?? .nan, flushedStall,
            ]
        }
        let count = cases.count
        return Measurement(
            [
                try .share(
                    "share of float32 weights that stall at F/(2αλ) at most, and not at 0",
                    rows.count { $0[4] >= Double(Float.leastNonzeroMagnitude) && $0[4] <= $0[5] }, of: count, atLeast: 0.95),
                try .share("share of float64 weights that pass 1e-60", double.count { $0.passages[0] != nil }, of: count, atLeast: 0.99),
                try .share(
                    "share of weights with flush-to-zero that stall at F_min/(αλ) at most", rows.count { $0[6] <= $0[7] }, of: count, atLeast: 0.95),
                try .share(
                    "share of weights with flush-to-zero that stall above the float32 ones", rows.count { $0[6] > $0[4] }, of: count, atLeast: 0.95),
            ], excluded: reasons.sorted { $0.key < $1.key }.map { Exclusion($0.value, of: drawn.count, because: $0.key) },
            notes: [
                "median of the stall: float32 \(brief(try quantile(0.5, of: rows.map { $0[4] }))), with flush-to-zero \(brief(try quantile(0.5, of: rows.map { $0[6] }))), "
                    + "F_min/(αλ) \(brief(try quantile(0.5, of: rows.map { $0[7] })))"
            ],
            table: MeasuredTable(
                columns: ["learningRate", "l2", "effectiveDecayLimit", "float64", "float32", "float32Stall", "float32Flushed", "flushedStall"],
                rows: rows))
    }
}
