// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule
import Testing
import Theory

/// A4: silence behind batch normalisation, and how long a quiet node takes to it.
@Suite struct BatchNormDeathTests {
    /// 41 samples of two features, neither symmetric nor of mean 0.
    private static let inputs: [[Double]] = (0..<41).map { i in
        let t = Double(i) / 40
        return [t * t, 0.5 + 0.4 * Double.sin(7 * t)]
    }

    /// max z over the inputs as one batch, by the definition of batch normalisation.
    private func largest(_ weights: [Double], _ scale: Double, _ shift: Double, epsilon: Double) -> Double {
        let h = Self.inputs.map { $0[0] * weights[0] + $0[1] * weights[1] }
        let mean = h.reduce(0, +) / Double(h.count)
        let variance = h.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(h.count)
        return h.map { ($0 - mean) / (variance + epsilon).squareRoot() * scale + shift }.max()!
    }

    private func deviation(_ weights: [Double]) -> Double {
        let h = Self.inputs.map { $0[0] * weights[0] + $0[1] * weights[1] }
        let mean = h.reduce(0, +) / Double(h.count)
        return (h.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(h.count)).squareRoot()
    }

    @Test func standardisationIsWhatEpsilonLeaves() throws {
        #expect(try BatchNormDeath.standardisation(deviation: 0, epsilon: 0) == 0)
        #expect(try BatchNormDeath.standardisation(deviation: 3, epsilon: 0) == 1)
        #expect((try BatchNormDeath.standardisation(deviation: 1e-3, epsilon: 1e-6) - 0.5.squareRoot()).magnitude < 1e-15)
        // s² would underflow to 0, and overflow to infinity.
        #expect((try BatchNormDeath.standardisation(deviation: 1e-200, epsilon: 1e-6) / 1e-197 - 1).magnitude < 1e-14)
        #expect(try BatchNormDeath.standardisation(deviation: 1e200, epsilon: 1e-6) == 1)
    }

    @Test(arguments: [(1.5, -0.6), (-0.8, -0.7), (0.3, -0.01)], [1e-5, 1e-3])
    func aNodeFallsSilentJustBelowTheCriticalDeviation(_ affine: (scale: Double, shift: Double), epsilon: Double) throws {
        let direction = [0.7, -0.4]
        // M on the side that γ opens: max z at ε = 0, γ = ±1, β = 0.
        let reach = largest(direction, affine.scale < 0 ? -1 : 1, 0, epsilon: 0)
        let silence = try BatchNormDeath.silence(scale: affine.scale, shift: affine.shift, largestStandardised: reach, epsilon: epsilon)
        guard case .belowDeviation(let critical) = silence else {
            Issue.record("\(silence), but \(affine) lies between −|γ|M and 0")
            return
        }
        func z(_ factor: Double) -> Double {
            let size = factor * critical / deviation(direction)
            return largest(direction.map { $0 * size }, affine.scale, affine.shift, epsilon: epsilon)
        }
        #expect(z(1 + 1e-6) > 0)
        #expect(z(1 - 1e-6) <= 0)
    }

    @Test func theSignOfTheShiftAndSamuelsonsBoundDecideTheOtherFates() throws {
        #expect(try BatchNormDeath.silence(scale: 1, shift: 0, largestStandardised: 2, epsilon: 1e-5) == .never)
        #expect(try BatchNormDeath.silence(scale: 1, shift: 0.1, largestStandardised: 2, epsilon: 1e-5) == .never)
        #expect(try BatchNormDeath.silence(scale: -1, shift: -2, largestStandardised: 2, epsilon: 1e-5) == .always)
        #expect(try BatchNormDeath.silence(scale: 0, shift: -1e-9, largestStandardised: 2, epsilon: 1e-5) == .always)
        #expect(throws: LawError.self) { try BatchNormDeath.silence(scale: .nan, shift: 0, largestStandardised: 1, epsilon: 1e-5) }
        #expect(throws: LawError.self) { try BatchNormDeath.silence(scale: 1, shift: 0, largestStandardised: -1, epsilon: 1e-5) }
    }

