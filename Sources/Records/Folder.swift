// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Folders that are made on the way to a file.
public enum Folder {
    /// Makes a folder and those above it that are not there; one that is there is left as it is.
    /// - Throws: `RecordsError.unwritable`, naming the folder asked for, and the one on the way that can't be made or is a file.
    public static func create(at url: URL) throws(RecordsError) {
        let path = url.standardizedFileURL.path
        var part = ""
        for component in path.split(separator: "/") {
            part += "/" + component
            var status = stat()
            if stat(part, &status) == 0 {
                guard status.st_mode & S_IFMT == S_IFDIR else { throw refusal(path, part, "is a file") }
            } else if mkdir(part, 0o777) != 0, errno != EEXIST {
                throw refusal(path, part, "can't be made: \(FileDescriptor.systemMessage())")
            }
        }
    }

    private static func refusal(_ path: String, _ part: String, _ reason: String) -> RecordsError {
        RecordsError(
            .unwritable, file: path, part == path ? reason : "\(part) \(reason)",
            accepted: "a folder, or a name for a new one where you may write")
    }
}
