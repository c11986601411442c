// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// Many runs of one kind: a base configuration, and the points at which it is made.
///
/// In YAML:
///
///     base: paper/mnist-adam            # a named experiment, a file's path, or the configuration itself
///     set: {epochs: 20}                 # changes to all points, dotted keys as for --set
///     axes:                             # their product; the last varies fastest
///       optimizer:                      # a name of one's own: named sets of changes
///         sgd: {optimizer: {sgd: {learningRate: 0.1}}, l2: 0}
///         adam: {}
///       optimizer.adam.epsilon: [1e-8, 1e-6]    # a configuration key: its values
///       seed: {range: [1, 5]}
///     zip: {batch: [32, 64], l2: [1e-3, 5e-4]}  # axes in step
///     points: [{batch: 32, epochs: 10}]         # points one by one
///     random: {count: 20, seed: 1, draws: {l2: {logUniform: [1e-6, 1e-2]}}}
///
/// `axes`, `zip`, `points` and `random` multiply, in the order of the file. A later change of a key replaces an earlier one. A value twice on
/// an axis and a point twice are refused; a point drawn twice is made once. Relative paths of
/// the configuration are relative to the folder of the file that holds `base`'s configuration, and to the sweep's for a named experiment.
public struct Sweep: Sendable {
    /// One run of a sweep.
    public struct Point: Sendable {
        /// The value on each axis, by ``Sweep/axes``.
        public let labels: [String]
        public let configuration: RunConfiguration
        /// Names the run, whatever else the sweep holds.
        public let fingerprint: String
    }

    /// What the file is called.
    public let name: String
    /// The file, as it is.
    public let yaml: String
    /// Names of the axes, slowest first.
    public let axes: [String]
    /// Sixteen hexadecimal digits of what all points start from, `base` with the changes of `set`: the fingerprint of that configuration or,
    /// where it is none before an axis has completed it, of its text.
    public let base: String
    /// All points, each with a configuration that was found good.
    public let points: [Point]

    /// - Throws: ``ConfigurationError`` with all that is wrong with the file and with its points.
    public static func load(url: URL) throws(ConfigurationError) -> Sweep {
        let yaml = try RunConfiguration.text(of: url, accepted: "a sweep's YAML file, or a name that 'adamprobe experiments' lists")
        return try parse(yaml: yaml, name: url.relativePath, folder: url.deletingLastPathComponent())
    }

    /// - Parameters:
    ///   - name: what error messages call the text.
    ///   - folder: what relative paths, `base`'s among them, are relative to.
    /// - Throws: ``ConfigurationError`` with all that is wrong with the file and with its points.
    public static func parse(yaml: String, name: String = "sweep", folder: URL) throws(ConfigurationError) -> Sweep {
        let root = try ConfigurationNode.read(yaml: yaml, file: name)
        let problems = ConfigurationProblems(file: name)
        let reader = ConfigurationReader(node: root, path: "", problems: problems)
        let sweep = SweepReader(file: name, problems: problems)
        guard let fields = reader.fields(SweepReader.keys) else {
            try problems.throwIfAny()
            preconditionFailure("a sweep was refused without a reason")
        }
        let factors = fields.entries.filter { SweepReader.factorKeys.contains($0.key) }.flatMap { sweep.factors($0.key, $0.value) }
        if !fields.entries.contains(where: { SweepReader.factorKeys.contains($0.key) }) {
            reader.refuse("there are no points", accepted: SweepReader.factorKeys.joined(separator: ", "))
        }
        let changes = fields["set"].map { sweep.overrides($0) } ?? []
        let baseReader = fields.required("base", accepted: "a named experiment, a path, or a configuration")
        sweep.check(factors, at: reader)
        try problems.throwIfAny()
        guard let baseReader else { preconditionFailure("a sweep without base was let through") }
        var base = try SweepBase(baseReader, file: name, folder: folder)
        for change in changes { base.root = try change.applied(to: base.root, file: base.file) }
        let axes = factors.flatMap(\.axes)
        return Sweep(name: name, yaml: yaml, axes: axes, base: base.fingerprint, points: try points(axes, SweepFactor.product(factors), of: base))
    }

