// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Optimizers

/// An operator in place, as a function of arrays.
private func applied<Scalar>(
    _ vector: [Scalar], metric: [Scalar] = [], _ body: (UnsafeMutableBufferPointer<Scalar>, UnsafeBufferPointer<Scalar>) -> Void
) -> [Scalar] {
    var result = vector
    result.withUnsafeMutableBufferPointer { result in metric.withUnsafeBufferPointer { body(result, $0) } }
    return result
}

/// A penalty's norm with its operator, the variational definition from outside: F(w) = ½ Σ d_j(w_j − u_j)² + κ‖w‖.
struct ProximalCase: Sendable, CustomTestStringConvertible {
    let isGroup: Bool
    let hasMetric: Bool
    /// Something that looks like the operator and is wrong; nil for the operator.
    var mutation: String?

    var testDescription: String { (isGroup ? "group" : "l1") + (hasMetric ? " in a metric" : "") + (mutation.map { ", \($0)" } ?? "") }

    static let all = [false, true].flatMap { group in [false, true].map { ProximalCase(isGroup: group, hasMetric: $0) } }

    func objective(_ w: [Double], _ u: [Double], _ d: [Double], _ kappa: Double) -> Double {
        let fit = zip(zip(w, u), d).reduce(0) { $0 + $1.1 * ($1.0.0 - $1.0.1) * ($1.0.0 - $1.0.1) } / 2
        let norm = isGroup ? w.reduce(0) { $0 + $1 * $1 }.squareRoot() : w.reduce(0) { $0 + abs($1) }
        return fit + kappa * norm
    }

    func minimiser(_ u: [Double], _ d: [Double], _ kappa: Double) -> [Double] {
        if let mutation { return mutated(mutation, u, d, kappa) }
        var scratch = u
        return applied(u, metric: d) { w, metric in
            scratch.withUnsafeMutableBufferPointer { scratch in
                switch (isGroup, hasMetric) {
                case (true, false): ProximalOperator.shrinkGroup(w, by: kappa)
                case (false, false): ProximalOperator.shrink(w, by: kappa)
                case (true, true): ProximalOperator.shrinkGroup(w, by: kappa, metric: metric, scratch: scratch)
                case (false, true): ProximalOperator.shrink(w, by: kappa, metric: metric)
                }
            }
        }
    }

    static let mutations = [
        ProximalCase(isGroup: true, hasMetric: false, mutation: "threshold by the squared norm"),
        ProximalCase(isGroup: true, hasMetric: false, mutation: "half the threshold"),
        ProximalCase(isGroup: true, hasMetric: true, mutation: "the Euclidean operator of κ/mean d"),
        ProximalCase(isGroup: false, hasMetric: false, mutation: "hard threshold"),
    ]

    private func mutated(_ mutation: String, _ u: [Double], _ d: [Double], _ kappa: Double) -> [Double] {
        let norm = u.reduce(0) { $0 + $1 * $1 }.squareRoot()
        switch mutation {
        case "threshold by the squared norm": return u.map { $0 * max(0, 1 - kappa / (norm * norm)) }
        case "half the threshold": return u.map { $0 * max(0, 1 - kappa / 2 / norm) }
        case "hard threshold": return u.map { abs($0) > kappa ? $0 : 0 }
        default: return u.map { $0 * max(0, 1 - kappa / (d.reduce(0, +) / Double(d.count)) / norm) }
        }
    }

    /// How much lower than at the operator's result F is at the best of many points near and far; at most 0, to rounding, for a minimiser.
    func gain(seed: UInt64) -> Double {
        var random = SplitMix(state: seed)
        var best = 0.0
        for count in [1, 2, 5] {
            for _ in 0..<40 {
                let u = (0..<count).map { _ in random.signed() }
                let d = hasMetric ? u.map { _ in exp(4 * random.signed()) } : u.map { _ in 1 }
                // Around the norms that occur, so that some are zeroed and some are not.
                let kappa = exp(3 * random.signed() - 1)
                let w = minimiser(u, d, kappa)
                let least = objective(w, u, d, kappa)
                for trial in 0..<60 {
                    let size = exp(8 * random.signed() - 4)
                    let other = w.indices.map {
                        trial == 0 ? 0 : trial % 3 == 0 ? w[$0] * (1 + size * (trial % 2 == 0 ? 1 : -1)) : w[$0] + size * random.signed()
                    }
                    best = max(best, (least - objective(other, u, d, kappa)) / (1 + least))
                }
            }
        }
        return best
    }
}

@Suite("Proximal operators")
struct ProximalOperatorTests {
    /// F is computed with some ten roundings of numbers of its size.
    static let rounding = 1e-14

    @Test("No point, near or far, has a lower objective than the operator's result", arguments: ProximalCase.all, [UInt64(1), 2, 3])
    func minimum(_ example: ProximalCase, seed: UInt64) {
        #expect(example.gain(seed: seed) <= Self.rounding)
    }

    @Test("Operators that are nearly right are found out in the same way", arguments: ProximalCase.mutations)
    func mutations(_ example: ProximalCase) {
        #expect(example.gain(seed: 1) > 1e-4)
    }

