// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// A run's `manifest.json` (or `summary.json`) for reading.
struct RunManifest {
    let content: JSONValue
    let file: String

    /// The configuration that the run was made from.
    /// - Throws: ``DeathRecordsError`` without one or for an optimiser that no configuration knows, ``ConfigurationError`` if it doesn't parse.
    func configuration() throws -> RunConfiguration {
        guard let configuration = content["configuration"], configuration.object != nil else {
            throw DeathRecordsError.damaged(file: file, key: "configuration", problem: "is missing", accepted: "the run's configuration")
        }
        let name = configuration["optimizer"]?.object?.members.first?.key
        if let name, !ConfigurationOptimizer.words.contains(name) { throw DeathRecordsError.unknownRule(name: name, file: file) }
        return try RunConfiguration.parse(yaml: configuration.serialized(.compact), name: "\(file): configuration")
    }

    /// Steps between checkpoints; nil if none were made.
    func checkpointEvery() throws -> Int? { content["checkpointEvery"] == nil ? nil : try count("checkpointEvery", from: 1) }

    /// Steps after which the run was taken up again, in their order.
    func resumptions() throws -> [Int] {
        guard let found = content["resumedAfter"] else { return [] }
        guard let steps = found.array?.map(\.integer), !steps.contains(nil) else {
            throw DeathRecordsError.damaged(file: file, key: "resumedAfter", problem: "is no list of steps", accepted: "whole numbers")
        }
        return steps.compactMap(\.self)
    }

    /// The programs that made the run, in their order, by ``RunEnvironment/program``: several where one went on from another's checkpoint.
    var programs: [String] {
        content["programs"]?.array?.compactMap(\.string) ?? [content["environment"]?["program"]?.string ?? RunEnvironment.unknownProgram]
    }

    /// When the run was first started.
    func started() throws -> Date {
        guard let date = content["started"]?.string.flatMap({ ISO8601DateFormatter().date(from: $0) }) else {
            throw DeathRecordsError.damaged(file: file, key: "started", problem: "is no time", accepted: "a time of ISO 8601")
        }
        return date
    }

    func status() throws -> RunDirectory.Status {
        guard let text = content["status"]?.string, let status = RunDirectory.Status(rawValue: text) else {
            throw DeathRecordsError.damaged(
                file: file, key: "status", problem: "names no status of a run", accepted: "running, completed, interrupted or failed")
        }
        return status
    }

    /// A whole number of at least `least`.
    func count(_ key: String, from least: Int) throws -> Int {
        guard let number = content[key]?.double, let count = Int(exactly: number), count >= least else {
            throw DeathRecordsError.damaged(file: file, key: key, problem: "is no count", accepted: "a whole number ≥ \(least)")
        }
        return count
    }
}
