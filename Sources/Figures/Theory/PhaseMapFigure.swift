// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Laboratory
import Theory

/// The fate of a dead weight under Adam, cell by cell, as the laboratory measures it, with the edge of stability (theory notes B6).
///
/// Every weight starts tiny and with empty moments, so that αλ/ε counts from the first step on and no format's range ends the story: this
/// asks whether zero attracts, not when a weight of usual size gets there.
enum PhaseMapFigure {
    /// |w₀|: below every floor on the maps, above ξ.
    static let start = 1e-10
    static let threshold = 1e-15
    /// Steps after which a fate is read, as the largest |w| of the last tenth.
    static let steps = 8_000
    static let learningRate = 1e-3
    /// λ of the map over β₁, where ε alone moves αλ/ε.
    static let l2 = 5e-4

    /// What became of a weight.
    enum Fate: Int, CaseIterable {
        case zero, floor, between

        /// By the largest |w| at the end.
        init(largest: Double) {
            self = largest < PhaseMapFigure.threshold ? .zero : largest > PhaseMapFigure.start ? .floor : .between
        }

        var color: String {
            switch self {
            case .zero: FigureStyle.skyBlue
            case .floor: FigureStyle.orange
            case .between: "#DDDDDD"
            }
        }
    }

    /// A map before it is drawn: its fates by rows from below, with the centres of its columns and rows as log₁₀ or as they are.
    struct Map: Equatable {
        let columns: [Double]
        let rows: [Double]
        let fates: [[Fate]]

        var data: String { fates.map { $0.map { String($0.rawValue) }.joined(separator: " ") }.joined(separator: "\n") }
    }

    /// `count` centres of equal cells over a range.
    static func centres(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
        (0..<count).map { range.lowerBound + (range.upperBound - range.lowerBound) * (Double($0) + 0.5) / Double(count) }
    }

    /// Measures a map.
    /// - Parameter at: β₁, λ and ε of a cell, by its column and row.
    static func measure(
        columns: [Double], rows: [Double], at cell: (_ column: Double, _ row: Double) -> (beta1: Double, l2: Double, epsilon: Double)
    ) throws -> Map {
        let cases = rows.flatMap { row in
            columns.map { column in
                let (beta1, l2, epsilon) = cell(column, row)
                return LaboratoryCase(
                    rule: .adam(beta1: beta1, epsilon: epsilon), learningRate: .constant(learningRate), l2: l2,
                    weight: DeadWeight(weight: start))
            }
        }
        let outcomes = try Laboratory(arithmetic: .float64).run(
            cases, steps: steps, measuring: LaboratoryMeasurement(rmsWindow: steps - steps / 10..<steps + 1))
        let fates = outcomes.map { Fate(largest: $0.largestMagnitude) }
        return Map(columns: columns, rows: rows, fates: rows.indices.map { Array(fates[$0 * columns.count..<($0 + 1) * columns.count]) })
    }

    /// log₁₀ of αλ/ε and β₁ of the first map.
    static let decays = -0.5...3.0
    static let beta1 = 0.0...0.99

    static func betaMap(columns: Int = 105, rows: Int = 66) throws -> Map {
        try measure(columns: centres(decays, columns), rows: centres(beta1, rows)) { column, row in
            (row, l2, learningRate * l2 / pow(10, column))
        }
    }

    static func overBeta1() throws -> FigureSource {
        let map = try betaMap()
        let curve = try centres(beta1, 200).map { beta in
            let edge = try StabilityThreshold.effectiveDecay(.adam(beta1: beta))
            return "\(Number.short(log10(edge))) \(Number.short(beta))"
        }
        return FigureSource(
            name: TheoryFigure.phaseMap.rawValue,
            caption: [
                "fate of a dead weight under Adam over αλ/ε and β₁, a simulation a cell (float64, \(steps) steps, α = 1e-3, λ = 5e-4, β₂ = 0.999).",
                "It starts at \(start) with empty moments; zero: below \(threshold) to the end; floor: above the start.",
                "Line: the law's edge 2(1+β₁)/(1−β₁).",
            ],
            height: 480,
            data: "# fate by row of β₁ from below and column of log10(αλ/ε): 0 zero, 1 floor, 2 between\n\(map.data)\n\n\n"
                + "# edge: log10(αλ/ε), β₁\n\(curve.joined(separator: "\n"))\n",
            commands: """
                set xlabel 'αλ/ε, the effective decay once the second moment is forgotten'
                set ylabel 'β₁'
                \(axes(map, x: decays, y: beta1))
                set xtics ('1' 0, '10' 1, '100' 2, '1000' 3)
                set label 1 'PyTorch default β₁ = 0.9: edge 38' at \(Number.short(log10(38))),0.9 right offset -1.4,0 front font small \\
                    point pointtype 7 pointsize 0.7
                plot \(image(map, x: decays, y: beta1)), \\
                    data index 1 using 1:2 with lines linewidth 2.5 linecolor rgb '\(FigureStyle.black)' title 'law: 2(1+β₁)/(1−β₁)', \\
                    \(legend(map))
                """)
    }

