// SPDX-License-Identifier: GPL-3.0-or-later

/// Figure 1: every node over training as a row of pixels, coloured by state, the first to die at the bottom.
enum NodeRasterFigure {
    /// Most pixels of the image, so that its data stay small.
    static let pixelBudget = 130_000
    /// Most rows: more would be thinner than the print can show.
    static let rowBudget = 1_000

    static func make(_ run: RecordedRun) throws -> FigureSource {
        let histories = try run.histories()
        let layers = run.layers(of: histories)
        var states: [String: NodeSamples] = [:]
        for layer in layers { states[layer] = try run.samples(layer: layer, quantity: "state") }
        let steps = Array(try run.steps().prefix(states.values.map(\.sampleCount).min() ?? 0))
        guard !steps.isEmpty else { throw FigureError.nothingToShow("the probe holds no sample") }
        let axis = TimeAxis(steps: steps, stepsPerEpoch: run.stepsPerEpoch)

        let stride = (histories.count + rowBudget - 1) / rowBudget
        let columns = max(1, min(480, max(130, pixelBudget / histories.count * stride), steps.count))
        let samples = sampleOfColumn(steps: steps, axis: axis, columns: columns)
        var lines = ["# state (0 alive, 1 dead on the data, 2 certified dead, 3 below the smallest threshold); a line a node, a column a time"]
        var ends: [(layer: String, row: Int)] = []
        var row = 0
        for layer in layers {
            guard let state = states[layer] else { continue }
            let ordered = histories.filter { $0.layer == layer && $0.node < state.nodeCount }.sorted(by: NodeHistory.diesBefore)
            for history in ordered {
                if row.isMultiple(of: stride) {
                    lines.append(samples.map { String(Int(state[$0, history.node])) }.joined(separator: " "))
                }
                row += 1
            }
            ends.append((layer, row))
        }
        return FigureSource(
            kind: .nodeRaster,
            caption: [
                "every node over training, a row each, coloured by state; the first to die lies at the bottom.",
                "State as last sampled before the middle of each pixel"
                    + (stride > 1 ? "; of \(histories.count) nodes every \(stride)th is drawn." : "."),
            ],
            height: 480, data: lines.joined(separator: "\n") + "\n",
            commands: commands(axis: axis, columns: columns, stride: stride, layers: ends))
    }

    /// The sample whose state a column shows: the last one taken at or before the column's middle (the first one, if there is none).
    static func sampleOfColumn(steps: [Int], axis: TimeAxis, columns: Int) -> [Int] {
        var sample = 0
        return (0..<columns).map { column in
            let middle = axis.step(at: (Double(column) + 0.5) / Double(columns))
            while sample + 1 < steps.count, Double(steps[sample + 1]) <= middle { sample += 1 }
            return sample
        }
    }

    private static func commands(axis: TimeAxis, columns: Int, stride: Int, layers: [(layer: String, row: Int)]) -> String {
        let palette = NodeHistory.Fate.allCases.enumerated().map { "\($0) '\(FigureStyle.color(of: $1))'" }.joined(separator: ", ")
        let names = ["alive", "dead on the data", "certified dead", "norm below smallest ξ"]
        let legend = zip(NodeHistory.Fate.allCases, names).map {
            "NaN with points pointtype 5 pointsize 1.6 linecolor rgb '\(FigureStyle.color(of: $0))' title '\($1)'"
        }
        let nodes = layers.last?.row ?? 0
        var separators: [String] = []
        if layers.count > 1 {
            var start = 0
            for (layer, end) in layers {
                let middle = Number.short(Double(start + end) / 2)
                separators.append("set label 'layer \(layer)' at graph 1.015, first \(middle) rotate by 90 center")
                if end < nodes {
                    separators.append(
                        "set arrow from graph 0, first \(end) to graph 1, first \(end) nohead front linewidth 2 linecolor rgb '#FFFFFF'")
                }
                start = end
            }
        }
        return """
            # column and row of the image to step and node
            first = \(axis.isLogarithmic ? "log10(\(Number.short(axis.first)))" : Number.short(axis.first))
            last = \(axis.isLogarithmic ? "log10(\(Number.short(axis.last)))" : Number.short(axis.last))
            width = 1.0 * (last - first) / \(columns)
            \(axis.commands(asExponents: true))
            set ylabel 'node, in order of death'
            set yrange [0:\(nodes)]
            unset grid
            set border 15
            set palette maxcolors 4 defined (\(palette))
            set cbrange [-0.5:3.5]
            unset colorbox
            set key outside bottom center horizontal height 0.7 samplen 1 spacing 1.2
            \(separators.joined(separator: "\n"))
            plot data matrix using (first + ($1 + 0.5) * width):(($2 + 0.5) * \(stride)):3 with image, \\
                \(legend.joined(separator: ", \\\n    "))
            """
    }
}
