// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Figure 4: sign coherence C = |Σ sign g| / #{g ≠ 0} of the data gradient, nodes that die against nodes that live.
///
/// Left over training, right aligned on death. Coherence is undefined, and left out, where a node is silent; so is a dying node from its
/// death on.
enum SignCoherenceFigure {
    /// Bins over training, and samples looked at.
    static let bins = 40
    static let sampleBudget = 1_500
    /// Bins a decade of the steps that are left until death; the last one takes all that is nearer than samples lie to each other.
    static let binsPerDecade = 4.0
    /// A bin with fewer values is left out: its mean would be noise.
    static let leastPool = 20

    static func make(_ run: RecordedRun) throws -> FigureSource {
        let histories = try run.histories()
        var coherence: [String: NodeSamples] = [:]
        for layer in run.layers(of: histories) { coherence[layer] = try run.samples(layer: layer, quantity: "signCoherence") }
        let steps = Array(try run.steps().prefix(coherence.values.map(\.sampleCount).min() ?? 0))
        guard !steps.isEmpty else { throw FigureError.nothingToShow("the probe holds no sample") }
        let axis = TimeAxis(steps: steps, stepsPerEpoch: nil)
        let samples = axis.evenly(steps, count: sampleBudget)

        let gaps = zip(steps, steps.dropFirst()).map { $1 - $0 }.sorted()
        let cadence = gaps.isEmpty ? 1 : gaps[gaps.count / 2]
        var living = [[Double]](repeating: [], count: bins)
        var dying = living
        var beforeDeath: [Int: [Double]] = [:]
        for history in histories {
            guard let values = coherence[history.layer], history.node < values.nodeCount else { continue }
            if history.isDead, history.deathStep == nil { continue }
            for sample in samples {
                let value = values[sample, history.node]
                guard value.isFinite else { continue }
                let bin = min(bins - 1, Int(axis.position(Double(steps[sample])) * Double(bins)))
                guard let death = history.finalDeath else { living[bin].append(value); continue }
                guard steps[sample] < death else { break }
                dying[bin].append(value)
                // What is nearer to death than samples to each other goes into one bin.
                beforeDeath[Int((log10(Double(max(death - steps[sample], cadence))) * binsPerDecade).rounded(.down)), default: []].append(value)
            }
        }
        guard let reference = try Summary(Array(living.joined())) ?? Summary(Array(dying.joined())) else {
            throw FigureError.nothingToShow("no node had a data gradient in any sample")
        }
        func overTime(_ pools: [[Double]]) throws -> String {
            let rows = try pools.enumerated().compactMap { bin, pool in
                try Summary(pool, least: leastPool).map {
                    "\(Number.short(axis.step(at: (Double(bin) + 0.5) / Double(bins)))) \($0.fields)"
                }
            }
            return rows.isEmpty ? "NaN NaN NaN NaN" : rows.joined(separator: "\n")
        }
        let full = beforeDeath.filter { $0.value.count >= leastPool }.sorted { $0.key < $1.key }
        let aligned = try full.compactMap { bin, pool in
            try Summary(pool).map { "\(Number.short(pow(10, (Double(bin) + 0.5) / binsPerDecade))) \($0.fields)" }
        }
        let window = pow(10, Double(full.first?.key ?? 0) / binsPerDecade)...pow(10, Double((full.last?.key ?? 0) + 1) / binsPerDecade)
        let deaths = histories.count { $0.finalDeath != nil }
        let lives = histories.count { !$0.isDead }
        return FigureSource(
            name: FigureKind.signCoherence.rawValue,
            caption: [
                "sign coherence |Σ sign g| / #{g ≠ 0} of a node's data gradient over its incoming weights;",
                "\(deaths) nodes that die, up to their death, against \(lives) that live; lines are means, bands reach from the lower to the upper quartile,",
                "over nodes and the samples of a bin. Silent nodes have no coherence and are left out. On few active samples coherence is high by itself:",
                "one sample with inputs of one sign alone has C = 1 (theory notes, A1).",
            ],
            width: aligned.isEmpty ? 720 : 960, height: 400,
            data: """
                # block 0: living nodes over training; block 1: dying nodes over training; block 2: dying nodes by the steps left until death
                # step (or steps left), lower quartile, mean, upper quartile
                \(try overTime(living))


                \(try overTime(dying))


                \(aligned.isEmpty ? "NaN NaN NaN NaN" : aligned.joined(separator: "\n"))

                """,
            commands: commands(axis: axis, aligned: aligned.isEmpty ? nil : window, deaths: deaths, lives: lives, reference: reference))
    }

