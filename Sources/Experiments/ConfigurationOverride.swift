// SPDX-License-Identifier: GPL-3.0-or-later

/// One `--set key=value`: a change to a configuration before it is read.
///
/// The key is dotted from the root, list entries by index from 0: `optimizer.adam.learningRate=0.01`, `network.0.dense=128`. The value is
/// YAML, so that whole parts can be replaced: `optimizer={sgd: {learningRate: 0.1}}`. Along the key
/// - maps that aren't there yet are made (whether their keys exist is checked when the configuration is read);
/// - short forms unfold: `relu` becomes `{relu: {}}`, `{dense: 64}` becomes `{dense: {units: 64}}`, `l2: 0.1` becomes `l2: {weights: 0.1}`,
///   `data: digits` becomes `data: {source: digits}`;
/// - the entry after a list's last is appended;
/// - setting `steps` takes the place of `epochs`, and the other way round.
struct ConfigurationOverride {
    /// Where the change comes from: the text of a `--set`, or a line of a sweep's file.
    let place: ConfigurationPlace
    let keys: [String]
    let value: ConfigurationNode

    /// Keys whose short form is the value of one key of their long form.
    private static let principalKeys = ["dense": "units", "l2": "weights", "data": "source", "source": "source"]
    /// Keys of which a configuration holds one only.
    private static let alternatives = ["steps": "epochs", "epochs": "steps"]

    /// - Throws: `ConfigurationError` when the text has no `=`, an empty key, or a value that YAML can't read.
    init(_ text: String, file: String) throws(ConfigurationError) {
        let problems = ConfigurationProblems(file: file)
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let keys = Self.keys(of: parts[0])
        if parts.count < 2 || keys.contains("") {
            problems.add(
                parts.count < 2 ? "there is no '='" : "the key '\(parts[0])' is empty or has an empty part",
                accepted: "key=value, such as optimizer.adam.learningRate=0.01", at: .override(text), path: "")
        }
        try problems.throwIfAny()
        place = .override(text)
        self.keys = keys
        value = try ConfigurationNode.read(yaml: String(parts[1]), file: file, override: text)
    }

    /// The change that sets `key`, dotted, to a value that is read already; nil for a key that is empty or has an empty part.
    init?(key: String, value: ConfigurationNode, place: ConfigurationPlace) {
        keys = Self.keys(of: key[...])
        if keys.contains("") { return nil }
        self.value = value
        self.place = place
    }

    private static func keys(of text: Substring) -> [String] {
        text.split(separator: ".", omittingEmptySubsequences: false).map { $0.trimmed }
    }

    /// The configuration with this change made.
    ///
    /// - Throws: `ConfigurationError` when the key leads through a value that has no parts, or past the end of a list.
    func applied(to root: ConfigurationNode, file: String) throws(ConfigurationError) -> ConfigurationNode {
        let problems = ConfigurationProblems(file: file)
        var root = root
        if keys.count == 1, let other = Self.alternatives[keys[0]], case .mapping(let entries) = root.content {
            root.content = .mapping(entries.filter { $0.key != other || $0.place.isOverride })
        }
        let result = replacing(keys[...], in: root, path: [], problems: problems)
        try problems.throwIfAny()
        return result
    }

    private func replacing(
        _ rest: ArraySlice<String>, in node: ConfigurationNode, path: [String], problems: ConfigurationProblems
    ) -> ConfigurationNode {
        guard let key = rest.first else { return value }
        let deeper = path + [key]
        let missing = ConfigurationNode(content: .mapping([]), place: place)
        var result = node
        switch node.content {
        case .mapping(var entries):
            if let index = entries.firstIndex(where: { $0.key == key }) {
                let old = rest.count > 1 ? entries[index].value : missing
                entries[index] = .init(
                    key: key, place: entries[index].place,
                    value: replacing(rest.dropFirst(), in: old, path: deeper, problems: problems))
            } else {
                entries.append(
                    .init(
                        key: key, place: place,
                        value: replacing(rest.dropFirst(), in: missing, path: deeper, problems: problems)))
            }
            result.content = .mapping(entries)
        case .sequence(var elements):
            guard let index = Int(key), (0...elements.count).contains(index) else {
                problems.add(
                    "'\(key)' is no entry of a list of \(elements.count)",
                    accepted: elements.isEmpty
                        ? "the index 0, which appends" : "an index from 0 to \(elements.count - 1), or \(elements.count) to append",
                    at: place, path: path.joined(separator: "."))
                return node
            }
            let old = index < elements.count ? elements[index] : missing
            let new = replacing(rest.dropFirst(), in: old, path: deeper, problems: problems)
            if index < elements.count { elements[index] = new } else { elements.append(new) }
            result.content = .sequence(elements)
        case .scalar(let scalar, let quoted):
            guard let unfolded = unfolded(scalar, quoted: quoted, at: node.place, under: path.last, for: key) else {
                problems.add(
                    "'\(scalar)' stands here and has no part '\(key)'",
                    accepted: "\(path.joined(separator: "."))=… with the whole new value", at: place,
                    path: path.joined(separator: "."))
                return node
            }
            return replacing(rest, in: unfolded, path: path, problems: problems)
        }
        return result
    }

    /// The long form of a scalar that `key` may be set in, or nil when it has none.
    private func unfolded(
        _ scalar: String, quoted: Bool, at place: ConfigurationPlace, under parent: String?, for key: String
    ) -> ConfigurationNode? {
        func map(_ key: String, _ content: ConfigurationNode.Content) -> ConfigurationNode {
            .init(content: .mapping([.init(key: key, place: place, value: .init(content: content, place: place))]), place: place)
        }
        if scalar.isEmpty, !quoted { return .init(content: .mapping([]), place: place) }
        if scalar == key { return map(key, .mapping([])) }
        if let parent, let principal = Self.principalKeys[parent] { return map(principal, .scalar(scalar, quoted: quoted)) }
        return nil
    }
}

extension ConfigurationPlace {
    /// Whether a value comes from the command line.
    var isOverride: Bool {
        if case .override = self { true } else { false }
    }
}

extension Substring {
    /// The text without spaces at both ends.
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
