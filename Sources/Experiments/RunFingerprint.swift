// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

extension RunConfiguration {
    /// Sixteen hexadecimal digits that tell configurations apart: the beginning of the SHA-256 of ``resolved``.
    ///
    /// The number of threads does not count, since no result depends on it.
    public var fingerprint: String { Self.fingerprint(ofResolved: resolved) }

    /// The same of a configuration as a manifest holds it; that of another version of the program may be spelled in another way.
    static func fingerprint(ofResolved resolved: JSONValue) -> String {
        String(SHA256Digest.hex(of: Data(singleThreaded(resolved).serialized(.compact).utf8)).prefix(16))
    }

    private static func singleThreaded(_ resolved: JSONValue) -> JSONValue {
        guard var object = resolved.object else { return resolved }
        object["threads"] = 1
        return .object(object)
    }
}

extension RunDirectory {
    /// Whether this is the whole run of a configuration, made by this version of the program, with every file as it was written, so that it need
    /// not be made again.
    public func isFinished(_ configuration: RunConfiguration) -> Bool { isCompleted(configuration) && damagedFiles().isEmpty }

    /// The same by the manifest alone, whatever became of the files.
    func isCompleted(_ configuration: RunConfiguration) -> Bool { (try? attempt(at: configuration)) == .completed }

    /// Whether an earlier attempt at a configuration has a checkpoint here to go on from.
    func canGoOn(_ configuration: RunConfiguration) -> Bool {
        (try? attempt(at: configuration)) == .unfinished && FileManager.default.fileExists(atPath: checkpoint.path)
    }
}
