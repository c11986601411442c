// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Statistics

/// The same start gives the same bits twice: a rule keeps nothing outside its state.
struct Determinism: CaseLaw {
    let law = OptimizerLaw.determinism
    let rule: any UpdateRule

    func violation<Scalar: OptimizerScalar>(in trial: LawCase, _: Scalar.Type) -> String? {
        var first = RuleRun<Scalar>(rule, trial), second = first
        first.advance(through: trial)
        second.advance(through: trial)
        return difference(first, second, "the first time", "the second time")
    }
}

/// Weight j of the result depends on entry j of the inputs only.
struct Elementwise: CaseLaw {
    let law = OptimizerLaw.elementwise
    let rule: any UpdateRule

    func violation<Scalar: OptimizerScalar>(in trial: LawCase, _: Scalar.Type) -> String? {
        let count = trial.weights.count
        var choices = trial.choices
        let order = choices.permutation(of: count)
        let cuts = (0..<Int(choices.integer(below: 3)) + 1).map { _ in Int(choices.integer(below: UInt64(count + 1))) }.sorted()
        var whole = RuleRun<Scalar>(rule, trial), cut = whole
        whole.advance(through: trial)
        for row in trial.gradients {
            cut.advance(gradient: row.map { Scalar($0) }, learningRate: trial.learningRate, l2: trial.l2, cuts: cuts)
        }
        if let found = difference(whole, cut, "in one piece", "if cut before \(cuts)") { return found }

        var permuted = trial
        permuted.weights = order.map { trial.weights[$0] }
        permuted.gradients = trial.gradients.map { row in order.map { row[$0] } }
        var moved = RuleRun<Scalar>(rule, permuted)
        moved.advance(through: permuted)
        for (place, j) in order.enumerated() where !sameBits(moved.weights[place], whole.weights[j]) {
            return "weight \(j) is \(whole.weights[j]), but \(moved.weights[place]) if it stands at place \(place)"
        }
        return nil
    }
}

/// Copied state continues the run.
struct StateRoundTrip: CaseLaw {
    let law = OptimizerLaw.stateRoundTrip
    let rule: any UpdateRule

    func violation<Scalar: OptimizerScalar>(in trial: LawCase, _: Scalar.Type) throws -> String? {
        let half = (trial.gradients.count + 1) / 2
        var run = try OptimizerRun<Scalar>(rule, weights: trial.weights.map { Scalar($0) })
        try run.optimizer.plant(Double(trial.stepsBefore), as: "step", of: 0)
        for row in trial.gradients[..<half] { run.advance(row, trial) }
        var resumed = try OptimizerRun<Scalar>(rule, weights: run.weights)
        for name in run.optimizer.stateNames { try resumed.optimizer.plant(run.optimizer.state(name, of: 0), as: name, of: 0) }
        for name in run.optimizer.scalarNames { try resumed.optimizer.plant(run.optimizer.scalar(name, of: 0), as: name, of: 0) }
        for (step, row) in trial.gradients.enumerated().dropFirst(half) {
            run.advance(row, trial)
            resumed.advance(row, trial)
            for j in run.weights.indices where !sameBits(run.weights[j], resumed.weights[j]) {
                return "weight \(j) after step \(step + 1) is \(run.weights[j]), but \(resumed.weights[j]) resumed after step \(half)"
            }
        }
        for name in run.optimizer.stateNames {
            for (kept, planted) in zip(try run.optimizer.state(name, of: 0), try resumed.optimizer.state(name, of: 0))
            where !sameBits(kept, planted) {
                return "\(name) is \(kept) in the end, but \(planted) resumed after step \(half)"
            }
        }
        return nil
    }

    /// One parameter in an ``Optimizer``.
    private struct OptimizerRun<Scalar: OptimizerScalar> {
        let optimizer: Optimizer<Scalar>
        var weights: [Scalar]

        init(_ rule: any UpdateRule, weights: [Scalar]) throws {
            optimizer = try Optimizer(rule: rule, parameters: [OptimizedParameter(name: "w", count: weights.count)])
            self.weights = weights
        }

        mutating func advance(_ gradient: [Double], _ trial: LawCase) {
            let optimizer = optimizer
            weights.withUnsafeMutableBufferPointer { weights in
                gradient.map { Scalar($0) }.withUnsafeBufferPointer {
                    optimizer.update(parameter: 0, weights: weights, gradient: $0, learningRate: trial.learningRate, l2: trial.l2)
                }
            }
        }
    }
}

/// (w, g) → −(w, g) mirrors the run; which state tensors are odd and which even is found out.
struct SignSymmetry: CaseLaw {
    let law = OptimizerLaw.signSymmetry
    let rule: any UpdateRule

    func violation<Scalar: OptimizerScalar>(in trial: LawCase, _: Scalar.Type) -> String? {
        var mirroredTrial = trial
        mirroredTrial.weights = trial.weights.map { -$0 }
        mirroredTrial.gradients = trial.gradients.map { $0.map { -$0 } }
        var run = RuleRun<Scalar>(rule, trial), mirrored = RuleRun<Scalar>(rule, mirroredTrial)
        run.advance(through: trial)
        mirrored.advance(through: mirroredTrial)
        for j in run.weights.indices where !sameValue(run.weights[j], -mirrored.weights[j]) {
            return "weight \(j) is \(run.weights[j]), but \(mirrored.weights[j]) in the mirrored run"
        }
        for (index, name) in rule.stateNames.enumerated() {
            let pairs = zip(run.tensor(index), mirrored.tensor(index))
            guard pairs.allSatisfy({ sameValue($0, -$1) }) || pairs.allSatisfy({ sameValue($0, $1) }) else {
                return "\(name) is \(run.tensor(index)), but \(mirrored.tensor(index)) in the mirrored run: neither odd nor even"
            }
        }
        return nil
    }
}

/// λ does what adding λw to the gradient does.
struct CoupledGradient: CaseLaw {
    let law = OptimizerLaw.coupledL2
    let rule: any UpdateRule

    func violation<Scalar: OptimizerScalar>(in trial: LawCase, _: Scalar.Type) -> String? {
        var coupled = RuleRun<Scalar>(rule, trial), added = coupled
        coupled.advance(through: trial)
        for row in trial.gradients {
            let gradient = zip(row, added.weights).map { Scalar($0).regularised(weight: $1, l2: Scalar(trial.l2)) }
            added.advance(gradient: gradient, learningRate: trial.learningRate, l2: 0)
        }
        return difference(coupled, added, "with λ", "with λw added to the gradient")
    }
}

/// A weight that nothing pulls stays.
struct Rest: CaseLaw {
    let law = OptimizerLaw.rest
    let rule: any UpdateRule

    func violation<Scalar: OptimizerScalar>(in trial: LawCase, _: Scalar.Type) -> String? {
        var run = RuleRun<Scalar>(rule, trial)
        let nothing = [Scalar](repeating: 0, count: run.weights.count)
        let shrink = Scalar(1 - trial.learningRate * run.decoupledDecay)
        for step in 1...trial.gradients.count {
            let before = run.weights
            run.advance(gradient: nothing, learningRate: trial.learningRate, l2: 0)
            for j in before.indices {
                let expected = before[j] * shrink
                // A decay may be written as w − αωw, which rounds otherwise; no decay leaves nothing to round.
                let slack = run.decoupledDecay == 0 ? 0 : 2 * before[j].ulp
                guard (run.weights[j] - expected).magnitude <= slack else {
                    return "weight \(j) is \(run.weights[j]) after step \(step) without gradient, and was \(before[j])"
                }
            }
        }
        return nil
    }
}
