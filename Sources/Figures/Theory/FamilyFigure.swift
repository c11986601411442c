// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Laboratory
import Theory

/// A family portrait: the same dead weight under each optimiser, with the fate that the laws foretell (theory notes B2, B11).
enum FamilyFigure {
    static let learningRate = 1e-3
    static let l2 = 5e-4
    static let epsilon = 2e-8
    static let steps = 30_000
    static let bin = 75
    static let threshold = 1e-15
    static let weight = 0.02
    static let rootSecondMoment = 1e-4

    /// One optimiser's panel.
    struct Member {
        let name: String
        let rule: DeadWeightRule
        /// Coupled L2; else decoupled decay of the same size.
        var isCoupled = true
    }

    static let members = [
        Member(name: "Adam", rule: .adam(epsilon: epsilon)),
        Member(name: "AdaMax", rule: .adaMax(epsilon: epsilon)),
        Member(name: "NAdam", rule: .nadam(epsilon: epsilon)),
        Member(name: "AMSGrad", rule: .amsgrad(epsilon: epsilon)),
        Member(name: "AdamW, decoupled", rule: .adamW(epsilon: epsilon, decay: l2), isCoupled: false),
        Member(name: "RMSprop", rule: .rmsprop(epsilon: epsilon)),
        Member(name: "RMSprop, momentum 0.9", rule: .rmsprop(epsilon: epsilon, momentum: 0.9)),
        Member(name: "RMSprop, centred", rule: .rmsprop(epsilon: epsilon, centered: true)),
        Member(name: "Adadelta", rule: .adadelta()),
        Member(name: "AdaGrad", rule: .adaGrad()),
        Member(name: "SGD", rule: .gradientDescent),
        Member(name: "heavy ball", rule: .heavyBall()),
        Member(name: "Nesterov", rule: .nesterov()),
        Member(name: "Lion", rule: .lion()),
        Member(name: "sign descent", rule: .signDescent),
    ]

    static func laboratoryCase(_ member: Member) -> LaboratoryCase {
        var start = DeadWeight(weight: weight, secondMoment: rootSecondMoment * rootSecondMoment)
        switch member.rule {
        case .amsgrad: start.auxiliary = start.secondMoment
        case .adaMax: start.secondMoment = rootSecondMoment
        default: break
        }
        return LaboratoryCase(
            rule: member.rule, learningRate: .constant(learningRate), l2: member.isCoupled ? l2 : 0, weight: start)
    }

    /// The fate within the steps shown, by the laws; nil where none covers the case.
    static func forecast(_ member: Member) -> DeadWeightForecast? {
        let one = laboratoryCase(member)
        return try? DeadWeightForecast.predict(
            one.weight, rule: one.rule, learningRate: one.learningRate, l2: one.l2, threshold: threshold, budget: steps)
    }

    static func make() throws -> FigureSource {
        let (columns, rows) = (5, 3)
        var blocks: [String] = []
        var panels: [String] = []
        for (index, member) in members.enumerated() {
            let trace = try DeadWeightTrace(laboratoryCase(member), in: Laboratory(arithmetic: .float64), steps: steps, bin: bin)
            blocks.append("# \(member.name)\n" + trace.envelopeRows.joined(separator: "\n"))
            panels.append(panel(member, index: index, column: index % columns, row: index / columns, of: (columns, rows)))
        }
        return FigureSource(
            name: TheoryFigure.family.rawValue,
            caption: [
                "the same dead weight under each optimiser: α = 1e-3, λ = 5e-4, ε = 2e-8 (Adadelta, AdaGrad: PyTorch's), w₀ = 0.02, √v₀ = 1e-4, float64.",
                "Largest |w| of each \(bin) steps. Colour and words: the fate that the laws foretell within \(steps) steps, ξ = \(threshold).",
                "Dashed upright: foretold passage of ξ; dashed level: foretold floor. A line that leaves a panel below falls on.",
            ],
            width: 960, height: 640,
            data: "# step, largest |w|; a block an optimiser\n" + blocks.joined(separator: "\n\n\n") + "\n",
            commands: """
                set multiplot
                set logscale y 10
                set xrange [0:\(steps)]
                set yrange [1e-30:1e2]
                set key off
                \(panels.joined(separator: "\n"))
                unset multiplot
                """)
    }

    /// A fate's colour and words.
    static func told(_ forecast: DeadWeightForecast?) -> (color: String, words: String) {
        guard let forecast else { return (FigureStyle.grey, "no law covers it") }
        switch forecast.regime {
        case .zero:
            let step = forecast.lastPassageStep.map(Double.init) ?? forecast.stepsToThreshold ?? .nan
            return (FigureStyle.blue, String(format: "zero, passes at %.0f", step))
        case .floor: return (FigureStyle.vermilion, String(format: "floor %.1e", forecast.floorRMS ?? .nan))
        case .notOnThisBudget: return (FigureStyle.green, "not on this budget")
        case .divergence: return (FigureStyle.purple, "divergence")
        }
    }

    private static func panel(_ member: Member, index: Int, column: Int, row: Int, of size: (columns: Int, rows: Int)) -> String {
        let forecast = forecast(member)
        let (color, words) = told(forecast)
        let width = 0.915 / Double(size.columns), height = 0.87 / Double(size.rows)
        let left = 0.075 + Double(column) * width, top = 0.955 - Double(row) * height
        let isLowest = row == size.rows - 1
        var marks = ""
        if let passage = forecast?.stepsToThreshold {
            marks += "set arrow from \(Number.short(passage)), graph 0 to \(Number.short(passage)), graph 0.8 nohead front dashtype (5,3) linewidth 1 linecolor rgb '\(FigureStyle.black)'\n"
        }
        if forecast?.regime == .floor, let floor = forecast?.floorRMS {
            marks += "set arrow from graph 0, first \(Number.short(floor)) to graph 1, first \(Number.short(floor)) nohead front dashtype (5,3) linewidth 1 linecolor rgb '\(FigureStyle.black)'\n"
        }
        return """
            # \(member.name)
            unset arrow
            set lmargin at screen \(Number.short(left))
            set rmargin at screen \(Number.short(left + width - 0.014))
            set tmargin at screen \(Number.short(top - 0.03))
            set bmargin at screen \(Number.short(top - height + 0.015))
            set title '\(member.name)' offset 0,-0.7 font small
            set label 1 '\(words)' at graph 0.97, graph 0.93 right front textcolor rgb '\(color)' font small
            \(marks)set xtics 10000
            set ytics 1e10
            \(isLowest ? "set format x '%.0s%c'" : "set format x ''")
            \(column == 0 ? "set format y '10^{%L}'\nset ylabel '|w|'" : "set format y ''\nunset ylabel")
            \(isLowest && column == 2 ? "set xlabel 'optimiser steps after the last data gradient'" : "unset xlabel")
            plot data index \(index) using 1:2 with lines linewidth 2 linecolor rgb '\(color)'
            """
    }
}