    /// The bounds of a pool's middle half, and its mean: coherence over few weights has few values, and a median jumps between them.
    struct Summary: Equatable {
        let lower: Double
        let mean: Double
        let upper: Double

        /// Nil for a pool with fewer than `least` values. Precondition: all are finite.
        init?(_ pool: some Collection<Double>, least: Int = 1) throws {
            guard let quartiles = try Quartiles(pool, least: least) else { return nil }
            lower = quartiles.lower
            upper = quartiles.upper
            mean = pool.reduce(0, +) / Double(pool.count)
        }

        var fields: String { [lower, mean, upper].map(Number.short).joined(separator: " ") }
    }

    private static func commands(axis: TimeAxis, aligned: ClosedRange<Double>?, deaths: Int, lives: Int, reference: Summary) -> String {
        let living = FigureStyle.living, dying = FigureStyle.dying
        func band(_ block: Int, _ color: String) -> String {
            "data index \(block) using 1:2:4 with filledcurves linecolor rgb '\(FigureStyle.faded(color, opacity: 0.2))'"
        }
        func line(_ block: Int, _ color: String) -> String { "data index \(block) using 1:3 with lines linewidth 2 linecolor rgb '\(color)'" }
        let names = ["nodes that live (\(lives))", "nodes that die (\(deaths))"]
        let axes = """
            set ylabel 'sign coherence of the data gradient'
            set yrange [0:1.02]
            set ytics 0.2
            \(axis.commands(tics: aligned == nil ? 6 : 5))
            """
        let overTime =
            "plot \(band(0, living)), \\\n    \(band(1, dying)), \\\n    \(line(0, living)) title '\(names[0])', \\\n    \(line(1, dying)) title '\(names[1])'"
        guard let aligned else { return axes + "\nset key outside bottom center horizontal height 0.7 samplen 2\n" + overTime }
        let edges = [Number.short(aligned.upperBound), Number.short(aligned.lowerBound)]
        return """
            set multiplot
            set lmargin at screen 0.08
            set rmargin at screen 0.5
            set tmargin at screen 0.9
            set bmargin at screen 0.26
            set title 'over training'
            set key at screen 0.53, 0.07 center horizontal samplen 2 width 2
            \(axes)
            \(overTime)
            unset key
            set lmargin at screen 0.56
            set rmargin at screen 0.98
            set title 'on the way to death'
            unset ylabel
            set xlabel 'optimiser steps left until death'
            set xrange [\(edges[0]):\(edges[1])]
            set xtics auto
            set logscale x 10
            set format x '10^{%L}'
            set label 'dashed: mean of the nodes that live, all steps' at graph 0.03, graph 0.06 left textcolor rgb '\(living)' font small
            set object rectangle from \(edges[0]), \(Number.short(reference.lower)) to \(edges[1]), \(Number.short(reference.upper)) \
                behind fillstyle solid noborder fillcolor rgb '\(FigureStyle.faded(living, opacity: 0.2))'
            plot \(band(2, dying)), \(Number.short(reference.mean)) with lines linewidth 2 dashtype (6,4) linecolor rgb '\(living)', \\
                \(line(2, dying))
            unset multiplot
            """
    }
}
