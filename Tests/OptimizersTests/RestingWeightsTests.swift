// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels
import Testing

@testable import Optimizers

@Suite("Weights at rest")
struct RestingWeightsTests {
    /// Two optimisers on the same dead weights, one of which may let some of them rest.
    private final class Pair<Scalar: OptimizerScalar> {
        let count: Int
        let plain: Optimizer<Scalar>
        let resting: Optimizer<Scalar>
        let weights: (plain: UnsafeMutableBufferPointer<Scalar>, resting: UnsafeMutableBufferPointer<Scalar>)
        private let gradient: UnsafeMutableBufferPointer<Scalar>
        var l2 = 1e-3

        init(_ rule: any UpdateRule, weights: [Scalar], first: [Scalar], second: [Scalar], step: Double = 50_000) throws {
            count = weights.count
            plain = try Optimizer(rule: rule, parameters: [OptimizedParameter(name: "w", count: count)])
            resting = try Optimizer(rule: rule, parameters: [OptimizedParameter(name: "w", count: count)])
            self.weights = (.allocate(capacity: count), .allocate(capacity: count))
            gradient = .allocate(capacity: count)
            gradient.initialize(repeating: 0)
            for (optimizer, buffer) in [(plain, self.weights.plain), (resting, self.weights.resting)] {
                _ = buffer.initialize(from: weights)
                try optimizer.plant(first, as: "exp_avg", of: 0)
                try optimizer.plant(second, as: "exp_avg_sq", of: 0)
                try optimizer.plant(step, as: "step", of: 0)
            }
        }

        deinit {
            weights.plain.deallocate()
            weights.resting.deallocate()
            gradient.deallocate()
        }

        func rest(_ range: Range<Int>, learningRate: Double) -> Bool {
            resting.rest(parameter: 0, range: range, weights: weights.resting, learningRate: learningRate, l2: l2)
        }

        func step(learningRate: Double) {
            plain.update(parameter: 0, weights: weights.plain, gradient: UnsafeBufferPointer(gradient), learningRate: learningRate, l2: l2)
            resting.update(parameter: 0, weights: weights.resting, gradient: UnsafeBufferPointer(gradient), learningRate: learningRate, l2: l2)
        }

        /// True if weights and states agree to the bit.
        func agree() -> Bool {
            func bits(_ values: UnsafeMutableBufferPointer<Scalar>) -> [UInt64] { values.map { $0.isNaN ? .max : Double($0).bitPattern } }
            return bits(weights.plain) == bits(weights.resting)
                && (0..<plain.stateNames.count).allSatisfy { bits(plain.stateTensors(of: 0)[$0]) == bits(resting.stateTensors(of: 0)[$0]) }
        }
    }

    private static let placements: [EpsilonPlacement] = [.outsideRoot, .epsilonHat, .insideRoot]

    /// Subnormal weights of up to 200 units and moments of up to 4, as dead weights end in float32, over second moments of 1e-12 to 1e-10.
    private func stalled(_ rule: any UpdateRule, count: Int = 150) throws -> Pair<Float> {
        let unit = Float.leastNonzeroMagnitude
        return try Pair(
            rule, weights: (0..<count).map { unit * Float($0 * 37 % 401 - 200) }, first: (0..<count).map { unit * Float($0 * 7 % 9 - 4) },
            second: (0..<count).map { 1e-12 * Float(1 + $0 * 13 % 100) })
    }

