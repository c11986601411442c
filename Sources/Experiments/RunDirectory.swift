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
    /// - Throws: as ``requireFree(_:)``, and `RecordsError.unwritable` if a folder cannot be made.
    public static func create(at url: URL) throws -> RunDirectory {
        try requireFree(url)
        let run = RunDirectory(url)
        try run.createFolders()
        return run
    }

    /// Makes the folders, if they aren't there.
    func createFolders() throws {
        for folder in [probe, figures] { try Folder.create(at: folder) }
    }

    /// How far a run of a configuration has come in this directory.
    public enum Attempt: Sendable, Equatable {
        /// There is nothing here.
        case none
        /// It was ended before its end; ``RunDirectory/checkpoint`` says where to go on, if it is there.
        case unfinished
        case completed
    }

    /// What became of an earlier attempt at `configuration` here, by this version of the program. The number of threads, which changes no
    /// result, may be another.
    /// - Throws: as ``requireFree(_:)`` for a folder of other content, ``RunError/otherRun(_:differs:)`` for a run of another configuration or version.
    public func attempt(at configuration: RunConfiguration) throws -> Attempt {
        guard FileManager.default.fileExists(atPath: manifest.path) else {
            try Self.requireFree(url)
            return .none
        }
        let found = RunManifest(content: try JSONValue.read(manifest), file: manifest.path)
        let (there, here) = (found.content["configuration"]?.object, configuration.resolved.object)
        let keys = (here?.members ?? []).map(\.key) + (there?.members ?? []).map(\.key).filter { here?[$0] == nil }
        let differing = keys.filter { $0 != "threads" && there?[$0] != here?[$0] }
        guard differing.isEmpty else { throw RunError.otherRun(url.path, differs: differing) }
        guard found.content["environment"]?["adamprobe"]?.string == adamProbeVersion else { throw RunError.otherRun(url.path, differs: ["version"]) }
        return try found.status() == .completed ? .completed : .unfinished
    }

    /// - Throws: ``RunError/outputExists(_:)`` if there is a folder with something in it, ``RunError/outputIsFile(_:)`` for a file,
    ///   ``RunError/outputUnreadable(_:)`` for a folder that can't be listed.
    package static func requireFree(_ url: URL) throws(RunError) {
        let manager = FileManager.default
        var isFolder: ObjCBool = false
        guard manager.fileExists(atPath: url.path, isDirectory: &isFolder) else { return }
        guard isFolder.boolValue else { throw .outputIsFile(url.path) }
        guard let content = try? manager.contentsOfDirectory(atPath: url.path) else { throw .outputUnreadable(url.path) }
        guard content.isEmpty else { throw .outputExists(url.path) }
    }

    /// - Parameter orModel: whether a model's file would have been taken too.
    /// - Throws: ``RunError/notARun(_:found:accepted:)`` for what has no manifest.
    package func requireManifest(orModel: Bool = false) throws(RunError) {
        let manager = FileManager.default
        guard !manager.fileExists(atPath: manifest.path) else { return }
        var isFolder: ObjCBool = false
        let isThere = manager.fileExists(atPath: url.path, isDirectory: &isFolder)
        throw .notARun(
            url.relativePath, found: !isThere ? "there is nothing of that name" : isFolder.boolValue ? "it has no manifest.json" : "it is a file",
            accepted: "a folder that 'adamprobe run' wrote" + (orModel ? ", or a model's .safetensors file" : ""))
    }

    /// The manifest as it stands.
    /// - Throws: as ``requireManifest(orModel:)``; `RecordsError` for a file that can't be read.
    func readManifest(orModel: Bool = false) throws -> RunManifest {
        try requireManifest(orModel: orModel)
        return RunManifest(content: try JSONValue.read(manifest), file: manifest.path)
    }

    public var manifest: URL { url.appendingPathComponent("manifest.json") }
    public var summary: URL { url.appendingPathComponent("summary.json") }
    public var metrics: URL { url.appendingPathComponent("metrics.csv") }
    public var nodes: URL { url.appendingPathComponent("nodes.csv") }
    public var model: URL { url.appendingPathComponent("model.safetensors") }
    public var optimizer: URL { url.appendingPathComponent("optimizer.safetensors") }
    public var deaths: URL { url.appendingPathComponent("deaths.safetensors") }
    public var checkpoint: URL { url.appendingPathComponent("checkpoint.safetensors") }
    public var probe: URL { url.appendingPathComponent("probe") }
    public var figures: URL { url.appendingPathComponent("figures") }

    /// When the newest file of the run was last written, the figures left aside; nil for a directory without files.
    public func lastWritten() -> Date? {
        [url, probe].flatMap { folder in
            (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.contentModificationDateKey, .isRegularFileKey]))
                ?? []
        }.compactMap { file in
            let values = try? file.resourceValues(forKeys: [.contentModificationDateKey, .isRegularFileKey])
            return values?.isRegularFile == true ? values?.contentModificationDate : nil
        }.max()
    }

    /// The programs besides this one that made what is here, by ``RunEnvironment/program``: what they left may differ by rounding from what this
    /// one would have. Empty for a directory without a manifest.
    public func otherPrograms() -> [String] {
        guard let content = try? JSONValue.read(manifest) else { return [] }
        return Set(RunManifest(content: content, file: manifest.path).programs).subtracting([RunEnvironment.program]).sorted()
    }

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

    /// Paths, within the directory, of a completed run's files that are no longer what it wrote: changed or gone by the manifest's digests, or
    /// the manifest itself, of any run, where it can't be read as one. Empty for a directory without a manifest.
    public func damagedFiles() -> [String] {
        guard FileManager.default.fileExists(atPath: manifest.path) else { return [] }
        guard let content = try? JSONValue.read(manifest), let status = try? RunManifest(content: content, file: manifest.path).status() else {
            return [manifest.lastPathComponent]
        }
        guard status == .completed else { return [] }
        guard let digests = content["files"]?.object else { return [manifest.lastPathComponent] }
        return digests.members.filter { name, digest in
            (try? SHA256Digest.hex(ofFile: url.appendingPathComponent(name))) != digest.string
        }.map(\.key)
    }
}

