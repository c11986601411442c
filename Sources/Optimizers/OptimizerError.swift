// SPDX-License-Identifier: GPL-3.0-or-later

/// Why a state can't be planted or read.
public enum OptimizerError: Error, Equatable, CustomStringConvertible {
    /// The rule keeps no state of this name.
    case unknownState(name: String, parameter: String, accepted: [String])
    /// A planted state has another number of values than the parameter has weights.
    case wrongCount(name: String, parameter: String, given: Int, expected: Int)
    /// A planted step count is negative, above 2⁵³ or not a whole number.
    case invalidStep(parameter: String, given: Double)

    public var description: String {
        switch self {
        case .unknownState(let name, let parameter, let accepted):
            "\(parameter): no state is called \(name); there is \(accepted.joined(separator: ", "))"
        case .wrongCount(let name, let parameter, let given, let expected):
            "\(parameter).\(name): \(given) values given, \(expected) expected"
        case .invalidStep(let parameter, let given):
            "\(parameter).step: is \(given), but must be a whole number from 0 to 2^53"
        }
    }
}
