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
    /// As ``Sweep/base``; nil in files of earlier versions.
    public let base: String?
    /// Every ξ that some point measures, largest first.
    public let thresholds: [Double]
    public let points: [Point]

    public init(_ sweep: Sweep) {
        name = sweep.name
        axes = sweep.axes
        base = sweep.base
        thresholds = Set(sweep.points.filter { !$0.configuration.probe.isOff }.flatMap { $0.configuration.probe.thresholds }).sorted(by: >)
        points = sweep.points.map { Point(fingerprint: $0.fingerprint, labels: $0.labels, seed: $0.configuration.seed) }
    }

    private init(name: String, axes: [String], base: String?, thresholds: [Double], points: [Point]) {
        (self.name, self.axes, self.base, self.thresholds, self.points) = (name, axes, base, thresholds, points)
    }

    /// The points of several records of one sweep: those of the first, then what others have besides, as where one sweep was extended.
    /// - Throws: ``SweepError/differentAxes(_:_:)``, ``SweepError/differentBases(_:_:)``, ``SweepError/differentRuns(_:_:_:)``: what differs in
    ///   more than levels is not one sweep.
    public static func union(_ records: [(record: SweepRecord, directory: String)]) throws(SweepError) -> SweepRecord? {
        guard let first = records.first else { return nil }
        var points: [Point] = []
        var known: [[String]: (run: String, directory: String)] = [:]
        let based = records.first { $0.record.base != nil }
        for (record, directory) in records {
            guard record.axes == first.record.axes else {
                throw .differentAxes("\(first.directory): \(first.record.axes)", "\(directory): \(record.axes)")
            }
            if let based, let base = record.base, base != based.record.base { throw .differentBases(based.directory, directory) }
            for point in record.points {
                if let other = known[point.labels] {
                    guard other.run == point.fingerprint else {
                        let labels = zip(record.axes, point.labels).map { "\($0)=\($1)" }.joined(separator: " ")
                        throw .differentRuns(labels, other.directory, directory)
                    }
                } else {
                    known[point.labels] = (point.fingerprint, directory)
                    points.append(point)
                }
            }
        }
        return SweepRecord(
            name: first.record.name, axes: first.record.axes, base: based?.record.base,
            thresholds: Set(records.flatMap(\.record.thresholds)).sorted(by: >), points: points)
    }

    // MARK: JSON

    private static let format = "adamprobe-sweep/1"

    /// - Parameters:
    ///   - strays: names of the run directories that belong to no point.
    ///   - started: when the sweep was first started here.
    ///   - otherPrograms: those besides this one that made runs of the shard.
    func json(shard: SweepShard, strays: [String], started: Date, otherPrograms: [String]) -> JSONValue {
        [
            "format": .string(Self.format), "name": .string(name), "shard": .string(shard.description),
            "strays": .array(strays.map { .string($0) }), "started": .string(ISO8601DateFormatter().string(from: started)),
            "programs": .array((otherPrograms + [RunEnvironment.program]).map { .string($0) }),
            "environment": .object(RunEnvironment.describe()),
            "axes": .array(axes.map { .string($0) }), "base": base.map { .string($0) } ?? .null, "thresholds": .array(thresholds.map { .number($0) }),
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
            name: name, axes: axes, base: content["base"]?.string, thresholds: thresholds,
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
    /// A directory with runs of a sweep that has another base, and none of whose runs is wanted.
    case otherSweep(String)
    /// A file of a sweep's own that a collection would take the place of.
    case ownFile(String)
    case differentAxes(String, String)
    case differentBases(String, String)
    /// Directories in which the same labels, the first value, are not the same run.
    case differentRuns(String, String, String)

    public var description: String {
        switch self {
        case .outputExists(let path): "\(path) is there already and not empty; accepted: another --out, or --resume to go on with it"
        case .inUse(let path): "another sweep is being made in \(path); accepted: another --out, or waiting until it has ended"
        case .notASweep(let path): "\(path) is no sweep's directory: it has no sweep.json"
        case .damaged(let path): "\(path) is damaged; accepted: the file that 'adamprobe sweep' wrote"
        case .ownFile(let path): "\(path) belongs to a sweep's directory that is collected; accepted: another --out"
        case .otherSweep(let path):
            "\(path) holds runs of another sweep, which has another base or set, and none of this one; accepted: the file that they were made from, or another --out"
        case .differentBases(let first, let second):
            "these are different sweeps: base or set of \(second) is not that of \(first); accepted: directories of one sweep"
        case .differentRuns(let labels, let first, let second):
            "these are different sweeps: \(labels) is not the same run in \(first) and in \(second); accepted: directories of one sweep"
        case .differentAxes(let first, let second): "these are different sweeps: axes of \(first), of \(second); accepted: directories of one sweep"
        }
    }
}