    @Test("A group is exactly zero when its norm is at most the threshold, and not for the next larger norm", arguments: [1e-280, 1e-3, 85, 1e300])
    func groupThreshold(scale: Double) {
        // 3-4-12-84-85 in whole multiples of a power of two: the norm is exact.
        let unit = Double(sign: .plus, exponent: scale.exponent, significand: 1)
        let group = [3, -4, 12, 84].map { $0 * unit }
        for (threshold, isZero) in [(85 * unit, true), ((85 * unit).nextUp, true), ((85 * unit).nextDown, false), (unit, false)] {
            let shrunk = applied(group) { w, _ in ProximalOperator.shrinkGroup(w, by: threshold) }
            #expect(shrunk.allSatisfy { $0 == 0 } == isZero, "κ = \(threshold)")
            // Near the threshold the factor 2⁻⁵³ is exact, not lost in 1 − κ/‖u‖.
            if !isZero { #expect(abs(shrunk[3] / group[3] - (85 * unit - threshold) / (85 * unit)) <= 1e-15 * shrunk[3] / group[3]) }
        }
    }

    @Test("Weights at most the threshold become 0, others move by it, with their sign")
    func softThreshold() {
        let values: [Double] = [0.5, -0.5, 0.5.nextUp, 2, -2, 0, -0.0, 1e-310]
        let expected: [Double] = [0, 0, 0.5.nextUp - 0.5, 1.5, -1.5, 0, 0, 0]
        #expect(applied(values) { w, _ in ProximalOperator.shrink(w, by: 0.5) } == expected)
        #expect(applied(values.map { Float($0) }) { w, _ in ProximalOperator.shrink(w, by: 0.5) } == [0, 0, 0, 1.5, -1.5, 0, 0, 0])
    }

    @Test("A uniform metric is the Euclidean operator with κ/d")
    func uniformMetric() {
        var random = SplitMix(state: 5)
        let u = (0..<64).map { _ in random.signed() }
        var scratch = u
        for d in [1e-8, 0.25, 3] {
            let metric = applied(u, metric: u.map { _ in d }) { w, metric in
                scratch.withUnsafeMutableBufferPointer { ProximalOperator.shrinkGroup(w, by: d / 3, metric: metric, scratch: $0) }
            }
            let plain = applied(u) { w, _ in ProximalOperator.shrinkGroup(w, by: 1.0 / 3) }
            #expect(relativeDifference(metric, plain) <= 1e-15)
        }
    }

    @Test("In a metric over 20 decades the length that the formula contains is the result's own", arguments: [UInt64(1), 2, 3, 4])
    func wideMetric(seed: UInt64) {
        var random = SplitMix(state: seed)
        let u = (0..<32).map { _ in random.signed() }
        let d = u.map { _ in exp(23 * random.signed()) }
        let norm = zip(u, d).reduce(0) { $0 + ($1.0 * $1.1) * ($1.0 * $1.1) }.squareRoot()
        var scratch = u
        for share in [0.999, 0.5, 1e-3, 1e-9] {
            let kappa = share * norm
            let w = applied(u, metric: d) { w, metric in
                scratch.withUnsafeMutableBufferPointer { ProximalOperator.shrinkGroup(w, by: kappa, metric: metric, scratch: $0) }
            }
            let length = w.reduce(0) { $0 + $1 * $1 }.squareRoot()
            // Not d(w − u) + κw/‖w‖ = 0 itself, whose first term cancels.
            let expected = zip(u, d).map { $0 * ($1 * length / ($1 * length + kappa)) }
            let largest = zip(w, expected).map { abs($0 - $1) / abs($1) }.max() ?? .nan
            #expect(length > 0 && largest <= 1e-13, "κ = \(share)·‖Du‖: \(largest)")
        }
    }

    @Test("A threshold of 0 leaves every bit, and so does a vector that isn't finite", arguments: [true, false])
    func untouched(isGroup: Bool) {
        func bits(_ u: [Double], _ kappa: Double) -> [UInt64] {
            var scratch = u
            let plain = applied(u) { w, _ in isGroup ? ProximalOperator.shrinkGroup(w, by: kappa) : ProximalOperator.shrink(w, by: kappa) }
            let metric = applied(u, metric: u.map { _ in 0.5 }) { w, metric in
                scratch.withUnsafeMutableBufferPointer { scratch in
                    isGroup
                        ? ProximalOperator.shrinkGroup(w, by: kappa, metric: metric, scratch: scratch)
                        : ProximalOperator.shrink(w, by: kappa, metric: metric)
                }
            }
            return (plain + metric).map(\.bitPattern)
        }
        let finite = [1, -0.0, 0, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, 1e-310]
        #expect(bits(finite, 0) == (finite + finite).map(\.bitPattern))
        for wrong in [Double.nan, .infinity, -.infinity] { #expect(bits([wrong], 1).allSatisfy { $0 == wrong.bitPattern }) }
        if isGroup { #expect(bits([1, .infinity, 3], 1) == [1, .infinity, 3, 1, .infinity, 3].map(\.bitPattern)) }
    }
}
