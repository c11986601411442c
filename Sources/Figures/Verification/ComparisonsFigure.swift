// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// All comparisons of a verification, a row each: the measured value and its interval relative to the range that the law accepts.
enum ComparisonsFigure {
    /// Positions are drawn to ± this; what lies beyond has marks of its own at the edge.
    private static let edge = 2.6
    private static let rowHeight = 17
    private static let longestLabel = 98
    /// Below the rows: the range's name.
    private static let footer = 36

    /// - Parameter title: of what the comparisons are, such as "level 1, isolated weights".
    /// - Throws: `FigureError.nothingToShow` without rows.
    static func make(_ rows: [ComparisonRow], name: String, title: String) throws -> FigureSource {
        guard !rows.isEmpty else { throw FigureError.nothingToShow("there is no comparison to draw") }
        let count = rows.count
        // The first row is on top.
        func height(_ index: Int) -> Int { count - index }
        let lines = rows.enumerated().map { index, row in
            let position = place(row)
            let ends: [Double?] = row.interval.map { [row.position($0.lowerBound), row.position($0.upperBound)] } ?? [position, position]
            let fields = ([position] + ends.map { $0 ?? .nan }).map { Number.short(clipped($0)) }
            let mark = Mark(row)
            return "\(height(index)) \(fields.joined(separator: " ")) \(mark.rawValue)"
        }
        // Labels and not tics, whose text gnuplot takes for a format of numbers.
        let labels = rows.enumerated().flatMap { index, row in
            [("0.565", "right", shortened(row.quantity)), ("0.8", "left", "\(short(row.measured))  (\(row.predicted))")].map { x, side, text in
                "set label \(Gnuplot.quoted(text)) at screen \(x), first \(height(index)) \(side) noenhanced font small"
            }
        }
        var groups: [String] = []
        for (index, row) in rows.enumerated() where index == 0 || rows[index - 1].claim != row.claim {
            let isSupported = rows.filter { $0.claim == row.claim }.allSatisfy(\.isSupported)
            groups.append(
                "set label \(Gnuplot.quoted(isSupported ? row.claim : "✗ \(row.claim)")) at screen 0.008, first \(height(index)) noenhanced textcolor rgb "
                    + "'\(isSupported ? FigureStyle.black : FigureStyle.vermilion)'")
            if index > 0 {
                groups.append(
                    "set arrow from screen 0.005, first \(height(index)).5 to screen 0.995, first \(height(index)).5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'"
                )
            }
        }
        let marks = Mark.allCases.filter { mark in rows.contains { Mark($0) == mark } }
        // Room for the title and the key.
        let header = 30 + 18 * marks.count
        let page = header + footer + rowHeight * count
        func above(_ points: Int) -> String { Number.short(Double(points) / Double(page)) }
        func below(_ points: Int) -> String { Number.short(1 - Double(points) / Double(page)) }
        let points = marks.map { mark in
            "data using (strcol(5) eq '\(mark.rawValue)' ? $2 : NaN):1 with points pointtype \(mark.pointType) pointsize \(mark.pointSize) "
                + "linewidth 2 linecolor rgb '\(mark.color)' title '\(mark.name)'"
        }
        return FigureSource(
            name: name,
            caption: [
                "comparisons of the claims, \(title).",
                "Each measured value, with its 95 % interval, relative to the range that the law accepts, whose ends are at -1 and 1: linear where there are two",
                "ends; with one end alone, infinity is the other, and 0 or twice the end (the measured value if the end is 0) the middle. What lies farther out",
                "than the frame is at its edge. What decides is each comparison's test: by chance a supported law may measure a little outside.",
            ],
            width: 1400, height: page,
            data: "# row from below, position of the measured value, of its interval's ends, mark\n\(lines.joined(separator: "\n"))\n",
            commands: """
                set border 0
                set lmargin at screen 0.575
                set rmargin at screen 0.79
                set tmargin at screen \(below(header))
                set bmargin at screen \(above(footer))
                set xrange [-\(edge + 0.1):\(edge + 0.1)]
                set yrange [0.4:\(count).6]
                set xtics ('' -1, '' 1) scale 0
                unset ytics
                set object 1 rectangle from -1,0.4 to 1,\(count).6 behind fillcolor rgb '#E3F0E9' fillstyle solid noborder
                set label 'accepted' at 0, screen \(above(16)) center
                \(labels.joined(separator: "\n"))
                \(groups.joined(separator: "\n"))
                set label \(Gnuplot.quoted("Comparisons, \(title)")) at screen 0.008, screen \(below(20))
                set key at screen 0.995, screen \(below(8)) right top samplen 0.6 font small
                plot data using 3:1:($4-$3):(0) with vectors nohead linewidth 2 linecolor rgb '\(FigureStyle.grey)', \\
                    \(points.joined(separator: ", \\\n    "))
                """)
    }

    /// How a row is drawn: shapes tell what colours tell.
    enum Mark: String, CaseIterable {
        case supported, violated, beyondSupported = "beyond-supported", beyond, unplaced

        init(_ row: ComparisonRow) {
            if row.isSupported, row.position(row.measured) == nil {
                self = .unplaced
            } else if ComparisonsFigure.place(row).magnitude > ComparisonsFigure.edge {
                self = row.isSupported ? .beyondSupported : .beyond
            } else {
                self = row.isSupported ? .supported : .violated
            }
        }

        var pointType: Int {
            switch self {
            case .supported: 7
            case .violated: 2
            case .beyondSupported: 6
            case .beyond: 3
            case .unplaced: 4
            }
        }

        var pointSize: Double { self == .supported ? 0.6 : 1.1 }

        var color: String {
            switch self {
            case .supported, .beyondSupported, .unplaced: FigureStyle.blue
            case .violated, .beyond: FigureStyle.vermilion
            }
        }

        var name: String {
            switch self {
            case .supported: "supports the law"
            case .violated: "contradicts it"
            case .beyondSupported: "supports it, off the scale"
            case .beyond: "contradicts it, off the scale"
            case .unplaced: "supports it, no range"
            }
        }
    }

    /// Where the measured value is drawn, before clipping: what has no place in a range lies in the middle, or off the scale where it contradicts the law.
    private static func place(_ row: ComparisonRow) -> Double {
        row.position(row.measured) ?? (row.isSupported ? 0 : .infinity)
    }

    private static func clipped(_ position: Double) -> Double { position.isNaN ? position : min(max(position, -edge), edge) }

    /// Three significant digits.
    private static func short(_ value: Double) -> String { value.isNaN ? "nan" : String(format: "%.3g", value) }

    /// The text with its middle left out if it is too long for the margin.
    static func shortened(_ text: String) -> String {
        guard text.count > longestLabel else { return text }
        return text.prefix(longestLabel * 2 / 3) + " … " + text.suffix(longestLabel / 3 - 3)
    }
}
