// SPDX-License-Identifier: GPL-3.0-or-later

/// Figure 1: every node over training as a row of pixels, coloured by state, the first to die at the bottom; beside it the nodes that die,
/// each shifted so that its death is step 0.
enum NodeRasterFigure {
    /// Most pixels of both images, so that their data stay small.
    static let pixelBudget = 95_000
    static let alignedPixelBudget = 36_000
    /// Most rows: more would be thinner than the print can show.
    static let rowBudget = 500
    static let alignedRowBudget = 200
    static let columnRange = 130...400
    static let alignedColumnRange = 60...300
    /// A node of the run and what it is in each sample.
    private typealias Row = (history: NodeHistory, state: NodeSamples)

    static func make(_ run: RecordedRun) throws -> FigureSource {
        let histories = try run.histories()
        var states: [String: NodeSamples] = [:]
        for layer in run.layers(of: histories) { states[layer] = try run.samples(layer: layer, quantity: "state") }
        let steps = Array(try run.steps().prefix(states.values.map(\.sampleCount).min() ?? 0))
        guard !steps.isEmpty else { throw FigureError.nothingToShow("the probe holds no sample") }
        let axis = TimeAxis(steps: steps, stepsPerEpoch: run.stepsPerEpoch)
        let rows: [Row] = run.layers(of: histories).flatMap { layer -> [Row] in
            guard let state = states[layer] else { return [] }
            return histories.filter { $0.layer == layer && $0.node < state.nodeCount }.sorted(by: NodeHistory.diesBefore).map { ($0, state) }
        }
        let all = Image(rows.map(\.history), budget: pixelBudget, rowBudget: rowBudget, columns: columnRange, mostColumns: steps.count)
        let samples = sampleOfColumn(steps: steps, axis: axis, columns: all.columns)
        var blocks = [all.rows.map { row in samples.map { code(rows[row].state[$0, rows[row].history.node]) }.joined(separator: " ") }]
        let dying = rows.filter { $0.history.finalDeath.map { axis.shows($0) && Double($0) <= axis.last } ?? false }
        var aligned: (image: Image, window: DeathAlignment)?
        if let window = alignment(dying, steps: steps) {
            let image = Image(
                dying.map(\.history), budget: alignedPixelBudget, rowBudget: alignedRowBudget, columns: alignedColumnRange, mostColumns: .max)
            aligned = (image, window)
            blocks.append(image.rows.map { alignedLine(dying[$0], steps: steps, window: window, columns: image.columns) })
        }
        let caption =
            [
                "every node over training, a row each, coloured by state; the first to die lies at the bottom.",
                "State as last sampled before the middle of each pixel"
                    + (all.stride > 1 ? "; of \(rows.count) nodes every \(ordinal(all.stride)) is drawn." : "."),
            ]
            + (aligned.map {
                [
                    "On the right the \(dying.count) nodes that die, in the same order, each shifted so that its death is step 0"
                        + ($0.image.stride > 1 ? " (every \(ordinal($0.image.stride)) is drawn)." : ".")
                ]
            } ?? [])
        return FigureSource(
            name: FigureKind.nodeRaster.rawValue, caption: caption, width: aligned == nil ? 720 : 960, height: 480,
            data: "# state (0 alive, 1 dead on the data, 2 certified dead, 3 below the smallest threshold); a line a node, a column a time\n"
                + blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n\n") + "\n",
            commands: commands(axis: axis, all: all, aligned: aligned))
    }

    /// The sample whose state a column shows: the last one taken at or before the column's middle (the first one, if there is none).
    static func sampleOfColumn(steps: [Int], axis: TimeAxis, columns: Int) -> [Int] {
        (0..<columns).map { sample(at: axis.step(at: (Double($0) + 0.5) / Double(columns)), steps: steps) }
    }

