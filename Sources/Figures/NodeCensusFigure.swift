// SPDX-License-Identifier: GPL-3.0-or-later
import Records

/// Figure 7: how many nodes are dead, and how many norms lie under each threshold ξ, epoch by epoch; drops of the learning rate are marked,
/// since αλ/ε moves with it (theory notes, B12, C7).
enum NodeCensusFigure {
    /// More changes of the learning rate than this are a gradual schedule, and not marked.
    private static let dropBudget = 12
    private static let prefix = "zero@"

    static func make(_ run: RecordedRun) throws -> FigureSource {
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
        let rows = steps.indices.map { row in ([steps[row]] + series.map { $0[row] }).map(String.init).joined(separator: " ") }
        return FigureSource(
            name: FigureKind.nodeCensus.rawValue,
            caption: [
                "Nodes of all hidden layers that are dead (silent on every batch of a whole epoch, certified, or under the smallest ξ), and nodes",
                "whose norm of incoming weights lies under each threshold ξ, at the end of each epoch. Dashed: the learning rate changed.",
            ],
            data: "# step, dead nodes, then nodes under ξ = \(thresholds.map(\.name).joined(separator: ", "))\n" + rows.joined(separator: "\n")
                + "\n",
            commands: commands(
                thresholds, axis: TimeAxis(steps: steps, stepsPerEpoch: run.stepsPerEpoch), drops: drops(steps, rates),
                most: series.joined().max() ?? 0))
    }

    /// Steps at which the learning rate was changed: the row before the first one with the new rate.
    static func drops(_ steps: [Int], _ rates: [Double]) -> [Int] {
        let drops = rates.indices.dropFirst().filter { rates[$0] != rates[$0 - 1] }.map { steps[$0 - 1] }
        return drops.count <= dropBudget ? drops : []
    }

    private static func commands(_ thresholds: [NodeHistory.Threshold], axis: TimeAxis, drops: [Int], most: Int) -> String {
        let colors = [FigureStyle.skyBlue, FigureStyle.green, FigureStyle.orange, FigureStyle.vermilion, FigureStyle.purple, FigureStyle.black]
        let lines = thresholds.enumerated().map { index, threshold in
            "data using 1:\(index + 3) with lines linewidth 2 linecolor rgb '\(colors[index % colors.count])' "
                + "title 'norm under \(ThresholdLines.label(threshold))'"
        }
        let marks = drops.map {
            "set arrow from first \($0), graph 0 to first \($0), graph 1 nohead back dashtype (6,4) linecolor rgb '\(FigureStyle.grey)'"
        }
        return """
            \(axis.commands())
            set ylabel 'nodes'
            set yrange [0:\(Number.short(max(1, Double(most) * 1.05)))]
            \(most <= 6 ? "set ytics 1" : "")
            set key bottom right Left reverse samplen 2
            \(marks.joined(separator: "\n"))
            plot data using 1:2 with lines linewidth 3 linecolor rgb '\(FigureStyle.grey)' title 'dead', \\
                \(lines.joined(separator: ", \\\n    "))
            """
    }
}
