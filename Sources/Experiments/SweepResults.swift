// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Probes
import Records

/// A sweep's `results.csv`: one row a run, in the order of the points, whatever the order in which they ended.
///
/// Columns: `run`, the fingerprint; the axes; `seed`; then ``columns(_:)``. Everything but the last column, `seconds`, is the same each time.
/// Empty fields where a run has no such thing.
public struct SweepResults: Sendable {
    public let record: SweepRecord
    /// One entry a point; nil for a run that has not ended.
    public private(set) var rows: [SweepRow?]

    public init(_ record: SweepRecord) {
        self.record = record
        rows = record.points.map { _ in nil }
    }

    /// Columns of what was found, thresholds aside.
    private static let found = [
        "status", "completedSteps", "trainingLoss", "trainingError", "testLoss", "testError", "finite", "nodes", "aliveNodes", "deadNodes",
        "certifiedNodes", "zeroNodes", "parameters", "reducedParameters", "regime", "effectiveDecayLimit", "stabilityThreshold",
        "foretoldZeroNodes", "message", "seconds",
    ]

    /// Whether an axis may not be called so.
    static func isReserved(_ axis: String) -> Bool { axis == "run" || found.contains(axis) || axis.hasPrefix("below@") }

    /// The columns in order. `deadNodes` counts all that are not alive, `zeroNodes` those of them under the smallest ξ.
    public static func columns(_ record: SweepRecord) -> [String] {
        let split = found.firstIndex(of: "parameters")!
        return ["run"] + record.axes.filter { $0 != "seed" } + ["seed"] + found[..<split] + record.thresholds.map { "below@\($0)" }
            + found[split...]
    }

    /// Sets the row of every point of that run.
    public mutating func set(_ row: SweepRow?, run fingerprint: String) {
        for index in record.points.indices where record.points[index].fingerprint == fingerprint { rows[index] = row }
    }

    /// Points without a row, in order.
    public var missing: [SweepRecord.Point] { zip(record.points, rows).filter { $0.1 == nil }.map(\.0) }

    /// Writes the table, in place of an earlier state.
    /// - Throws: `RecordsError.unwritable`.
    public func write(to url: URL) throws {
        try AtomicFile.write(to: url) { file in
            let writer = try CSVWriter(url: file, columns: Self.columns(record))
            for (point, row) in zip(record.points, rows) {
                if let row { try writer.append(fields(point, row)) }
            }
            try writer.close()
        }
    }

    private func fields(_ point: SweepRecord.Point, _ row: SweepRow) -> [CSVField] {
        let axes = zip(record.axes, point.labels).filter { $0.0 != "seed" }.map { CSVField.text($0.1) }
        var fields: [CSVField] = [.text(point.fingerprint)] + axes + [.text("\(point.seed)"), .text(row.status.rawValue)]
        fields += [.integer(ifAny: row.steps)]
        fields += [row.trainingLoss, row.trainingError, row.testLoss, row.testError].map { .number(ifAny: $0) }
        fields.append(row.isFinite.map { .text("\($0)") } ?? .empty)
        let census = row.census
        let (all, alive) = (census?.values.reduce(0, +), census?[.alive])
        fields += [.integer(ifAny: all), .integer(ifAny: alive)]
        fields += [.integer(ifAny: all.flatMap { all in alive.map { all - $0 } })]
        fields += [.integer(ifAny: census?[.certified]), .integer(ifAny: census?[.zero])]
        fields += record.thresholds.map { .integer(ifAny: row.below[$0]) }
        fields += [.integer(ifAny: row.size?.before), .integer(ifAny: row.size?.after)]
        fields.append(.text(row.forecast?.regime?.rawValue ?? ""))
        fields += [row.forecast?.effectiveDecayLimit, row.forecast?.stabilityThreshold].map { .number(ifAny: $0) }
        fields += [.integer(ifAny: row.forecast?.zeroNodes), .text(row.message), .number(ifAny: row.seconds)]
        return fields
    }
}

/// What one run came to, read from its directory, whose files are taken to be what the run wrote: ``RunDirectory/damagedFiles()`` tells.
public struct SweepRow: Sendable {
    public let status: RunDirectory.Status
    public let steps: Int?
    public let trainingLoss: Double?
    public let trainingError: Double?
    public let testLoss: Double?
    public let testError: Double?
    public let isFinite: Bool?
    public let census: [NodeState: Int]?
    /// Nodes under each ξ.
    public let below: [Double: Int]
    /// Parameters of the final network, and of the reduced one; nil for a run without one, or one that holds a NaN.
    public let size: ReducedSize?
    public let forecast: RunForecast?
    /// Why a run failed, or why there is no forecast; one line.
    public let message: String
    public let seconds: Double?

    /// nil for a directory that is not there, or whose run is under way or was killed.
    public init?(run directory: RunDirectory) {
        guard let content = try? JSONValue.read(directory.manifest) else { return nil }
        let manifest = RunManifest(content: content, file: directory.manifest.path)
        guard let status = try? manifest.status(), status != .running else { return nil }
        self.status = status
        let summary = status == .failed ? nil : try? JSONValue.read(directory.summary)
        steps = summary?["steps"]?.integer
        trainingLoss = summary?["trainingLoss"]?.double
        trainingError = summary?["trainingError"]?.double
        testLoss = summary?["testLoss"]?.double
        testError = summary?["testError"]?.double
        isFinite = summary?["finite"]?.bool
        let nodes = summary?["nodes"]?.object
        census = nodes.map { nodes in
            Dictionary(uniqueKeysWithValues: NodeState.allCases.map { ($0, nodes["\($0)"]?.integer ?? 0) })
        }
        let counts = summary?["nodesBelow"]?.object?.members ?? []
        below = Dictionary(counts.compactMap { key, value in Double(key).flatMap { xi in value.integer.map { (xi, $0) } } }) { first, _ in first }
        seconds = summary?["seconds"]?.double
        var message = content["failure"]?.string ?? ""
        var forecast: RunForecast?
        var size: ReducedSize?
        if summary != nil {
            do {
                let configuration = try manifest.configuration()
                size = try? ReducedSize(
                    run: directory, configuration: configuration,
                    threshold: configuration.probe.thresholds.min() ?? ProbeConfiguration.defaultThresholds[0])
                forecast = try RunForecast(
                    run: directory, configuration: configuration, stepsPerEpoch: try manifest.count("stepsPerEpoch", from: 1),
                    steps: steps ?? 0)
            } catch { message = "no forecast: \(error)" }
        }
        self.forecast = forecast
        self.size = size
        // A table says the same wherever its runs lie.
        self.message = message.split(whereSeparator: \.isNewline).joined(separator: " ")
            .replacingOccurrences(of: directory.url.path + "/", with: "")
    }
}
