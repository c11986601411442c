// SPDX-License-Identifier: GPL-3.0-or-later
import Yams

/// A value of a configuration before it is given a type, and where it stands.
struct ConfigurationNode {
    enum Content {
        /// Text as written; `quoted` text is never a number, a truth value or nothing.
        case scalar(String, quoted: Bool)
        case sequence([ConfigurationNode])
        case mapping([Entry])
    }

    struct Entry {
        let key: String
        let place: ConfigurationPlace
        var value: ConfigurationNode
    }

    var content: Content
    var place: ConfigurationPlace

    /// Reads one YAML document (JSON being YAML too) strictly: one document, text keys, no key twice, no anchors or aliases (which would
    /// also let a small file unfold into a huge one), no tags.
    ///
    /// - Parameter override: the `--set` that the text comes from; nil when it is a file.
    /// - Throws: `ConfigurationError` with line and column.
    static func read(yaml: String, file: String, override: String? = nil) throws(ConfigurationError) -> ConfigurationNode {
        let problems = ConfigurationProblems(file: file)
        func place(_ mark: Mark?) -> ConfigurationPlace {
            if let override { return .override(override) }
            return mark.map { .position(line: $0.line, column: $0.column) } ?? .file
        }
        func refuse(_ found: String, accepted: String, _ mark: Mark?) {
            problems.add(found, accepted: accepted, at: place(mark), path: "")
        }

        // The parser alone keeps the anchors of the tree that it returns, and has to outlive the tree's use.
        let parser: Parser
        let root: Node?
        do {
            parser = try Parser(yaml: yaml, resolver: .basic)
            root = try parser.singleRoot()
        } catch {
            let fault = syntaxFault(of: error)
            refuse(fault.found, accepted: fault.accepted, fault.mark)
            try problems.throwIfAny()
            return ConfigurationNode(content: .mapping([]), place: .file)
        }
        guard let root else {
            if override != nil { return ConfigurationNode(content: .scalar("", quoted: false), place: place(nil)) }
            refuse("the file holds nothing", accepted: "a map of keys and values, as 'adamprobe init' writes", nil)
            try problems.throwIfAny()
            return ConfigurationNode(content: .mapping([]), place: .file)
        }

        func convert(_ node: Node) -> ConfigurationNode {
            let empty = ConfigurationNode(content: .scalar("", quoted: false), place: place(node.mark))
            let (tag, anchor): (Tag, Anchor?) =
                switch node {
                case .scalar(let scalar): (scalar.tag, scalar.anchor)
                case .sequence(let sequence): (sequence.tag, sequence.anchor)
                case .mapping(let mapping): (mapping.tag, mapping.anchor)
                case .alias(let alias): (alias.tag, alias.anchor)
                }
            if let anchor {
                refuse("found the anchor or alias '\(anchor.rawValue)'", accepted: "the value itself, written out", node.mark)
                return empty
            }
            var implicitTags = ["", "!"]
            if case .scalar(let scalar) = node, scalar.style != .plain { implicitTags.append(Tag.Name.str.rawValue) }
            if !implicitTags.contains(tag.description) {
                refuse("found the tag '\(tag)'", accepted: "the value alone, without a tag", node.mark)
                return empty
            }
            switch node {
            case .scalar(let scalar):
                return .init(content: .scalar(scalar.string, quoted: scalar.style != .plain), place: place(node.mark))
            case .sequence(let sequence):
                return .init(content: .sequence(sequence.map(convert)), place: place(node.mark))
            case .mapping(let mapping):
                var entries: [Entry] = []
                for (key, value) in mapping {
                    guard case .scalar(let name) = key else {
                        refuse("found a list or map as a key", accepted: "a word", key.mark)
                        continue
                    }
                    if let first = entries.first(where: { $0.key == name.string }) {
                        refuse(
                            "the key '\(name.string)' is given twice\(first.place.lineText)", accepted: "each key once",
                            key.mark)
                        continue
                    }
                    entries.append(.init(key: name.string, place: place(key.mark), value: convert(value)))
                }
                return .init(content: .mapping(entries), place: place(node.mark))
            case .alias:
                return empty
            }
        }
        let converted = withExtendedLifetime(parser) { convert(root) }
        try problems.throwIfAny()
        return converted
    }

    /// What a YAML reader's complaint says, in this file's terms.
    private static func syntaxFault(of error: any Error) -> (found: String, accepted: String, mark: Mark?) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _), YamlError.parser(let context, let problem, let mark, _):
            let detail = context.map { " (\($0.text))" } ?? ""
            return ("not readable as YAML: \(problem)\(detail)", "valid YAML; check indentation, brackets and quotes", mark)
        case YamlError.composer(_, let problem, let mark, _) where problem.contains("another document"):
            return ("a second document begins", "one document a file", mark)
        case YamlError.composer(_, let problem, let mark, _):
            return ("not readable as YAML: \(problem)", "the values themselves, written out", mark)
        case YamlError.duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "'\($0)'" }.joined(separator: ", ")
            return ("the key \(names) is given more than once", "each key once", context.mark)
        case YamlError.reader(let problem, _, _, _):
            return ("not readable as text: \(problem)", "UTF-8 text without control characters", nil)
        default:
            return ("not readable as YAML: \(error)", "valid YAML", nil)
        }
    }
}

extension ConfigurationPlace {
    /// ` (first on line 3)`, or nothing for places without a line.
    var lineText: String {
        if case .position(let line, _) = self { " (first on line \(line))" } else { "" }
    }
}
