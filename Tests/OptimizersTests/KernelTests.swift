// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Optimizers

/// The C kernel against the same step in plain Swift, bit for bit.
@Suite struct KernelTests {
    /// Bit patterns of the numbers that vector and scalar units might treat differently.
    static func special<Scalar: OptimizerScalar>(_ random: inout SplitMix) -> Scalar {
        let values: [Scalar] = [
            0, -0.0, 1, -1, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude, .leastNormalMagnitude / 3,
            .greatestFiniteMagnitude, .infinity, .nan, 1e-20, 0.1,
        ]
        return values.randomElement(using: &random)!
    }

    static func bits<Scalar: OptimizerScalar>(_ values: [Scalar]) -> [UInt64] {
        values.map { $0.isNaN ? .max : Double($0).bitPattern }
    }

    @Test(arguments: EpsilonPlacement.allCases, [false, true])
    func theKernelGivesTheBitsOfTheScalarLoop(_ placement: EpsilonPlacement, _ keepsMaximum: Bool) {
        func check<Scalar: OptimizerScalar>(
            _: Scalar.Type, count: Int, beta1: Double, l2: Double, decay: Double, special: Bool, at step: Int = 3
        ) {
            var random = SplitMix(state: UInt64(count))
            func draw() -> Scalar { special ? Self.special(&random) : Scalar(random.signed()) }
            let stride = count + 5
            var weights = (0..<count).map { _ in draw() }
            let gradient = (0..<count).map { _ in draw() }
            var state = (0..<3 * stride).map { index in index < stride ? draw() : draw().magnitude }
            var (otherWeights, otherState) = (weights, state)
            let moments = AdaptiveMoments(beta1: beta1, beta2: 0.99, epsilon: 1e-8, placement: placement)
            func update(_ weights: inout [Scalar], _ state: inout [Scalar], _ body: (ParameterUpdate<Scalar>) -> Void) {
                weights.withUnsafeMutableBufferPointer { weights in
                    gradient.withUnsafeBufferPointer { gradient in
                        state.withUnsafeMutableBufferPointer { state in
                            body(
                                ParameterUpdate(
                                    weights: weights, gradient: gradient,
                                    state: StateTensors(base: state.baseAddress!, stride: stride, count: count), step: step,
                                    learningRate: 0.01, l2: l2, decoupledDecay: decay))
                        }
                    }
                }
            }
            for _ in 0..<3 {
                update(&weights, &state) { moments.update($0, keepsMaximum: keepsMaximum) }
                update(&otherWeights, &otherState) {
                    moments.scalarLoop($0, moments.coefficients($0), keepsMaximum: keepsMaximum)
                }
            }
            #expect(Self.bits(weights) == Self.bits(otherWeights))
            #expect(Self.bits(state) == Self.bits(otherState))
        }
        for count in [0, 1, 2, 7, 8, 15, 16, 31, 33, 64, 67, 1000] {
            for (beta1, l2, decay) in [(0.9, 0.0, 0.0), (0.9, 0.03, 0.0), (0.3, 0.03, 0.1), (0.0, 0.0, 0.1)] {
                for special in [false, true] {
                    check(Float.self, count: count, beta1: beta1, l2: l2, decay: decay, special: special)
                    check(Double.self, count: count, beta1: beta1, l2: l2, decay: decay, special: special)
                    // The corrections are 1 by then.
                    check(Float.self, count: count, beta1: beta1, l2: l2, decay: decay, special: special, at: 10_000)
                    check(Double.self, count: count, beta1: beta1, l2: l2, decay: decay, special: special, at: 10_000)
                }
            }
        }
    }

    @Test(arguments: EpsilonPlacement.allCases)
    func theReadingGivesTheBitsOfTheScalarLoop(_ placement: EpsilonPlacement) {
        func check<Scalar: OptimizerScalar>(_: Scalar.Type, count: Int, step: Int) {
            var random = SplitMix(state: UInt64(count + step))
            let state = (0..<2 * count).map { index -> Scalar in
                let value: Scalar = index % 5 == 0 ? Self.special(&random) : Scalar(random.signed())
                return index < count ? value : value.magnitude
            }
            let moments = AdaptiveMoments(beta1: 0.9, beta2: 0.999, epsilon: 1e-3, placement: placement)
            var results: [[UInt64]] = []
            for byKernel in [true, false] {
                var (state, buffer) = (state, [Scalar](repeating: 7, count: 3 * count))
                state.withUnsafeMutableBufferPointer { state in
                    buffer.withUnsafeMutableBufferPointer { buffer in
                        func part(_ index: Int) -> UnsafeMutableBufferPointer<Scalar> { .init(rebasing: buffer[index * count..<(index + 1) * count]) }
                        let buffers = MomentBuffers(firstMoment: part(0), rootSecondMoment: part(1), denominator: part(2))
                        let base = state.baseAddress!
                        if byKernel {
                            let reading = MomentReading(state: StateTensors(base: base, stride: count, count: count), step: step)
                            moments.readMoments(reading, into: buffers, keepsMaximum: false)
                        } else {
                            moments.scalarReading(
                                count, UnsafePointer(base), UnsafePointer(base + count), moments.coefficients(ofReadingAt: step), buffers)
                        }
                    }
                }
                results.append(Self.bits(buffer))
            }
            #expect(results[0] == results[1], "\(count) weights, step \(step)")
        }
        // Before the first step, while both corrections differ from 1, while one does, and when neither does.
        for step in [0, 1, 100, 1000, 100_000] {
            for count in [1, 7, 16, 33, 100] {
                check(Float.self, count: count, step: step)
                check(Double.self, count: count, step: step)
            }
        }
    }

