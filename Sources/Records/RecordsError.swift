// SPDX-License-Identifier: GPL-3.0-or-later

/// What was wrong with a file or a value meant for one: which file, where in it, and what would have been accepted.
public struct RecordsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kind of trouble, for callers that react differently to different kinds.
    public enum Kind: String, Sendable {
        /// The file can't be opened or read.
        case unreadable
        /// The file can't be created, written or renamed.
        case unwritable
        /// The file ends before what it announces.
        case truncated
        /// The file breaks its format's rules.
        case malformed
        /// The file is sound, but holds something that is not handled here.
        case unsupported
        /// A size goes over a limit or doesn't fit 64 bits.
        case tooLarge
        /// A checksum disagrees with the content.
        case corrupt
        /// A name or column that isn't there.
        case missing
        /// A value of another type, shape or range than asked for.
        case mismatch
    }

    /// Where in the file.
    public enum Place: Equatable, Sendable {
        /// Offset from the start of the file, from 0.
        case byte(Int)
        /// Line, and column where known, both from 1; columns count bytes.
        case line(Int, column: Int? = nil)
        /// A key, tensor name or column name.
        case key(String)
    }

    public var kind: Kind
    /// Path or name of the file; nil for a value in memory.
    public var file: String?
    public var place: Place?
    /// What was wrong.
    public var problem: String
    /// What would be accepted; nil where that is evident.
    public var accepted: String?

    public init(_ kind: Kind, file: String? = nil, at place: Place? = nil, _ problem: String, accepted: String? = nil) {
        self.kind = kind
        self.file = file
        self.place = place
        self.problem = problem
        self.accepted = accepted
    }

    /// "file: place: problem; accepted: …", leaving out what isn't known.
    public var description: String {
        var parts: [String] = []
        if let file { parts.append(file) }
        switch place {
        case .byte(let offset)?: parts.append("byte \(offset)")
        case .line(let line, column: let column?)?: parts.append("line \(line), column \(column)")
        case .line(let line, column: nil)?: parts.append("line \(line)")
        case .key(let key)?: parts.append("\"\(key)\"")
        case nil: break
        }
        parts.append(problem)
        return parts.joined(separator: ": ") + (accepted.map { "; accepted: \($0)" } ?? "")
    }
}
