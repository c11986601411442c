// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics

/// Figure 5: the share of nodes alive over time, by Kaplan and Meier, with the log–log band.
enum SurvivalFigure {
    /// Nominal pointwise coverage of the band.
    static let confidence = 0.95
    /// Layers told apart; with more of them all nodes are taken together.
    static let layerBudget = 4

    /// One curve: its name in the legend and the lifetimes it is estimated from.
    struct Curve {
        let title: String
        /// Whether it is one of all nodes together, not of a layer.
        let isOfAllNodes: Bool
        let lifetimes: [Lifetime]
    }

    static func make(_ run: RecordedRun) throws -> FigureSource {
        let histories = try run.histories()
        guard let end = (histories.flatMap { [$0.censoredAt, $0.deathStep].compactMap(\.self) } + ((try? run.steps()) ?? [])).max(), end > 0 else {
            throw FigureError.nothingToShow("no node was watched for a step")
        }
        guard histories.contains(where: { $0.finalDeath != nil }) else {
            throw FigureError.nothingToShow("no node died for good, so there is no survival to estimate")
        }
        let curves = curves(histories, layers: run.layers(of: histories), end: end, smallest: try run.thresholds().first)
        let estimates = try curves.map { try KaplanMeier($0.lifetimes, confidence: confidence) }
        let axis = TimeAxis(steps: (try? run.steps()).flatMap { $0.isEmpty ? nil : $0 } ?? [0, end], stepsPerEpoch: run.stepsPerEpoch)
        let blocks = zip(curves, estimates).map { curve, estimate in
            "# \(curve.title)\n" + rows(estimate, end: end, axis: axis).joined(separator: "\n")
        }
        let lowest = estimates.compactMap { $0.points.last?.lower }.min() ?? 0
        return FigureSource(
            name: FigureKind.survival.rawValue,
            caption: [
                "Kaplan–Meier estimate of the nodes still alive, by the step of their final death; nodes alive at the end are censored there.",
                "Bands: pointwise 95 % log–log intervals. The nodes of one run depend on each other, so a band describes this run and is no",
                "confidence interval for others: that takes several seeds.",
            ],
            data: "# step, survival, lower and upper end of the band, nodes at risk; a block a curve\n"
                + blocks.joined(separator: "\n\n\n") + "\n",
            commands: commands(curves, axis: axis, lowest: lowest))
    }

    /// One curve a layer; for a single layer also the time until the norm stays under the smallest threshold.
    static func curves(_ histories: [NodeHistory], layers: [String], end: Int, smallest: NodeHistory.Threshold?) -> [Curve] {
        func alive(_ nodes: [NodeHistory]) -> [Lifetime] {
            nodes.map { node in
                node.finalDeath.map { .event(Double($0)) } ?? .censored(Double(node.censoredAt ?? end))
            }
        }
        if (2...layerBudget).contains(layers.count) {
            return layers.map { layer in
                let nodes = histories.filter { $0.layer == layer }
                return Curve(title: "layer \(layer) (\(nodes.count) nodes)", isOfAllNodes: false, lifetimes: alive(nodes))
            }
        }
        var curves = [Curve(title: "alive (of \(histories.count) nodes)", isOfAllNodes: true, lifetimes: alive(histories))]
        if let smallest, histories.contains(where: { $0.passages[smallest] != nil }) {
            curves.append(
                Curve(
                    title: "norm not yet under \(ThresholdLines.label(smallest))", isOfAllNodes: true,
                    lifetimes: histories.map { node in
                        node.passages[smallest].map { .event(Double($0)) } ?? .censored(Double(node.censoredAt ?? end))
                    }))
        }
        return curves
    }

    /// The estimate as corners of a step function, from the start of the axis to the last step watched.
    static func rows(_ estimate: KaplanMeier, end: Int, axis: TimeAxis) -> [String] {
        func row(_ time: Double, _ values: [Double], _ atRisk: Int) -> String {
            ([time] + values).map(Number.short).joined(separator: " ") + " \(atRisk)"
        }
        var held = [1.0, 1.0, 1.0]
        var rows = [row(axis.first, held, estimate.points.first?.atRisk ?? 0)]
        for point in estimate.points where point.events > 0 {
            let time = max(point.time, axis.first)
            rows.append(row(time, held, point.atRisk))
            held = [point.survival, point.lower, point.upper]
            rows.append(row(time, held, point.atRisk))
        }
        rows.append(row(Double(end), held, estimate.points.last?.atRisk ?? 0))
        return rows
    }

    private static func commands(_ curves: [Curve], axis: TimeAxis, lowest: Double) -> String {
        let colors = [FigureStyle.blue, FigureStyle.vermilion, FigureStyle.green, FigureStyle.purple]
        // The second curve of a single layer runs close to the first: its band would only hide the other.
        let banded = curves.contains(where: \.isOfAllNodes) ? 0..<1 : curves.indices
        let bands = banded.map {
            "data index \($0) using 1:3:4 with filledcurves linecolor rgb '\(FigureStyle.faded(colors[$0 % colors.count], opacity: 0.2))'"
        }
        let lines = curves.enumerated().map { index, curve in
            "data index \(index) using 1:2 with lines linewidth 2 linecolor rgb '\(colors[index % colors.count])' title '\(curve.title)'"
        }
        // Where nearly all survive the axis starts just below the bands, at a tenth.
        let bottom = lowest < 0.5 ? 0 : (lowest * 10 - 0.2).rounded(.down) / 10
        return """
            \(axis.commands())
            set ylabel 'share of nodes'
            set yrange [\(Number.short(bottom)):\(Number.short(1 + 0.02 * (1 - bottom)))]
            set key bottom left Left reverse samplen 2
            plot \((bands + lines).joined(separator: ", \\\n    "))
            """
    }
}
