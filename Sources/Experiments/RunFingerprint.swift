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

    /// Whether a manifest's configuration leads to the same results as this one.
    func isSame(as resolved: JSONValue) -> Bool { Self.singleThreaded(self.resolved) == Self.singleThreaded(resolved) }

    private static func singleThreaded(_ resolved: JSONValue) -> JSONValue {
        guard var object = resolved.object else { return resolved }
        object["threads"] = 1
        return .object(object)
    }
}

extension RunDirectory {
    /// Whether this is the whole run of a configuration, made by this version of the program, so that it need not be made again.
    public func isFinished(_ configuration: RunConfiguration) -> Bool {
        guard let content = try? JSONValue.read(manifest), let resolved = content["configuration"] else { return false }
        return content["status"]?.string == Status.completed.rawValue && configuration.isSame(as: resolved)
            && content["environment"]?["adamprobe"]?.string == adamProbeVersion
    }
}
