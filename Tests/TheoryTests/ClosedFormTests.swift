// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule
import Statistics
import Testing
import Theory

/// B2, B4, B5, B10v and the closed forms of B11 against the exact recursion.
@Suite struct ClosedFormTests {
    @Test func theMemoryPhaseAndItsInverseAreWithinTheirBounds() throws {
        var random = RandomStream(seed: 11, name: "memory")
        var errors: [Double] = []
        while errors.count < 40 {
            let one = LawCase(&random, memory: 2..<1e5, signedMoment: false)
            let beta1 = random.uniform(in: 0..<0.95), beta2 = 1 - random.logUniform(in: 1e-4..<1e-2)
            let threshold = one.weight.weight * random.logUniform(in: 1e-6..<0.5)
            guard
                let phase = try? MemoryPhase(
                    weight: one.weight.weight, rootSecondMoment: one.weight.secondMoment.squareRoot(), learningRate: one.learningRate, l2: one.l2,
                    beta1: beta1, beta2: beta2, epsilon: one.epsilon),
                let predicted = try? phase.passage(from: one.weight.weight, to: threshold), predicted.value < 30_000
            else { continue }
            guard let measured = try one.passage(.adam(beta1: beta1, beta2: beta2, epsilon: one.epsilon), below: threshold, limit: 40_000) else {
                #expect(predicted.value + predicted.errorBound > 35_000)
                continue
            }
            #expect((predicted.value - Double(measured)).magnitude <= predicted.errorBound, "\(predicted) against \(measured)")
            errors.append((predicted.value / Double(max(1, measured)) - 1).magnitude)
        }
        // Measured: 0.2 %.
        #expect(try SortedSample(errors).median < 0.01)
    }

    @Test func theInverseOfTheMemoryPhaseIsItsInverse() throws {
        let phase = try MemoryPhase(weight: 0.02, rootSecondMoment: 1e-3, learningRate: 1e-3, l2: 5e-4)
        for threshold in [1e-2, 1e-3, 1e-5] {
            let steps = try phase.passage(from: 0.02, to: threshold).value
            #expect((try phase.logDecay(after: steps).value - Double.log(0.02 / threshold)).magnitude < 1e-9)
            let first = try phase.firstOrderPassage(from: 0.02, to: threshold)
            #expect(first.value > steps && first.errorBound >= first.value - steps)
        }
        #expect(throws: LawError.self) { try phase.logDecay(after: phase.lastStep + 1) }
    }

    @Test(arguments: [0.0, 1, -1, 0.3])
    func theMemoryPhaseKnowsItsFirstMomentAndItsBoundIsTight(momentShare: Double) throws {
        var random = RandomStream(seed: 21, name: "memory start")
        var (bounds, errors): ([Double], [Double]) = ([], [])
        while errors.count < 60 {
            let one = LawCase(&random, memory: 2..<1e5, signedMoment: false)
            let beta1 = random.uniform(in: 0..<0.99), beta2 = 1 - random.logUniform(in: 1e-3..<0.1)
            let (w, root) = (one.weight.weight, one.weight.secondMoment.squareRoot())
            let moment = momentShare * one.l2 * w
            guard
                let phase = try? MemoryPhase(
                    weight: w, firstMoment: moment, rootSecondMoment: root, learningRate: one.learningRate, l2: one.l2, beta1: beta1, beta2: beta2,
                    epsilon: one.epsilon), case let steps = Int(min(0.9 * phase.lastStep, 5_000)), Double(steps) > 10 / (1 - beta1),
                let predicted = try? phase.logDecay(after: Double(steps)), predicted.value > 1, predicted.value < 500
            else { continue }
            var recursion = try ExactRecursion(
                DeadWeight(weight: w, firstMoment: moment, secondMoment: root * root),
                rule: .adam(beta1: beta1, beta2: beta2, epsilon: one.epsilon), learningRate: .constant(one.learningRate), l2: one.l2)
            for _ in 0..<steps { recursion.advance() }
            let measured = Double.log(w / recursion.state.weight.magnitude)
            #expect((predicted.value - measured).magnitude <= predicted.errorBound, "\(predicted) against \(measured)")
            bounds.append(predicted.errorBound / predicted.value)
            errors.append((predicted.value / measured - 1).magnitude)
        }
        #expect(try SortedSample(bounds).median < 0.05)
        #expect(try SortedSample(errors).median < 0.02)
        #expect(bounds.count { $0 > 0.2 } <= 3)
    }

