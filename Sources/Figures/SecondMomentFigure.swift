// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Figure 3: √v̂ and the effective decay αλ/(√v̂+ε) of a few nodes before and after death, a column a node.
enum SecondMomentFigure {
    /// Nodes shown, chosen evenly in the order of death.
    static let nodeBudget = 3
    /// Most samples a node.
    static let sampleBudget = 400
    /// The time shown after death, in times from death to the passage of the smallest ξ, and before it, as a part of that.
    static let reach = (before: 0.5, after: 3.0)
    /// Least time shown after death, if it was recorded: twice the memory of v at β₂ = 0.999, in steps.
    static let leastReach = 2_000
    /// The part of the upper axis that is kept free for the names of the lines.
    static let labelRoom = 0.24
    /// Least samples after death that make a panel worth drawing.
    static let leastSamples = 5

    /// One node's column: rows of (step − death, quartiles of √v̂, quartiles of the effective decay).
    private struct Panel {
        let history: NodeHistory
        let death: Int
        /// Steps from death until the norm stays under the smallest ξ.
        let passage: Int?
        let rows: [[Double]]
    }

    static func make(_ run: RecordedRun) throws -> FigureSource {
        let histories = try run.histories()
        let steps = try run.steps()
        let smallest = try run.thresholds().first
        var panels: [Panel] = []
        for history in chosen(histories, before: steps.last ?? 0) {
            panels += try panel(history, run: run, steps: steps, smallest: smallest).map { [$0] } ?? []
        }
        guard !panels.isEmpty else { throw FigureError.nothingToShow("no node died for good before the last samples") }
        let blocks = panels.map { panel in
            (["# layer \(panel.history.layer) node \(panel.history.node), dead from step \(panel.death)"]
                + panel.rows.map { $0.map(Number.short).joined(separator: " ") }).joined(separator: "\n")
        }
        return FigureSource(
            name: FigureKind.secondMomentAtDeath.rawValue,
            caption: [
                "√v̂ (top) and effective decay αλ/(√v̂+ε) (bottom) of nodes that die early, midway and late; death is step 0.",
                "Lines are medians over the node's incoming weights, bands reach from the lower to the upper quartile.",
                "Dashed: the stability edge 2(1+β₁)/(1−β₁), above which zero no longer attracts a weight (for Adam); dotted: the norm stays under ξ from here on.",
            ],
            width: pageWidth(panels.count), height: 520,
            data: "# step after death; lower quartile, median, upper quartile of sqrt(v); the same of the effective decay; a block a node\n"
                + blocks.joined(separator: "\n\n\n") + "\n",
            commands: commands(panels, edge: try run.stabilityEdge(), smallest: smallest))
    }

    /// The nodes shown: of those that died for good before a step, evenly in the order of death (the middles of equal parts).
    static func chosen(_ histories: [NodeHistory], before end: Int) -> [NodeHistory] {
        let dead = histories.filter { ($0.finalDeath ?? .max) < end }.sorted(by: NodeHistory.diesBefore)
        // Those whose norm also passed the smallest threshold tell the whole story.
        let passed = dead.filter { !$0.passages.isEmpty && $0.fate == .zero }
        let pool = passed.count >= nodeBudget ? passed : dead
        let count = min(nodeBudget, pool.count)
        return (0..<count).map { pool[(2 * $0 + 1) * pool.count / (2 * count)] }
    }

    private static func panel(
        _ history: NodeHistory, run: RecordedRun, steps: [Int], smallest: NodeHistory.Threshold?
    ) throws -> Panel? {
        guard let death = history.finalDeath else { return nil }
        let quantities = try ["rootSecondMoment", "effectiveDecay"].flatMap { name in
            try ["q25", "q50", "q75"].map { try run.samples(layer: history.layer, quantity: "\(name).\($0)") }
        }
        let common = min(steps.count, quantities.map(\.sampleCount).min() ?? 0)
        guard common > 0, quantities.allSatisfy({ history.node < $0.nodeCount }) else { return nil }
        let passage = smallest.flatMap { history.passages[$0] }.map { $0 - death }
        let recorded = steps[common - 1] - death
        guard recorded > 0 else { return nil }
        // A norm may pass ξ before the last data gradient; then the window reaches as far as the record.
        // Where samples are rare it reaches for the least number of them.
        let needed = steps[..<common].filter { $0 >= death }.prefix(leastSamples).last.map { $0 - death } ?? 0
        let after = passage.flatMap { $0 > 0 ? min(recorded, max(leastReach, needed, Int(reach.after * Double($0)))) : nil } ?? recorded
        let before = min(death, Int(reach.before * Double(after)))
        let inside = (0..<common).filter { (death - before...death + after).contains(steps[$0]) }
        let stride = (inside.count + sampleBudget - 1) / sampleBudget
        // A log axis has no place for 0: where v has underflowed the line ends.
        let rows = inside.enumerated().filter { $0.offset.isMultiple(of: stride) }.map { _, sample in
            [Double(steps[sample] - death)] + quantities.map { $0[sample, history.node] }
        }.filter { $0.dropFirst().allSatisfy { $0 > 0 && $0.isFinite } }
        guard rows.count(where: { $0[0] >= 0 }) >= leastSamples else { return nil }
        return Panel(history: history, death: death, passage: passage.flatMap { (-before...after).contains($0) ? $0 : nil }, rows: rows)
    }

