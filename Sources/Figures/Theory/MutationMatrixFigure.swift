// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// Which claims each mutated optimiser violates, as a raster: a row a mutation, a column a claim.
enum MutationMatrixFigure {
    /// What a claim said of a mutation.
    enum Mark: Int, CaseIterable {
        case holds, violated, notTestable

        var color: String {
            switch self {
            case .holds: "#E8EEF2"
            case .violated: FigureStyle.vermilion
            case .notTestable: "#FFFFFF"
            }
        }

        var name: String {
            switch self {
            case .holds: "not violated"
            case .violated: "violated: the mutation is caught"
            case .notTestable: "not testable"
            }
        }
    }

    /// The table: the marks by mutation, then claim.
    struct Matrix: Equatable {
        let mutations: [String]
        let claims: [String]
        let marks: [[Mark]]

        /// Reads a column `mutation` and one a claim.
        /// - Throws: `RecordsError`; `FigureError.unusableInput` for a table without rows or claims, or a cell that is not 0, 1 or empty.
        init(_ file: URL) throws {
            let table = try CSVTable.read(file)
            let mutations = try table.texts("mutation")
            claims = table.columns.filter { $0 != "mutation" }
            self.mutations = mutations
            guard !mutations.isEmpty, !claims.isEmpty else {
                throw FigureError.unusableInput(file, "no mutation or no claim; accepted: a row a mutation, a column a claim")
            }
            let columns = try claims.map { claim in
                try table.texts(claim).enumerated().map { row, text in
                    switch text {
                    case "0": Mark.holds
                    case "1": Mark.violated
                    case "": Mark.notTestable
                    default:
                        throw FigureError.unusableInput(
                            file,
                            "'\(text)' for claim \(claim) and mutation \(mutations[row]); accepted: 1 (violated), 0 (not), nothing (not testable)")
                    }
                }
            }
            marks = mutations.indices.map { row in columns.map { $0[row] } }
        }
    }

    static func make(_ file: URL?) throws -> FigureSource {
        guard let file else {
            throw FigureError.needsInput(
                figure: TheoryFigure.mutationMatrix.rawValue, "--matrix FILE, a table with a column mutation and one a claim")
        }
        let matrix = try Matrix(file)
        let (width, height) = (matrix.claims.count, matrix.mutations.count)
        let rows = matrix.mutations.enumerated().map { "\(Gnuplot.quoted($1)) \(height - 1 - $0)" }.joined(separator: ", ")
        let columns = matrix.claims.enumerated().map { "\(Gnuplot.quoted($1)) \($0)" }.joined(separator: ", ")
        let grid =
            (1..<max(width, 2)).map {
                "set arrow from \($0 - 1).5,-0.5 to \($0 - 1).5,\(height - 1).5 nohead front linewidth 1 linecolor rgb '#BBBBBB'"
            }
            + (1..<max(height, 2)).map {
                "set arrow from -0.5,\($0 - 1).5 to \(width - 1).5,\($0 - 1).5 nohead front linewidth 1 linecolor rgb '#BBBBBB'"
            }
        let legend = Mark.allCases.map {
            "NaN with points pointtype \($0 == .notTestable ? 4 : 5) pointsize 1.6 linecolor rgb '\($0 == .notTestable ? FigureStyle.grey : $0.color)' title '\($0.name)'"
        }
        let marks = matrix.marks.reversed().map { $0.map { String($0.rawValue) }.joined(separator: " ") }.joined(separator: "\n")
        return FigureSource(
            name: TheoryFigure.mutationMatrix.rawValue,
            caption: [
                "which claims each mutated optimiser turns to violated; the row 'none' is the unmutated optimiser.",
                "A mutation that no claim catches would mean that a claim is missing.",
            ],
            width: max(560, 270 + 42 * width), height: 170 + 26 * height,
            data: "# a row a mutation from below, a column a claim: 0 not violated, 1 violated, 2 not testable\n\(marks)\n",
            commands: """
                unset grid
                set border 15
                set tics scale 0
                set xrange [-0.5:\(width - 1).5]
                set yrange [-0.5:\(height - 1).5]
                set xtics rotate by 45 right noenhanced (\(columns)) font small
                set ytics noenhanced (\(rows)) font small
                set xlabel 'claim'
                set palette maxcolors 3 defined (\(Mark.allCases.map { "\($0.rawValue) '\($0.color)'" }.joined(separator: ", ")))
                set cbrange [-0.5:2.5]
                unset colorbox
                set key outside top center horizontal samplen 1 spacing 1.2 height 0.5
                \(grid.joined(separator: "\n"))
                plot data matrix with image, \\
                    \(legend.joined(separator: ", \\\n    "))
                """)
    }
}
