// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// A configuration or a sweep that comes with the program, such as `paper/mnist-adam`.
///
/// Its file begins with the comment `# paper/mnist-adam, version 1: what it is`. A change of what is made is a new version.
public struct NamedExperiment: Sendable, Equatable {
    public let name: String
    public let version: Int
    /// One line.
    public let summary: String
    public let yaml: String
    /// Whether it is made by `adamprobe sweep`, not `adamprobe run`.
    public let isSweep: Bool

    /// The experiment of that name; nil if there is none.
    public init?(_ name: String) {
        guard let found = Self.all.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// All experiments: the single runs, then the sweeps, by name.
    public static let all: [NamedExperiment] = {
        let folder = Bundle.module.bundleURL.appendingPathComponent("Resources/paper")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.compactMap { name in
            let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            return text.flatMap { NamedExperiment(yaml: $0, file: name) }
        }.sorted { ($0.isSweep ? 1 : 0, $0.name) < ($1.isSweep ? 1 : 0, $1.name) }
    }()

    /// - Precondition: the text has the comment of its name, version and summary.
    private init?(yaml: String, file: String) {
        let header = yaml.prefix { $0 != "\n" }
        guard let match = header.wholeMatch(of: /# (paper\/[-a-z0-9]+), version ([0-9]+): (.+)/), let version = Int(match.2) else {
            preconditionFailure("the experiment in \(file) has no header")
        }
        name = String(match.1)
        self.version = version
        summary = String(match.3)
        self.yaml = yaml
        isSweep = yaml.contains(/(?:^|\n)base:/)
    }

    /// The run's configuration with changes as of `--set`. Relative paths in them are relative to the current folder.
    /// - Precondition: this is no sweep.
    /// - Throws: ``ConfigurationError``.
    public func configuration(overrides: [String] = []) throws(ConfigurationError) -> RunConfiguration {
        try RunConfiguration.parse(yaml: yaml, name: name, overrides: overrides)
    }

    /// The sweep. Relative paths in it are relative to the current folder.
    /// - Precondition: this is no single run.
    /// - Throws: ``ConfigurationError``.
    public func sweep() throws(ConfigurationError) -> Sweep {
        let folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
        return try Sweep.parse(yaml: yaml, name: name, folder: folder)
    }
}