/// What keeps a run from being made.
public enum RunError: Error, Equatable, CustomStringConvertible {
    case notARun(String, found: String, accepted: String)
    case outputExists(String)
    case outputIsFile(String)
    case outputUnreadable(String)
    /// A run directory of something else; `differs` names the keys of the configuration, or "version".
    case otherRun(String, differs: [String])
    /// A run that there is nothing left to do of.
    case alreadyCompleted(String)
    /// A completed run whose files are no longer what it wrote.
    case damaged(String, files: [String])
    /// A run with a probe that can't be written to a checkpoint.
    case notResumable(probe: String)
    case targetsDoNotFit(loss: String, reason: String)
    case unknownParameter(name: String, known: [String])
    case orderTooShort(rows: Int, steps: Int)
    case orderTooWide(columns: Int, batch: Int)
    /// A training batch that cannot be normalised.
    case batchTooSmall(key: String, smallest: Int, needed: Int, accepted: String)
    /// More epochs or steps than can be counted.
    case tooLong(key: String, found: Int, most: Int)
    /// More memory than the machine has.
    case tooLarge(key: String, found: String, bytes: Double, limit: Double, accepted: String)

    public var description: String {
        switch self {
        case .notARun(let path, let found, let accepted): "\(path) is not a run directory: \(found); accepted: \(accepted)"
        case .outputExists(let path): "\(path) is there already and not empty; choose another --out, or remove it"
        case .outputIsFile(let path): "\(path) is a file; accepted: an --out that is not there yet, or an empty folder"
        case .outputUnreadable(let path): "\(path) is a folder that can't be read; accepted: an --out that is not there yet, or an empty folder"
        case .otherRun(let path, let differs):
            "\(path) holds another run, which differs in \(differs.joined(separator: ", ")); accepted: the configuration that it was made from, or another --out"
        case .alreadyCompleted(let path): "the run in \(path) is completed; accepted: one that was ended before its end"
        case .damaged(let path, let files):
            "the run in \(path) is completed, but not as it was written: \(files.joined(separator: ", ")); accepted: a whole one, or another --out"
        case .notResumable(let probe): "the probe \(probe) can't be resumed; accepted: probes that are ResumableProbe, or no checkpoints"
        case .targetsDoNotFit(let loss, let reason): "the data do not fit the loss \(loss): \(reason)"
        case .unknownParameter(let name, let known): "freeze: no parameter is called '\(name)'; accepted: \(known.joined(separator: ", "))"
        case .orderTooShort(let rows, let steps): "order: the file has \(rows) rows, the run makes \(steps) steps; it needs a row a step"
        case .orderTooWide(let columns, let batch):
            "order: the file's rows have \(columns) samples, more than the batch of \(batch); accepted: rows of up to \(batch), or batch: \(columns)"
        case .batchTooSmall(let key, let smallest, let needed, let accepted):
            "\(key): a training batch of \(smallest) cannot be normalised, batchNorm needs \(needed) samples; accepted: \(accepted), or a network without batchNorm"
        case .tooLong(let key, let found, let most): "\(key): found \(found), more than can be counted; accepted: a whole number from 0 to \(most)"
        case .tooLarge(let key, let found, let bytes, let limit, let accepted):
            "\(key): \(found) need \(Self.size(bytes)) of memory, the machine has \(Self.size(limit)); accepted: \(accepted)"
        }
    }

    private static func size(_ bytes: Double) -> String { String(format: "%.3g GB", bytes / 1e9) }
}
