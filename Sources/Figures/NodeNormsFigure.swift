// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Figure 2: the norm of every node over training, a line each, on a log scale.
enum NodeNormsFigure {
    /// Most points drawn of all lines together.
    static let pointBudget = 13_000
    /// Most samples of a line that are looked at.
    static let columnBudget = 500
    /// The lowest norm shown: the smallest subnormal of single precision; a float64 norm may sink to 1e-320 and leaves through the bottom.
    static let floor = 1e-45
    /// Least vertical detail kept, as a part of the axis: about half a point of print.
    static let leastDetail = 0.001

    static func make(_ run: RecordedRun) throws -> FigureSource {
        let histories = try run.histories()
        var norms: [String: NodeSamples] = [:]
        for layer in run.layers(of: histories) { norms[layer] = try run.samples(layer: layer, quantity: "incomingNorm") }
        let steps = Array(try run.steps().prefix(norms.values.map(\.sampleCount).min() ?? 0))
        guard !steps.isEmpty else { throw FigureError.nothingToShow("the probe holds no sample") }
        let axis = TimeAxis(steps: steps, stepsPerEpoch: run.stepsPerEpoch)
        let samples = axis.evenly(steps, count: columnBudget)
        let ordered = histories.sorted(by: NodeHistory.diesBefore)
        let series = ordered.map { history in
            norms[history.layer].flatMap { history.node < $0.nodeCount ? $0.series(node: history.node, samples: samples) : nil } ?? []
        }
        let range = decades(series)
        let lines = zip(ordered, series).map { history, values in
            line(values, steps: samples.map { steps[$0] }, axis: axis, decades: range)
        }
        let tolerance = PolylineThinning.tolerance(lines.flatMap { $0.map(\.significance) }, budget: pointBudget, least: leastDetail)
        let living = zip(ordered, lines).filter { !$0.0.isDead }
        let dying = zip(ordered, lines).filter { $0.0.isDead }
        let data = """
            # block 0: nodes alive at the end; block 1: nodes dead at the end; a line each, set apart by an empty line
            # step norm
            \(block(living, tolerance))


            \(block(dying, tolerance))

            """
        let thresholds = try run.thresholds()
        return FigureSource(
            name: FigureKind.nodeNorms.rawValue,
            caption: [
                "L2 norm of the incoming weights of every node, bias left out; \(living.count) nodes alive at the end, \(dying.count) dead.",
                "Lines are thinned where the eye can't tell; a line that leaves through the bottom is at zero or below 10^\(Int(range.lowerBound)).",
            ],
            data: data,
            commands: commands(axis: axis, decades: range, living: living.count, dying: dying.count, thresholds: thresholds))
    }

    /// The decades that the axis spans, whole numbers.
    static func decades(_ series: [[Double]]) -> ClosedRange<Double> {
        let positive = series.joined().filter { $0 > 0 && $0.isFinite }
        let low = max(Foundation.floor(log10(positive.min() ?? 1)), log10(floor).rounded())
        return low...max(ceil(log10(positive.max() ?? 1)), low + 1)
    }

    private struct Point { let step: Int; let norm: Double; let significance: Double }

    /// The points of a node's line from its first sample until it falls through the bottom of the axis.
    private static func line(_ values: [Double], steps: [Int], axis: TimeAxis, decades: ClosedRange<Double>) -> [Point] {
        let bottom = pow(10, decades.lowerBound)
        var kept: [(step: Int, norm: Double)] = []
        for (step, value) in zip(steps, values) where value.isFinite {
            let clipped = max(value, bottom)
            if clipped == bottom, kept.last?.norm == bottom { continue }
            kept.append((step, clipped))
        }
        let span = decades.upperBound - decades.lowerBound
        let significance = PolylineThinning.significance(
            x: kept.map { axis.position(Double($0.step)) }, y: kept.map { (log10($0.norm) - decades.lowerBound) / span })
        return zip(kept, significance).map { Point(step: $0.step, norm: $0.norm, significance: $1) }
    }

    private static func block(_ lines: [(NodeHistory, [Point])], _ tolerance: Double) -> String {
        guard !lines.isEmpty else { return "NaN NaN" }
        return lines.map { history, points in
            "# layer \(history.layer) node \(history.node)\n"
                + points.filter { $0.significance >= tolerance }
                .map { "\($0.step) \(Number.coarse($0.norm))" }.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private static func commands(
        axis: TimeAxis, decades: ClosedRange<Double>, living: Int, dying: Int, thresholds: [NodeHistory.Threshold]
    ) -> String {
        /// The more lines, the fainter each.
        func opacity(_ count: Int) -> Double { min(0.75, max(0.2, 30 / Double(max(count, 1)))) }
        let lines = ThresholdLines.across(thresholds, above: decades.lowerBound)
        let span = decades.upperBound - decades.lowerBound
        let tic = span > 200 ? 50 : span > 25 ? 5 : span > 12 ? 3 : 1
        return """
            \(axis.commands())
            set ylabel 'norm of incoming weights' offset 1,0
            set logscale y 10
            set yrange [1e\(Int(decades.lowerBound)):1e\(Int(decades.upperBound))]
            set ytics 1e\(tic)
            set format y '10^{%L}'
            \(lines.isEmpty ? "" : "set rmargin 10")
            set key outside bottom center horizontal height 0.7 samplen 2
            \(lines)
            plot data index 0 using 1:2 with lines linewidth 1 linecolor rgb '\(FigureStyle.faded(FigureStyle.living, opacity: opacity(living)))', \\
                data index 1 using 1:2 with lines linewidth 1 linecolor rgb '\(FigureStyle.faded(FigureStyle.dying, opacity: opacity(dying)))', \\
                NaN with lines linewidth 2 linecolor rgb '\(FigureStyle.living)' title 'alive at the end (\(living))', \\
                NaN with lines linewidth 2 linecolor rgb '\(FigureStyle.dying)' title 'dead at the end (\(dying))'
            """
    }
}
