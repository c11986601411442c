// SPDX-License-Identifier: GPL-3.0-or-later
import Theory

/// One isolated weight with its optimiser: all that a dead weight's future depends on (theory notes B0).
public struct LaboratoryCase: Sendable {
    public var rule: DeadWeightRule
    /// α; its steps count from the weight's own step count, or from 0 if the weight has none.
    public var learningRate: LearningRate
    /// λ of the coupled L2 term, ≥ 0.
    public var l2: Double
    /// (w, m, v, …) at the start; rounded to the laboratory's arithmetic before the first step. A weight without step count has no bias
    /// correction.
    public var weight: DeadWeight<Double>

    public init(rule: DeadWeightRule, learningRate: LearningRate, l2: Double, weight: DeadWeight<Double>) {
        self.rule = rule
        self.learningRate = learningRate
        self.l2 = l2
        self.weight = weight
    }
}

extension LaboratoryCase {
    /// The weight as the run starts from it: rounded to the arithmetic, and without subnormals where those are flushed.
    func start<Scalar: RecursionScalar>(flushesSubnormals: Bool) -> DeadWeight<Scalar> {
        var start = weight.rounded(to: Scalar.self)
        guard flushesSubnormals else { return start }
        func flushed(_ value: Scalar) -> Scalar { value.isSubnormal ? Scalar(sign: value.sign, exponent: 0, significand: 0) : value }
        start.weight = flushed(start.weight)
        start.firstMoment = flushed(start.firstMoment)
        start.secondMoment = flushed(start.secondMoment)
        start.auxiliary = flushed(start.auxiliary)
        return start
    }
}
