// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Statistics

/// A sweep's `results.csv` for reading: the runs that completed with finite parameters, by axis.
///
/// A run that several points share has a row for each of them, and is still one run: ``runs`` tells.
public struct ResultsTable: Sendable {
    /// Axes in order, slowest first, the seed left aside.
    public let axes: [String]
    /// Columns that hold what was found.
    public let values: [String]
    /// Runs that did not complete, which are left out of everything else.
    public let incomplete: Int
    /// Runs that completed with a NaN or an infinity, which are left out too: what they found is no measurement of the set-up.
    public let diverged: Int
    /// The fingerprint of the run behind each row that is told of.
    public let runs: [String]
    private let table: CSVTable
    private let completed: [Int]

    /// - Parameter url: a sweep's directory, or the table itself.
    /// - Throws: `RecordsError`; `FigureError.unusableInput` for a table that is none of a sweep's or has no run to
    ///   tell of.
    public init(_ url: URL) throws {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
        let file = isThere && isFolder.boolValue ? url.appendingPathComponent("results.csv") : url
        table = try CSVTable.read(file)
        guard table.columns.first == "run", let seed = table.columns.firstIndex(of: "seed"), table.columns.contains("status") else {
            throw FigureError.unusableInput(file, "no table of a sweep; accepted: the results.csv that 'adamprobe sweep' writes")
        }
        axes = Array(table.columns[1..<seed])
        values = table.columns[(seed + 1)...].filter { !["status", "finite", "regime", "message"].contains($0) }
        let fingerprints = try table.texts("run")
        let all = try table.texts("status").indices(where: { $0 == "completed" })
        let finite = table.columns.contains("finite") ? try table.texts("finite") : []
        completed = all.filter { finite.isEmpty || finite[$0] != "false" }
        runs = completed.map { fingerprints[$0] }
        let completedRuns = Set(all.map { fingerprints[$0] })
        incomplete = Set(fingerprints).count - completedRuns.count
        diverged = completedRuns.count - Set(runs).count
        guard !completed.isEmpty else {
            throw FigureError.unusableInput(
                file, "\(table.rowCount) runs, none of which completed with finite parameters; accepted: a table with at least one that did")
        }
    }

    /// The level on an axis (or the seed) of each row.
    /// - Throws: `FigureError.unknownColumn`.
    public func levels(_ axis: String) throws -> [String] {
        guard axes.contains(axis) || axis == "seed" else { throw FigureError.unknownColumn(axis, accepted: axes + ["seed"]) }
        let texts = try table.texts(axis)
        return completed.map { texts[$0] }
    }

    /// What each row's run found; nil where it has no such thing.
    /// - Throws: `FigureError.unknownColumn`; `RecordsError.mismatch` for what is no number.
    public func numbers(_ value: String) throws -> [Double?] {
        guard values.contains(value) else { throw FigureError.unknownColumn(value, accepted: values) }
        let numbers = try table.optionalNumbers(value)
        return completed.map { numbers[$0] }
    }
}

/// Mean over seeds, its 95 % interval (Student), and the number of runs behind it.
public struct Aggregate: Sendable, Equatable {
    public let mean: Double
    /// nil for a single run.
    public let interval: ConfidenceInterval?
    public let count: Int
    /// Runs whose value is no finite number, which count for nothing above.
    public let nonFinite: Int

    /// nil without a value.
    /// - Throws: `GSLError`.
    public init?(_ values: [Double]) throws {
        let moments = RunningMoments(values)
        guard !values.isEmpty else { return nil }
        mean = moments.mean ?? .nan
        interval = try moments.meanInterval()
        count = moments.count
        nonFinite = moments.nonFiniteCount
    }

    /// Such as `0.0583 ± 0.0021 (5)`.
    public var text: String {
        func brief(_ value: Double) -> String { value.isNaN ? "nan" : String(format: "%.4g", value) }
        let half = interval.map { " ± " + String(format: "%.2g", ($0.upper - $0.lower) / 2) } ?? ""
        return "\(brief(mean))\(half) (\(count)\(nonFinite > 0 ? ", \(nonFinite) not finite" : ""))"
    }
}

extension Array where Element: Equatable {
    fileprivate func indices(where isIncluded: (Element) -> Bool) -> [Int] { indices.filter { isIncluded(self[$0]) } }

    /// Each element once, in the order of the first of its kind.
    func firsts() -> [Element] { reduce(into: []) { firsts, element in if !firsts.contains(element) { firsts.append(element) } } }
}
