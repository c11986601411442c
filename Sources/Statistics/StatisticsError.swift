// SPDX-License-Identifier: GPL-3.0-or-later

/// Input that a statistic is not defined for.
public enum StatisticsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Fewer values than the statistic needs.
    case tooFewValues(of: String, found: Int, needed: Int)
    /// A value outside the accepted range, at `index` of its collection (nil for a single argument).
    case invalidValue(of: String, index: Int?, found: String, accepted: String)
    /// Two collections that must have the same length.
    case lengthMismatch(String, count: Int, String, otherCount: Int)

    public var description: String {
        switch self {
        case .tooFewValues(let name, let found, let needed):
            "\(name): \(found) values given, at least \(needed) needed"
        case .invalidValue(let name, let index, let found, let accepted):
            "\(name)\(index.map { "[\($0)]" } ?? "") is \(found); accepted: \(accepted)"
        case .lengthMismatch(let name, let count, let other, let otherCount):
            "\(name) has \(count) values but \(other) has \(otherCount); they must be as many"
        }
    }
}

/// Throws unless every value is finite.
func requireFinite(_ values: [Double], _ name: String) throws(StatisticsError) {
    if let index = values.firstIndex(where: { !$0.isFinite }) {
        throw .invalidValue(of: name, index: index, found: "\(values[index])", accepted: "finite numbers")
    }
}

/// Throws unless there are at least `needed` values.
func requireCount(_ found: Int, atLeast needed: Int, _ name: String) throws(StatisticsError) {
    guard found >= needed else { throw .tooFewValues(of: name, found: found, needed: needed) }
}

/// Throws unless 0 < p < 1.
func requireOpenProbability(_ p: Double, _ name: String) throws(StatisticsError) {
    guard p > 0, p < 1 else {
        throw .invalidValue(of: name, index: nil, found: "\(p)", accepted: "a number between 0 and 1, both excluded")
    }
}
