// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Figure 6: a histogram of the node norms at the end, in bins of equal width on the log axis.
enum FinalNormsFigure {
    /// Widths of a bin that are tried, in decades, from the finest.
    static let widths = [0.25, 0.5, 1, 2, 5, 10]
    /// Most bins: the finest width that needs no more is taken.
    static let binBudget = 80

    /// How many nodes of each fate ended with a norm in 10^low ≤ norm < 10^high; `low` is −∞ for the bin of exact zeros.
    struct Bin: Equatable {
        let low: Double
        let high: Double
        var counts: [NodeHistory.Fate: Int] = [:]
    }

    static func make(_ run: RecordedRun) throws -> FigureSource {
        let histories = try run.histories()
        let known = histories.compactMap { history in history.finalNorm.map { (history.fate, $0) } }.filter { $0.1.isFinite && $0.1 >= 0 }
        guard !known.isEmpty else { throw FigureError.nothingToShow("no node has a final norm yet: the run was interrupted before its end") }
        let (bins, width) = histogram(known)
        let zeros = known.count { $0.1 == 0 }
        let lowest = bins.first?.low ?? 0
        // Exact zeros stand to the left of all others, one bin apart.
        let zeroPlace = lowest - 2 * width
        let fates = NodeHistory.Fate.allCases
        var lines = [
            "# centre (log10 of the norm; the row of exact zeros is set to the left of all others) \(fates.map(\.rawValue).joined(separator: " "))"
        ]
        for bin in bins + (zeros > 0 ? [zeroBin(known)] : []) {
            let centre = bin.low.isFinite ? (bin.low + bin.high) / 2 : zeroPlace
            lines.append(([Number.short(centre)] + fates.map { String(bin.counts[$0] ?? 0) }).joined(separator: " "))
        }
        return FigureSource(
            kind: .finalNorms,
            caption: [
                "norms of the incoming weights of \(known.count) nodes at the end of the run, in bins of \(Number.short(width)) decades.",
                "\(zeros) nodes have a norm of exactly zero\(zeros > 0 ? ": the bar at the far left." : ".")",
            ],
            data: lines.joined(separator: "\n") + "\n",
            commands: commands(
                from: (zeros > 0 ? zeroPlace : lowest) - width, to: (bins.last?.high ?? 0) + width, width: width,
                zeroPlace: zeros > 0 ? zeroPlace : nil, lowest: lowest, thresholds: try run.thresholds()))
    }

    /// The bins of the norms above zero, without a gap, and their width in decades.
    static func histogram(_ norms: [(fate: NodeHistory.Fate, norm: Double)]) -> (bins: [Bin], width: Double) {
        let exponents = norms.filter { $0.norm > 0 }.map { ($0.fate, log10($0.norm)) }
        guard let low = exponents.map(\.1).min(), let high = exponents.map(\.1).max() else { return ([], 1) }
        func span(_ width: Double) -> ClosedRange<Int> { Int((low / width).rounded(.down))...Int((high / width).rounded(.down)) }
        let width = widths.first { span($0).count <= binBudget } ?? widths[widths.count - 1]
        let range = span(width)
        var bins = range.map { Bin(low: Double($0) * width, high: Double($0 + 1) * width) }
        for (fate, exponent) in exponents {
            bins[Int((exponent / width).rounded(.down)) - range.lowerBound].counts[fate, default: 0] += 1
        }
        return (bins, width)
    }

    private static func zeroBin(_ norms: [(fate: NodeHistory.Fate, norm: Double)]) -> Bin {
        var bin = Bin(low: -.infinity, high: -.infinity)
        for (fate, norm) in norms where norm == 0 { bin.counts[fate, default: 0] += 1 }
        return bin
    }

    private static func commands(
        from: Double, to: Double, width: Double, zeroPlace: Double?, lowest: Double, thresholds: [NodeHistory.Threshold]
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
        let tic = span > 200 ? 50 : span > 100 ? 20 : span > 40 ? 10 : span > 12 ? 5 : 1
        return """
            half = \(Number.short(width / 2)) * 0.92
            set xlabel 'norm of incoming weights at the end'
            set ylabel 'nodes'
            set xrange [\(Number.short(from)):\(Number.short(to))]
            set yrange [0:*]
            set offsets 0,0,graph 0.05,0
            set xtics \(Int((lowest / Double(tic)).rounded(.up)) * tic),\(tic) nomirror
            set format x '10^{%.0f}'
            \(zeroPlace.map { "set xtics add ('0' \(Number.short($0)))" } ?? "")
            set key outside bottom center horizontal samplen 1
            \(ThresholdLines.upright(thresholds, above: lowest))
            plot \(boxes.joined(separator: ", \\\n    "))
            """
    }
}
