// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// All comparisons of a verification, a row each: the measured value and its interval relative to the range that the law accepts.
enum ComparisonsFigure {
    /// Positions are drawn to ± this; what lies beyond is an arrow head at the edge.
    private static let edge = 2.6
    private static let rowHeight = 17
    private static let longestLabel = 92

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
        let labels = rows.enumerated().map { "\(Gnuplot.quoted(shortened($1.quantity))) \(height($0))" }
        let numbers = rows.enumerated().map { "\(Gnuplot.quoted("\(short($1.measured))  (\($1.predicted))")) \(height($0))" }
        var groups: [String] = []
        for (index, row) in rows.enumerated() where index == 0 || rows[index - 1].claim != row.claim {
            let isSupported = rows.filter { $0.claim == row.claim }.allSatisfy(\.isSupported)
            groups.append(
                "set label \(Gnuplot.quoted(isSupported ? row.claim : "✗ \(row.claim)")) at screen 0.008, first \(height(index)) noenhanced font ',12' textcolor rgb "
                    + "'\(isSupported ? FigureStyle.black : FigureStyle.vermilion)'")
            if index > 0 {
                groups.append(
                    "set arrow from screen 0.005, first \(height(index)).5 to screen 0.995, first \(height(index)).5 nohead back linewidth 0.5 linecolor rgb '#AAAAAA'"
                )
            }
        }
        let marks = Mark.allCases.filter { mark in rows.contains { Mark($0) == mark } }
        let points = marks.map { mark in
            "data using (strcol(6) eq '\(mark.rawValue)' ? $2 : NaN):1 with points pointtype \(mark.pointType) pointsize \(mark.pointSize) "
                + "linewidth 2 linecolor rgb '\(mark.color)' title '\(mark.name)'"
        }
        return FigureSource(
            name: name,
            caption: [
                "comparisons of the claims, \(title).",
                "Each measured value, with its 95 % interval, relative to the range that the law accepts: -1 and 1 are the ends of the range. With one end",
                "alone, the other of the two is 0 (under an upper end) or twice the end (over a lower one), or the measured value if the end is 0.",
                "What decides is each comparison's test: by chance a supported law may measure a little outside.",
            ],
            width: 1180, height: 110 + rowHeight * count,
            data: "# row from below, position of the measured value, of its interval's ends, mark\n\(lines.joined(separator: "\n"))\n",
            commands: """
                set border 0
                set lmargin at screen 0.54
                set rmargin at screen 0.78
                set tmargin at screen \(Number.short(1 - 62.0 / Double(110 + rowHeight * count)))
                set bmargin at screen \(Number.short(36.0 / Double(110 + rowHeight * count)))
                set xrange [-\(edge + 0.1):\(edge + 0.1)]
                set yrange [0.4:\(count).6]
                set xtics ('' -1, '' 1) scale 0
                set grid noytics
                set label 'accepted' at 0, screen \(Number.short(16.0 / Double(110 + rowHeight * count))) center font ',12'
                set object 1 rectangle from -1,0.4 to 1,\(count).6 behind fillcolor rgb '#E3F0E9' fillstyle solid noborder
                set ytics scale 0 noenhanced font ',10.5' (\(labels.joined(separator: ", ")))
                set y2tics scale 0 noenhanced font ',10.5' (\(numbers.joined(separator: ", ")))
                set y2range [0.4:\(count).6]
                \(groups.joined(separator: "\n"))
                set label \(Gnuplot.quoted("Comparisons, \(title)")) at screen 0.008, screen \(Number.short(1 - 20.0 / Double(110 + rowHeight * count))) font ',14'
                set key at screen 0.995, screen \(Number.short(1 - 14.0 / Double(110 + rowHeight * count))) right top horizontal samplen 0.6 font ',11'
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

        var pointSize: Double { self == .supported ? 0.55 : 0.8 }

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
