// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Figure 6: a histogram of the node norms at the end, in bins of equal width on the log axis.
enum FinalNormsFigure {
    /// Widths of a bin that are tried, in decades, from the finest.
    static let widths = [0.1, 0.25, 0.5, 1, 2]
    /// Most bins: the finest width that needs no more is taken.
    static let binBudget = 100
    /// Norms below 10 to this power, the smallest subnormal of single precision, share a bar.
    static let floor = -45.0
    /// The distance between the bars off the log axis, as a part of that axis: room for their names.
    static let barDistance = 0.1

    /// How many nodes of each fate ended with a norm in 10^low ≤ norm < 10^high; `low` is −∞ for what is off the axis.
    struct Bin: Equatable {
        let low: Double
        let high: Double
        var counts: [NodeHistory.Fate: Int] = [:]
    }

    static func make(_ run: RecordedRun) throws -> FigureSource {
        let histories = try run.histories()
        let known = histories.compactMap { history in history.finalNorm.map { (history.fate, $0) } }.filter { $0.1.isFinite && $0.1 >= 0 }
        guard !known.isEmpty else { throw FigureError.nothingToShow("no node has a final norm yet: the run was interrupted before its end") }
        let histogram = histogram(known)
        let (bins, width) = (histogram.bins, histogram.width)
        let lowest = bins.first?.low ?? 0, highest = bins.last?.high ?? 0
        // The bars that have no place on the log axis stand to the left of all others, far enough apart for their names.
        let distance = max(4 * width, barDistance * (highest - lowest))
        var places: [(name: String, place: Double)] = []
        for (bar, name) in [(histogram.belowFloor, "<10^{\(Int(floor))}"), (histogram.zeros, "0")] where !bar.counts.isEmpty {
            places.append((name, lowest - distance * Double(places.count + 1)))
        }
        let fates = NodeHistory.Fate.allCases
        var lines = [
            "# centre of the bin (log10 of the norm; zero, and what is below the floor: left of all others) \(fates.map(\.rawValue).joined(separator: " "))"
        ]
        let outer = zip([histogram.belowFloor, histogram.zeros].filter { !$0.counts.isEmpty }, places.map(\.place)).reversed()
        for (bin, centre) in outer + bins.map({ ($0, ($0.low + $0.high) / 2) }) {
            lines.append(([Number.short(centre)] + fates.map { String(bin.counts[$0] ?? 0) }).joined(separator: " "))
        }
        let zeros = histogram.zeros.counts.values.reduce(0, +), below = histogram.belowFloor.counts.values.reduce(0, +)
        return FigureSource(
            name: FigureKind.finalNorms.rawValue,
            caption: [
                "norms of the incoming weights of \(known.count) nodes at the end of the run, in bins of \(Number.short(width)) decades.",
                "Bars at the far left, off the log axis: \(zeros) nodes with a norm of exactly zero, \(below) with a positive one below 10^\(Int(floor)).",
            ],
            data: lines.joined(separator: "\n") + "\n",
            commands: commands(
                from: places.last.map { $0.place - max(width, distance / 3) } ?? lowest.rounded(.down),
                to: places.isEmpty ? highest.rounded(.up) : highest + width,
                width: width,
                tics: places
                    + tics(from: places.isEmpty ? lowest.rounded(.down) : lowest, to: places.isEmpty ? highest.rounded(.up) : highest)
                    .filter { tic in places.allSatisfy { tic.place - $0.place >= distance } },
                tallest: ([histogram.belowFloor, histogram.zeros] + bins).map { $0.counts.values.reduce(0, +) }.max() ?? 0,
                lines: ThresholdLines.upright(try run.thresholds(), above: lowest)))
    }

    /// Places on the log axis that are named: decades, or 1, 2 and 5 in each where there are few.
    static func tics(from low: Double, to high: Double) -> [(name: String, place: Double)] {
        let span = high - low
        if span < 2.5 {
            return (Int(low.rounded(.down))...Int(high.rounded(.up))).flatMap { decade in
                [1.0, 2, 5].map { Number.short($0 * pow(10, Double(decade))) }
            }.compactMap { name in Double(name).map { (name, log10($0)) } }.filter { (low...high).contains($0.1) }
        }
        let step = span > 15 ? 5 : span > 7 ? 2 : 1
        return (Int((low / Double(step)).rounded(.up))...Int((high / Double(step)).rounded(.down))).map {
            ("10^{\($0 * step)}", Double($0 * step))
        }
    }

    /// How many norms are exactly zero, how many below the floor, and how many in each bin above it.
    struct Histogram: Equatable {
        var zeros = Bin(low: -.infinity, high: -.infinity)
        var belowFloor = Bin(low: -.infinity, high: floor)
        /// Without a gap, ascending; none if no norm reaches the floor.
        var bins: [Bin] = []
        /// Of a bin, in decades.
        var width = 1.0
    }

    /// Sorts norms into bins. Precondition: they are finite and not negative.
    static func histogram(_ norms: [(fate: NodeHistory.Fate, norm: Double)]) -> Histogram {
        var result = Histogram()
        var exponents: [(fate: NodeHistory.Fate, exponent: Double)] = []
        for (fate, norm) in norms {
            let exponent = log10(norm)
            if norm == 0 {
                result.zeros.counts[fate, default: 0] += 1
            } else if exponent < floor {
                result.belowFloor.counts[fate, default: 0] += 1
            } else {
                exponents.append((fate, exponent))
            }
        }
        guard let low = exponents.map(\.exponent).min(), let high = exponents.map(\.exponent).max() else { return result }
        func span(_ width: Double) -> ClosedRange<Int> { Int((low / width).rounded(.down))...Int((high / width).rounded(.down)) }
        let width = widths.first { span($0).count <= binBudget } ?? widths[widths.count - 1]
        let range = span(width)
        var bins = range.map { Bin(low: Double($0) * width, high: Double($0 + 1) * width) }
        for (fate, exponent) in exponents {
            bins[Int((exponent / width).rounded(.down)) - range.lowerBound].counts[fate, default: 0] += 1
        }
        result.bins = bins
        result.width = width
        return result
    }

    private static func commands(
        from: Double, to: Double, width: Double, tics: [(name: String, place: Double)], tallest: Int, lines: String
    ) -> String {
        let fates = NodeHistory.Fate.allCases
        // Each fate stands on those before it: the box reaches from their sum to its own.
        let boxes = fates.enumerated().map { index, fate in
            let below = (0..<index).map { "+column(\($0 + 2))" }.joined()
            return "data using 1:((0\(below)+column(\(index + 2)))):($1-half):($1+half):(0\(below)):(0\(below)+column(\(index + 2))) "
                + "with boxxyerror linecolor rgb '\(FigureStyle.color(of: fate))' title '\(FigureStyle.name(of: fate))'"
        }
        return """
            half = \(Number.short(width / 2)) * 0.92
            set xlabel 'norm of incoming weights at the end'
            set ylabel 'nodes'
            set xrange [\(Number.short(from)):\(Number.short(to))]
            set yrange [0:*]
            set offsets 0,0,graph 0.05,0
            set xtics (\(tics.map { "'\($0.name)' \(Number.short($0.place))" }.joined(separator: ", "))) nomirror
            \(tallest <= 6 ? "set ytics 1" : "")
            set key outside bottom center horizontal height 0.7 samplen 1
            \(lines)
            plot \(boxes.joined(separator: ", \\\n    "))
            """
    }
}
