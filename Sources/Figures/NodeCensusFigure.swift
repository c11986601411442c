// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// Figure 7: how many nodes are dead, and how many norms lie under each threshold ξ, epoch by epoch; drops of the learning rate are marked,
/// since αλ/ε moves with it (theory notes, B12, C7). What was predicted of the counts lies on top.
enum NodeCensusFigure {
    /// More changes of the learning rate than this are a gradual schedule, and not marked.
    private static let dropBudget = 12
    private static let prefix = "zero@"

    static func make(_ run: RecordedRun, predictions: [URL] = []) throws -> FigureSource {
        _ = try run.histories()
        let table = try run.metrics()
        let names = table.columns.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        let thresholds = names.compactMap { name in Double(name).map { NodeHistory.Threshold(name: name, value: $0) } }.sorted(by: >)
        let steps = try table.integers("step")
        guard steps.count > 1 else { throw FigureError.nothingToShow("no epoch was finished") }
        guard !thresholds.isEmpty else { throw FigureError.nothingToShow("the run kept no ledger") }
        let series = try ["dead"].map { try table.integers($0) } + thresholds.map { try table.integers(prefix + $0.name) }
        guard series.joined().contains(where: { $0 > 0 }) else {
            throw FigureError.nothingToShow("no node was dead, and no norm under a threshold, at the end of any epoch")
        }
        let rates = try table.numbers("learningRate")
        let predictions = try predictions.map { try CensusPrediction($0, metrics: table) }
        let epochs = try table.integers("epoch")
        let named = [NodeHistory.Threshold?.none] + thresholds.map(Optional.some)
        let marks = predictions.flatMap(\.statements).enumerated().flatMap { number, statement -> [Mark] in
            guard let column = named.firstIndex(where: { $0?.value == statement.threshold }) else { return [] }
            return Mark.all(statement, number: number, color: color(column), epochs: epochs, steps: steps, counts: series[column].map(Double.init))
        }
        let rows = steps.indices.map { row in ([steps[row]] + series.map { $0[row] }).map(String.init).joined(separator: " ") }
        return FigureSource(
            name: FigureKind.nodeCensus.rawValue,
            caption: [
                "Nodes of all hidden layers that are dead (silent on every batch of a whole epoch, certified, or under the smallest ξ), and nodes",
                "whose norm of incoming weights lies under each threshold ξ, at the end of each epoch. Dashed: the learning rate changed.",
            ]
                + (predictions.isEmpty
                    ? []
                    : [
                        "Triangles: the bounds that were predicted, in the colour of what they bound: filled upward at least, open downward at most;",
                        "a cross where a count breaks its bound. Band: when dead nodes were predicted to be back above ξ.",
                    ]),
            data: "# step, dead nodes, then nodes under ξ = \(thresholds.map(\.name).joined(separator: ", "))\n" + rows.joined(separator: "\n")
                + "\n" + Mark.Kind.allCases.map { Mark.block(marks, $0) }.joined(),
            commands: commands(
                thresholds, axis: TimeAxis(steps: steps, stepsPerEpoch: run.stepsPerEpoch), drops: drops(steps, rates),
                most: series.joined().max() ?? 0,
                above: stretches(run, steps: steps, rates: rates) + predictions.compactMap(\.back).map { band($0, last: steps.last ?? 0) },
                kinds: Mark.Kind.allCases.filter { kind in marks.contains { $0.kind == kind } }))
    }

    /// Steps at which the learning rate was changed: the row before the first one with the new rate.
    static func drops(_ steps: [Int], _ rates: [Double]) -> [Int] {
        let drops = rates.indices.dropFirst().filter { rates[$0] != rates[$0 - 1] }.map { steps[$0 - 1] }
        return drops.count <= dropBudget ? drops : []
    }

    /// Of the dead, then of the thresholds, the largest first.
    private static let colors = [
        FigureStyle.grey, FigureStyle.skyBlue, FigureStyle.green, FigureStyle.orange, FigureStyle.vermilion, FigureStyle.purple, FigureStyle.black,
    ]
    private static func color(_ column: Int) -> String { column == 0 ? colors[0] : colors[1 + (column - 1) % (colors.count - 1)] }

    /// A predicted bound at an epoch, or a count that breaks it.
    private struct Mark {
        enum Kind: Int, CaseIterable {
            case least, most, broken
            var pointType: Int { [9, 10, 2][rawValue] }
            var title: String { ["predicted: at least", "predicted: at most", "breaks its prediction"][rawValue] }
        }

        let step: Int
        let count: Double
        let kind: Kind
        let color: String

