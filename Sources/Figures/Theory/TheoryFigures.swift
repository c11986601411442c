// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// A figure of the laws, made from the theory and the dead-weight laboratory; the raw value is the name of its files.
public enum TheoryFigure: String, Sendable, CaseIterable {
    /// The fate of a dead weight over αλ/ε and β₁, with the edge of stability.
    case phaseMap = "phase-map"
    /// The same over λ and ε, with the defaults of PyTorch and TensorFlow.
    case phaseMapDefaults = "phase-map-defaults"
    /// |w|, √v and η of a weight below the edge and of one above it.
    case anatomy
    /// Measured against predicted passages of 10⁻¹⁵.
    case predictedMeasured = "predicted-measured"
    /// One case in four arithmetics.
    case precision
    /// A dead weight under each optimiser.
    case family
    /// Collapse curves over λ.
    case l2DoesNotMatter = "l2-does-not-matter"
    /// Which claims each mutated optimiser violates.
    case mutationMatrix = "mutation-matrix"

    /// What the figure shows, in a line.
    public var summary: String {
        switch self {
        case .phaseMap: "fate of a dead weight over αλ/ε and β₁, measured, and the law's edge"
        case .phaseMapDefaults: "the same over λ and ε, with the defaults of PyTorch and TensorFlow"
        case .anatomy: "|w|, √v and effective decay of one weight below the edge and of one above, with predictions"
        case .predictedMeasured: "passage of 1e-15, measured against predicted (--data adds the tables of claims B3, B3-trained, B3-mnist)"
        case .precision: "one case in float32, float32 with flush-to-zero, float64 and float80"
        case .family: "a dead weight under each optimiser"
        case .l2DoesNotMatter: "collapse over λ at ε = 0, where λ cancels, and at ε > 0"
        case .mutationMatrix: "which claims each mutated optimiser violates (needs --matrix)"
        }
    }
}

/// Draws the figures of the laws.
///
///     let written = try TheoryFigures().write([.phaseMap], format: .svg, to: URL(fileURLWithPath: "plots/theory"))
public struct TheoryFigures: Sendable {
    /// Tables of passages with the columns predicted and measured, drawn besides the laboratory's own.
    public var passages: [URL]
    /// The table of mutations and claims: a column `mutation`, then one a claim; 1 violated, 0 not, empty not testable.
    public var matrix: URL?

    public init(passages: [URL] = [], matrix: URL? = nil) {
        self.passages = passages
        self.matrix = matrix
    }

    /// The figures of these names, in this order; without names all that need no file that isn't given.
    /// - Throws: `FigureError.unknownFigure` with the names that there are.
    public func named(_ names: [String]) throws -> [TheoryFigure] {
        if names.isEmpty { return TheoryFigure.allCases.filter { $0 != .mutationMatrix || matrix != nil } }
        return try names.map { name in
            guard let figure = TheoryFigure(rawValue: name) else {
                throw FigureError.unknownFigure(name, accepted: TheoryFigure.allCases.map(\.rawValue))
            }
            return figure
        }
    }

    /// Draws figures, each a script, the data it reads and the picture, which appear together once the picture is whole.
    /// - Parameters:
    ///   - folder: made if it isn't there.
    ///   - drawn: called with each picture once it is there.
    /// - Returns: the pictures, in the order asked for.
    /// - Throws: `Gnuplot.Failure` before anything is written if gnuplot isn't installed; `FigureError` and `RecordsError` for files that are
    ///   missing or malformed; file errors. Figures drawn before the error stay.
    public func write(
        _ figures: [TheoryFigure], format: FigureFormat, to folder: URL, drawn: (URL) -> Void = { _ in }
    ) throws -> [URL] {
        guard Gnuplot.executable() != nil else { throw Gnuplot.Failure.notInstalled }
        try Folder.create(at: folder)
        return try figures.map { figure in
            let picture = try source(of: figure).draw(format: format, in: folder)
            drawn(picture)
            return picture
        }
    }

    /// The data and commands of one figure.
    func source(of figure: TheoryFigure) throws -> FigureSource {
        switch figure {
        case .phaseMap: try PhaseMapFigure.overBeta1()
        case .phaseMapDefaults: try PhaseMapFigure.overDefaults()
        case .anatomy: try AnatomyFigure.make()
        case .predictedMeasured: try PredictedMeasuredFigure.make(tables: passages)
        case .precision: try PrecisionFigure.make()
        case .family: try FamilyFigure.make()
        case .l2DoesNotMatter: try L2DoesNotMatterFigure.make()
        case .mutationMatrix: try MutationMatrixFigure.make(matrix)
        }
    }
}
