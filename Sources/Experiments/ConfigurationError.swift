// SPDX-License-Identifier: GPL-3.0-or-later

/// Everything that is wrong with a configuration, in the order of the file.
///
/// A configuration is read to its end before it is refused, so that one attempt shows all that must be changed; only YAML that cannot be
/// read at all stops at its first fault.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// One fault: where it is, what was found there, and what would be accepted.
    public struct Problem: Equatable, Sendable, CustomStringConvertible {
        /// The file's name, as it was given.
        public let file: String
        /// Where in the file, or which `--set` of the command line.
        public let place: ConfigurationPlace
        /// The key, dotted from the root, such as `optimizer.adam.beta1`; empty for the whole file.
        public let path: String
        /// What was found, such as `-0.1 is out of range`.
        public let found: String
        /// What would be accepted, such as `a number ≥ 0`.
        public let accepted: String

        /// One line: `run.yaml:9:27: optimizer.adam.beta1: found 1.5; accepted: a number in [0, 1)`.
        public var description: String {
            let key = path.isEmpty ? "" : "\(path): "
            let origin =
                switch place {
                case .position(let line, let column): "\(file):\(line):\(column)"
                case .elsewhere(let file, let line, let column): "\(file):\(line):\(column)"
                case .override(let text): "--set \(text)"
                case .file: file
                }
            return "\(origin): \(key)\(found); accepted: \(accepted)"
        }
    }

    /// At least one.
    public let problems: [Problem]

    /// One line a problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Where a value of a configuration comes from.
public enum ConfigurationPlace: Equatable, Sendable {
    /// A line and column of the file, both counted from 1.
    case position(line: Int, column: Int)
    /// The same in another file, from which the value was put into this one: a sweep's.
    case elsewhere(file: String, line: Int, column: Int)
    /// A `--set` of the command line, as typed: `key=value`.
    case override(String)
    /// The file as a whole.
    case file
}

/// Collects the problems of one configuration while it is read.
final class ConfigurationProblems {
    let file: String
    private var problems: [ConfigurationError.Problem] = []

    init(file: String) { self.file = file }

    var isEmpty: Bool { problems.isEmpty }

    func add(_ found: String, accepted: String, at place: ConfigurationPlace, path: String) {
        problems.append(.init(file: file, place: place, path: path, found: found, accepted: accepted))
    }

    /// Throws what was collected, if anything was: faults of the whole file, then by line and column, then overrides as given.
    func throwIfAny() throws(ConfigurationError) {
        if problems.isEmpty { return }
        func rank(_ place: ConfigurationPlace) -> (Int, Int, Int) {
            switch place {
            case .file: (0, 0, 0)
            case .position(let line, let column): (1, line, column)
            case .elsewhere(_, let line, let column): (2, line, column)
            case .override: (3, 0, 0)
            }
        }
        let order = problems.indices.sorted { left, right in
            let (a, b) = (rank(problems[left].place), rank(problems[right].place))
            return a == b ? left < right : a < b
        }
        throw ConfigurationError(problems: order.map { problems[$0] })
    }
}
