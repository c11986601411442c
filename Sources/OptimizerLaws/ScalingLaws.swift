// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Statistics

/// 2ᵏ for k of −6 … 6 but 0, drawn from a case's choices.
private func factor(of trial: LawCase) -> Double {
    var choices = trial.choices
    let exponent = Int(choices.integer(below: 12)) - 6
    return Double(sign: .plus, exponent: exponent < 0 ? exponent : exponent + 1, significand: 1)
}

/// The first weight of `scaled` that is not `c` times that of `plain`, in words.
///
/// Nil as well if a number comes near the ends of the exponent range, where scaling does not commute with rounding.
private func mismatch<Scalar: OptimizerScalar>(_ plain: RuleRun<Scalar>, _ scaled: RuleRun<Scalar>, times c: Double, step: Int) -> String? {
    let lowest = Scalar.leastNormalMagnitude * 0x1p24, highest = Scalar.greatestFiniteMagnitude * 0x1p-24
    let extremes = (plain.weights + plain.memory + scaled.weights + scaled.memory).contains {
        !$0.isZero && ($0.magnitude < lowest || $0.magnitude > highest)
    }
    guard !extremes else { return nil }
    for j in plain.weights.indices where !sameValue(plain.weights[j] * Scalar(c), scaled.weights[j]) {
        return "weight \(j) after step \(step + 1) is \(plain.weights[j]), but \(scaled.weights[j]) in the run scaled by \(c)"
    }
    return nil
}

/// Weights and α in another unit.
struct WeightScaling: CaseLaw {
    let law = OptimizerLaw.weightScaling
    let rule: any UpdateRule

    func violation<Scalar: OptimizerScalar>(in trial: LawCase, _: Scalar.Type) -> String? {
        let c = factor(of: trial)
        var plain = RuleRun<Scalar>(rule, trial), scaled = plain
        scaled.weights = plain.weights.map { $0 * Scalar(c) }
        scaled.decoupledDecay /= c
        for (step, row) in trial.gradients.enumerated() {
            let gradient = row.map { Scalar($0) }
            plain.advance(gradient: gradient, learningRate: trial.learningRate, l2: trial.l2)
            scaled.advance(gradient: gradient, learningRate: trial.learningRate * c, l2: trial.l2 / c)
            if let found = mismatch(plain, scaled, times: c, step: step) { return found }
        }
        return nil
    }
}

/// Gradients in another unit.
struct GradientUnits: CaseLaw {
    let law = OptimizerLaw.gradientScaling
    let rule: any UpdateRule
    let degree: Int
    /// The rule with its constants in the unit that is smaller by `c`.
    let rescaled: (_ c: Double) -> any UpdateRule

    func violation<Scalar: OptimizerScalar>(in trial: LawCase, _: Scalar.Type) -> String? {
        let c = factor(of: trial)
        var alpha = trial.learningRate
        for _ in 0..<degree.magnitude { alpha = degree > 0 ? alpha / c : alpha * c }
        var plain = RuleRun<Scalar>(rule, trial), scaled = RuleRun<Scalar>(rescaled(c), trial)
        scaled.decoupledDecay *= trial.learningRate / alpha
        for (step, row) in trial.gradients.enumerated() {
            plain.advance(gradient: row.map { Scalar($0) }, learningRate: trial.learningRate, l2: trial.l2)
            scaled.advance(gradient: row.map { Scalar($0 * c) }, learningRate: alpha, l2: trial.l2 * c)
            if let found = mismatch(plain, scaled, times: 1, step: step) { return found }
        }
        return nil
    }
}