    @Test(arguments: [Adam.name, "rmsprop"], [1, 2, 3, 7])
    func aSharedUpdateGivesTheBitsOfAWholeOne(_ name: String, _ pieces: Int) throws {
        let rule: any UpdateRule = name == Adam.name ? Adam(learningRate: 0.01) : RMSprop(learningRate: 0.01, momentum: 0.5)
        // Enough weights to be shared, and not a whole number of cache lines.
        let count = 1 << 15 | 21
        func train(_ sharing: WorkSharing?) throws -> [Float] {
            let optimizer = try Optimizer<Float>(rule: rule, parameters: [OptimizedParameter(name: "w", count: count)])
            var random = SplitMix(state: 5)
            var weights = (0..<count).map { _ in Float(random.signed()) }
            for _ in 0..<3 {
                let gradient = (0..<count).map { _ in Float(random.signed()) }
                weights.withUnsafeMutableBufferPointer { weights in
                    gradient.withUnsafeBufferPointer {
                        optimizer.update(parameter: 0, weights: weights, gradient: $0, learningRate: 0.01, l2: 0.1, sharing: sharing)
                    }
                }
            }
            #expect(optimizer.step(of: 0) == 3)
            return weights + optimizer.stateTensors(of: 0)[0]
        }
        let shared = WorkSharing(pieces: pieces) { count, work in
            #expect(count == pieces)
            for piece in (0..<count).reversed() { work(piece) }
        }
        #expect(Self.bits(try train(shared)) == Self.bits(try train(nil)))
    }

    @Test(arguments: [0.0, 0.3, 0.9, 0.99, 0.999, 0.9999])
    func theBiasCorrectionIsThePowersToTheBit(_ beta: Double) {
        for step in Array(1...2000) + [39_999, 40_000, 40_001, 400_000, 400_001, 1_000_000] {
            #expect(biasCorrection(beta, step: step) == 1 - pow(beta, Double(step)))
        }
    }

    @Test func interpolationReachesBothEnds() {
        #expect(interpolate(0.1, 0.7, 0.0) == 0.1)
        #expect(interpolate(0.1, 0.7, 1.0) == 0.7)
        #expect(interpolate(Float(1e8), 1, 1) == 1)
    }
}

extension KernelTests {
    @Test func rmspropsKernelGivesTheBitsOfTheRecipe() throws {
        func check<Scalar: OptimizerScalar>(_: Scalar.Type, count: Int, l2: Double, special: Bool) throws {
            var random = SplitMix(state: UInt64(count + 1))
            func draw() -> Scalar { special ? Self.special(&random) : Scalar(random.signed()) }
            let rule = RMSprop(learningRate: 0.01, beta2: 0.9, epsilon: 1e-8)
            let optimizer = try Optimizer<Scalar>(rule: rule, parameters: [OptimizedParameter(name: "w", count: count)])
            var weights = (0..<count).map { _ in draw() }
            let gradient = (0..<count).map { _ in draw() }
            var v = (0..<count).map { _ in draw().magnitude }
            try optimizer.plant(v, as: "square_avg", of: 0)
            var expected = weights
            for i in 0..<count {
                let g = l2 == 0 ? gradient[i] : gradient[i] + Scalar(l2) * expected[i]
                v[i] = v[i] * Scalar(0.9) + (Scalar(1 - 0.9) * g) * g
                expected[i] = expected[i] - (Scalar(0.01) * g) / (v[i].squareRoot() + Scalar(1e-8))
            }
            weights.withUnsafeMutableBufferPointer { weights in
                gradient.withUnsafeBufferPointer {
                    optimizer.update(parameter: 0, weights: weights, gradient: $0, learningRate: 0.01, l2: l2)
                }
            }
            #expect(Self.bits(weights) == Self.bits(expected))
            #expect(Self.bits(Array(optimizer.stateTensors(of: 0)[0])) == Self.bits(v))
        }
        for count in [1, 7, 16, 33, 1000] {
            for (l2, special) in [(0.0, false), (0.03, false), (0.0, true), (0.03, true)] {
                try check(Float.self, count: count, l2: l2, special: special)
                try check(Double.self, count: count, l2: l2, special: special)
            }
        }
    }
}