    private static func pageWidth(_ panels: Int) -> Int { 400 + 290 * (panels - 1) }

    private static func commands(_ panels: [Panel], edge: Double?, smallest: NodeHistory.Threshold?) -> String {
        /// Whole decades below; above as much room as is asked for, as a part of the axis.
        func range(_ columns: Range<Int>, also extra: Double? = nil, headroom: Double) -> String {
            let values = panels.flatMap { $0.rows.flatMap { $0[columns] } } + (extra.map { [$0] } ?? [])
            let low = log10(values.min() ?? 1).rounded(.down), high = log10(values.max() ?? 1)
            return "[1e\(Int(low)):\(Number.short(pow(10, max(low + (high - low) / (1 - headroom), low + 1))))]"
        }
        let page = Double(pageWidth(panels.count))
        let left = 92 / page, right = 1 - (edge == nil ? 10 : 40) / page
        let width = (right - left) / Double(panels.count)
        let gap = 0.12 * width
        let columns = panels.enumerated().map { index, panel in
            let from = Number.short(left + Double(index) * width), to = Number.short(left + Double(index + 1) * width - gap)
            let start = panel.rows.first?[0] ?? 0, end = panel.rows.last?[0] ?? 1
            let isFirst = index == 0, isLast = index == panels.count - 1
            let passage =
                panel.passage.map {
                    "set arrow 2 from \($0), graph 0 to \($0), graph 1 nohead front dashtype (2,3) linewidth 1.5 linecolor rgb '\(FigureStyle.black)'"
                } ?? ""
            return """
                # layer \(panel.history.layer), node \(panel.history.node)
                unset arrow
                unset label
                set lmargin at screen \(from)
                set rmargin at screen \(to)
                set xrange [\(Number.short(start)):\(Number.short(end))]
                set xtics \(Number.short(TimeAxis.ticDistance(span: end - start, count: 5)))
                set arrow 1 from 0, graph 0 to 0, graph 1 nohead front linewidth 1.5 linecolor rgb '\(FigureStyle.vermilion)'
                \(passage)
                set tmargin at screen 0.92
                set bmargin at screen 0.57
                set title 'layer \(panel.history.layer), node \(panel.history.node): dead at \(panel.death)' font small
                set yrange \(range(1..<4, headroom: labelRoom))
                set ylabel '\(isFirst ? "√v̂" : "")'
                set format y '\(isFirst ? "10^{%L}" : "")'
                set format x ''
                unset xlabel
                \(labels(panel, start: start, end: end, smallest: smallest))
                plot data index \(index) using 1:2:4 with filledcurves linecolor rgb '\(FigureStyle.faded(FigureStyle.blue, opacity: 0.3))', \\
                    data index \(index) using 1:3 with lines linewidth 2 linecolor rgb '\(FigureStyle.blue)'
                unset title
                unset label
                set tmargin at screen 0.53
                set bmargin at screen 0.14
                set yrange \(range(4..<7, also: edge, headroom: 0.08))
                set ylabel '\(isFirst ? "effective decay αλ/(√v̂+ε)" : "")'
                \(TimeAxis.stepFormat("x", span: end - start))
                set xlabel 'optimiser steps after death'
                \(edge.map { edgeCommands($0, labelled: isLast) } ?? "")
                plot data index \(index) using 1:5:7 with filledcurves linecolor rgb '\(FigureStyle.faded(FigureStyle.green, opacity: 0.3))', \\
                    data index \(index) using 1:6 with lines linewidth 2 linecolor rgb '\(FigureStyle.green)'
                """
        }
        return """
            set multiplot
            set logscale y 10
            \(columns.joined(separator: "\n"))
            unset multiplot
            """
    }

    /// Names of the two lines, one above the other, each on the side of its line that has room for it.
    private static func labels(_ panel: Panel, start: Double, end: Double, smallest: NodeHistory.Threshold?) -> String {
        func label(_ index: Int, _ text: String, at place: Double, height: Double, needs: Double, color: String) -> String {
            let isLeft = (end - place) / (end - start) < needs || (index == 1 && (place - start) / (end - start) >= needs)
            return "set label \(index) '\(text)' at \(Number.short(place)), graph \(height) \(isLeft ? "right offset -0.6,0" : "left offset 0.6,0") "
                + "front textcolor rgb '\(color)' font small"
        }
        let death = label(1, "death", at: 0, height: 0.94, needs: 0.25, color: FigureStyle.vermilion)
        guard let passage = panel.passage else { return death }
        let text = "norm < " + (smallest.map(ThresholdLines.label) ?? "ξ")
        return death + "\n" + label(2, text, at: Double(passage), height: 0.84, needs: 0.36, color: FigureStyle.black)
    }

    private static func edgeCommands(_ edge: Double, labelled: Bool) -> String {
        let place = Number.short(edge)
        let line =
            "set arrow 3 from graph 0, first \(place) to graph 1, first \(place) nohead front dashtype (6,4) linewidth 1 linecolor rgb '\(FigureStyle.grey)'"
        guard labelled else { return line }
        return line + "\nset label 3 'edge \(place)' at graph 1.02, first \(place) left textcolor rgb '\(FigureStyle.grey)' font small"
    }
}