    /// log₁₀ of λ and of ε of the second map.
    static let l2Range = -6.0 ... -1.0
    static let epsilonRange = -11.0 ... -5.0

    static func defaultsMap(columns: Int = 100, rows: Int = 84) throws -> Map {
        try measure(columns: centres(l2Range, columns), rows: centres(epsilonRange, rows)) { column, row in
            (0.9, pow(10, column), pow(10, row))
        }
    }

    static func overDefaults() throws -> FigureSource {
        let map = try defaultsMap()
        let edge = try StabilityThreshold.effectiveDecay(.adam(beta1: 0.9))
        /// ε = αλ/η* on the edge.
        func onEdge(_ l2: Double) -> Double { log10(learningRate / edge) + l2 }
        let curve = [l2Range.lowerBound, l2Range.upperBound].map { "\(Number.short($0)) \(Number.short(onEdge($0)))" }
        let marks = [(-8, "PyTorch: ε = 10^{-8}", 2), (-7, "TensorFlow, Keras: ε = 10^{-7}", 4)].map { epsilon, name, index in
            let l2 = Double(epsilon) - log10(learningRate / edge)
            let place = String(format: "%.1e", pow(10, l2)).replacingOccurrences(of: "e-0", with: "·10^{-") + "}"
            return """
                set arrow \(index) from \(Number.short(l2Range.lowerBound)),\(epsilon) to \(Number.short(l2Range.upperBound)),\(epsilon) nohead front \\
                    dashtype (6,4) linewidth 1.2 linecolor rgb '\(FigureStyle.black)'
                set label \(index) '\(name)' at graph 0.015, first \(epsilon) left offset 0,0.6 front font small
                set label \(index + 1) 'λ = \(place)' at \(Number.short(l2)),\(epsilon) left offset 0.8,-0.7 front font small point pointtype 7 pointsize 0.7
                """
        }
        return FigureSource(
            name: TheoryFigure.phaseMapDefaults.rawValue,
            caption: [
                "fate of a dead weight under Adam over λ and ε at α = 1e-3, β = (0.9, 0.999), a simulation a cell (float64, \(steps) steps).",
                "It starts at \(start) with empty moments; zero: below \(threshold) to the end; floor: above the start; the rest decays too slowly.",
                "Line: the law's edge αλ/ε = 38. Dots: where the defaults cross it.",
            ],
            height: 480,
            data: "# fate by row of log10(ε) from below and column of log10(λ): 0 zero, 1 floor, 2 between\n\(map.data)\n\n\n"
                + "# edge: log10(λ), log10(ε)\n\(curve.joined(separator: "\n"))\n",
            commands: """
                set xlabel 'λ, the coefficient of L2 (α = 10^{-3})'
                set ylabel 'ε'
                \(axes(map, x: l2Range, y: epsilonRange))
                set format x '10^{%.0f}'
                set format y '10^{%.0f}'
                set xtics 1
                set ytics 1
                \(marks.joined(separator: "\n"))
                plot \(image(map, x: l2Range, y: epsilonRange)), \\
                    data index 1 using 1:2 with lines linewidth 2.5 linecolor rgb '\(FigureStyle.black)' title 'law: αλ/ε = 38', \\
                    \(legend(map))
                """)
    }

    private static func axes(_ map: Map, x: ClosedRange<Double>, y: ClosedRange<Double>) -> String {
        """
        unset grid
        set border 15
        set xrange [\(Number.short(x.lowerBound)):\(Number.short(x.upperBound))]
        set yrange [\(Number.short(y.lowerBound)):\(Number.short(y.upperBound))]
        set palette maxcolors 3 defined (\(Fate.allCases.map { "\($0.rawValue) '\($0.color)'" }.joined(separator: ", ")))
        set cbrange [-0.5:2.5]
        unset colorbox
        set key outside bottom center horizontal samplen 1.6 spacing 1.2 height 0.5
        """
    }

    private static func image(_ map: Map, x: ClosedRange<Double>, y: ClosedRange<Double>) -> String {
        func axis(_ range: ClosedRange<Double>, _ count: Int, _ column: String) -> String {
            let cell = (range.upperBound - range.lowerBound) / Double(count)
            return "(\(Number.short(range.lowerBound)) + (\(column) + 0.5) * \(String(format: "%.9g", cell)))"
        }
        return "data index 0 matrix using \(axis(x, map.columns.count, "$1")):\(axis(y, map.rows.count, "$2")):3 with image"
    }

    private static func legend(_ map: Map) -> String {
        Fate.allCases.filter { fate in map.fates.contains { $0.contains(fate) } }.map { fate in
            let name =
                switch fate {
                case .zero: "goes to zero"
                case .floor: "stays at a floor"
                case .between: "neither after \(steps) steps"
                }
            return "NaN with points pointtype 5 pointsize 1.6 linecolor rgb '\(fate.color)' title '\(name)'"
        }.joined(separator: ", \\\n    ")
    }
}
