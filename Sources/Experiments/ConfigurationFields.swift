// SPDX-License-Identifier: GPL-3.0-or-later

/// The values of a map, by key.
struct ConfigurationFields {
    let owner: ConfigurationReader
    let entries: [ConfigurationNode.Entry]

    /// The value of a key, or nil when the key isn't given.
    subscript(key: String) -> ConfigurationReader? {
        entries.first { $0.key == key }.map { .init(node: $0.value, path: owner.child(key), problems: owner.problems) }
    }

    /// The value of a key; notes a problem when the key isn't given.
    func required(_ key: String, accepted: String) -> ConfigurationReader? {
        if let reader = self[key] { return reader }
        owner.problems.add("missing", accepted: accepted, at: owner.node.place, path: owner.child(key))
        return nil
    }

    func number(_ key: String, _ range: ConfigurationRange = .finite, default value: Double) -> Double {
        self[key].flatMap { $0.number(range) } ?? value
    }

    /// Replaces `value` by the value of a key, if the key is given.
    func read(_ key: String, _ range: ConfigurationRange, into value: inout Double) {
        if let number = self[key].flatMap({ $0.number(range) }) { value = number }
    }

    func integer(_ key: String, _ range: ClosedRange<Int>, default value: Int) -> Int {
        self[key].flatMap { $0.integer(range) } ?? value
    }

    func truth(_ key: String, default value: Bool) -> Bool {
        self[key].flatMap { $0.truth() } ?? value
    }

    func choice<Value>(_ key: String, _ choices: [(word: String, value: Value)], default value: Value) -> Value {
        self[key].flatMap { $0.choice(choices) } ?? value
    }
}

/// A range of numbers, with its words for an error message.
struct ConfigurationRange: Sendable {
    let accepted: String
    let contains: @Sendable (Double) -> Bool

    static let finite = ConfigurationRange(accepted: "a finite number") { _ in true }
    static let nonNegative = ConfigurationRange(accepted: "a number ≥ 0") { $0 >= 0 }
    static let positive = ConfigurationRange(accepted: "a number > 0") { $0 > 0 }
    /// [0, 1): a decay rate such as β₁.
    static let decayRate = ConfigurationRange(accepted: "a number in [0, 1)") { (0..<1).contains($0) }
    static let unitInterval = ConfigurationRange(accepted: "a number in [0, 1]") { (0...1).contains($0) }
}
