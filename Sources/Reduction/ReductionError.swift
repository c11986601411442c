// SPDX-License-Identifier: GPL-3.0-or-later

/// Why a network cannot be reduced.
public enum ReductionError: Error, Equatable, CustomStringConvertible {
    /// A parameter or running statistic that is NaN or infinite: nothing can be said of what such a network computes.
    case notFiniteValue(name: String, value: Double)
    /// A node whose constant output is beyond double precision.
    case notFinite(layer: Int, node: Int)
    case noDenseLayer
    case invalidThreshold(Double)
    /// An input box of another width.
    case boxDoesNotFit(found: Int, expected: Int)
    /// An optimiser made for other parameters.
    case optimizerDoesNotFit(found: [String], expected: [String])

    public var description: String {
        switch self {
        case .notFiniteValue(let name, let value): "\(name) holds \(value); accepted: a network of finite numbers"
        case .notFinite(let layer, let node):
            "node \(node) of layer \(layer) is a constant beyond the range of numbers; accepted: parameters whose sums don't overflow"
        case .noDenseLayer: "the network has no dense layer; accepted: at least one"
        case .invalidThreshold(let value): "the threshold is \(value); accepted: a finite number ≥ 0"
        case .boxDoesNotFit(let found, let expected): "the input box has \(found) features, the network \(expected)"
        case .optimizerDoesNotFit(let found, let expected):
            "the optimiser has the parameters \(found.joined(separator: ", ")); accepted: those of the network, \(expected.joined(separator: ", "))"
        }
    }
}
