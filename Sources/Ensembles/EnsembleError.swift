// SPDX-License-Identifier: GPL-3.0-or-later

/// Why networks can't train as an ensemble.
public enum EnsembleError: Error, Equatable, CustomStringConvertible {
    /// Layer `index` of the network is none that an ensemble has.
    case unsupportedLayer(index: Int, found: String, accepted: String)
    /// A setting under its key in a configuration that an ensemble does not have.
    case unsupported(key: String, found: String, accepted: String)
    case noMembers
    case invalidThreads(Int)
    /// Samples or targets that don't fit the network, or that hold a number which is not finite in the ensemble's precision.
    case unfitSamples(reason: String, accepted: String)
    /// A member's hyper-parameter lies outside its range: which member, from 0, and why.
    case invalidMember(index: Int, reason: String)

    public var description: String {
        switch self {
        case .unsupportedLayer(let index, let found, let accepted): "network: layer \(index) is \(found); an ensemble accepts \(accepted)"
        case .unsupported(let key, let found, let accepted): "\(key): found \(found); an ensemble accepts \(accepted)"
        case .noMembers: "the ensemble has no members; it needs one or more"
        case .invalidThreads(let threads): "the number of threads is \(threads), but must be 1 or more"
        case .unfitSamples(let reason, let accepted): "\(reason); accepted: \(accepted)"
        case .invalidMember(let index, let reason): "member \(index): \(reason)"
        }
    }
}
