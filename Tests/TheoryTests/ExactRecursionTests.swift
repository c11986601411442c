// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Statistics
import Testing
import Theory

/// A rule of the theory beside the optimiser that it speaks of.
struct RulePair: Sendable, CustomTestStringConvertible {
    let theory: DeadWeightRule
    let optimizer: any UpdateRule
    var testDescription: String { "\(theory)" }

    init(_ theory: DeadWeightRule, _ optimizer: any UpdateRule) {
        self.theory = theory
        self.optimizer = optimizer
    }

    static let all: [RulePair] = [
        RulePair(.adam(), Adam()),
        RulePair(.adam(beta1: 0.3, beta2: 0.99, epsilon: 1e-6), Adam(beta1: 0.3, beta2: 0.99, epsilon: 1e-6)),
        RulePair(.adam(beta1: 0, beta2: 0.9), Adam(beta1: 0, beta2: 0.9)),
        RulePair(.adam(epsilon: 1e-4, placement: .epsilonHat), Adam(epsilon: 1e-4, epsilonPlacement: .epsilonHat)),
        RulePair(.adam(epsilon: 1e-6, placement: .insideRoot), Adam(epsilon: 1e-6, epsilonPlacement: .insideRoot)),
        RulePair(.amsgrad(), AMSGrad()),
        RulePair(.amsgrad(epsilon: 1e-6, placement: .insideRoot), AMSGrad(epsilon: 1e-6, epsilonPlacement: .insideRoot)),
        RulePair(.adamW(), AdamW()),
        RulePair(.adaMax(), AdaMax()),
        RulePair(.nadam(), NAdam()),
        RulePair(.nadam(epsilon: 1e-4, placement: .epsilonHat), NAdam(epsilon: 1e-4, epsilonPlacement: .epsilonHat)),
        RulePair(.nadam(epsilon: 1e-6, placement: .insideRoot), NAdam(epsilon: 1e-6, epsilonPlacement: .insideRoot)),
        RulePair(.adaGrad(), AdaGrad()),
        RulePair(.adaGrad(learningRateDecay: 0.01), AdaGrad(learningRateDecay: 0.01)),
        RulePair(.rmsprop(), RMSprop()),
        RulePair(.rmsprop(centered: true), RMSprop(centered: true)),
        RulePair(.rmsprop(momentum: 0.9), RMSprop(momentum: 0.9)),
        RulePair(.rmsprop(beta2: 0.95, momentum: 0.5, centered: true), RMSprop(beta2: 0.95, momentum: 0.5, centered: true)),
        RulePair(.adadelta(), Adadelta()),
        RulePair(.gradientDescent, StochasticGradientDescent()),
        RulePair(.heavyBall(), HeavyBall()),
        RulePair(.nesterov(), Nesterov()),
        RulePair(.lion(), Lion()),
        RulePair(.lion(decay: 0.1), Lion(weightDecay: DecoupledDecay(everywhere: 0.1))),
        RulePair(.signDescent, SignDescent()),
    ]
}

/// B0: the theory's own recursion against the optimisers, and against itself in other precisions.
@Suite struct ExactRecursionTests {
    @Test(arguments: RulePair.all)
    func theRecursionHasTheOptimisersBitsInFloat64(_ pair: RulePair) throws { try check(pair, Double.self) }

    @Test(arguments: RulePair.all)
    func theRecursionHasTheOptimisersBitsInFloat32(_ pair: RulePair) throws { try check(pair, Float.self) }

