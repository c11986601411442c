// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Experiments
import Foundation
import Records

/// `adamprobe inspect`: what a run directory holds, in words.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Tell what a run found, or the story of one node.",
        discussion: """
            Without --node: status, scores, and how many nodes of each layer met which fate. With it: the node's entry in the ledger.
            A run whose status is "running" is running, or was killed: the time at which its newest file was written tells which.

            Exit codes: 0 told, 1 not a run directory, a damaged file or an unknown node, 64 wrong usage.

            Example: adamprobe inspect runs/adamprobe --node 0/17
            """)

    @Argument(help: ArgumentHelp("The run directory that 'adamprobe run' wrote.", valueName: "run"), completion: .directory)
    var directory: String

    @Option(help: ArgumentHelp("A node, LAYER/ROW as in nodes.csv; the layer may be left out if there is one only.", valueName: "node"))
    var node: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let run = RunDirectory(URL(fileURLWithPath: directory))
        try run.requireManifest()
        if let node {
            let entry = try Self.entry(node, in: try CSVTable.read(run.nodes))
            print(json ? JSONValue.object(JSONObject(entry.map { ($0, Self.value($1)) })).serialized(.pretty) : Self.text(entry))
        } else {
            var overview = try Self.overview(run)
            if !json, overview["status"]?.string == RunDirectory.Status.running.rawValue { overview["status"] = "running, or killed" }
            print(json ? JSONValue.object(overview).serialized(.pretty) : Self.text(overview, indent: ""))
        }
    }

    /// The ledger's row of a node, column by column.
    private static func entry(_ node: String, in table: CSVTable) throws -> [(String, String)] {
        let (layers, rows) = (try table.texts("layer"), try table.integers("node"))
        let parts = node.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let known = Array(Set(layers)).sorted { $0.localizedStandardCompare($1) == .orderedAscending }
        guard let row = Int(parts.last ?? ""), parts.count == 2 || (parts.count == 1 && known.count == 1),
            let position = layers.indices.first(where: { layers[$0] == (parts.count == 2 ? parts[0] : known[0]) && rows[$0] == row })
        else {
            let accepted = known.map { layer in "\(layer)/0 to \(layer)/\(layers.count { $0 == layer } - 1)" }
            throw InspectError.unknownNode(node, accepted: accepted.joined(separator: ", "))
        }
        return try table.columns.map { ($0, try table.texts($0)[position]) }
    }

    private static func text(_ entry: [(String, String)]) -> String {
        let width = entry.map(\.0.count).max() ?? 0
        return entry.map { $0.padding(toLength: width + 2, withPad: " ", startingAt: 0) + ($1.isEmpty ? "never" : $1) }.joined(separator: "\n")
    }

    private static func value(_ text: String) -> JSONValue {
        if text.isEmpty { return .null }
        if let integer = Int(text) { return .integer(integer) }
        return Double(text).map { .number($0) } ?? .string(text)
    }

    private static func readManifest(_ url: URL) throws -> JSONValue {
        do {
            let manifest = try JSONValue.read(url)
            guard let status = manifest["status"]?.string, RunDirectory.Status(rawValue: status) != nil else {
                throw RecordsError(.missing, file: url.path, at: .key("status"), "names no status of a run")
            }
            return manifest
        } catch let error as RecordsError {
            throw InspectError.damagedManifest(error)
        }
    }

    private static func overview(_ run: RunDirectory) throws -> JSONObject {
        let manifest = try readManifest(run.manifest)
        var overview: JSONObject = ["status": manifest["status"] ?? .null]
        if manifest["status"]?.string == RunDirectory.Status.running.rawValue, let written = run.lastWritten() {
            overview["lastWritten"] = .string(ISO8601DateFormatter().string(from: written))
        }
        for key in ["failure", "started", "ended", "totalSteps"] where manifest[key] != nil { overview[key] = manifest[key] }
        if FileManager.default.fileExists(atPath: run.summary.path), let summary = try JSONValue.read(run.summary).object {
            for (key, value) in summary.members where key != "status" { overview[key] = value }
        }
        if FileManager.default.fileExists(atPath: run.nodes.path) {
            let table = try CSVTable.read(run.nodes)
            var fates: [String: [String: Int]] = [:]
            for (layer, fate) in zip(try table.texts("layer"), try table.texts("fate")) { fates[layer, default: [:]][fate, default: 0] += 1 }
            let layers = fates.keys.sorted { $0.localizedStandardCompare($1) == .orderedAscending }
            overview["fates"] = .object(
                JSONObject(
                    layers.map { layer in
                        (layer, .object(JSONObject(fates[layer]!.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })))
                    }))
        }
        return overview
    }

    private static func text(_ object: JSONObject, indent: String) -> String {
        object.members.filter { $0.value != .null }.map { key, value in
            if let inner = value.object { return "\(indent)\(key):\n\(text(inner, indent: indent + "  "))" }
            if let number = value.double, !number.isFinite { return "\(indent)\(key): \(number.formattedBriefly)" }
            return "\(indent)\(key): \(value.string ?? value.serialized(.compact))"
        }.joined(separator: "\n")
    }
}

/// Why a run cannot be inspected.
enum InspectError: Error, CustomStringConvertible {
    case damagedManifest(RecordsError)
    case unknownNode(String, accepted: String)

    var description: String {
        switch self {
        case .damagedManifest(let error): "manifest.json is damaged: \(error)"
        case .unknownNode(let node, let accepted): "there is no node '\(node)' in nodes.csv; accepted: \(accepted)"
        }
    }
}