    /// Every point's configuration; problems that several points share are told once.
    private static func points(_ axes: [String], _ combinations: [[SweepLevel]], of base: SweepBase) throws(ConfigurationError) -> [Point] {
        var points: [Point] = []
        var problems: [ConfigurationError.Problem] = []
        for levels in combinations {
            let labels = levels.map(\.label)
            switch configuration(levels, of: base) {
            case .success(let configuration):
                points.append(Point(labels: labels, configuration: configuration, fingerprint: configuration.fingerprint))
            case .failure(let error):
                let point = Swift.zip(axes, labels).map { "\($0)=\($1)" }.joined(separator: " ")
                for problem in error.problems where !problems.contains(where: { $0.isSame(as: problem) }) {
                    problems.append(problem.at(point: point))
                }
            }
        }
        if !problems.isEmpty { throw ConfigurationError(problems: problems) }
        return points
    }

    private static func configuration(_ levels: [SweepLevel], of base: SweepBase) -> Result<RunConfiguration, ConfigurationError> {
        Result { () throws(ConfigurationError) in
            var root = base.root
            for change in levels.flatMap(\.overrides) { root = try change.applied(to: root, file: base.file) }
            var configuration = try RunConfiguration.read(root, name: base.file, folder: base.folder)
            configuration.threads = 1
            return configuration
        }
    }
}

/// The configuration that a sweep starts from.
struct SweepBase {
    var root: ConfigurationNode
    /// The file that the configuration's places are in.
    let file: String
    let folder: URL

    /// As ``Sweep/base``.
    var fingerprint: String {
        if let configuration = try? RunConfiguration.read(root, name: file, folder: folder) { return configuration.fingerprint }
        return String(SHA256Digest.hex(of: Data(root.label.utf8)).prefix(16))
    }

    init(_ reader: ConfigurationReader, file: String, folder: URL) throws(ConfigurationError) {
        if case .mapping = reader.node.content {
            (root, self.file, self.folder) = (reader.node, file, folder)
            return
        }
        let accepted = "a named experiment such as paper/mnist-adam, a configuration's path, or the configuration itself"
        guard let name = reader.text(accepted: accepted) else {
            try reader.problems.throwIfAny()
            preconditionFailure("a base was refused without a reason")
        }
        if let experiment = NamedExperiment(name) {
            if experiment.isSweep {
                reader.refuse("\(name) is a sweep itself", accepted: "one of a single run")
                try reader.problems.throwIfAny()
            }
            (root, self.file, self.folder) = (try ConfigurationNode.read(yaml: experiment.yaml, file: name), name, folder)
            return
        }
        let url = URL(fileURLWithPath: name, relativeTo: folder)
        guard FileManager.default.fileExists(atPath: url.path) else {
            let names = NamedExperiment.all.filter { !$0.isSweep }.map(\.name)
            reader.refuse(
                "there is no file and no experiment '\(name)'" + ConfigurationSpelling.suggestion(for: name, among: names), accepted: accepted)
            try reader.problems.throwIfAny()
            preconditionFailure("a base that is not there was let through")
        }
        root = try ConfigurationNode.read(yaml: try RunConfiguration.text(of: url), file: name)
        (self.file, self.folder) = (name, url.deletingLastPathComponent())
    }
}

extension ConfigurationError.Problem {
    /// Whether another point has this problem already.
    fileprivate func isSame(as other: Self) -> Bool {
        file == other.file && place == other.place && path == other.path && accepted == other.accepted
    }

    fileprivate func at(point: String) -> Self {
        .init(file: file, place: place, path: path, found: point.isEmpty ? found : "\(found) (at \(point))", accepted: accepted)
    }
}