    @Test("Weights at rest keep the bits of weights that are updated at every step, their second moment too", arguments: placements)
    func exact(placement: EpsilonPlacement) throws {
        for rule in [Adam(epsilonPlacement: placement), AdamW(epsilonPlacement: placement)] as [any UpdateRule] {
            let pair = try stalled(rule)
            #expect(pair.rest(16..<80, learningRate: 1e-3))
            #expect(pair.rest(100..<150, learningRate: 1e-3))
            for step in 1...3000 {
                pair.step(learningRate: step < 1000 ? 1e-3 : 5e-4)
                if step % 700 == 0 { #expect(pair.agree(), "step \(step)") }
            }
            pair.resting.wake(parameter: 0, range: 16..<80)
            for _ in 1...50 { pair.step(learningRate: 5e-4) }
            #expect(pair.agree())
        }
    }

    @Test("In float64 they rest where α·m/ε is under half a unit in the last place of w")
    func double() throws {
        // g = λw is 1e-9, so m and the step 1e-3·1e-9/1e-2 = 1e-10 of w = 1e-6: moves. With ε = 1e12 it does not.
        let make = { (epsilon: Double) in
            try Pair<Double>(Adam(epsilon: epsilon), weights: [1e-6], first: [1e-3 * 1e-6], second: [1e-20])
        }
        #expect(try !make(1e-2).rest(0..<1, learningRate: 1e-3))
        let pair = try make(1e12)
        #expect(pair.rest(0..<1, learningRate: 1e-3))
        for _ in 1...5000 { pair.step(learningRate: 1e-3) }
        #expect(pair.agree())
        #expect(pair.plain.stateTensors(of: 0)[1][0] < 1e-17)
    }

    @Test("A weight that only a large second moment holds does not rest: v forgets, and then it moves")
    func heldBySecondMoment() throws {
        // Steps of 1e-3·1e-4/(1 + ε) are no change to 1e5 in float32; without v they are 1e-7/1e-8 = 10.
        let pair = try Pair<Float>(Adam(beta1: 0), weights: [1e5], first: [100], second: [1e12])
        #expect(!pair.rest(0..<1, learningRate: 1e-3))
    }

    @Test("They don't rest before the first moment's bias correction is 1, with a moment on its way, or beside a NaN")
    func moving() throws {
        let tiny = Float.leastNonzeroMagnitude
        #expect(try !Pair<Float>(Adam(), weights: [tiny], first: [0], second: [0], step: 100).rest(0..<1, learningRate: 1e-3))
        #expect(try Pair<Float>(Adam(), weights: [tiny], first: [0], second: [0], step: 500).rest(0..<1, learningRate: 1e-3))
        #expect(try !Pair<Float>(Adam(), weights: [tiny], first: [50 * tiny], second: [0]).rest(0..<1, learningRate: 1e-3))
        #expect(try !Pair<Float>(Adam(), weights: [tiny, .nan], first: [0, 0], second: [0, 0]).rest(0..<2, learningRate: 1e-3))
        #expect(try !Pair<Float>(Adam(), weights: [tiny], first: [0], second: [.infinity]).rest(0..<1, learningRate: 1e-3))
        #expect(try !Pair<Float>(Adam(epsilon: 0), weights: [0], first: [0], second: [1e-10]).rest(0..<1, learningRate: 1e-3))
    }

    @Test("A larger learning rate, another λ and a planted state end the rest, with the state brought on")
    func woken() throws {
        let rising = try stalled(Adam())
        #expect(rising.rest(0..<150, learningRate: 1e-4))
        for step in 1...400 { rising.step(learningRate: step < 200 ? 1e-4 : 1e-1) }
        #expect(rising.agree())

        let regularised = try stalled(Adam())
        #expect(regularised.rest(0..<150, learningRate: 1e-3))
        for step in 1...400 {
            if step == 200 { regularised.l2 = 0.3 }
            regularised.step(learningRate: 1e-3)
        }
        #expect(regularised.agree())

        let planted = try stalled(Adam())
        #expect(planted.rest(0..<150, learningRate: 1e-3))
        for _ in 1...100 { planted.step(learningRate: 1e-3) }
        for optimizer in [planted.plain, planted.resting] { try optimizer.plant(Array(repeating: Float(1e-3), count: 150), as: "exp_avg", of: 0) }
        for _ in 1...100 { planted.step(learningRate: 1e-3) }
        #expect(planted.agree())
    }

    @Test("Where subnormal numbers are flushed, they don't rest: an update makes them 0; second moments that fall among them are 0 too")
    func flushed() throws {
        adamprobe_set_flush_subnormals(true)
        defer { adamprobe_set_flush_subnormals(false) }
        #expect(try !stalled(Adam()).rest(16..<80, learningRate: 1e-3))
        let count = 70
        let pair = try Pair<Float>(
            Adam(beta2: 0.9), weights: Array(repeating: 0, count: count), first: Array(repeating: 0, count: count),
            second: (0..<count).map { 1e-36 * Float($0 + 1) })
        #expect(pair.rest(0..<count, learningRate: 1e-3))
        for _ in 1...300 { pair.step(learningRate: 1e-3) }
        pair.resting.wake(parameter: 0, range: 0..<count)
        // Compared as they are: flushed, a subnormal number would equal 0.
        adamprobe_set_flush_subnormals(false)
        #expect(pair.agree())
        #expect(pair.plain.stateTensors(of: 0)[1].allSatisfy { $0 == 0 })
    }

    @Test("A moment of −0 moves, to +0; a weight of −0 stays where nothing moves it")
    func negativeZero() throws {
        #expect(try !Pair<Float>(Adam(), weights: [0], first: [-0.0], second: [1e-10]).rest(0..<1, learningRate: 1e-3))
        let pair = try Pair<Float>(Adam(), weights: [-0.0, 0], first: [0, 0], second: [1e-10, 1e-10])
        pair.l2 = 0
        #expect(pair.rest(0..<2, learningRate: 1e-3))
        for _ in 1...10 { pair.step(learningRate: 1e-3) }
        #expect(pair.agree())
        #expect(pair.plain.stateTensors(of: 0)[0].allSatisfy { $0.sign == .plus })
    }

    @Test("Rules that can't tell let nothing rest")
    func otherRules() throws {
        let pair = try Pair<Float>(AMSGrad(), weights: [0], first: [0], second: [0])
        #expect(!pair.rest(0..<1, learningRate: 1e-3))
    }

    @Test("RMSprop's weights rest in float32's trap, where α·λw rounds to 0, and not before; with momentum never")
    func rmsprop() throws {
        func run(_ rule: RMSprop, weight: Float) throws -> (rests: Bool, isSame: Bool) {
            let parameter = [OptimizedParameter(name: "w", count: 40)]
            let plain = try Optimizer<Float>(rule: rule, parameters: parameter)
            let resting = try Optimizer<Float>(rule: rule, parameters: parameter)
            let weights = [UnsafeMutableBufferPointer<Float>.allocate(capacity: 40), .allocate(capacity: 40)]
            defer { weights.forEach { $0.deallocate() } }
            let gradient = Array(repeating: Float(0), count: 40)
            for (optimizer, buffer) in zip([plain, resting], weights) {
                buffer.initialize(repeating: weight)
                try optimizer.plant((0..<40).map { 1e-12 * Float($0 + 1) }, as: "square_avg", of: 0)
            }
            let rests = resting.rest(parameter: 0, range: 5..<30, weights: weights[1], learningRate: 1e-3, l2: 5e-4)
            gradient.withUnsafeBufferPointer { gradient in
                for _ in 1...2000 {
                    plain.update(parameter: 0, weights: weights[0], gradient: gradient, learningRate: 1e-3, l2: 5e-4)
                    resting.update(parameter: 0, weights: weights[1], gradient: gradient, learningRate: 1e-3, l2: 5e-4)
                }
            }
            let isSame = Array(weights[0]) == Array(weights[1]) && Array(plain.stateTensors(of: 0)[0]) == Array(resting.stateTensors(of: 0)[0])
            return (rests, isSame)
        }
        // 5e-7·w is under half the smallest subnormal number for w < 1.4e-39.
        let trapped = try run(RMSprop(learningRate: 1e-3), weight: 1e-39)
        #expect(trapped.rests && trapped.isSame)
        #expect(try !run(RMSprop(learningRate: 1e-3), weight: 1e-3).rests)
        #expect(try !run(RMSprop(learningRate: 1e-3, momentum: 0.9), weight: 1e-39).rests)
    }

    @Test(
        "What moves of a part of the weights is the part without the runs at rest",
        arguments: [0..<20, 0..<3, 3..<9, 4..<5, 10..<20, 12..<14, 6..<6])
    func moving(part: Range<Int>) {
        let weights = UnsafeMutableBufferPointer<Float>.allocate(capacity: 20)
        defer { weights.deallocate() }
        var rest = RestingWeights(weights: weights, learningRate: 1, l2: 0, since: 0)
        for range in [8..<10, 3..<5, 14..<20] { rest.insert(range, learningRate: 1) }
        var moving: [Int] = []
        rest.forEachMoving(in: part) { moving += Array($0) }
        #expect(moving == part.filter { ![3, 4, 8, 9, 14, 15, 16, 17, 18, 19].contains($0) })
    }
}
