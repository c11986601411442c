// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// The figures of a verification: every comparison relative to what its law accepts, and measured against predicted where a table holds both.
public struct VerificationFigures: Sendable {
    /// Comparisons that share a figure, such as those of one level.
    public struct Group: Sendable {
        /// Part of the file's name, such as `level-1`.
        public var name: String
        /// Such as "level 1, isolated weights".
        public var title: String
        public var comparisons: [ComparisonRow]

        public init(name: String, title: String, comparisons: [ComparisonRow]) {
            self.name = name
            self.title = title
            self.comparisons = comparisons
        }
    }

    /// The pictures that were drawn.
    public struct Drawn: Sendable, Equatable {
        /// Of the groups that have a comparison, in their order.
        public var comparisons: [URL] = []
        /// By claim.
        public var tables: [String: URL] = [:]
    }

    public var groups: [Group]
    public var tables: [PredictionTable]

    public init(groups: [Group], tables: [PredictionTable]) {
        self.groups = groups
        self.tables = tables
    }

    /// Draws all figures, each a script, the data it reads and the picture: `comparisons-NAME` for a group, the claim's id for a table with columns
    /// `predicted` and `measured`. Tables that have none, or no positive pair, are left out.
    /// - Parameter folder: made if it isn't there.
    /// - Throws: `Gnuplot.Failure` before anything is written if gnuplot isn't installed, or with its words if it fails; file errors.
    public func write(format: FigureFormat, to folder: URL) throws -> Drawn {
        guard Gnuplot.executable() != nil else { throw Gnuplot.Failure.notInstalled }
        try Folder.create(at: folder)
        var drawn = Drawn()
        for group in groups where !group.comparisons.isEmpty {
            let source = try ComparisonsFigure.make(group.comparisons, name: "comparisons-\(group.name)", title: group.title)
            drawn.comparisons.append(try source.draw(format: format, in: folder))
        }
        for table in tables where table.pairs?.isEmpty == false {
            drawn.tables[table.claim] = try MeasuredTableFigure.make(table).draw(format: format, in: folder)
        }
        return drawn
    }
}
