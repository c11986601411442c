// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Testing

/// Every rule against the textbook, and what each promises besides.
@Suite struct RuleTests {
    /// Roundings of 500 steps; measured at most 3e-14, by Lion, where 500 equal steps add up.
    static let tolerance = 1e-12
    /// The same over 50 steps in float32; measured at most 1.4e-6, by AdamW, whose 1 − αω is rounded once for all steps.
    static let floatTolerance = 5e-6

    @Test(arguments: NamedRule.all)
    func aRuleFollowsItsTextbookFormula(_ named: NamedRule) throws {
        #expect(try Self.difference(named.rule, steps: 500, Double.self) < Self.tolerance)
    }

    @Test(arguments: NamedRule.all)
    func aRuleFollowsItsTextbookFormulaInFloat32(_ named: NamedRule) throws {
        #expect(try Self.difference(named.rule, steps: 50, Float.self) < Self.floatTolerance)
    }

    /// Largest relative difference of the weights over a planted run with L2 and a halving rate.
    static func difference<Scalar: OptimizerScalar>(_ rule: any UpdateRule, steps: Int, _: Scalar.Type) throws -> Double {
        let planted = Planted<Scalar>(seed: 5, steps: steps)
        var run = try PlantedRun<Scalar>(rule, weights: planted.weights)
        var expected = planted.weights.map { Textbook(Double($0)) }
        var worst = 0.0
        for (step, gradient) in planted.gradients.enumerated() {
            let rate = rule.learningRate * (step < 250 ? 1 : 0.5)
            run.step(gradient, learningRate: rate, l2: 0.01)
            for index in expected.indices {
                expected[index].step(rule, gradient: Double(gradient[index]), rate: rate, l2: 0.01)
            }
            let difference = relativeDifference(run.weights.map(Double.init), expected.map(\.w))
            guard difference.isFinite else { return .infinity }
            worst = max(worst, difference)
        }
        return worst
    }

    @Test func sgdIsNamedByMomentumAndNesterov() {
        #expect(StochasticGradientDescent.rule() is StochasticGradientDescent)
        #expect(StochasticGradientDescent.rule(momentum: 0.5) as? HeavyBall == HeavyBall(momentum: 0.5))
        #expect(StochasticGradientDescent.rule(momentum: 0.5, nesterov: true) as? Nesterov == Nesterov(momentum: 0.5))
        #expect(throws: HyperParameterError.self) { try StochasticGradientDescent.rule(nesterov: true).validate() }
    }

    @Test func defaultsArePyTorchs() {
        #expect(StochasticGradientDescent().learningRate == 1e-3)
        #expect(AdaGrad() == AdaGrad(learningRate: 1e-2, epsilon: 1e-10, learningRateDecay: 0, initialAccumulator: 0))
        #expect(RMSprop() == RMSprop(learningRate: 1e-2, beta2: 0.99, epsilon: 1e-8, momentum: 0, centered: false))
        #expect(Adadelta() == Adadelta(learningRate: 1, beta2: 0.9, epsilon: 1e-6))
        #expect(Adam() == Adam(learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, epsilonPlacement: .outsideRoot))
        #expect(AMSGrad() == AMSGrad(learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
        #expect(AdaMax() == AdaMax(learningRate: 2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
        #expect(NAdam() == NAdam(learningRate: 2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, momentumDecay: 4e-3))
        #expect(AdamW().weightDecay == DecoupledDecay(weights: 0.01, biases: 0.01, batchNorm: 0.01))
    }

    @Test(arguments: [NamedRule("signDescent", SignDescent()), NamedRule("lion", Lion())])
    func aSignOfZeroMovesNothing(_ named: NamedRule) throws {
        var run = try PlantedRun<Float>(named.rule, weights: [1, -2, 0.5])
        run.step([0, 3, -1e-30], learningRate: 0.25)
        #expect(run.weights == [1, -2.25, 0.75])
    }

    /// The cancellation v − ḡ² goes below zero by rounding for a constant gradient; PyTorch's weight becomes NaN then.
    @Test func centredRMSpropStaysFiniteUnderAConstantGradient() throws {
        var run = try PlantedRun<Float>(RMSprop(learningRate: 1e-9, beta2: 0.5, centered: true), weights: [1, 1, 1, 1])
        for _ in 0..<500 { run.step([0.1, 0.3, -0.7, 1.1], learningRate: 1e-9) }
        #expect(run.weights.allSatisfy { $0.isFinite })
    }

    @Test func decoupledDecaySparesAGroup() throws {
        let rule = AdamW(weightDecay: DecoupledDecay(weights: 0.5))
        for group in DecayGroup.allCases {
            var run = try PlantedRun<Double>(rule, weights: [2], group: group)
            run.step([0], learningRate: 0.125)
            #expect(run.weights == [group == .weights ? 2 * (1 - 0.125 * 0.5) : 2])
        }
    }

    @Test func coupledL2AndDecoupledDecayChooseTheirCoefficientByGroup() {
        let l2 = CoupledL2(weights: 1, biases: 2, batchNorm: 3), decay = DecoupledDecay(weights: 4, biases: 5, batchNorm: 6)
        #expect(DecayGroup.allCases.map(l2.coefficient) == [1, 2, 3])
        #expect(DecayGroup.allCases.map(decay.coefficient) == [4, 5, 6])
    }

    static let impossible: [(String, any UpdateRule)] = [
        ("learningRate", StochasticGradientDescent(learningRate: -1)), ("learningRate", SignDescent(learningRate: .nan)),
        ("momentum", HeavyBall(momentum: 1)), ("momentum", Nesterov(momentum: 0)), ("epsilon", AdaGrad(epsilon: -1)),
        ("learningRateDecay", AdaGrad(learningRateDecay: -1)), ("initialAccumulator", AdaGrad(initialAccumulator: -1)),
        ("beta2", RMSprop(beta2: 1)), ("momentum", RMSprop(momentum: -0.1)), ("beta2", Adadelta(beta2: -0.5)),
        ("beta1", Adam(beta1: 1)), ("beta2", Adam(beta2: 1.5)), ("epsilon", Adam(epsilon: .infinity)), ("beta1", AMSGrad(beta1: -1)),
        ("beta2", AdaMax(beta2: 1)), ("momentumDecay", NAdam(momentumDecay: -1)), ("beta2", Lion(beta2: 1)),
        ("weightDecay (biases)", AdamW(weightDecay: DecoupledDecay(biases: -1))),
    ]

    @Test(arguments: impossible.indices)
    func impossibleHyperParametersAreNamed(_ index: Int) throws {
        let (key, rule) = Self.impossible[index]
        let error = #expect(throws: HyperParameterError.self) { try rule.validate() }
        #expect(error?.key == key)
        #expect(error?.owner == type(of: rule).name)
        #expect(error?.description.contains("must be") == true)
        #expect(throws: HyperParameterError.self) { try Optimizer<Float>(rule: rule, parameters: []) }
    }
}
