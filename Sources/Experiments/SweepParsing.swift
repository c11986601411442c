// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Reads the parts of a sweep's file: `base`, `set`, and the factors of the product.
struct SweepReader {
    let file: String
    let problems: ConfigurationProblems

    static let keys = ["base", "set"] + factorKeys
    /// Factors in any order; that of the file decides which varies fastest.
    static let factorKeys = ["axes", "zip", "points", "random"]
    private static let mostPoints = 100_000

    private func reader(_ node: ConfigurationNode, _ path: String) -> ConfigurationReader { .init(node: node, path: path, problems: problems) }

    // MARK: Changes

    /// A map of dotted keys to values, as of `--set`.
    func overrides(_ reader: ConfigurationReader) -> [ConfigurationOverride] {
        guard !reader.node.isNothing else { return [] }
        guard case .mapping(let entries) = reader.node.content else {
            reader.refuse(reader.summary, accepted: "a map of configuration keys and values, such as {l2: 0, optimizer.adam.beta2: 0.99}")
            return []
        }
        return entries.compactMap { override($0.key, $0.value, at: $0.place, path: reader.child($0.key)) }
    }

    private func override(_ key: String, _ value: ConfigurationNode, at place: ConfigurationPlace, path: String) -> ConfigurationOverride? {
        let moved = ConfigurationNode(content: .sequence([]), place: place).moved(from: file).place
        if let change = ConfigurationOverride(key: key, value: value.moved(from: file), place: moved) { return change }
        problems.add(
            "the key '\(key)' is empty or has an empty part", accepted: "a configuration key, such as optimizer.adam.epsilon", at: place, path: path)
        return nil
    }

    // MARK: Factors

    /// The factors under one key of the file.
    func factors(_ key: String, _ node: ConfigurationNode) -> [SweepFactor] {
        let reader = reader(node, key)
        switch key {
        case "axes": return entries(reader, "a map of axes, such as {seed: [1, 2], l2: [0, 1e-3]}").compactMap { grid($0, reader) }
        case "zip": return [zip(reader)].compactMap { $0 }
        case "points": return [points(reader)].compactMap { $0 }
        default: return [SweepDraws(self, reader).factor].compactMap { $0 }
        }
    }

    private func entries(_ reader: ConfigurationReader, _ accepted: String) -> [ConfigurationNode.Entry] {
        guard case .mapping(let entries) = reader.node.content, !entries.isEmpty else {
            reader.refuse(reader.summary, accepted: accepted)
            return []
        }
        return entries
    }

    private func grid(_ entry: ConfigurationNode.Entry, _ parent: ConfigurationReader) -> SweepFactor? {
        let levels = levels(entry, parent)
        return levels.isEmpty ? nil : SweepFactor(axes: [entry.key], combinations: levels.map { [$0] })
    }

    /// Axes in step: their first values together, their second ones, and so on.
    private func zip(_ reader: ConfigurationReader) -> SweepFactor? {
        let entries = entries(reader, "a map of axes with as many values each")
        let axes = entries.map { levels($0, reader) }
        guard let count = axes.first?.count, !axes.contains(where: \.isEmpty) else { return nil }
        for (entry, levels) in Swift.zip(entries, axes) where levels.count != count {
            func values(_ count: Int) -> String { count == 1 ? "1 value" : "\(count) values" }
            problems.add(
                "found \(values(levels.count)) beside \(count) of \(entries[0].key)", accepted: values(count), at: entry.value.place,
                path: reader.child(entry.key))
        }
        if axes.contains(where: { $0.count != count }) { return nil }
        return SweepFactor(axes: entries.map(\.key), combinations: (0..<count).map { row in axes.map { $0[row] } })
    }

