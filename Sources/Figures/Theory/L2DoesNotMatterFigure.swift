// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Laboratory
import Theory

/// Collapse curves over λ: at ε = 0, from m₀ = 0 and s₀ ∝ λ, they are one curve; ε tells them apart (theory notes B5, B10).
enum L2DoesNotMatterFigure {
    static let coefficients = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2]
    static let colors = [FigureStyle.purple, FigureStyle.skyBlue, FigureStyle.green, FigureStyle.orange, FigureStyle.black]
    static let learningRate = 1e-3
    static let weight = 0.02
    static let steps = 4_000
    static let bin = 20
    /// PyTorch's default, for the contrast.
    static let epsilon = 1e-8

    /// A weight with λ|w₀| = s₀.
    static func trace(l2: Double, epsilon: Double) throws -> DeadWeightTrace {
        let root = l2 * weight
        let one = LaboratoryCase(
            rule: .adam(epsilon: epsilon), learningRate: .constant(learningRate), l2: l2,
            weight: DeadWeight(weight: weight, secondMoment: root * root))
        return try DeadWeightTrace(one, in: Laboratory(arithmetic: .float64), steps: steps, bin: bin)
    }

    static func make() throws -> FigureSource {
        let blocks = try [0, epsilon].flatMap { epsilon in
            try coefficients.map { l2 in
                "# ε = \(epsilon), λ = \(l2)\n" + (try trace(l2: l2, epsilon: epsilon)).envelopeRows.joined(separator: "\n")
            }
        }
        func lines(_ first: Int, width: (Int) -> Double, titled: Bool) -> String {
            coefficients.indices.map { index in
                "data index \(first + index) using 1:2 with lines linewidth \(Number.short(width(index))) linecolor rgb '\(colors[index])'"
                    + (titled ? " title 'λ = 10^{\(Int(log10(coefficients[index]).rounded()))}'" : "")
            }.joined(separator: ", \\\n    ")
        }
        return FigureSource(
            name: TheoryFigure.l2DoesNotMatter.rawValue,
            caption: [
                "collapse of a dead weight under Adam for five λ (α = 1e-3, β = (0.9, 0.999), w₀ = 0.02, m₀ = 0, √v₀ = λw₀, float64).",
                "Left: at ε = 0 λ cancels, and the curves lie on one another (drawn from wide to narrow). Right: ε = 1e-8 tells them apart.",
                "Largest |w| of each \(bin) steps.",
            ],
            width: 960, height: 460,
            data: "# step, largest |w|; a block a λ, first at ε = 0, then at ε = \(epsilon)\n" + blocks.joined(separator: "\n\n\n") + "\n",
            commands: """
                set multiplot
                set logscale y 10
                set format y '10^{%L}'
                set xlabel 'optimiser steps after the last data gradient'
                set xrange [0:\(steps)]
                set xtics 1000
                set yrange [1e-80:1e5]
                set ytics 1e20
                set key bottom left Left reverse samplen 3
                set tmargin at screen 0.92
                set bmargin at screen 0.15
                set lmargin at screen 0.085
                set rmargin at screen 0.5
                set title 'ε = 0: λ does not matter'
                set ylabel '|w|'
                plot \(lines(0, width: { 14 - 3 * Double($0) }, titled: true))
                set lmargin at screen 0.57
                set rmargin at screen 0.985
                set title 'ε = 10^{-8}: it does'
                unset ylabel
                set key off
                plot \(lines(coefficients.count, width: { _ in 2.2 }, titled: false))
                unset multiplot
                """)
    }
}