        /// A bound over many epochs is marked at every fourth, each statement at other ones, so that equal bounds lie beside each other.
        static func all(_ statement: CensusPrediction.Statement, number: Int, color: String, epochs: [Int], steps: [Int], counts: [Double]) -> [Mark]
        {
            let isLong = statement.epochs.count > 8
            return epochs.indices.filter { statement.epochs.contains(epochs[$0]) }.flatMap { row -> [Mark] in
                let isShown = !isLong || (epochs[row] - statement.epochs.lowerBound) % 4 == 2 * (number % 2)
                let bound = Mark(step: steps[row], count: statement.bound, kind: statement.isLeast ? .least : .most, color: color)
                let broken = Mark(step: steps[row], count: counts[row], kind: .broken, color: FigureStyle.black)
                return (isShown ? [bound] : []) + (statement.isBroken(by: counts[row]) ? [broken] : [])
            }
        }

        /// The block of the data file that holds the marks of a kind; empty if there is none.
        static func block(_ marks: [Mark], _ kind: Kind) -> String {
            let rows = marks.filter { $0.kind == kind }
            guard !rows.isEmpty else { return "" }
            return "\n\n# \(kind.title): step, nodes, colour\n"
                + rows.map { "\($0.step) \(Number.short($0.count)) \(Int($0.color.dropFirst(), radix: 16) ?? 0)\n" }.joined()
        }
    }

    /// Over each stretch of constant learning rate, αλ/ε and on which side of the edge it lies; none for a gradual schedule, or without a manifest of
    /// Adam with ε outside the root (a damaged one is reported by the figure that needs it).
    private static func stretches(_ run: RecordedRun, steps: [Int], rates: [Double]) -> [String] {
        let changes = drops(steps, rates)
        let isGradual = changes.isEmpty && Set(rates).count > 1
        guard !isGradual, let edge = try? run.stabilityEdge(), let ratio = try? run.effectiveDecayLimitPerLearningRate() else { return [] }
        let ends = [0] + changes + [steps.last ?? 0]
        return zip(ends, ends.dropFirst()).compactMap { start, end in
            guard let row = steps.firstIndex(where: { $0 > start }), end > start else { return nil }
            let limit = rates[row] * ratio
            return "set label 'αλ/ε = \(Number.coarse(limit)): \(limit < edge ? "zero" : "floor")' at first \((start + end) / 2), graph 0.965 "
                + "center front font small textcolor rgb '\(limit < edge ? FigureStyle.vermilion : FigureStyle.blue)'"
        }
    }

    private static func band(_ back: CensusPrediction.Return, last: Int) -> String {
        let ends = [back.step - back.within, back.step + back.within].map(Number.short)
        let place = back.step < 0.5 * Double(last) ? (ends[1], "left offset 0.5,0") : (ends[0], "right offset -0.5,0")
        return """
            set object rectangle from first \(ends[0]), graph 0 to first \(ends[1]), graph 1 behind fillcolor rgb '#F8DCCB' fillstyle solid noborder
            set label 'predicted return' at first \(place.0), graph 0.9 \(place.1) front font small
            """
    }

    private static func commands(
        _ thresholds: [NodeHistory.Threshold], axis: TimeAxis, drops: [Int], most: Int, above: [String], kinds: [Mark.Kind]
    ) -> String {
        let predicted = kinds.enumerated().map { index, kind in
            """
            data index \(index + 1) using 1:2:3 with points pointtype \(kind.pointType) pointsize 1.1 linewidth 1.5 linecolor rgb variable, \
                NaN with points pointtype \(kind.pointType) pointsize 1.1 linewidth 1.5 linecolor rgb '\(FigureStyle.black)' title '\(kind.title)'
            """
        }
        let lines = thresholds.enumerated().map { index, threshold in
            "data index 0 using 1:\(index + 3) with lines linewidth 2 linecolor rgb '\(color(index + 1))' "
                + "title 'norm under \(ThresholdLines.label(threshold))'"
        }
        let marks = drops.map {
            "set arrow from first \($0), graph 0 to first \($0), graph 1 nohead back dashtype (6,4) linecolor rgb '\(FigureStyle.grey)'"
        }
        return """
            \(axis.commands())
            set ylabel 'nodes'
            set yrange [0:\(Number.short(max(1, Double(most) * (above.isEmpty ? 1.05 : 1.18))))]
            \(most <= 6 ? "set ytics 1" : "")
            set key bottom right Left reverse samplen 2 opaque fillcolor rgb '#FFFFFF'
            \((marks + above).joined(separator: "\n"))
            plot data index 0 using 1:2 with lines linewidth 3 linecolor rgb '\(FigureStyle.grey)' title 'dead', \\
                \((lines + predicted).joined(separator: ", \\\n    "))
            """
    }
}
