// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// The horizontal axis of a run: optimiser steps, and epochs along the top where an epoch's length is known.
///
/// Linear where samples were taken at a steady cadence, logarithmic where their spacing grew with time. A logarithmic axis starts at the
/// first positive sample, and leaves step 0 out.
struct TimeAxis: Sendable, Equatable {
    /// How much wider the late samples must lie than the early ones for the axis to become logarithmic.
    static let growthOfLogarithmicCadence = 8.0

    let isLogarithmic: Bool
    let first: Double
    let last: Double
    let stepsPerEpoch: Double?

    /// Precondition: at least one step; steps ascend.
    init(steps: [Int], stepsPerEpoch: Double?) {
        let positive = steps.filter { $0 > 0 }
        let gaps = zip(positive, positive.dropFirst()).map { Double($1 - $0) }
        let quarter = gaps.count / 4
        if quarter > 0, let early = gaps[..<quarter].max(), let late = gaps[(gaps.count - quarter)...].min() {
            isLogarithmic = late > Self.growthOfLogarithmicCadence * early
        } else {
            isLogarithmic = false
        }
        first = isLogarithmic ? Double(positive[0]) : 0
        last = max(Double(steps[steps.count - 1]), first + 1)
        self.stepsPerEpoch = stepsPerEpoch
    }

    /// Whether a step can be shown.
    func shows(_ step: Int) -> Bool { Double(step) >= first }

    /// Where a step lies, from 0 at the left end of the axis to 1 at the right.
    func position(_ step: Double) -> Double {
        isLogarithmic ? log(max(step, first) / first) / log(last / first) : (step - first) / (last - first)
    }

    /// The step at a position from 0 to 1.
    func step(at position: Double) -> Double {
        isLogarithmic ? first * pow(last / first, position) : first + position * (last - first)
    }

    /// Indices of at most `count` of the steps, spread evenly along the axis, first and last included.
    func evenly(_ steps: [Int], count: Int) -> [Int] {
        var kept: [Int] = []
        var bin = -1
        for (index, step) in steps.enumerated() where shows(step) {
            let its = Int(position(Double(step)) * Double(count - 1))
            if its > bin { kept.append(index); bin = its }
        }
        if let end = steps.indices.last, kept.last != end { kept.append(end) }
        return kept
    }

    /// The commands that lay the axis out, with about `tics` tics where it is linear. An image needs `asExponents`: its columns are even in log₁₀ of the step, on a linear axis.
    func commands(asExponents: Bool = false, tics: Double = 6) -> String {
        let exponents = asExponents && isLogarithmic
        func end(_ value: Double) -> String { Number.short(exponents ? log10(value) : value) }
        var lines = ["set xlabel 'optimiser step'", "set xrange [\(end(first)):\(end(last))]", "set xtics nomirror"]
        if exponents {
            lines += ["set format x '10^{%.0f}'", "set xtics 1"]
        } else if isLogarithmic {
            lines += ["set logscale x 10", "set format x '10^{%L}'"]
        } else {
            lines += [Self.stepFormat("x", span: last - first), "set xtics \(Number.short(Self.ticDistance(span: last - first, count: tics)))"]
        }
        if let stepsPerEpoch {
            lines += [
                "set x2label 'epoch'", "set x2range [\(end(first / stepsPerEpoch)):\(end(last / stepsPerEpoch))]", "set x2tics nomirror",
            ]
            if exponents {
                lines += ["set format x2 '10^{%.0f}'", "set x2tics 1"]
            } else if isLogarithmic {
                lines += ["set logscale x2 10", "set format x2 '10^{%L}'"]
            } else {
                lines.append("set x2tics \(Number.short(Self.ticDistance(span: (last - first) / stepsPerEpoch, count: tics)))")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The distance between tics that gives about `count` of them: 1, 2 or 5 times a power of ten.
    static func ticDistance(span: Double, count: Double) -> Double {
        let raw = max(span / count, 1)
        let power = pow(10, log10(raw).rounded(.down))
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw } ?? 10 * power
    }

    /// Tic labels for steps: 2500 is written out, 20000 becomes 20k.
    static func stepFormat(_ axis: String, span: Double) -> String {
        span >= 10_000 ? "set format \(axis) '%.0s%c'" : "set format \(axis) '%.0f'"
    }
}
