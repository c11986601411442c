// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// What a sweep's directory says of the whole sweep, whichever shard of it was made there: `sweep.json`.
public struct SweepRecord: Sendable, Equatable {
    /// One point, without its configuration, which its run holds.
    public struct Point: Sendable, Equatable {
        public let fingerprint: String
        /// The value on each axis.
        public let labels: [String]
        public let seed: UInt64
    }

    public let name: String
    /// Names of the axes, slowest first.
    public let axes: [String]
    /// Every ξ that some point measures, largest first.
    public let thresholds: [Double]
    public let points: [Point]

    public init(_ sweep: Sweep) {
        name = sweep.name
        axes = sweep.axes
        thresholds = Set(sweep.points.filter { !$0.configuration.probe.isOff }.flatMap { $0.configuration.probe.thresholds }).sorted(by: >)
        points = sweep.points.map { Point(fingerprint: $0.fingerprint, labels: $0.labels, seed: $0.configuration.seed) }
    }

    private init(name: String, axes: [String], thresholds: [Double], points: [Point]) {
        (self.name, self.axes, self.thresholds, self.points) = (name, axes, thresholds, points)
    }

    /// The points of several records of one sweep: those of the first, then what others have besides, as where one sweep was extended.
    /// - Throws: ``SweepError/differentAxes(_:_:)``.
    public static func union(_ records: [(record: SweepRecord, directory: String)]) throws(SweepError) -> SweepRecord? {
        guard let (first, name) = records.first else { return nil }
        var points = first.points
        var seen = Set(points.map(\.labels))
        for (record, directory) in records.dropFirst() {
            guard record.axes == first.axes else { throw .differentAxes("\(name): \(first.axes)", "\(directory): \(record.axes)") }
            points += record.points.filter { seen.insert($0.labels).inserted }
        }
        return SweepRecord(
            name: first.name, axes: first.axes, thresholds: Set(records.flatMap(\.record.thresholds)).sorted(by: >), points: points)
    }

    // MARK: JSON

    private static let format = "adamprobe-sweep/1"

    /// - Parameter strays: names of the run directories that belong to no point.
    func json(shard: SweepShard, strays: [String]) -> JSONValue {
        [
            "format": .string(Self.format), "name": .string(name), "shard": .string(shard.description),
            "strays": .array(strays.map { .string($0) }),
            "environment": .object(RunEnvironment.describe()),
            "axes": .array(axes.map { .string($0) }), "thresholds": .array(thresholds.map { .number($0) }),
            "points": .array(
                points.map {
                    ["run": .string($0.fingerprint), "labels": .array($0.labels.map { .string($0) }), "seed": .unsigned($0.seed)]
                }),
        ]
    }

    /// - Throws: ``SweepError/notASweep(_:)``, ``SweepError/damaged(_:)``; `RecordsError` for a file that can't be read.
    public init(directory: SweepDirectory) throws {
        let file = directory.record
        guard FileManager.default.fileExists(atPath: file.path) else { throw SweepError.notASweep(directory.url.path) }
        let content = try JSONValue.read(file)
        func texts(_ value: JSONValue?) -> [String]? { value?.array.map { $0.compactMap(\.string) } }
        guard content["format"]?.string == Self.format, let name = content["name"]?.string, let axes = texts(content["axes"]),
            let thresholds = content["thresholds"]?.array.map({ $0.compactMap(\.double) }), let points = content["points"]?.array
        else { throw SweepError.damaged(file.path) }
        self.init(
            name: name, axes: axes, thresholds: thresholds,
            points: try points.map { point in
                guard let run = point["run"]?.string, let labels = texts(point["labels"]), labels.count == axes.count,
                    let seed = point["seed"]?.unsigned
                else { throw SweepError.damaged(file.path) }
                return Point(fingerprint: run, labels: labels, seed: seed)
            })
    }
}

/// Part of a sweep: every `count`-th point from the `number`-th on, so that shards need nothing of each other.
public struct SweepShard: Sendable, Equatable, CustomStringConvertible {
    /// 1 … count.
    public let number: Int
    public let count: Int

    public static let whole = SweepShard(number: 1, count: 1)!

    /// nil unless 1 ≤ number ≤ count.
    public init?(number: Int, count: Int) {
        guard count >= 1, (1...count).contains(number) else { return nil }
        (self.number, self.count) = (number, count)
    }

    /// Whether it has the point of that index, from 0.
    public func contains(_ index: Int) -> Bool { index % count == number - 1 }

    public var description: String { "\(number)/\(count)" }
}

/// What keeps a sweep from being made or collected.
public enum SweepError: Error, Equatable, CustomStringConvertible {
    case outputExists(String)
    case inUse(String)
    case notASweep(String)
    case damaged(String)
    case differentAxes(String, String)

    public var description: String {
        switch self {
        case .outputExists(let path): "\(path) is there already and not empty; accepted: another --out, or --resume to go on with it"
        case .inUse(let path): "another sweep is being made in \(path); accepted: another --out, or waiting until it has ended"
        case .notASweep(let path): "\(path) is no sweep's directory: it has no sweep.json"
        case .damaged(let path): "\(path) is damaged; accepted: the file that 'adamprobe sweep' wrote"
        case .differentAxes(let first, let second): "these are different sweeps: axes of \(first), of \(second); accepted: directories of one sweep"
        }
    }
}