    /// The last sample taken at or before a step; the first, if there is none. Precondition: at least one; they ascend.
    static func sample(at step: Double, steps: [Int]) -> Int {
        var low = 0, high = steps.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if Double(steps[middle]) <= step { low = middle } else { high = middle }
        }
        return low
    }

    private static func alignment(_ dying: [Row], steps: [Int]) -> DeathAlignment? {
        guard let end = steps.last else { return nil }
        let settled = dying.map { row -> Int? in
            let death = row.history.finalDeath ?? end
            return (sample(at: Double(death), steps: steps)..<steps.count).first { row.state[$0, row.history.node] == 3 }
                .map { steps[$0] - death }
        }
        return DeathAlignment(settled: settled, left: dying.map { end - ($0.history.finalDeath ?? end) })
    }

    /// A node's states around its death; before and after the run there is none.
    private static func alignedLine(_ row: Row, steps: [Int], window: DeathAlignment, columns: Int) -> String {
        (0..<columns).map { column in
            let step = window.step(column: column, of: columns, death: row.history.finalDeath ?? 0)
            guard step >= Double(steps[0]), step <= Double(steps[steps.count - 1]) else { return "NaN" }
            return code(row.state[sample(at: step, steps: steps), row.history.node])
        }.joined(separator: " ")
    }

    private static func code(_ state: Double) -> String { String(Int(state)) }

    private static func ordinal(_ number: Int) -> String { "\(number)\(number == 2 ? "nd" : number == 3 ? "rd" : "th")" }

    /// Which nodes are drawn, in how many columns, and where each layer ends.
    struct Image: Equatable {
        let stride: Int
        let columns: Int
        /// The drawn nodes' places among all.
        let rows: [Int]
        let nodeCount: Int
        /// The layers from below, each with the place after its last node.
        let ends: [Layer]

        struct Layer: Equatable { let name: String; let end: Int }

        init(_ nodes: [NodeHistory], budget: Int, rowBudget: Int, columns range: ClosedRange<Int>, mostColumns: Int) {
            let stride = max(1, (nodes.count + rowBudget - 1) / rowBudget)
            let rows = Array(Swift.stride(from: 0, to: nodes.count, by: stride))
            self.stride = stride
            self.rows = rows
            nodeCount = nodes.count
            columns = max(1, min(range.upperBound, max(range.lowerBound, budget / max(rows.count, 1)), mostColumns))
            ends = nodes.indices.filter { $0 + 1 == nodes.count || nodes[$0 + 1].layer != nodes[$0].layer }
                .map { Layer(name: nodes[$0].layer, end: $0 + 1) }
        }

        /// Names of the layers at the right of the graph, and lines between them.
        var layerMarks: String {
            guard ends.count > 1 else { return "" }
            var start = 0
            return ends.map { layer in
                defer { start = layer.end }
                let name =
                    "set label 'layer \(layer.name)' at graph 1.03, first \(Number.short(Double(start + layer.end) / 2)) rotate by 90 center font small"
                let line =
                    "set arrow from graph 0, first \(layer.end) to graph 1, first \(layer.end) nohead front linewidth 2 linecolor rgb '#FFFFFF'"
                return layer.end < nodeCount ? name + "\n" + line : name
            }.joined(separator: "\n")
        }
    }

    private static func commands(axis: TimeAxis, all: Image, aligned: (image: Image, window: DeathAlignment)?) -> String {
        let palette = NodeHistory.Fate.allCases.enumerated().map { "\($0) '\(FigureStyle.color(of: $1))'" }.joined(separator: ", ")
        let legend = NodeHistory.Fate.allCases.map {
            "NaN with points pointtype 5 pointsize 1.6 linecolor rgb '\(FigureStyle.color(of: $0))' title '\(FigureStyle.name(of: $0))'"
        }
        // Under two panels gnuplot would fit a key to the width of one: labels that bear a point stand in for it.
        let wideLegend = zip(NodeHistory.Fate.allCases, [0.13, 0.27, 0.48, 0.66]).map { fate, place in
            "set label '\(FigureStyle.name(of: fate))' at screen \(place), 0.05 left offset 1.5,0 "
                + "point pointtype 5 pointsize 1.6 linecolor rgb '\(FigureStyle.color(of: fate))'"
        }
        let over = """
            # column and row of the image to step and node
            first = \(axis.isLogarithmic ? "log10(\(Number.short(axis.first)))" : Number.short(axis.first))
            last = \(axis.isLogarithmic ? "log10(\(Number.short(axis.last)))" : Number.short(axis.last))
            width = 1.0 * (last - first) / \(all.columns)
            \(axis.commands(asExponents: true, tics: aligned == nil ? 6 : 5))
            set ylabel 'node, in order of death'
            set yrange [0:\(all.nodeCount)]
            unset grid
            set border 15
            set palette maxcolors 4 defined (\(palette))
            set cbrange [-0.5:3.5]
            unset colorbox
            \(all.layerMarks)
            """
        let image = "plot data index 0 matrix using (first + ($1 + 0.5) * width):(($2 + 0.5) * \(all.stride)):3 with image"
        guard let aligned else {
            return over + "\nset key outside bottom center horizontal height 0.7 samplen 1 spacing 1.2\n"
                + ([image] + legend).joined(separator: ", \\\n    ")
        }
        let span = aligned.window.before + aligned.window.after
        return """
            set multiplot
            set lmargin at screen 0.085
            set rmargin at screen 0.525
            set tmargin at screen 0.86
            set bmargin at screen 0.225
            \(over)
            \(wideLegend.joined(separator: "\n"))
            \(image)
            unset arrow
            unset label
            unset x2tics
            unset x2label
            set lmargin at screen 0.625
            set rmargin at screen 0.955
            set xlabel 'optimiser steps after death'
            unset ylabel
            set title '\(aligned.image.nodeCount == 1 ? "the node that dies" : "the \(aligned.image.nodeCount) nodes that die")'
            width = 1.0 * \(Number.short(span)) / \(aligned.image.columns)
            set xrange [\(Number.short(-aligned.window.before)):\(Number.short(aligned.window.after))]
            set xtics \(Number.short(TimeAxis.ticDistance(span: span, count: 5)))
            \(TimeAxis.stepFormat("x", span: span))
            set yrange [0:\(aligned.image.nodeCount)]
            \(Double(aligned.image.nodeCount) <= 4 ? "set ytics 1" : "set ytics auto")
            \(aligned.image.layerMarks)
            set arrow from 0, graph 0 to 0, graph 1 nohead front linewidth 1 dashtype (6,4) linecolor rgb '\(FigureStyle.black)'
            plot data index 1 matrix using (\(Number.short(-aligned.window.before)) + ($1 + 0.5) * width):(($2 + 0.5) * \(aligned.image.stride)):3 with image
            unset multiplot
            """
    }
}
