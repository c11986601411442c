// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// What was predicted of a run's census of nodes, read from a file such as those of claim C7: bounds on its columns by epoch, and when dead nodes
/// are back after a drop of the learning rate.
struct CensusPrediction: Sendable, Equatable {
    /// A column of the census keeps a bound over some epochs.
    struct Statement: Sendable, Equatable {
        /// ξ of the column `zero@ξ`; nil for the column `dead`.
        let threshold: Double?
        let epochs: ClosedRange<Int>
        let bound: Double
        /// Whether the bound is the least that is allowed, or the most.
        let isLeast: Bool

        /// Whether a count breaks the bound.
        func isBroken(by count: Double) -> Bool { isLeast ? count < bound : count > bound }
    }

    /// Nodes are back above a threshold after `step`, give or take `within`.
    struct Return: Sendable, Equatable {
        let step: Double
        let within: Double
    }

    let statements: [Statement]
    let back: Return?

    /// Reads a file and finds what its shares are shares of.
    /// - Parameter metrics: the run's `metrics.csv`; a bound may be a share of a column at an epoch.
    /// - Throws: `RecordsError` for a file that is no JSON; ``FigureError/unusableInput(_:_:)`` for one that is no prediction.
    init(_ file: URL, metrics: CSVTable) throws {
        let json = try JSONValue.read(file)
        let epochs = try metrics.integers("epoch")
        statements = try (json["statements"]?.array ?? []).map { entry in
            guard let column = entry["column"]?.string, let first = entry["from"]?.integer, let last = entry["to"]?.integer, first <= last else {
                throw FigureError.unusableInput(
                    file, "a statement without column, from or to; accepted: {\"column\": \"zero@1e-15\", \"from\": 1, \"to\": 25, …}")
            }
            let isLeast = entry["atLeast"] != nil || entry["atLeastShare"] != nil
            var bound = (entry["atLeast"] ?? entry["atMost"])?.double
            if let share = (entry["atLeastShare"] ?? entry["atMostShare"])?.double, let of = entry["of"]?.string, let at = entry["at"]?.integer,
                let row = epochs.firstIndex(of: at)
            {
                bound = share * (try metrics.numbers(Self.spelled(of))[row])
            }
            guard let bound else {
                throw FigureError.unusableInput(
                    file, "a statement about \(column) without a bound; accepted: atLeast, atMost, or a share with of and at")
            }
            return Statement(
                threshold: column.split(separator: "@").last.flatMap { Double($0) }, epochs: first...last, bound: bound, isLeast: isLeast)
        }
        back = json["revival"].flatMap { revival in
            guard let drop = revival["drop"]?.double, let after = revival["stepsAfterDrop"]?.double, let within = revival["within"]?.double else {
                return nil
            }
            return Return(step: drop + after, within: within)
        }
    }

    /// A column as `metrics.csv` spells it: `zero@1e-08` for `zero@1e-8`.
    private static func spelled(_ column: String) -> String {
        let parts = column.split(separator: "@", maxSplits: 1)
        guard parts.count == 2, let threshold = Double(parts[1]) else { return column }
        return "\(parts[0])@\(threshold)"
    }
}
