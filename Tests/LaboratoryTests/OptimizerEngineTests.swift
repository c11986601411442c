// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Optimizers
import Testing
import Theory

/// Update rules under test on dead weights.
@Suite struct OptimizerEngineTests {
    private static let measurement = LaboratoryMeasurement(thresholds: [1e-2, 1e-6], rmsWindow: 100..<300, samples: [1, 200])

    private static func place(_ placement: DeadWeightRule.EpsilonPlacement) -> EpsilonPlacement {
        switch placement {
        case .outsideRoot: .outsideRoot
        case .epsilonHat: .epsilonHat
        case .insideRoot: .insideRoot
        }
    }

    /// This project's optimiser for a rule of the theory.
    @Sendable private static func optimizer(_ rule: DeadWeightRule, _ alpha: Double) -> any UpdateRule {
        switch rule {
        case .adam(let b1, let b2, let e, let p): Adam(learningRate: alpha, beta1: b1, beta2: b2, epsilon: e, epsilonPlacement: place(p))
        case .amsgrad(let b1, let b2, let e, let p): AMSGrad(learningRate: alpha, beta1: b1, beta2: b2, epsilon: e, epsilonPlacement: place(p))
        case .adamW(let b1, let b2, let e, let p, let decay):
            AdamW(
                learningRate: alpha, beta1: b1, beta2: b2, epsilon: e, epsilonPlacement: place(p),
                weightDecay: DecoupledDecay(everywhere: decay))
        case .adaMax(let b1, let b2, let e): AdaMax(learningRate: alpha, beta1: b1, beta2: b2, epsilon: e)
        case .nadam(let b1, let b2, let e, let p, let decay):
            NAdam(learningRate: alpha, beta1: b1, beta2: b2, epsilon: e, epsilonPlacement: place(p), momentumDecay: decay)
        case .adaGrad(let e, let slowing): AdaGrad(learningRate: alpha, epsilon: e, learningRateDecay: slowing)
        case .rmsprop(let b2, let e, let mu, let centered):
            RMSprop(learningRate: alpha, beta2: b2, epsilon: e, momentum: mu, centered: centered)
        case .adadelta(let b2, let e): Adadelta(learningRate: alpha, beta2: b2, epsilon: e)
        case .gradientDescent: StochasticGradientDescent(learningRate: alpha)
        case .heavyBall(let mu): HeavyBall(learningRate: alpha, momentum: mu)
        case .nesterov(let mu): Nesterov(learningRate: alpha, momentum: mu)
        case .lion(let b1, let b2, let decay):
            Lion(learningRate: alpha, beta1: b1, beta2: b2, weightDecay: DecoupledDecay(everywhere: decay))
        case .signDescent: SignDescent(learningRate: alpha)
        }
    }

    @Test(arguments: RuleShape.allCases, [Arithmetic.float32, .float64])
    func theOptimisersMakeTheTheorysSteps(_ shape: RuleShape, _ arithmetic: Arithmetic) throws {
        // AdaGrad's slowing needs a step count.
        let cases = shape.cases(12, seed: 15).filter { shape != .adaGradSlowing || $0.weight.step != nil }
        let tested = try Laboratory(arithmetic: arithmetic, threads: 1, engine: .optimizer(Self.optimizer))
            .run(cases, steps: 400, measuring: Self.measurement)
        let exact = try Laboratory(arithmetic: arithmetic, threads: 1).run(cases, steps: 400, measuring: Self.measurement)
        for index in cases.indices {
            let (a, b) = (tested[index], exact[index])
            // A state that the optimiser does not keep is not compared: events and weights are.
            func bits(_ outcome: LaboratoryOutcome) -> [UInt64] {
                (outcome.sampledWeights + [outcome.finalState.weight]).map { $0.isNaN ? 0 : $0.bitPattern }
            }
            #expect(bits(a) == bits(b), "\(cases[index].rule)")
            #expect(a.dips == b.dips && a.passages == b.passages && a.revivals == b.revivals && a.finalState.step == b.finalState.step)
        }
    }

    /// An update rule with a state of its own.
    private struct Counting: UpdateRule {
        static let name = "counting"
        var learningRate = 1e-3
        var stateNames: [String] { ["visits"] }
        func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {}
        func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {}
    }

    @Test func aStateThatADeadWeightDoesNotHoldIsNamed() throws {
        let cases = RuleShape.adam.cases(1, seed: 16)
        let laboratory = Laboratory(arithmetic: .float32, engine: .optimizer { _, _ in Counting() })
        #expect(
            throws: LaboratoryError.unknownState(
                name: "visits", optimizer: "counting",
                accepted: [
                    "exp_avg", "momentum_buffer", "exp_avg_sq", "square_avg", "sum", "exp_inf", "max_exp_avg_sq", "grad_avg", "acc_delta",
                ])
        ) { try laboratory.run(cases, steps: 1, measuring: LaboratoryMeasurement()) }
    }
}