    /// 60 steps with data gradients, then silence, under a halving rate; every weight, every step.
    private func check<Scalar: OptimizerScalar & RecursionScalar>(_ pair: RulePair, _: Scalar.Type) throws {
        let (count, l2) = (16, 0.02)
        var random = RandomStream(seed: 7, name: "gradients")
        let alpha = pair.optimizer.learningRate * 4
        let rate = LearningRate(limit: alpha / 2, settledFrom: 300) { $0 < 300 ? alpha : alpha / 2 }
        var weights = (0..<count).map { _ in Scalar(random.uniform(in: -1..<1)) }
        let optimizer = try Optimizer<Scalar>(rule: pair.optimizer, parameters: [OptimizedParameter(name: "w", count: count)])
        var recursions = try weights.map {
            try ExactRecursion(DeadWeight(weight: $0, step: 0), rule: pair.theory, learningRate: rate, l2: l2)
        }
        for step in 0..<900 {
            let gradient = (0..<count).map { Scalar(step < 60 ? random.uniform(in: -1..<1) * Double(sign: .plus, exponent: -$0, significand: 1) : 0) }
            weights.withUnsafeMutableBufferPointer { w in
                gradient.withUnsafeBufferPointer { g in
                    optimizer.update(parameter: 0, weights: w, gradient: g, learningRate: rate[step], l2: l2)
                }
            }
            for index in 0..<count { recursions[index].advance(dataGradient: gradient[index]) }
            guard recursions.map(\.state.weight) == weights else {
                Issue.record("\(pair) departs at step \(step)")
                return
            }
        }
    }

    @Test func theRecursionGoesOnFromAPlantedStateWithItsBits() throws {
        let start = DeadWeight<Double>(weight: 0.02, firstMoment: -1e-5, secondMoment: 1e-8, step: 120)
        var whole = try ExactRecursion(start, rule: .adam(), learningRate: .constant(1e-3), l2: 5e-4)
        for _ in 0..<100 { whole.advance() }
        let middle = whole.state
        #expect(middle.step == 220)
        var rest = try ExactRecursion(middle, rule: .adam(), learningRate: .constant(1e-3), l2: 5e-4)
        for _ in 0..<100 {
            whole.advance()
            rest.advance()
        }
        #expect(rest.state == whole.state)
    }

    #if arch(x86_64)
        /// Roundings of 1,000 steps, each a relative 2⁻⁵³ of w, m and √v; a wrong digit anywhere would be 1e-3 or more.
        static let roundingTolerance = 1e-11

        @Test(arguments: RulePair.all.filter { !["lion", "signDescent"].contains($0.theory.name) })
        func precisionsAgreeUntilRounding(_ pair: RulePair) throws {
            let start = DeadWeight<Double>(weight: 0.5, firstMoment: 1e-4, secondMoment: 1e-3, auxiliary: 1e-3, step: 10)
            var double = try ExactRecursion(start, rule: pair.theory, learningRate: .constant(1e-3), l2: 1e-2)
            var extended = try ExactRecursion(start.rounded(to: Float80.self), rule: pair.theory, learningRate: .constant(1e-3), l2: 1e-2)
            var single = try ExactRecursion(start.rounded(to: Float.self), rule: pair.theory, learningRate: .constant(1e-3), l2: 1e-2)
            for _ in 0..<1_000 {
                double.advance()
                extended.advance()
                single.advance()
            }
            let exact = Double(extended.state.weight)
            #expect((double.state.weight - exact).magnitude <= Self.roundingTolerance * 0.5)
            #expect((Double(single.state.weight) - exact).magnitude <= Self.roundingTolerance * 0.5 * 0x1p29)
        }
    #endif

    @Test func aDipIsNoPassage() throws {
        // Far inside the oscillation window the weight crosses zero, and ξ, many times before its envelope does.
        let start = DeadWeight<Double>(weight: 1, secondMoment: 1)
        var recursion = try ExactRecursion(start, rule: .adam(epsilon: 0), learningRate: .constant(5), l2: 1)
        let passage = recursion.passage(below: 0.1, limit: 2_000)
        let (dip, end) = (try #require(passage.dip), try #require(passage.passage))
        #expect(dip < end)
        #expect(recursion.stepsMade == end + DeadWeightRule.adam().passagePatience)
    }

    @Test func numbersOutOfRangeAreThrownOut() {
        let weight = DeadWeight<Double>(weight: 1)
        #expect(throws: LawError.invalid(quantity: "β₁ or momentum", found: 1, accepted: "≥ 0 and < 1")) {
            try ExactRecursion(weight, rule: .adam(beta1: 1), learningRate: .constant(1e-3), l2: 0)
        }
        #expect(throws: LawError.self) { try ExactRecursion(weight, rule: .adam(epsilon: -1), learningRate: .constant(1e-3), l2: 0) }
        #expect(throws: LawError.self) { try ExactRecursion(weight, rule: .adam(), learningRate: .constant(1e-3), l2: -1) }
    }
}
