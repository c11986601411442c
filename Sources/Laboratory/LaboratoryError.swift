// SPDX-License-Identifier: GPL-3.0-or-later

/// Why a laboratory can't make a run.
public enum LaboratoryError: Error, Equatable, CustomStringConvertible {
    /// The machine, or the engine asked for, has no such thing.
    case unavailable(_ what: String, accepted: String)
    /// A number that describes the run lies outside what it can mean.
    case invalid(quantity: String, found: Double, accepted: String)
    /// A case's hyper-parameter or λ lies outside its range: which case, from 0, and why.
    case invalidCase(index: Int, reason: String)
    /// The optimiser under test keeps a state that a dead weight does not hold.
    case unknownState(name: String, optimizer: String, accepted: [String])

    public var description: String {
        switch self {
        case .unavailable(let what, let accepted): "\(what) is not available; accepted: \(accepted)"
        case .invalid(let quantity, let found, let accepted): "\(quantity) is \(found), but must be \(accepted)"
        case .invalidCase(let index, let reason): "case \(index): \(reason)"
        case .unknownState(let name, let optimizer, let accepted):
            "the optimiser '\(optimizer)' keeps a state '\(name)', which a dead weight doesn't hold; accepted: \(accepted.joined(separator: ", "))"
        }
    }
}
