// SPDX-License-Identifier: GPL-3.0-or-later

/// Reads one value of a configuration as a given type, and notes a problem instead of a value when it isn't one.
///
/// Every reading function returns nil after it has noted a problem; the caller goes on with any default, since a configuration with a
/// problem is never returned.
struct ConfigurationReader {
    let node: ConfigurationNode
    /// The key, dotted from the root.
    let path: String
    let problems: ConfigurationProblems

    /// Notes that this value can't be taken.
    func refuse(_ found: String, accepted: String) {
        problems.add(found, accepted: accepted, at: node.place, path: path)
    }

    /// What stands here, in words.
    var summary: String {
        switch node.content {
        case .scalar("", quoted: false), .scalar("~", quoted: false), .scalar("null", quoted: false): "found nothing"
        case .scalar(let text, quoted: true): "found the text \"\(text)\""
        case .scalar(let text, quoted: false): "found \(text)"
        case .sequence(let elements): elements.isEmpty ? "found an empty list" : "found a list"
        case .mapping(let entries): entries.isEmpty ? "found an empty map" : "found a map"
        }
    }

    /// A number in a range, from decimal notation with or without point and exponent (`1e-8`, `.5`, `0.001`); quoted text, hexadecimal,
    /// infinities and NaN are refused.
    func number(_ range: ConfigurationRange = .finite) -> Double? {
        guard case .scalar(let text, quoted: false) = node.content, let digits = Self.decimalDigits(of: text),
            let value = Double(digits)
        else {
            refuse(summary, accepted: range.accepted)
            return nil
        }
        let significand = digits.prefix { $0 != "e" && $0 != "E" }
        let underflows = value == 0 && significand.contains { ("1"..."9").contains($0) }
        guard value.isFinite, !underflows, range.contains(value) else {
            refuse(
                underflows ? "found \(text), which is too near 0 for a double" : summary, accepted: range.accepted)
            return nil
        }
        return value
    }

    /// A whole number in a range, written with digits (`100000`, `100_000`) or as a power (`1e5`).
    func integer(_ range: ClosedRange<Int>) -> Int? {
        let accepted =
            range.upperBound >= Int.max - 1
            ? "a whole number ≥ \(range.lowerBound)" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard case .scalar(let text, quoted: false) = node.content, let digits = Self.decimalDigits(of: text) else {
            refuse(summary, accepted: accepted)
            return nil
        }
        // Above 2⁵³ a double no longer tells whole numbers apart, so the exponent form ends there.
        let value = Int(digits) ?? Double(digits).flatMap { abs($0) <= 0x1p53 ? Int(exactly: $0) : nil }
        guard let value, range.contains(value) else {
            refuse(summary, accepted: accepted)
            return nil
        }
        return value
    }

    /// A whole number from 0 to 2⁶⁴ − 1, written with digits; quoted digits too, since JSON readers lose such large numbers.
    func seed() -> UInt64? {
        guard case .scalar(let text, _) = node.content, let digits = Self.decimalDigits(of: text), let value = UInt64(digits) else {
            refuse(summary, accepted: "a whole number from 0 to \(UInt64.max)")
            return nil
        }
        return value
    }

    /// `true` or `false`, as in YAML 1.2: `yes`, `no`, `on` and `off` are refused.
    func truth() -> Bool? {
        switch node.content {
        case .scalar("true", quoted: false): return true
        case .scalar("false", quoted: false): return false
        default:
            refuse(summary, accepted: "true or false")
            return nil
        }
    }

    /// Text that isn't empty.
    func text(accepted: String) -> String? {
        guard case .scalar(let text, let quoted) = node.content, !text.isEmpty, quoted || !["~", "null"].contains(text) else {
            refuse(summary, accepted: accepted)
            return nil
        }
        return text
    }

    /// One word of a list of words.
    func choice<Value>(_ choices: [(word: String, value: Value)]) -> Value? {
        let words = choices.map(\.word)
        let accepted = words.joined(separator: ", ")
        guard let text = text(accepted: accepted) else { return nil }
        if let choice = choices.first(where: { $0.word == text }) { return choice.value }
        refuse(summary + ConfigurationSpelling.suggestion(for: text, among: words), accepted: accepted)
        return nil
    }

    /// The entries of a list.
    func elements(accepted: String) -> [ConfigurationReader]? {
        guard case .sequence(let elements) = node.content else {
            refuse(summary, accepted: accepted)
            return nil
        }
        return elements.enumerated().map { .init(node: $1, path: path + ".\($0)", problems: problems) }
    }

    /// The entries of a map, all of whose keys must be among `keys`.
    func fields(_ keys: [String]) -> ConfigurationFields? {
        let list = keys.isEmpty ? "an empty map" : "a map with keys among \(keys.joined(separator: ", "))"
        guard case .mapping(let entries) = node.content else {
            refuse(summary, accepted: list)
            return nil
        }
        for entry in entries where !keys.contains(entry.key) {
            problems.add(
                "unknown key '\(entry.key)'" + ConfigurationSpelling.suggestion(for: entry.key, among: keys),
                accepted: keys.isEmpty ? "no keys" : keys.joined(separator: ", "), at: entry.place, path: child(entry.key))
        }
        return ConfigurationFields(owner: self, entries: entries)
    }

    /// One of several forms, as a word `relu` or as a map of one key `{relu: {…}}`: the word, and what stands under it.
    ///
    /// - Returns: the word with nil for the short form and for `{relu: {}}`'s reader otherwise.
    func variant(of words: [String]) -> (word: String, options: ConfigurationReader?)? {
        let accepted = words.joined(separator: ", ")
        switch node.content {
        case .scalar(let text, _):
            if words.contains(text) { return (text, nil) }
            refuse(summary + ConfigurationSpelling.suggestion(for: text, among: words), accepted: accepted)
        case .mapping(let entries) where entries.count == 1:
            let entry = entries[0]
            if words.contains(entry.key) {
                return (entry.key, .init(node: entry.value, path: child(entry.key), problems: problems))
            }
            problems.add(
                "found '\(entry.key)'" + ConfigurationSpelling.suggestion(for: entry.key, among: words), accepted: accepted,
                at: entry.place, path: path)
        case .mapping(let entries) where entries.count > 1:
            refuse("found a map of \(entries.map(\.key).joined(separator: ", "))", accepted: "one of \(accepted)")
        default:
            refuse(summary, accepted: accepted)
        }
        return nil
    }

    /// The path of a key of this value.
    func child(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The text without `_` between digits when it is a decimal number, else nil. A leading zero as in `010` is refused: it is 8 to some
    /// readers of YAML and 10 to others.
    private static func decimalDigits(of text: String) -> String? {
        let number = /[-+]?(?:(?:0|[1-9](?:_?[0-9])*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?/
        guard text.wholeMatch(of: number) != nil else { return nil }
        var digits = text.filter { $0 != "_" }
        if digits.hasPrefix("+") { digits.removeFirst() }
        return digits
    }
}
