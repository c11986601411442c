// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// Where a run leaves what it found.
///
/// `manifest.json` is written first with status `running` and last with `completed`, `interrupted` or `failed` and the digest of every
/// other file: a run that was killed is recognised by its status, and its streams hold what was recorded until shortly before.
public struct RunDirectory: Sendable {
    public let url: URL

    public enum Status: String, Sendable {
        case running, completed, interrupted, failed
    }

    /// Refers to a directory that is there or will be.
    public init(_ url: URL) { self.url = url }

    /// Makes a new, empty run directory with its `probe` and `figures` folders.
    /// - Throws: ``RunError/outputExists(_:)`` if there is anything already; ``RunError/cannotCreate(_:reason:)``.
    public static func create(at url: URL) throws -> RunDirectory {
        let manager = FileManager.default
        if let content = try? manager.contentsOfDirectory(atPath: url.path), !content.isEmpty { throw RunError.outputExists(url.path) }
        if manager.fileExists(atPath: url.path), (try? manager.contentsOfDirectory(atPath: url.path)) == nil { throw RunError.outputExists(url.path) }
        let run = RunDirectory(url)
        do {
            for folder in [run.probe, run.figures] { try manager.createDirectory(at: folder, withIntermediateDirectories: true) }
        } catch {
            throw RunError.cannotCreate(url.path, reason: "\(error.localizedDescription)")
        }
        return run
    }

    public var manifest: URL { url.appendingPathComponent("manifest.json") }
    public var summary: URL { url.appendingPathComponent("summary.json") }
    public var metrics: URL { url.appendingPathComponent("metrics.csv") }
    public var nodes: URL { url.appendingPathComponent("nodes.csv") }
    public var model: URL { url.appendingPathComponent("model.safetensors") }
    public var optimizer: URL { url.appendingPathComponent("optimizer.safetensors") }
    public var deaths: URL { url.appendingPathComponent("deaths.safetensors") }
    public var probe: URL { url.appendingPathComponent("probe") }
    public var figures: URL { url.appendingPathComponent("figures") }

    /// SHA-256 of every file but the manifest and the figures, by its path within the directory.
    func digests() throws -> JSONObject {
        let folders = ["", "probe/"]
        var names: [String] = []
        for folder in folders {
            let content = try FileManager.default.contentsOfDirectory(atPath: url.appendingPathComponent(folder).path)
            names += content.filter { $0.contains(".") && $0 != "manifest.json" }.map { folder + $0 }
        }
        return JSONObject(try names.sorted().map { ($0, .string(try SHA256Digest.hex(ofFile: url.appendingPathComponent($0)))) })
    }
}

/// What keeps a run from being made.
public enum RunError: Error, Equatable, CustomStringConvertible {
    case outputExists(String)
    case cannotCreate(String, reason: String)
    case targetsDoNotFit(loss: String, reason: String)
    case unknownParameter(name: String, known: [String])
    case orderTooShort(rows: Int, steps: Int)
    case orderTooWide(columns: Int, batch: Int)

    public var description: String {
        switch self {
        case .outputExists(let path): "\(path) is there already and not empty; choose another --out, or remove it"
        case .cannotCreate(let path, let reason): "\(path) cannot be created: \(reason)"
        case .targetsDoNotFit(let loss, let reason): "the data do not fit the loss \(loss): \(reason)"
        case .unknownParameter(let name, let known): "freeze: no parameter is called '\(name)'; accepted: \(known.joined(separator: ", "))"
        case .orderTooShort(let rows, let steps): "order: the file has \(rows) rows, the run makes \(steps) steps; it needs a row a step"
        case .orderTooWide(let columns, let batch): "order: the file's rows have \(columns) samples, more than the batch of \(batch); accepted: rows of up to \(batch), or batch: \(columns)"
        }
    }
}
