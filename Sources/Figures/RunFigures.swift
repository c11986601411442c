// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// The figures of one run directory.
///
///     let figures = try RunFigures(run: URL(fileURLWithPath: "runs/digits"))
///     let written = try figures.write(format: .svg, to: nil) { print("left out \($0.rawValue): \($1)") }
public struct RunFigures: Sendable {
    private let run: RecordedRun
    private let predictions: [URL]

    /// Opens a run directory, finished or interrupted.
    /// - Parameter predictions: files such as those of claim C7, what was predicted of the census of nodes; drawn over it.
    /// - Throws: `FigureError.notARun` for a folder that holds neither nodes.csv nor a probe folder.
    public init(run: URL, predictions: [URL] = []) throws {
        self.run = try RecordedRun(folder: run)
        self.predictions = predictions
    }

    /// Draws all figures for which the run holds the data.
    ///
    /// Each figure is three files: a script, the data it reads, and the picture that gnuplot makes of them. They appear together once the
    /// picture is whole, in place of those of an earlier call; a figure that fails leaves the earlier ones as they were.
    /// - Parameters:
    ///   - folder: where to; nil means `figures` in the run directory. Made if it isn't there.
    ///   - skipped: called with each figure that can't be drawn for lack of data, and the reason. An unreadable or malformed input is such a
    ///     reason too (`isDamage` tells them apart); only failures of gnuplot and of writing are thrown.
    /// - Returns: the pictures written, in the order of `FigureKind`.
    /// - Throws: `Gnuplot.Failure` before anything is written if gnuplot isn't installed, or with its words if it fails; file errors.
    public func write(
        format: FigureFormat, to folder: URL?, skipped: (FigureKind, any Error) -> Void = { _, _ in }
    ) throws -> [URL] {
        guard Gnuplot.executable() != nil else { throw Gnuplot.Failure.notInstalled }
        let target = folder ?? run.folder.appendingPathComponent("figures")
        try Folder.create(at: target)
        var written: [URL] = []
        for kind in FigureKind.allCases {
            let source: FigureSource
            do {
                source = try self.source(of: kind)
            } catch let error where error is FigureError || error is RecordsError {
                skipped(kind, error)
                continue
            }
            written.append(try source.draw(format: format, in: target))
        }
        return written
    }

    /// Whether a figure was left out because an input is damaged, and not merely because the run doesn't hold it.
    /// - Parameter reason: as `write` gives it to `skipped`.
    /// - Returns: true for a file that is there but can't be read, or isn't what it should be.
    public static func isDamage(_ reason: any Error) -> Bool {
        switch reason {
        case FigureError.unusableInput: true
        default: reason is RecordsError
        }
    }

    /// The data and commands of one figure.
    /// - Throws: `FigureError` or `RecordsError` where the run doesn't hold what the figure needs.
    func source(of kind: FigureKind) throws -> FigureSource {
        switch kind {
        case .nodeRaster: try NodeRasterFigure.make(run)
        case .nodeNorms: try NodeNormsFigure.make(run)
        case .secondMomentAtDeath: try SecondMomentFigure.make(run)
        case .signCoherence: try SignCoherenceFigure.make(run)
        case .survival: try SurvivalFigure.make(run)
        case .finalNorms: try FinalNormsFigure.make(run)
        case .nodeCensus: try NodeCensusFigure.make(run, predictions: predictions)
        }
    }
}
