// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Laboratory
import Theory

/// One dead weight in four arithmetics: where each format holds it up (theory notes B9).
enum PrecisionFigure {
    static let learningRate = 1e-3
    static let l2 = 5e-4
    /// αλ/ε = 25, below the edge of 38.
    static let epsilon = 2e-8
    static let beta1 = 0.9
    static let steps = 20_000
    static let bin = 40
    static let one = LaboratoryCase(
        rule: .adam(beta1: beta1, epsilon: epsilon), learningRate: .constant(learningRate), l2: l2,
        weight: DeadWeight(weight: 0.02, secondMoment: 1e-10))

    /// The same case in one format.
    struct Curve {
        let name: String
        let color: String
        let arithmetic: Arithmetic
        let flushesSubnormals: Bool
        /// The largest |w| that the format may hold up: where α·m is lost, with what m's own rounding adds; nil where that doesn't hold or lies beyond `Double`'s range.
        let stall: Double?
    }

    private static func stall(_ smallest: Double, flushes: Bool) -> Double? {
        try? StallLevel.rest(smallest: smallest, flushes: flushes, learningRate: learningRate, l2: l2, beta1: beta1)
    }

    static let curves = [
        Curve(
            name: "float32, flush-to-zero", color: FigureStyle.vermilion, arithmetic: .float32, flushesSubnormals: true,
            stall: stall(Double(Float.leastNormalMagnitude), flushes: true)),
        Curve(
            name: "float32", color: FigureStyle.orange, arithmetic: .float32, flushesSubnormals: false,
            stall: stall(Double(Float.leastNonzeroMagnitude), flushes: false)),
        Curve(
            name: "float64", color: FigureStyle.blue, arithmetic: .float64, flushesSubnormals: false,
            // It arrives with η past 1, where a step's quantum F/(√v + ε) is longer than the zone of rest is wide: it leaps over it.
            stall: nil),
        Curve(name: "float80", color: FigureStyle.black, arithmetic: .float80, flushesSubnormals: false, stall: nil),
    ].filter(\.arithmetic.isAvailable)

    static func trace(_ curve: Curve) throws -> DeadWeightTrace {
        try DeadWeightTrace(
            one, in: Laboratory(arithmetic: curve.arithmetic, flushesSubnormals: curve.flushesSubnormals), steps: steps, bin: bin)
    }

    static func make() throws -> FigureSource {
        let traces = try curves.map(trace)
        let blocks = zip(curves, traces).map { "# \($0.name)\n" + $1.envelopeRows.joined(separator: "\n") }
        // The longest-lived line lies below the others, so that each is seen where it departs.
        let lines = curves.indices.reversed().map { index in
            "data index \(index) using 1:2 with lines linewidth 2.2 linecolor rgb '\(curves[index].color)' title '\(curves[index].name)'"
        }.joined(separator: ", \\\n    ")
        let levels = curves.enumerated().compactMap { index, curve in
            curve.stall.map { stall in
                let text = Number.short(stall)
                return
                    "set arrow \(index + 1) from graph 0, first \(text) to graph 1, first \(text) nohead back dashtype (6,4) linewidth 1 linecolor rgb '\(curve.color)'"
            }
        }.joined(separator: "\n")
        let dips = zip(curves, traces).compactMap { curve, trace in
            trace.magnitudes.firstIndex { $0 > 0 && $0 < (curve.stall ?? 0) }
        }
        let (first, last) = ((dips.min() ?? 0) / 500 * 500 - 500, ((dips.count > 1 ? dips.sorted()[1] : steps) / 500 + 2) * 500)
        return FigureSource(
            name: TheoryFigure.precision.rawValue,
            caption: [
                "the same dead weight under Adam (α = 1e-3, λ = 5e-4, ε = 2e-8, β = (0.9, 0.999)) in four arithmetics; right: where float32 leaves.",
                "Largest |w| of each \(bin) steps. Dashed: where the law says that a format may stall, F/(2αλ) with F its smallest number, F_min/(αλ) flushed,",
                "each with what m's own rounding adds; that holds while η < 1/2, so not for float64, which arrives with η = 17 and hops by quanta F/(√v + ε). Numbers of float80 below the range of float64 are not drawn.",
            ],
            width: 960, height: 500,
            data: "# step, largest |w|; a block an arithmetic\n" + blocks.joined(separator: "\n\n\n") + "\n",
            commands: """
                set multiplot
                set logscale y 10
                set format y '10^{%L}'
                set xlabel 'optimiser steps after the last data gradient'
                \(levels)
                set lmargin at screen 0.11
                set rmargin at screen 0.55
                set tmargin at screen 0.93
                set bmargin at screen 0.14
                set title 'the whole way'
                set xrange [0:\(steps)]
                set xtics 5000
                set yrange [1e-320:1e10]
                \(Decades.tics(-300...0, every: 50))
                set ylabel '|w|' offset 1,0
                set key bottom left Left reverse samplen 2
                plot \(lines)
                set lmargin at screen 0.65
                set rmargin at screen 0.965
                set title 'where float32 leaves'
                set xrange [\(first):\(last)]
                set xtics 500
                set yrange [1e-50:1e-25]
                \(Decades.tics(-50 ... -25, every: 5))
                unset ylabel
                set key off
                \(stallLabels)
                plot \(lines)
                unset multiplot
                """)
    }

    private static var stallLabels: String {
        let names = ["F_{min}/(αλ)", "F/(2αλ)"]
        return zip(curves, names).enumerated().map { index, pair in
            "set label \(index + 1) '\(pair.1)' at graph 0.98, first \(Number.short(pair.0.stall ?? 1)) right offset 0,0.6 front "
                + "textcolor rgb '\(pair.0.color)' font small"
        }.joined(separator: "\n")
    }
}