    @Test func theCollapseIsWithinItsBound() throws {
        var random = RandomStream(seed: 12, name: "collapse")
        var errors: [Double] = []
        while errors.count < 25 {
            let one = LawCase(&random, memory: 2e-2..<4, signedMoment: false)
            let beta1 = random.uniform(in: 0.6..<0.95), beta2 = 1 - random.logUniform(in: 1e-4..<1e-2)
            guard
                let law = try? Collapse(
                    weight: one.weight.weight, rootSecondMoment: one.weight.secondMoment.squareRoot(), learningRate: one.learningRate, l2: one.l2,
                    beta1: beta1, beta2: beta2)
            else { continue }
            // ξ may be passed before the weight oscillates: another law's case.
            guard let predicted = try? law.passage(from: one.weight.weight, to: 1e-15), predicted.value < 20_000 else { continue }
            let measured = Double(try #require(try one.passage(.adam(beta1: beta1, beta2: beta2, epsilon: 0), below: 1e-15, limit: 30_000)))
            #expect((predicted.value - measured).magnitude <= predicted.errorBound, "\(predicted) against \(measured)")
            errors.append((predicted.value / measured - 1).magnitude)
        }
        // Measured: 1.4 %.
        #expect(try SortedSample(errors).median < 0.03)
    }

    @Test func theCollapseDoesNotDependOnLambdaBitForBit() throws {
        func path(_ scale: Double) throws -> [Double] {
            let start = DeadWeight<Double>(weight: 0.02, firstMoment: 1e-6 * scale, secondMoment: 1e-10 * scale * scale)
            var recursion = try ExactRecursion(start, rule: .adam(epsilon: 0), learningRate: .constant(1e-3), l2: 5e-4 * scale)
            return (0..<400).map { _ in
                recursion.advance()
                return recursion.state.weight
            }
        }
        #expect(try path(1) == path(8))
    }

    @Test func plainDescentDecaysToTheFigureOfTheNotes() throws {
        let decay = try MemorylessDecay.logDecay(learningRate: .constant(0.1), l2: 5e-4, steps: 0..<93_800)
        #expect((0.02 * Double.exp(-decay.value) - 1.84e-4).magnitude < 0.005e-4)
        var recursion = try ExactRecursion(DeadWeight<Double>(weight: 0.02), rule: .gradientDescent, learningRate: .constant(0.1), l2: 5e-4)
        for _ in 0..<93_800 { recursion.advance() }
        #expect((recursion.state.weight / 0.02 / Double.exp(-decay.value) - 1).magnitude < 1e-10)
    }

    @Test(arguments: [DeadWeightRule.gradientDescent, .heavyBall(), .heavyBall(momentum: 0.99), .nesterov()])
    func descentReachesAnyThresholdOnSomeBudget(_ rule: DeadWeightRule) throws {
        for (alpha, buffer) in [(1.0, 0.0), (1, 0.3), (60, -0.01)] {
            let predicted = try MemorylessDecay.passage(
                rule, weight: 0.02, buffer: rule == .gradientDescent ? 0 : buffer, learningRate: alpha, l2: 1e-2, threshold: 1e-12)
            var recursion = try ExactRecursion(
                DeadWeight(weight: 0.02, firstMoment: buffer), rule: rule, learningRate: .constant(alpha), l2: 1e-2)
            let measured = Double(try #require(recursion.passage(below: 1e-12, limit: 50_000).passage))
            #expect((predicted.value - measured).magnitude <= predicted.errorBound, "\(predicted) against \(measured)")
        }
    }

    @Test func theBudgetOfDescentIsASumOfLearningRates() throws {
        let rate = LearningRate(limit: 0.5) { $0 % 2 == 0 ? 1 : 0.5 }
        let (w, l2, mu) = (0.02, 1e-3, 0.9)
        let budget = try MemorylessDecay.learningRateSum(weight: w, l2: l2, threshold: 1e-8, momentum: mu, largestLearningRate: 1)
        var recursion = try ExactRecursion(DeadWeight<Double>(weight: w), rule: .heavyBall(momentum: mu), learningRate: rate, l2: l2)
        let steps = try #require(recursion.passage(below: 1e-8, limit: 20_000).passage)
        let sum = (0..<steps).reduce(0) { $0 + rate[$1] }
        #expect(budget.range.contains(sum))
    }

    @Test func decoupledDecayIsAProduct() throws {
        let decay = try MemorylessDecay.decoupledLogDecay(learningRate: .constant(1e-3), decay: 0.5, steps: 0..<5_000)
        var recursion = try ExactRecursion(
            DeadWeight(weight: 0.02, secondMoment: 1e-6), rule: .adamW(decay: 0.5), learningRate: .constant(1e-3), l2: 0)
        for _ in 0..<5_000 { recursion.advance() }
        #expect((recursion.state.weight / (0.02 * Double.exp(-decay.value)) - 1).magnitude < 1e-11)
    }

    @Test func amsgradAndAdaGradReachTheThresholdWhenForetold() throws {
        let amsgrad = try RetainedMoment.amsgradPassage(weight: 0.02, rootLargestMoment: 1e-4, learningRate: 1e-3, l2: 5e-4, threshold: 1e-15)
        var recursion = try ExactRecursion(
            DeadWeight(weight: 0.02, secondMoment: 1e-8, auxiliary: 1e-8), rule: .amsgrad(), learningRate: .constant(1e-3), l2: 5e-4)
        #expect(amsgrad.range.contains(Double(try #require(recursion.passage(below: 1e-15, limit: 20_000).passage))))

        for (w, root) in [(0.02, 1e-3), (1, 1e-2), (0.5, 1e-4)] {
            let adaGrad = try RetainedMoment.adaGradPassage(weight: w, rootSum: root, learningRate: 1e-2, l2: 5e-4, threshold: 1e-9)
            var other = try ExactRecursion(
                DeadWeight(weight: w, secondMoment: root * root), rule: .adaGrad(), learningRate: .constant(1e-2), l2: 5e-4)
            let measured = Double(try #require(other.passage(below: 1e-9, limit: 150_000).passage))
            #expect(adaGrad.range.contains(measured), "\(adaGrad) against \(measured)")
            let final = try RetainedMoment.adaGradFinalRoot(weight: w, rootSum: root, learningRate: 1e-2, l2: 5e-4)
            #expect(final.range.contains(other.state.secondMoment.squareRoot()), "\(final)")
        }
    }

    @Test func amsgradReachesTheThresholdInTheKnownSetUpUpTo7e4() throws {
        let sum = 25 * 938 * 1e-3 * (1 + 0.5 + 0.25 + 0.125)
        let root = try RetainedMoment.amsgradLargestRoot(weight: 0.02, learningRateSum: sum, steps: 93_800, l2: 5e-4, threshold: 1e-15)
        #expect((root.value - 7e-4).magnitude < 0.3e-4)
    }

    @Test func theStepBoundIsAttainedAndNotExceeded() throws {
        let bound = try StepBound.momentRatio(beta1: 0.9, beta2: 0.999).value
        #expect((bound - 7.27).magnitude < 0.005)
        // Attained by g_t ∝ (β₂/β₁)^t.
        let decayed = 0.999 / 0.9
        func ratio(_ gradients: [Double]) throws -> Double {
            var recursion = try ExactRecursion(DeadWeight<Double>(weight: 0), rule: .adam(), learningRate: .constant(0), l2: 0)
            for gradient in gradients { recursion.advance(dataGradient: gradient) }
            return recursion.state.firstMoment.magnitude / recursion.state.secondMoment.squareRoot()
        }
        #expect((try ratio((0..<400).map { Double.pow(decayed, Double($0 - 200)) }) / bound - 1).magnitude < 1e-12)
        let short = try StepBound.momentRatio(beta1: 0.9, beta2: 0.999, steps: 5).value
        #expect((try ratio((0..<5).map { Double.pow(decayed, Double($0)) }) / short - 1).magnitude < 1e-12)
        var random = RandomStream(seed: 13, name: "gradients")
        for _ in 0..<50 {
            let power = random.uniform(in: -20..<20)
            let gradients = (0..<60).map { Double.pow(10, power * Double($0) / 60) * random.normal() }
            #expect(try ratio(gradients) <= bound)
        }
        #expect(throws: LawError.self) { try StepBound.momentRatio(beta1: 0.9, beta2: 0.8) }
    }

    @Test func signDescentEndsInItsAlternation() throws {
        for w in [0.02034, 0.5007, -0.0199] {
            let cycle = try LimitCycle.signDescent(weight: w, learningRate: 1e-3)
            let measured = try motion(DeadWeight(weight: w), .signDescent, learningRate: 1e-3, l2: 5e-4, skipping: 1_000, over: 1_000)
            #expect((measured.rms - cycle.value).magnitude <= cycle.errorBound + 1e-15)
        }
    }

    @Test(arguments: [(0.9, 0.99), (0.5, 0.9), (0.95, 0.98), (0.99, 0.99), (0.0, 0.9)])
    func lionEndsInASwingWithinItsRange(beta1: Double, beta2: Double) throws {
        let cycle = try LimitCycle.lion(beta1: beta1, beta2: beta2, learningRate: 1e-3)
        let measured = try motion(
            DeadWeight(weight: 0.5007), .lion(beta1: beta1, beta2: beta2), learningRate: 1e-3, l2: 5e-4, skipping: 10_000, over: 4_000)
        #expect(cycle.range.contains(measured.rms), "\(cycle) against \(measured.rms)")
    }

    @Test func lionsOwnDecayPushesADeadWeightAway() throws {
        let target = try LimitCycle.lionDecoupledTarget(firstMoment: 1e-3, decay: 10)
        var recursion = try ExactRecursion(
            DeadWeight(weight: 0.02, firstMoment: 1e-3), rule: .lion(decay: 10), learningRate: .constant(1e-3), l2: 0)
        for _ in 0..<5_000 { recursion.advance() }
        #expect((recursion.state.weight - target.value).magnitude < 1e-12)
        #expect(target.value == -0.1)
    }
}
