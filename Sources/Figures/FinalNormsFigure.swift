// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Figure 6: a histogram of the node norms at the end, in bins of equal width on the log axis.
enum FinalNormsFigure {
    /// Widths of a bin that are tried, in decades, from the finest.
    static let widths = [0.1, 0.25, 0.5, 1, 2]
    /// Most bins: the finest width that needs no more is taken.
    static let binBudget = 100
    /// Norms below 10 to this power, the smallest subnormal of single precision, share a bar with zero.
    static let floor = -45.0

    /// How many nodes of each fate ended with a norm in 10^low ≤ norm < 10^high; `low` is −∞ for the bin of zero and of all below the floor.
    struct Bin: Equatable {
        let low: Double
        let high: Double
        var counts: [NodeHistory.Fate: Int] = [:]
    }

    static func make(_ run: RecordedRun) throws -> FigureSource {
        let histories = try run.histories()
        let known = histories.compactMap { history in history.finalNorm.map { (history.fate, $0) } }.filter { $0.1.isFinite && $0.1 >= 0 }
        guard !known.isEmpty else { throw FigureError.nothingToShow("no node has a final norm yet: the run was interrupted before its end") }
        let (bottom, bins, width) = histogram(known)
        let lowest = bins.first?.low ?? 0
        let hasBottom = !bottom.counts.isEmpty
        // The bottom bar stands to the left of all others, a few bins apart.
        let bottomPlace = lowest - 4 * width
        let fates = NodeHistory.Fate.allCases
        var lines = [
            "# centre of the bin (log10 of the norm; zero and below the floor: left of all others) \(fates.map(\.rawValue).joined(separator: " "))"
        ]
        for bin in (hasBottom ? [bottom] : []) + bins {
            let centre = bin.low.isFinite ? (bin.low + bin.high) / 2 : bottomPlace
            lines.append(([Number.short(centre)] + fates.map { String(bin.counts[$0] ?? 0) }).joined(separator: " "))
        }
        let zeros = known.count { $0.1 == 0 }
        return FigureSource(
            kind: .finalNorms,
            caption: [
                "norms of the incoming weights of \(known.count) nodes at the end of the run, in bins of \(Number.short(width)) decades.",
                "The bar at the far left, if there is one, holds all norms below 10^\(Int(floor)); \(zeros) nodes have a norm of exactly zero.",
            ],
            data: lines.joined(separator: "\n") + "\n",
            commands: commands(
                from: hasBottom ? bottomPlace - width : lowest.rounded(.down), to: (bins.last?.high ?? 0).rounded(.up), width: width,
                bottomPlace: hasBottom ? bottomPlace : nil, lowest: lowest, thresholds: try run.thresholds()))
    }

    /// The bin of zero and all norms below the floor, the bins of the norms above it, without a gap, and their width in decades.
    static func histogram(_ norms: [(fate: NodeHistory.Fate, norm: Double)]) -> (bottom: Bin, bins: [Bin], width: Double) {
        var bottom = Bin(low: -.infinity, high: floor)
        var exponents: [(fate: NodeHistory.Fate, exponent: Double)] = []
        for (fate, norm) in norms {
            let exponent = log10(norm)
            if exponent < floor { bottom.counts[fate, default: 0] += 1 } else { exponents.append((fate, exponent)) }
        }
        guard let low = exponents.map(\.exponent).min(), let high = exponents.map(\.exponent).max() else { return (bottom, [], 1) }
        func span(_ width: Double) -> ClosedRange<Int> { Int((low / width).rounded(.down))...Int((high / width).rounded(.down)) }
        let width = widths.first { span($0).count <= binBudget } ?? widths[widths.count - 1]
        let range = span(width)
        var bins = range.map { Bin(low: Double($0) * width, high: Double($0 + 1) * width) }
        for (fate, exponent) in exponents {
            bins[Int((exponent / width).rounded(.down)) - range.lowerBound].counts[fate, default: 0] += 1
        }
        return (bottom, bins, width)
    }

    private static func commands(
        from: Double, to: Double, width: Double, bottomPlace: Double?, lowest: Double, thresholds: [NodeHistory.Threshold]
    ) -> String {
        let fates = NodeHistory.Fate.allCases
        let names: [NodeHistory.Fate: String] = [
            .alive: "alive", .dead: "dead on the data", .certified: "certified dead", .zero: "norm below smallest ξ",
        ]
        // Each fate stands on those before it: the box reaches from their sum to its own.
        let boxes = fates.enumerated().map { index, fate in
            let below = (0..<index).map { "+column(\($0 + 2))" }.joined()
            return "data using 1:((0\(below)+column(\(index + 2)))):($1-half):($1+half):(0\(below)):(0\(below)+column(\(index + 2))) "
                + "with boxxyerror linecolor rgb '\(FigureStyle.color(of: fate))' title '\(names[fate] ?? fate.rawValue)'"
        }
        let span = to - from
        let tic = span > 15 ? 5 : span > 7 ? 2 : 1
        return """
            half = \(Number.short(width / 2)) * 0.92
            set xlabel 'norm of incoming weights at the end'
            set ylabel 'nodes'
            set xrange [\(Number.short(from)):\(Number.short(to))]
            set yrange [0:*]
            set offsets 0,0,graph 0.05,0
            set xtics \(Int((((bottomPlace.map { $0 + 0.7 * Double(tic) }) ?? lowest) / Double(tic)).rounded(.up)) * tic),\(tic) nomirror
            set format x '10^{%.0f}'
            \(bottomPlace.map { "set xtics add ('<10^{\(Int(floor))}' \(Number.short($0)))" } ?? "")
            set key outside bottom center horizontal height 0.7 samplen 1
            \(ThresholdLines.upright(thresholds, above: lowest))
            plot \(boxes.joined(separator: ", \\\n    "))
            """
    }
}
