// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Testing

/// State: planned, planted, read; and what an update touches.
@Suite struct OptimizerTests {
    @Test(arguments: NamedRule.all)
    func plantingTheStateAgainContinuesTheRunBitForBit(_ named: NamedRule) throws {
        let planted = Planted<Double>(seed: 21, steps: 150, silentFrom: 50)
        var run = try PlantedRun<Double>(named.rule, weights: planted.weights)
        for gradient in planted.gradients[..<100] { run.step(gradient, learningRate: named.rule.learningRate, l2: 0.02) }

        var resumed = try PlantedRun<Double>(named.rule, weights: run.weights)
        for name in run.optimizer.stateNames { try resumed.optimizer.plant(run.optimizer.state(name, of: 0), as: name, of: 0) }
        for name in run.optimizer.scalarNames { try resumed.optimizer.plant(run.optimizer.scalar(name, of: 0), as: name, of: 0) }
        for gradient in planted.gradients[100...] {
            run.step(gradient, learningRate: named.rule.learningRate, l2: 0.02)
            resumed.step(gradient, learningRate: named.rule.learningRate, l2: 0.02)
        }
        #expect(resumed.weights == run.weights)
        #expect(try resumed.state == run.state)
        #expect(resumed.optimizer.step(of: 0) == 150)
    }

    @Test(arguments: NamedRule.all)
    func aTensorUpdatedInTwoHalvesHasTheBitsOfTheWhole(_ named: NamedRule) throws {
        func check<Scalar: OptimizerScalar>(_: Scalar.Type) throws {
            var random = SplitMix(state: 22)
            let (count, cut) = (103, 37)
            var whole = (0..<count).map { _ in Scalar(random.signed()) }
            var halves = whole
            let one = try Optimizer<Scalar>(rule: named.rule, parameters: [OptimizedParameter(name: "w", count: count)])
            let two = try Optimizer<Scalar>(
                rule: named.rule,
                parameters: [OptimizedParameter(name: "a", count: cut), OptimizedParameter(name: "b", count: count - cut)])
            let rate = named.rule.learningRate
            for _ in 0..<30 {
                let gradient = (0..<count).map { _ in Scalar(random.signed()) }
                gradient.withUnsafeBufferPointer { g in
                    whole.withUnsafeMutableBufferPointer { one.update(parameter: 0, weights: $0, gradient: g, learningRate: rate, l2: 0.1) }
                    halves.withUnsafeMutableBufferPointer { w in
                        for (index, part) in [0..<cut, cut..<count].enumerated() {
                            two.update(
                                parameter: index, weights: UnsafeMutableBufferPointer(rebasing: w[part]),
                                gradient: UnsafeBufferPointer(rebasing: g[part]), learningRate: rate, l2: 0.1)
                        }
                    }
                }
            }
            #expect(whole == halves)
        }
        try check(Float.self)
        try check(Double.self)
    }

    /// w_{k+1} = w_k − α·m̂/d up to rounding of a difference, for the rules whose moments claim it.
    @Test(arguments: NamedRule.all.filter { !["lion", "adadelta", "adamw"].contains(type(of: $0.rule).name) })
    func momentsExplainTheStep(_ named: NamedRule) throws {
        let planted = Planted<Double>(seed: 23, steps: 60, silentFrom: 20)
        let (l2, rate) = (0.02, named.rule.learningRate)
        var run = try PlantedRun<Double>(named.rule, weights: planted.weights)
        for gradient in planted.gradients {
            let before = run.weights
            run.step(gradient, learningRate: rate, l2: l2)
            let moments = run.moments(gradient: zip(gradient, before).map { $0 + l2 * $1 })
            for index in before.indices {
                let explained = before[index] - rate * moments.first[index] / moments.denominator[index]
                #expect(abs(explained - run.weights[index]) < 1e-14)
            }
        }
    }

    @Test func momentsOfAdamAreTheCorrectedOnesAndOfARange() throws {
        let planted = Planted<Double>(seed: 24, steps: 5)
        var run = try PlantedRun<Double>(Adam(), weights: planted.weights)
        for gradient in planted.gradients { run.step(gradient, learningRate: 0.001) }
        let (state, moments) = (try run.state, run.moments())
        for index in 0..<8 {
            #expect(abs(moments.first[index] * (1 - 0.59049) - state[0][index]) < 1e-15)
            #expect(abs(moments.root[index] * moments.root[index] * (1 - 0.995009990004999) - state[1][index]) < 1e-15)
            #expect(moments.denominator[index] == moments.root[index] + 1e-8)
        }
        var part = [[Double]](repeating: [0, 0, 0], count: 3)
        let buffers = part.indices.map { _ in UnsafeMutableBufferPointer<Double>.allocate(capacity: 3) }
        defer { buffers.forEach { $0.deallocate() } }
        run.optimizer.readMoments(
            parameter: 0, range: 2..<5,
            into: MomentBuffers(firstMoment: buffers[0], rootSecondMoment: buffers[1], denominator: buffers[2]))
        part = buffers.map { Array($0) }
        #expect(part == [Array(moments.first[2..<5]), Array(moments.root[2..<5]), Array(moments.denominator[2..<5])])
    }

