// SPDX-License-Identifier: GPL-3.0-or-later

/// One value of an axis: what it is called, and the changes to a configuration that it stands for.
struct SweepLevel {
    let label: String
    /// The same for the same level of an axis, however its value is written.
    let identity: String
    let overrides: [ConfigurationOverride]
}

/// One factor of a sweep's product: axes that move together. A grid's axis is a factor of its own.
struct SweepFactor {
    /// Names of the axes.
    let axes: [String]
    /// Combinations in order, one level an axis.
    let combinations: [[SweepLevel]]

    init(axes: [String], combinations: [[SweepLevel]]) {
        self.axes = axes
        self.combinations = combinations
    }

    /// The product of all factors: the last varies fastest. One empty combination for no factors.
    static func product(_ factors: [SweepFactor]) -> [[SweepLevel]] {
        factors.reduce([[]]) { points, factor in points.flatMap { point in factor.combinations.map { point + $0 } } }
    }
}

extension ConfigurationNode {
    /// The value in one line as YAML would read it, for a label.
    var label: String {
        switch content {
        case .scalar("", quoted: false): "~"
        case .scalar(let text, _): text
        case .sequence(let elements): "[" + elements.map(\.label).joined(separator: ", ") + "]"
        case .mapping(let entries): "{" + entries.map { "\($0.key): \($0.value.label)" }.joined(separator: ", ") + "}"
        }
    }

    /// The value in one line, the same however it is written: `0`, `0.0` and `0e0` are one, and maps in another order.
    var identity: String {
        switch content {
        case _ where isNothing: "~"
        case .scalar(let text, _):
            // Not every seed is a Double.
            UInt64(text).map { "\($0)" } ?? Double(text).map { number in UInt64(exactly: number).map { "\($0)" } ?? "\(number)" } ?? text
        case .sequence(let elements): "[" + elements.map(\.identity).joined(separator: ", ") + "]"
        case .mapping(let entries): "{" + entries.map { "\($0.key): \($0.value.identity)" }.sorted().joined(separator: ", ") + "}"
        }
    }

    /// A text with nothing in it, `~` or `null`.
    var isNothing: Bool {
        if case .scalar(let text, quoted: false) = content { ["", "~", "null"].contains(text) } else { false }
    }

    /// The node as part of another file: its places are told with the name of the one that it came from.
    func moved(from file: String) -> ConfigurationNode {
        func moved(_ place: ConfigurationPlace) -> ConfigurationPlace {
            if case .position(let line, let column) = place { .elsewhere(file: file, line: line, column: column) } else { place }
        }
        let content: Content =
            switch content {
            case .scalar: content
            case .sequence(let elements): .sequence(elements.map { $0.moved(from: file) })
            case .mapping(let entries):
                .mapping(entries.map { .init(key: $0.key, place: moved($0.place), value: $0.value.moved(from: file)) })
            }
        return ConfigurationNode(content: content, place: moved(place))
    }
}
