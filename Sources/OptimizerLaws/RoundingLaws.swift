// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Statistics

/// Float and Double agree as far as the case's own conditioning lets them.
///
/// How far roundings may carry is measured: the Double run is repeated with weights, state and gradients perturbed by ±2⁻²⁴ (a Float's
/// rounding) at every step. The Float run may depart by ``slack`` times the largest departure of those, or times a rounding of the largest
/// |w| on the way.
struct PrecisionAgreement: CaseLaw {
    let law = OptimizerLaw.precisionAgreement
    let rule: any UpdateRule

    /// Perturbed runs; the largest of so few may be some times below what roundings that all point one way would do.
    private static let perturbedRuns = 6
    /// A step has several roundings, and each weight gets but one perturbation a number.
    private static let slack = 64.0
    /// Steps compared: enough for every branch, too few for chaos.
    private static let steps = 8

    func violation<Scalar: OptimizerScalar>(in trial: LawCase, _: Scalar.Type) -> String? {
        var exact = RuleRun<Double>(rule, weights: trial.weights.map { Double(Float($0)) }, stepsBefore: trial.stepsBefore)
        var single = RuleRun<Float>(rule, weights: exact.weights.map { Float($0) }, stepsBefore: trial.stepsBefore)
        var perturbed = Array(repeating: exact, count: Self.perturbedRuns)
        var choices = trial.choices, largest = exact.weights.map(\.magnitude)
        func perturbation() -> Double { choices.next() & 1 == 0 ? 1 + 0x1p-24 : 1 - 0x1p-24 }
        for (step, row) in trial.gradients.prefix(Self.steps).enumerated() {
            let gradient = row.map { Float($0) }
            exact.advance(gradient: gradient.map { Double($0) }, learningRate: trial.learningRate, l2: trial.l2)
            single.advance(gradient: gradient, learningRate: trial.learningRate, l2: trial.l2)
            for index in perturbed.indices {
                perturbed[index].advance(
                    gradient: gradient.map { Double($0) * perturbation() }, learningRate: trial.learningRate, l2: trial.l2)
                for j in perturbed[index].weights.indices { perturbed[index].weights[j] *= perturbation() }
                for j in perturbed[index].memory.indices { perturbed[index].memory[j] *= perturbation() }
            }
            for j in exact.weights.indices where exact.weights[j].isFinite {
                let spread = perturbed.map { ($0.weights[j] - exact.weights[j]).magnitude }.max() ?? 0
                largest[j] = max(largest[j], exact.weights[j].magnitude)
                let departure = (Double(single.weights[j]) - exact.weights[j]).magnitude
                guard departure <= Self.slack * max(spread, largest[j] * 0x1p-24) else {
                    return """
                        weight \(j) after step \(step + 1) is \(exact.weights[j]) in Double, but \(single.weights[j]) in Float; \
                        perturbing every step by a Float's rounding moves it by \(spread)
                        """
                }
            }
        }
        return nil
    }
}

/// Finite inputs whose squares are finite give finite outputs.
struct Finiteness: CaseLaw {
    let law = OptimizerLaw.finiteness
    let rule: any UpdateRule
    let magnitudes = LawCase.Magnitudes.extreme

    func violation<Scalar: OptimizerScalar>(in trial: LawCase, _: Scalar.Type) -> String? {
        var run = RuleRun<Scalar>(rule, trial)
        for (step, row) in trial.gradients.enumerated() {
            run.advance(gradient: row.map { Scalar($0) }, learningRate: trial.learningRate, l2: trial.l2)
            if let j = run.weights.firstIndex(where: { !$0.isFinite }) { return "weight \(j) is \(run.weights[j]) after step \(step + 1)" }
            if let j = run.memory.firstIndex(where: { !$0.isFinite }) {
                let (tensor, entry) = j.quotientAndRemainder(dividingBy: run.weights.count)
                return "\(rule.stateNames[tensor])[\(entry)] is \(run.memory[j]) after step \(step + 1)"
            }
        }
        return nil
    }
}

/// What the rule tells a probe is what it does.
struct MomentReadings: CaseLaw {
    let law = OptimizerLaw.moments
    let rule: any UpdateRule

    /// Roundings of a step, of the reading and of the comparison, in units of the terms that are added.
    private static let roundings = 64.0

    func violation<Scalar: OptimizerScalar>(in trial: LawCase, _: Scalar.Type) -> String? {
        explanation(of: trial, Scalar.self).violation
    }

    /// True if the rule reports a numerator and a denominator at all.
    var isReported: Bool {
        var random = RandomStream(seed: 0, name: "any case")
        return explanation(of: LawCase(drawnFrom: &random, learningRate: rule.learningRate, magnitudes: .ordinary), Double.self).compared > 0
    }

    private func explanation<Scalar: OptimizerScalar>(of trial: LawCase, _: Scalar.Type) -> (violation: String?, compared: Int) {
        var run = RuleRun<Scalar>(rule, trial)
        var compared = 0
        let alpha = trial.learningRate, shrink = 1 - alpha * run.decoupledDecay
        for (step, row) in trial.gradients.enumerated() {
            let before = run.weights
            let gradient = zip(row, before).map { Scalar($0).regularised(weight: $1, l2: Scalar(trial.l2)) }
            run.advance(gradient: row.map { Scalar($0) }, learningRate: alpha, l2: trial.l2)
            let moments = run.moments(gradient: gradient)
            for j in before.indices where moments.numerator[j].isFinite && moments.denominator[j].isFinite {
                compared += 1
                let explained = alpha * Double(moments.numerator[j]) / Double(moments.denominator[j])
                let old = Double(before[j]) * shrink, new = Double(run.weights[j])
                let terms =
                    old.magnitude + new.magnitude + explained.magnitude
                    + (alpha * Double(gradient[j]) / Double(moments.denominator[j])).magnitude
                guard (old - explained - new).magnitude <= Self.roundings * Double(Scalar.ulpOfOne) * terms else {
                    return (
                        "weight \(j) moved by \(new - old) in step \(step + 1), but −α·numerator/denominator is \(-explained)", compared
                    )
                }
            }
        }
        return (nil, compared)
    }
}
