// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Testing

/// The exact invariances of Adam's step (theory notes B10): scaling by a power of two commutes with every rounding, bar under- and overflow.
@Suite struct InvarianceTests {
    static let exponents = [-7, -1, 3, 10]

    /// Weights, moments and gradients of a living and, from step 60 on, partly silent parameter, in the middle of training.
    struct Start<Scalar: OptimizerScalar> {
        var weights: [Scalar]
        var first: [Scalar]
        var second: [Scalar]
        var gradients: [[Scalar]]
        var step = 40.0

        init(seed: UInt64) {
            let planted = Planted<Scalar>(seed: seed, steps: 200, silentFrom: 60)
            var random = SplitMix(state: seed &+ 1)
            weights = planted.weights
            gradients = planted.gradients
            first = weights.map { _ in Scalar(random.signed() * 0.1) }
            second = first.map { $0 * $0 * 2 + 0.001 }
        }

        func scaled(weights w: Scalar = 1, first m: Scalar = 1, second v: Scalar = 1, gradients g: Scalar = 1) -> Start {
            var start = self
            start.weights = weights.map { $0 * w }
            start.first = first.map { $0 * m }
            start.second = second.map { $0 * v }
            start.gradients = gradients.map { $0.map { $0 * g } }
            return start
        }

        /// Weights after every step.
        func path(_ rule: Adam, l2: Double) throws -> [[Scalar]] {
            var run = try PlantedRun<Scalar>(rule, weights: weights)
            try run.optimizer.plant(first, as: "exp_avg", of: 0)
            try run.optimizer.plant(second, as: "exp_avg_sq", of: 0)
            try run.optimizer.plant(step, as: "step", of: 0)
            return gradients.map {
                run.step($0, learningRate: rule.learningRate, l2: l2)
                return run.weights
            }
        }
    }

    @Test(arguments: exponents, EpsilonPlacement.allCases)
    func scalingGradientsMomentsAndEpsilonChangesNothing(_ exponent: Int, _ placement: EpsilonPlacement) throws {
        func check<Scalar: OptimizerScalar>(_: Scalar.Type) throws {
            let start = Start<Scalar>(seed: 11)
            let c = Double(sign: .plus, exponent: exponent, significand: 1)
            let rule = Adam(learningRate: 0.01, epsilon: 1e-3, epsilonPlacement: placement)
            let scaledRule = Adam(
                learningRate: 0.01, epsilon: placement == .insideRoot ? 1e-3 * c * c : 1e-3 * c, epsilonPlacement: placement)
            let scaled = start.scaled(first: Scalar(c), second: Scalar(c * c), gradients: Scalar(c))
            #expect(try start.path(rule, l2: 0.05) == scaled.path(scaledRule, l2: 0.05 * c))
            #expect(try start.path(rule, l2: 0.05) != start.path(scaledRule, l2: 0.05), "ε matters in this test")
        }
        try check(Float.self)
        try check(Double.self)
    }

    /// ε is compared with √v, which scales as well: it must scale along, or be 0.
    @Test(arguments: exponents, [0, 1e-3])
    func scalingWeightsAndLearningRateScalesThePath(_ exponent: Int, _ epsilon: Double) throws {
        func check<Scalar: OptimizerScalar>(_: Scalar.Type) throws {
            let start = Start<Scalar>(seed: 12)
            let c = Double(sign: .plus, exponent: exponent, significand: 1)
            let scaled = start.scaled(weights: Scalar(c), first: Scalar(c), second: Scalar(c * c), gradients: Scalar(c))
            let path = try start.path(Adam(learningRate: 0.01, epsilon: epsilon), l2: 0.05)
            let scaledPath = try scaled.path(Adam(learningRate: 0.01 * c, epsilon: epsilon * c), l2: 0.05)
            #expect(path.map { $0.map { $0 * Scalar(c) } } == scaledPath)
        }
        try check(Float.self)
        try check(Double.self)
    }

    @Test func mirroringWeightsMomentsAndGradientsMirrorsThePath() throws {
        func check<Scalar: OptimizerScalar>(_: Scalar.Type) throws {
            let start = Start<Scalar>(seed: 13)
            let mirrored = start.scaled(weights: -1, first: -1, gradients: -1)
            #expect(try start.path(Adam(), l2: 0.05).map { $0.map { -$0 } } == mirrored.path(Adam(), l2: 0.05))
        }
        try check(Float.self)
        try check(Double.self)
    }

    @Test(arguments: NamedRule.all)
    func permutingWeightsPermutesThePath(_ named: NamedRule) throws {
        func check<Scalar: OptimizerScalar>(_: Scalar.Type) throws {
            let planted = Planted<Scalar>(seed: 14, steps: 100, silentFrom: 30)
            let permutation = [3, 7, 0, 6, 1, 5, 2, 4]
            var run = try PlantedRun<Scalar>(named.rule, weights: planted.weights)
            var permuted = try PlantedRun<Scalar>(named.rule, weights: permutation.map { planted.weights[$0] })
            for gradient in planted.gradients {
                run.step(gradient, learningRate: named.rule.learningRate, l2: 0.05)
                permuted.step(permutation.map { gradient[$0] }, learningRate: named.rule.learningRate, l2: 0.05)
            }
            #expect(permuted.weights == permutation.map { run.weights[$0] })
        }
        try check(Float.self)
        try check(Double.self)
    }

    /// |m|/√v ≤ (1−β₁)/√((1−β₂)(1−β₁²/β₂)), attained by gradients that grow as (β₂/β₁)ᵗ.
    @Test(arguments: [(0.9, 0.999), (0.8, 0.99), (0.5, 0.9)])
    func theStepBoundIsSharp(_ beta1: Double, _ beta2: Double) throws {
        let bound = (1 - beta1) / ((1 - beta2) * (1 - beta1 * beta1 / beta2)).squareRoot()
        func check<Scalar: OptimizerScalar>(_: Scalar.Type, slack: Double) throws {
            let rule = Adam(beta1: beta1, beta2: beta2)
            var growing = try PlantedRun<Scalar>(rule, weights: [0])
            var gradient = Scalar(1e-6)
            for _ in 0..<200 where gradient < 1e15 {
                growing.step([gradient], learningRate: 0)
                gradient *= Scalar(beta2 / beta1)
            }
            let attained = try Double(growing.state[0][0]) / Double(growing.state[1][0]).squareRoot()
            #expect(abs(attained / bound - 1) < slack)

            let planted = Planted<Scalar>(seed: 15, steps: 2000)
            var random = try PlantedRun<Scalar>(rule, weights: planted.weights)
            for gradient in planted.gradients {
                random.step(gradient, learningRate: 0)
                let state = try random.state
                for (m, v) in zip(state[0], state[1]) where v > Scalar.leastNormalMagnitude {
                    #expect(Double(m.magnitude) <= Double(v).squareRoot() * bound * (1 + slack))
                }
            }
        }
        // Truncation at 200 steps leaves (β₁²/β₂)²⁰⁰ of the sums; the rest is rounding of that many averages.
        try check(Double.self, slack: 1e-9)
        try check(Float.self, slack: 1e-4)
    }
}