    /// Points one by one, each a map of the same configuration keys.
    private func points(_ reader: ConfigurationReader) -> SweepFactor? {
        let accepted = "a list of maps with the same configuration keys, such as [{l2: 0, batch: 32}, {l2: 1e-3, batch: 64}]"
        guard let elements = reader.elements(accepted: accepted), !elements.isEmpty else {
            if case .sequence = reader.node.content { reader.refuse(reader.summary, accepted: accepted) }
            return nil
        }
        var names: [String] = []
        var rows: [[SweepLevel]] = []
        var seen: Set<[String]> = []
        for element in elements {
            let entries = entries(element, "a map of configuration keys and values")
            if names.isEmpty { names = entries.map(\.key) }
            guard Set(entries.map(\.key)) == Set(names) else {
                let found = entries.map(\.key).joined(separator: ", ")
                if !entries.isEmpty { element.refuse("found the keys \(found)", accepted: names.joined(separator: ", ")) }
                continue
            }
            let row = names.compactMap { name in
                entries.first { $0.key == name }.flatMap { level($0.value, of: name, path: element.child(name)) }
            }
            if !seen.insert(row.map(\.identity)).inserted { element.refuse("the point is there twice", accepted: "each point once") }
            rows.append(row)
        }
        return rows.allSatisfy { $0.count == names.count } && !rows.isEmpty ? SweepFactor(axes: names, combinations: rows) : nil
    }

    // MARK: Axes

    /// The values of an axis: a list of values of the configuration key that names it, `{range: [first, last]}` of whole numbers, or a map of
    /// named sets of changes.
    private func levels(_ entry: ConfigurationNode.Entry, _ parent: ConfigurationReader) -> [SweepLevel] {
        let axis = reader(entry.value, parent.child(entry.key))
        let levels: [SweepLevel]
        switch entry.value.content {
        case .sequence(let values) where !values.isEmpty: levels = values.compactMap { level($0, of: entry.key, path: axis.path) }
        case .mapping(let named) where named.count == 1 && named[0].key == "range":
            levels = range(reader(named[0].value, axis.child("range"))).compactMap { level($0, of: entry.key, path: axis.path) }
        case .mapping(let named) where !named.isEmpty:
            levels = named.map { SweepLevel(label: $0.key, identity: $0.key, overrides: overrides(reader($0.value, axis.child($0.key)))) }
        default:
            axis.refuse(
                axis.summary, accepted: "a list of values of the key \(entry.key), {range: [first, last]}, or a map of names to changes")
            return []
        }
        var seen: [String: String] = [:]
        for level in levels {
            guard let first = seen.updateValue(level.label, forKey: level.identity) else { continue }
            axis.refuse("the value \(level.label) is there twice" + (first == level.label ? "" : ", as \(first) too"), accepted: "each value once")
        }
        return levels
    }

    /// The level that sets a configuration key to a value.
    func level(_ value: ConfigurationNode, of key: String, path: String) -> SweepLevel? {
        override(key, value, at: value.place, path: path).map { SweepLevel(label: value.label, identity: value.identity, overrides: [$0]) }
    }

    /// Whole numbers from the first to the last, by the step or 1.
    private func range(_ reader: ConfigurationReader) -> [ConfigurationNode] {
        let accepted = "[first, last] or [first, last, step], whole numbers ≥ 0 with first ≤ last, of \(Self.mostPoints) values at most"
        guard let elements = reader.elements(accepted: accepted) else { return [] }
        let numbers = elements.compactMap { $0.integer(0...Int.max / 2) }
        guard numbers.count == elements.count else { return [] }
        let step = numbers.count == 3 ? numbers[2] : 1
        guard (2...3).contains(numbers.count), numbers[0] <= numbers[1], step >= 1, (numbers[1] - numbers[0]) / step < Self.mostPoints else {
            reader.refuse("found [\(numbers.map { "\($0)" }.joined(separator: ", "))]", accepted: accepted)
            return []
        }
        return stride(from: numbers[0], through: numbers[1], by: step).map {
            ConfigurationNode(content: .scalar("\($0)", quoted: false), place: reader.node.place)
        }
    }

    // MARK: The whole

    /// Checks that no axis is there twice or has a result's name, and that the product can be counted.
    func check(_ factors: [SweepFactor], at root: ConfigurationReader) {
        var seen: Set<String> = []
        for axis in factors.flatMap(\.axes) {
            if !seen.insert(axis).inserted { root.refuse("the axis '\(axis)' is given twice", accepted: "each axis once") }
            if SweepResults.isReserved(axis) { root.refuse("the axis '\(axis)' has the name of a result", accepted: "another name") }
        }
        let count = factors.reduce(1.0) { $0 * Double($1.combinations.count) }
        if count > Double(Self.mostPoints) { root.refuse("found \(Int(count)) points", accepted: "up to \(Self.mostPoints)") }
    }
}