    private func predict(shift: Double, epsilon: Double = 1e-5, weights: [Double] = [0.3, -0.2], root: Double = 3e-5) throws -> Prediction {
        try BatchNormDeath.quietLength(
            weights: weights.map { DeadWeight(weight: $0, secondMoment: root * root, step: 5_000) }, inputs: Self.inputs,
            scale: DeadWeight(weight: 0.8, step: 5_000), shift: DeadWeight(weight: shift, step: 5_000), rule: .adam(), learningRate: .constant(1e-3),
            l2: 1e-3, epsilon: epsilon, batch: 64, stepsPerEpoch: 20)
    }

    @Test(arguments: [-0.2, -0.5, -0.8])
    func theQuietLengthIsThatOfAPlainLoopOverAdam(shift: Double) throws {
        let predicted = try predict(shift: shift)
        var (w, m, v) = ([0.3, -0.2], [0.0, 0.0], [9e-10, 9e-10])
        var step = 0
        while largest(w, 0.8, shift, epsilon: 1e-5) > 0 {
            step += 1
            let t = Double(5_000 + step)
            for j in 0..<2 {
                let g = 1e-3 * w[j]
                m[j] = 0.9 * m[j] + 0.1 * g
                v[j] = 0.999 * v[j] + 0.001 * g * g
                w[j] -= 1e-3 * m[j] / (1 - Double.pow(0.9, t)) / ((v[j] / (1 - Double.pow(0.999, t))).squareRoot() + 1e-8)
            }
        }
        #expect(step > 20)
        // The law looks at the data after every fiftieth of the way.
        #expect(predicted.value >= Double(step) && predicted.value <= Double(step) * 1.02 + 1)
        #expect(predicted.errorBound >= 20)
    }

    @Test func withOneFeatureTheQuietLengthIsThePassageOfTheCriticalWeight() throws {
        let inputs = Self.inputs.map { [$0[0]] }
        let unit = deviation([1, 0])
        let reach = largest([1, 0], 1, 0, epsilon: 0)
        let state = DeadWeight<Double>(weight: 0.4, secondMoment: 4e-8)
        let (rate, l2, epsilon) = (LearningRate.constant(1e-3), 1e-3, 1e-5)
        guard case .belowDeviation(let critical) = try BatchNormDeath.silence(scale: 1, shift: -1, largestStandardised: reach, epsilon: epsilon)
        else {
            Issue.record("β = −1 lies between −M and 0")
            return
        }
        let passage = try AdiabaticPassage.predict(
            state, rule: .adam(), learningRate: rate, l2: l2, threshold: critical / unit, budget: 20_000)
        let expected = try #require(passage.passage)
        let predicted = try BatchNormDeath.quietLength(
            weights: [state], inputs: inputs, scale: DeadWeight(weight: 1), shift: DeadWeight(weight: -1), rule: .adam(), learningRate: rate, l2: l2,
            epsilon: epsilon, batch: 64, stepsPerEpoch: 1)
        #expect(expected.value > 100)
        #expect((predicted.value - expected.value).magnitude <= expected.errorBound + 0.02 * expected.value)
    }

    @Test func aLargerEpsilonOrALowerShiftSilencesSooner() throws {
        #expect(try predict(shift: -0.6, epsilon: 1e-3).value < predict(shift: -0.6, epsilon: 1e-5).value)
        #expect(try predict(shift: -0.8).value < predict(shift: -0.2).value)
    }

    @Test func momentumOfTheShiftCountsToo() throws {
        // β = −0.005 with m/√v = 1: momentum alone carries it up by about 9α and past zero, and the node never falls silent.
        #expect(throws: LawError.self) {
            try BatchNormDeath.quietLength(
                weights: [DeadWeight(weight: 0.3, secondMoment: 1e-8)], inputs: Self.inputs.map { [$0[0]] }, scale: DeadWeight(weight: 1),
                shift: DeadWeight(weight: -0.005, firstMoment: -1e-3, secondMoment: 1e-6), rule: .adam(), learningRate: .constant(1e-3), l2: 1e-3,
                epsilon: 1e-5, batch: 64, stepsPerEpoch: 1)
        }
    }

    @Test func aPositiveShiftIsOutsideTheLaw() { #expect(throws: LawError.self) { try predict(shift: 0.1) } }
}
