// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers

/// One parameter under a rule, with its state held here and not by an ``Optimizer``: so that it can be cut, permuted and rescaled.
struct RuleRun<Scalar: OptimizerScalar> {
    let rule: any UpdateRule
    /// ω of the rule's decoupled decay; a law that changes units changes it.
    var decoupledDecay: Double
    var weights: [Scalar]
    /// State tensors one after the other, `weights.count` entries each.
    var memory: [Scalar]
    private(set) var scalarState: [Double]
    private(set) var step: Int

    /// A fresh start, `stepsBefore` steps without gradient later.
    init(_ rule: any UpdateRule, weights: [Scalar], stepsBefore: Int = 0) {
        self.rule = rule
        self.weights = weights
        decoupledDecay = rule.decoupledDecay.weights
        memory = rule.initialState.flatMap { Array(repeating: Scalar($0), count: weights.count) }
        scalarState = rule.initialScalarState
        step = 0
        for _ in 0..<stepsBefore { advanceStep() }
    }

    private mutating func advanceStep() {
        step += 1
        guard !scalarState.isEmpty else { return }
        let (rule, step) = (rule, step)
        scalarState.withUnsafeMutableBufferPointer { rule.advance(scalarState: $0, step: step) }
    }

    /// State tensor `index`.
    func tensor(_ index: Int) -> [Scalar] { Array(memory[index * weights.count..<(index + 1) * weights.count]) }

    /// One step of the whole parameter or, with `cuts`, of its ranges one after the other.
    mutating func advance(gradient: [Scalar], learningRate: Double, l2: Double, cuts: [Int] = []) {
        advanceStep()
        let (count, bounds) = (weights.count, [0] + cuts + [weights.count])
        let (rule, step, decay) = (rule, step, decoupledDecay)
        weights.withUnsafeMutableBufferPointer { weights in
            memory.withUnsafeMutableBufferPointer { memory in
                gradient.withUnsafeBufferPointer { gradient in
                    scalarState.withUnsafeBufferPointer { scalars in
                        // A rule without state still gets an address.
                        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: 1) { nothing in
                            let state = StateTensors(base: memory.baseAddress ?? nothing.baseAddress!, stride: count, count: count)
                            for (from, to) in zip(bounds, bounds.dropFirst()) where from < to {
                                rule.update(
                                    ParameterUpdate(
                                        weights: UnsafeMutableBufferPointer(rebasing: weights[from..<to]),
                                        gradient: UnsafeBufferPointer(rebasing: gradient[from..<to]), state: state.slice(from..<to),
                                        scalarState: scalars, step: step, learningRate: learningRate, l2: l2, decoupledDecay: decay))
                            }
                        }
                    }
                }
            }
        }
    }

    /// What ``UpdateRule/readMoments(_:into:)`` says of the last step, NaN where it writes nothing.
    mutating func moments(gradient: [Scalar]) -> (numerator: [Scalar], denominator: [Scalar]) {
        let (count, rule, step) = (weights.count, rule, step)
        var numerator = [Scalar](repeating: .nan, count: count), root = numerator, denominator = numerator
        memory.withUnsafeMutableBufferPointer { memory in
            gradient.withUnsafeBufferPointer { gradient in
                scalarState.withUnsafeBufferPointer { scalars in
                    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: 1) { nothing in
                        numerator.withUnsafeMutableBufferPointer { numerator in
                            root.withUnsafeMutableBufferPointer { root in
                                denominator.withUnsafeMutableBufferPointer { denominator in
                                    rule.readMoments(
                                        MomentReading(
                                            state: StateTensors(
                                                base: memory.baseAddress ?? nothing.baseAddress!, stride: count, count: count),
                                            scalarState: scalars, step: step, gradient: gradient),
                                        into: MomentBuffers(
                                            firstMoment: numerator, rootSecondMoment: root, denominator: denominator))
                                }
                            }
                        }
                    }
                }
            }
        }
        return (numerator, denominator)
    }
}

extension RuleRun {
    /// The start of a case.
    init(_ rule: any UpdateRule, _ trial: LawCase) {
        self.init(rule, weights: trial.weights.map { Scalar($0) }, stepsBefore: trial.stepsBefore)
    }

    /// All steps of a case.
    mutating func advance(through trial: LawCase) {
        for row in trial.gradients { advance(gradient: row.map { Scalar($0) }, learningRate: trial.learningRate, l2: trial.l2) }
    }
}
