// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Laboratory
import Theory

/// The death of one weight with the data's memory, of one with little memory, and of one above the edge of stability: |w|, √v and η over time,
/// phases shaded, the adiabatic law drawn over what the laboratory measures (theory notes B3 to B9).
enum AnatomyFigure {
    static let learningRate = 1e-3
    static let l2 = 5e-4
    static let beta1 = 0.9
    static let beta2 = 0.999

    /// A column of the figure.
    struct Column {
        let title: String
        let one: LaboratoryCase
        let epsilon: Double
        let arithmetic: Arithmetic
        let steps: Int
        /// Exponents of the ends of the axis of |w|.
        let decades: ClosedRange<Int>
    }

    /// A stretch of time with a name.
    struct Phase: Equatable {
        let name: String
        let range: Range<Int>
        let color: String
    }

    static func weight(_ weight: Double, rootSecondMoment: Double, epsilon: Double) -> LaboratoryCase {
        LaboratoryCase(
            rule: .adam(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: .constant(learningRate), l2: l2,
            weight: DeadWeight(weight: weight, secondMoment: rootSecondMoment * rootSecondMoment))
    }

    /// αλ/ε = 25, 5, and 50 with PyTorch's ε; the edge is 38. The second starts with λ|w₀| = 5√v₀, so that its second moment is soon its own; the last with so
    /// little memory that it does not fall out of float64.
    static let columns = [
        Column(
            title: "below the edge: αλ/ε = 25, float32", one: weight(0.02, rootSecondMoment: 1e-4, epsilon: 2e-8), epsilon: 2e-8,
            arithmetic: .float32, steps: 22_000, decades: -46...12),
        Column(
            title: "little memory: αλ/ε = 5, float64", one: weight(1, rootSecondMoment: 1e-4, epsilon: 1e-7), epsilon: 1e-7,
            arithmetic: .float64, steps: 20_000, decades: -300...70),
        Column(
            title: "above the edge: αλ/ε = 50, float64", one: weight(1e-3, rootSecondMoment: 1e-6, epsilon: 1e-8), epsilon: 1e-8,
            arithmetic: .float64, steps: 20_000, decades: -300...70),
    ]

    /// Where a phase ends is foretold by the adiabatic law; only the stall among the subnormals is measured.
    static func phases(_ column: Column, trace: DeadWeightTrace, envelope: AdiabaticEnvelope) throws -> [Phase] {
        let edge = try StabilityThreshold.effectiveDecay(column.one.rule)
        let window = LinearMode.oscillationWindow(beta1: beta1)
        let smallest = column.arithmetic == .float32 ? Double(Float.leastNormalMagnitude) : .leastNormalMagnitude
        let start = column.one.weight
        let collapse = try? Collapse(
            weight: start.weight, rootSecondMoment: start.secondMoment.squareRoot(), learningRate: learningRate, l2: l2, beta1: beta1, beta2: beta2)
        var marks: [(name: String, start: Int, color: String)] = [
            collapse == nil ? ("memory", 0, "#DCEBF7") : ("collapse", 0, "#EBDDF0")
        ]
        if let oscillation = collapse.map({ Int($0.oscillationStart.value) }) ?? envelope.step(reaching: window.lowerBound) {
            marks.append(("√β₁ a step", oscillation, "#FBE9C6"))
        }
        let subnormal = trace.magnitudes.lastIndex { $0 >= smallest }.map { $0 + 1 } ?? 0
        if let limited = envelope.points.first(where: { $0.rootSecondMoment < column.epsilon })?.step, limited < subnormal {
            marks.append(("ε-limited", limited, "#DDF1F1"))
        }
        if subnormal < trace.magnitudes.count { marks.append(("among subnormals", subnormal, "#E4E4E4")) }
        if let revival = envelope.step(reaching: edge) {
            marks.append(("revival", revival, "#F8DCCB"))
            let floor = try Floor.rms(column.one.rule, learningRate: learningRate, l2: l2).value
            if let arrival = envelope.step(from: revival, risingTo: log10(floor)) { marks.append(("floor", arrival, "#D6EDE4")) }
        }
        return marks.enumerated().map { index, mark in
            let end = index + 1 < marks.count ? marks[index + 1].start : column.steps
            return Phase(name: mark.name, range: mark.start..<max(end, mark.start + 1), color: mark.color)
        }.filter { 100 * $0.range.count > column.steps }
    }

    static func make() throws -> FigureSource {
        var blocks: [String] = []
        var panels: [String] = []
        for (index, column) in columns.enumerated() {
            let bin = max(1, column.steps / 400)
            let trace = try DeadWeightTrace(column.one, in: Laboratory(arithmetic: column.arithmetic), steps: column.steps, bin: bin)
            let envelope = try AdiabaticEnvelope(column.one, steps: column.steps)
            let phases = try phases(column, trace: trace, envelope: envelope)
            blocks.append(
                "# \(column.title): measured: step, largest |w| of \(bin) steps, sqrt(v), effective decay\n"
                    + trace.points.map { point in
                        let decay = learningRate * l2 / (point.rootSecondMoment + column.epsilon)
                        return ([Double(point.step), point.magnitude > 0 ? point.magnitude : .nan, point.rootSecondMoment, decay])
                            .map(Number.short).joined(separator: " ")
                    }.joined(separator: "\n"))
            // After the arrival at the floor the weight bursts; the law then tells its mean square, not its phase.
            let end = phases.first { $0.name == "floor" }?.range.lowerBound ?? column.steps
            blocks.append(
                "# \(column.title): predicted: step, log10 of the envelope, sqrt(v), effective decay\n"
                    + envelope.points.filter { $0.step <= end && ($0.step.isMultiple(of: bin) || $0.step == end) }.map { point in
                        [Double(point.step), point.logMagnitude ?? .nan, point.rootSecondMoment, point.effectiveDecay]
                            .map(Number.short).joined(separator: " ")
                    }.joined(separator: "\n"))
            panels.append(try commands(column, index: index, phases: phases))
        }
        return FigureSource(
            name: TheoryFigure.anatomy.rawValue,
            caption: [
                "one dead weight that remembers the data's gradients (left), one with little memory (middle), one above the edge of stability (right),",
                "under Adam, α = 1e-3, λ = 5e-4, β = (0.9, 0.999).",
                "Lines: measured in the laboratory, |w| as the largest of each \(columns[0].steps / 400) steps or so; dashed: the adiabatic law from the state at step 0.",
                "Memory: v is what the data left; collapse: v is the weight's own, λ²w²; √β₁ a step: the weight oscillates; ε-limited: √v < ε, η stops growing;",
                "revival: η past the edge; floor: bursts with the rms that B7 foretells.",
            ],
            width: 1350, height: 680,
            data: blocks.joined(separator: "\n\n\n") + "\n",
            commands: "set multiplot\nset logscale y 10\n" + panels.joined(separator: "\n") + "\nunset multiplot")
    }

    private static func commands(_ column: Column, index: Int, phases: [Phase]) throws -> String {
        let left = Number.short(0.06 + 0.325 * Double(index))
        let right = Number.short(0.325 * Double(index + 1) + 0.005)
        let edge = try StabilityThreshold.effectiveDecay(column.one.rule)
        let limit = learningRate * l2 / column.epsilon
        let shades = phases.enumerated().map { number, phase in
            "set object \(number + 1) rectangle from \(phase.range.lowerBound), graph 0 to \(phase.range.upperBound), graph 1 "
                + "behind fillcolor rgb '\(phase.color)' fillstyle solid noborder"
        }.joined(separator: "\n")
        let names = phases.enumerated().map { number, phase in
            let share = Double(phase.range.count) / Double(column.steps)
            let middle = Number.short(Double(phase.range.lowerBound + phase.range.upperBound) / 2)
            // A narrow phase has its name upright.
            let turn = share < 0.14 ? "rotate by 90 right" : "center"
            return "set label \(number + 1) '\(phase.name)' at \(middle), graph \(share < 0.14 ? 0.97 : 0.93) \(turn) front font small"
        }.joined(separator: "\n")
        /// A dashed level with its name.
        func level(_ number: Int, _ value: Double, _ name: String, at place: Double, above: Bool) -> String {
            let dash = "nohead front dashtype (6,4) linewidth 1 linecolor rgb '\(FigureStyle.grey)'"
            return "set arrow \(number) from graph 0, first \(Number.short(value)) to graph 1, first \(Number.short(value)) \(dash)\n"
                + "set label \(number) '\(name)' at graph \(place), first \(Number.short(value)) \(place > 0.5 ? "right" : "left") "
                + "offset 0,\(above ? 0.6 : -0.7) front textcolor rgb '\(FigureStyle.grey)' font small"
        }
        let floor = try? Floor.rms(column.one.rule, learningRate: learningRate, l2: l2).value
        let smallest = Double(Float.leastNonzeroMagnitude)
        let stall = (try? StallLevel.rest(smallest: smallest, learningRate: learningRate, l2: l2, beta1: beta1)) ?? .nan
        let isSingle = column.arithmetic == .float32
        let weightLevel =
            floor.map { level(20, $0, "floor: α/η* − ε/λ", at: 0.15, above: false) }
            ?? (isSingle ? level(20, stall, "α·m rounds to 0 below F/(2αλ)", at: 0.98, above: true) : "")
        let weightTics = isSingle ? Decades.tics(-40...0, every: 10) : Decades.tics(-300...0, every: 50)
        func panel(_ row: Int, label: String, measured: Int, predicted: String, color: String, range: String, extra: String) -> String {
            let top = 0.93 - 0.285 * Double(row)
            return """
                set tmargin at screen \(Number.short(top))
                set bmargin at screen \(Number.short(top - 0.25))
                set yrange \(range)
                \(index == 0 ? "set ylabel '\(label)' offset 0.5,0" : "unset ylabel")
                \(row == 2 ? "set format x '%.0f'\nset xlabel 'optimiser steps after the last data gradient'" : "set format x ''\nunset xlabel")
                \(extra)
                plot data index \(2 * index) using 1:\(measured) with lines linewidth 2.2 linecolor rgb '\(color)', \\
                    data index \(2 * index + 1) using 1:\(predicted) with lines linewidth 1.2 dashtype (5,3) linecolor rgb '\(FigureStyle.black)'
                unset label
                unset arrow
                unset title
                """
        }
        let key = index > 0 ? "" : "set label 30 'solid: measured, dashed: adiabatic law' at graph 0.98, graph 0.08 right front font small"
        return """
            # \(column.title)
            unset object
            set lmargin at screen \(left)
            set rmargin at screen \(right)
            set xrange [0:\(column.steps)]
            set xtics 5000
            set format y '10^{%L}'
            \(shades)
            set title '\(column.title)'
            \(names)
            \(panel(
                0, label: "|w|", measured: 2, predicted: "(10**$2)", color: FigureStyle.blue,
                range: "[1e\(column.decades.lowerBound):1e\(column.decades.upperBound)]", extra: weightLevel + "\n" + weightTics))
            \(panel(
                1, label: "√v", measured: 3, predicted: "3", color: FigureStyle.vermilion, range: "[1e-10:1e-3]",
                extra: "set ytics autofreq\n" + level(21, column.epsilon, "ε", at: 0.98, above: true) + "\n" + key))
            set format y '%g'
            \(panel(
                2, label: "η = αλ/(√v + ε)", measured: 4, predicted: "4", color: FigureStyle.green, range: "[1e-3:300]",
                extra: level(22, edge, "edge η* = \(Number.short(edge))", at: 0.02, above: true) + "\n"
                    + level(23, limit, "αλ/ε = \(Number.short(limit))", at: 0.98, above: limit > edge)))
            """
    }
}
