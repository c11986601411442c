// SPDX-License-Identifier: GPL-3.0-or-later

/// What can go wrong with data: what was wrong, where, and what would be accepted.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
    /// A published set is in none of the places where it is looked for; `places` says, one entry a place, what was found there.
    case absent(set: String, places: [String])
    /// A file's content is not what its format or its set's publisher says.
    case malformed(file: String, problem: String, accepted: String)
    /// A file can't be opened, read or decompressed.
    case unreadable(file: String, reason: String)
    /// A file's bytes (uncompressed) are not the published ones.
    case checksumMismatch(file: String, expected: String, got: String)
    /// Two arrays that belong together have shapes that don't.
    case shapeMismatch(first: String, second: String, problem: String)
    /// A value given by the caller can't be used.
    case invalidValue(key: String, value: String, accepted: String)
    /// A download failed, from every mirror tried; `attempts` has a line for each.
    case downloadFailed(file: String, attempts: [String])

    public var description: String {
        switch self {
        case .absent(let set, let places):
            "the data set \"\(set)\" was not found. Looked in:\n"
                + places.map { "  \($0)\n" }.joined()
                + "Run `adamprobe data fetch \(set)`, or point ADAMPROBE_DATA at a folder that holds \(set)/."
        case .malformed(let file, let problem, let accepted): "\(file): \(problem); accepted: \(accepted)"
        case .unreadable(let file, let reason): "\(file): can't be read: \(reason)"
        case .checksumMismatch(let file, let expected, let got):
            "\(file): not the published bytes (uncompressed): expected SHA-256 \(expected), got \(got)"
        case .shapeMismatch(let first, let second, let problem): "\(first) and \(second) don't fit together: \(problem)"
        case .invalidValue(let key, let value, let accepted): "\(key): \(value) can't be used; accepted: \(accepted)"
        case .downloadFailed(let file, let attempts):
            "\(file): the download failed\n" + attempts.map { "  \($0)" }.joined(separator: "\n")
        }
    }
}