    @Test func withoutAGradientItsNumeratorsAreNaN() throws {
        var run = try PlantedRun<Float>(RMSprop(), weights: [1, 2])
        run.step([0.5, 0.5], learningRate: 0.01)
        #expect(run.moments().first.allSatisfy { $0.isNaN })
        #expect(run.moments().denominator.allSatisfy { $0 > 0 })
    }

    @Test func aParameterThatIsNotUpdatedKeepsItsState() throws {
        let optimizer = try Optimizer<Float>(
            rule: NAdam(), parameters: [OptimizedParameter(name: "a", count: 3), OptimizedParameter(name: "b", count: 2)])
        try optimizer.plant([1, 2], as: "exp_avg", of: 1)
        var weights: [Float] = [1, 1, 1]
        weights.withUnsafeMutableBufferPointer { w in
            [Float](repeating: 1, count: 3).withUnsafeBufferPointer {
                optimizer.update(parameter: 0, weights: w, gradient: $0, learningRate: 0.1, l2: 0)
            }
        }
        #expect(optimizer.step(of: 0) == 1)
        #expect(optimizer.step(of: 1) == 0)
        #expect(try optimizer.state("exp_avg", of: 1) == [1, 2])
        #expect(try optimizer.scalar("mu_product", of: 1) == 1)
        #expect(try optimizer.scalar("mu_product", of: 0) != 1)
    }

    @Test func stateTensorsStartAtCacheLines() throws {
        let optimizer = try Optimizer<Float>(rule: AMSGrad(), parameters: (1...20).map { OptimizedParameter(name: "\($0)", count: $0) })
        for index in 0..<20 {
            for tensor in 0..<3 {
                let state = optimizer.stateTensors(of: index)[tensor]
                #expect(UInt(bitPattern: state.baseAddress) % 64 == 0)
                #expect(state.count == index + 1)
                #expect(state.allSatisfy { $0 == 0 })
            }
        }
    }

    @Test func plantingSaysWhatIsWrong() throws {
        let optimizer = try Optimizer<Double>(rule: Adam(), parameters: [OptimizedParameter(name: "0.weight", count: 2)])
        #expect(throws: OptimizerError.unknownState(name: "sum", parameter: "0.weight", accepted: ["exp_avg", "exp_avg_sq"])) {
            try optimizer.plant([1, 2], as: "sum", of: 0)
        }
        #expect(throws: OptimizerError.wrongCount(name: "exp_avg", parameter: "0.weight", given: 3, expected: 2)) {
            try optimizer.plant([1, 2, 3], as: "exp_avg", of: 0)
        }
        #expect(throws: OptimizerError.invalidStep(parameter: "0.weight", given: 1.5)) { try optimizer.plant(1.5, as: "step", of: 0) }
        #expect(throws: OptimizerError.unknownState(name: "mu_product", parameter: "0.weight", accepted: ["step"])) {
            try optimizer.scalar("mu_product", of: 0)
        }
        #expect(throws: OptimizerError.self) { try optimizer.state("momentum_buffer", of: 0) }
    }

    @Test func aRuleOfOnesOwnTrains() throws {
        struct Halving: UpdateRule {
            static let name = "halving"
            let learningRate = 1.0
            let stateNames = ["visits"]
            let initialState = [3.0]
            func update<Scalar: OptimizerScalar>(_ parameter: ParameterUpdate<Scalar>) {
                for index in parameter.weights.indices {
                    parameter.weights[index] /= 2
                    parameter.state[0][index] += 1
                }
            }
            func readMoments<Scalar: OptimizerScalar>(_ reading: MomentReading<Scalar>, into moments: MomentBuffers<Scalar>) {}
        }
        var run = try PlantedRun<Float>(Halving(), weights: [8, 4])
        run.step([0, 0], learningRate: 1)
        #expect(run.weights == [4, 2])
        #expect(try run.state == [[4, 4]])
    }
}
