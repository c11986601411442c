// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics

/// The `random` of a sweep's file: `{count: 20, seed: 1, draws: {l2: {logUniform: [1e-6, 1e-2]}, batch: {choice: [32, 64]}}}`.
///
/// Each key draws from a stream of its own, so that more points, or another key beside it, leave the first points' values as they were. A point
/// that is drawn again, as `choice` and `integer` may do, is one point all the same: there are then fewer than `count`.
struct SweepDraws {
    private static let kinds = ["uniform", "logUniform", "integer", "choice"]

    /// nil after a problem was noted.
    let factor: SweepFactor?

    init(_ sweep: SweepReader, _ reader: ConfigurationReader) {
        factor = Self.factor(sweep, reader)
    }

    private static func factor(_ sweep: SweepReader, _ reader: ConfigurationReader) -> SweepFactor? {
        guard let fields = reader.fields(["count", "seed", "draws"]) else { return nil }
        let count = fields.required("count", accepted: "the number of points")?.integer(1...100_000)
        let seed = fields["seed"].map { $0.seed() } ?? 0
        let accepted = "a map of configuration keys to \(kinds.joined(separator: ", "))"
        guard let draws = fields.required("draws", accepted: accepted) else { return nil }
        guard case .mapping(let entries) = draws.node.content, !entries.isEmpty else {
            draws.refuse(draws.summary, accepted: accepted)
            return nil
        }
        let columns = entries.map { entry -> [SweepLevel] in
            let axis = ConfigurationReader(node: entry.value, path: draws.child(entry.key), problems: draws.problems)
            var stream = RandomStream(seed: seed ?? 0, name: "sweep-\(entry.key)")
            return values(axis, count: count ?? 1, &stream).compactMap { sweep.level($0, of: entry.key, path: axis.path) }
        }
        guard let count, columns.allSatisfy({ $0.count == count }) else { return nil }
        var seen: Set<[String]> = []
        let rows = (0..<count).map { row in columns.map { $0[row] } }
        return SweepFactor(axes: entries.map(\.key), combinations: rows.filter { seen.insert($0.map(\.identity)).inserted })
    }

    private static func values(_ axis: ConfigurationReader, count: Int, _ stream: inout RandomStream) -> [ConfigurationNode] {
        guard let (kind, options) = axis.variant(of: kinds) else { return [] }
        guard let options else {
            axis.refuse("found \(kind) without its range", accepted: kind == "choice" ? "{choice: [a, b]}" : "{\(kind): [lower, upper]}")
            return []
        }
        func scalar(_ text: String) -> ConfigurationNode { .init(content: .scalar(text, quoted: false), place: options.node.place) }
        switch kind {
        case "choice":
            guard let elements = options.elements(accepted: "a list of values"), !elements.isEmpty else {
                if case .sequence = options.node.content { options.refuse(options.summary, accepted: "one value or more") }
                return []
            }
            return (0..<count).map { _ in elements[Int(stream.integer(below: UInt64(elements.count)))].node }
        case "integer":
            guard let bounds = bounds(options, { $0.integer(0...Int.max / 2) }, isIncreasing: <=) else { return [] }
            return (0..<count).map { _ in scalar("\(bounds.0 + Int(stream.integer(below: UInt64(bounds.1 - bounds.0 + 1))))") }
        case "logUniform":
            guard let bounds = bounds(options, { $0.number(.positive) }, isIncreasing: <) else { return [] }
            return (0..<count).map { _ in scalar("\(stream.logUniform(in: bounds.0..<bounds.1))") }
        default:
            guard let bounds = bounds(options, { $0.number() }, isIncreasing: { $0 < $1 && ($1 - $0).isFinite }) else { return [] }
            return (0..<count).map { _ in scalar("\(stream.uniform(in: bounds.0..<bounds.1))") }
        }
    }

    private static func bounds<Value>(
        _ reader: ConfigurationReader, _ read: (ConfigurationReader) -> Value?, isIncreasing: (Value, Value) -> Bool
    ) -> (Value, Value)? {
        let accepted = "[lower, upper], in this order"
        guard let elements = reader.elements(accepted: accepted) else { return nil }
        let values = elements.compactMap(read)
        guard values.count == elements.count else { return nil }
        guard values.count == 2, isIncreasing(values[0], values[1]) else {
            reader.refuse("found [\(values.map { "\($0)" }.joined(separator: ", "))]", accepted: accepted)
            return nil
        }
        return (values[0], values[1])
    }
}
