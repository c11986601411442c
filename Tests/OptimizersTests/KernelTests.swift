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
        func check<Scalar: OptimizerScalar>(_: Scalar.Type, count: Int, beta1: Double, l2: Double, decay: Double, special: Bool) {
            var random = SplitMix(state: UInt64(count))
            func draw() -> Scalar { special ? Self.special(&random) : Scalar(random.signed()) }
            let stride = count + 5
            var weights = (0..<count).map { _ in draw() }
            let gradient = (0..<count).map { _ in draw() }
            var state = (0..<3 * stride).map { index in index < stride ? draw() : draw().magnitude }
            var (otherWeights, otherState) = (weights, state)
            let moments = AdaptiveMoments(beta1: beta1, beta2: 0.99, epsilon: 1e-8, placement: placement)
            func step(_ weights: inout [Scalar], _ state: inout [Scalar], _ body: (ParameterUpdate<Scalar>) -> Void) {
                weights.withUnsafeMutableBufferPointer { weights in
                    gradient.withUnsafeBufferPointer { gradient in
                        state.withUnsafeMutableBufferPointer { state in
                            body(
                                ParameterUpdate(
                                    weights: weights, gradient: gradient,
                                    state: StateTensors(base: state.baseAddress!, stride: stride, count: count), step: 3,
                                    learningRate: 0.01, l2: l2, decoupledDecay: decay))
                        }
                    }
                }
            }
            for _ in 0..<3 {
                step(&weights, &state) { moments.update($0, keepsMaximum: keepsMaximum) }
                step(&otherWeights, &otherState) {
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
                }
            }
        }
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
