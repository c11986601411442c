// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Experiments
import Foundation
import Optimizers
import Theory

extension RunConfiguration {
    /// The configuration `NAME.yaml` that comes with the program, of claim `claim`.
    /// - Throws: `ConfigurationError` for a file that is not one; ``ClaimError/unavailable(_:)`` if it isn't there.
    static func bundled(_ name: String, of claim: String) throws -> RunConfiguration {
        try RunConfiguration.load(url: try bundledFile("\(claim)/\(name)", "yaml"))
    }

    /// This configuration with what is under test in the place of what the law names.
    ///
    /// A schedule that runs ahead and moments that are reset can't be written as a configuration.
    /// - Throws: ``ClaimError/unavailable(_:)`` for such subjects.
    func under(_ subject: Subject) throws(ClaimError) -> RunConfiguration {
        guard subject.epochShift == 0, !subject.resetsMomentsAtDrop else {
            throw .unavailable("\(subject.name) can't be put into a run's configuration")
        }
        var changed = self
        changed.optimizer = subject.rule(optimizer)
        changed.network = network.map { if case .activation(let activation) = $0 { .activation(subject.activation(activation)) } else { $0 } }
        return changed
    }
}

extension DataSource {
    /// Why a published set can't be used; nil where it can, or needs no download.
    var absence: String? {
        let set: PublishedSet
        switch self {
        case .mnist: set = .mnist
        case .fashionMNIST: set = .fashionMNIST
        case .cifar10: set = .cifar10
        case .digits, .idx, .npy, .teacher, .planted: return nil
        }
        if DataLocations().places(for: set).contains(where: \.isUsable) { return nil }
        return "\(set.title) is not there; get it with: adamprobe data fetch \(set.name)"
    }
}

/// A file of the claims' resources.
/// - Throws: ``ClaimError/unavailable(_:)`` if the package's resource bundle lacks it.
func bundledFile(_ name: String, _ kind: String) throws(ClaimError) -> URL {
    guard let url = Bundle.module.url(forResource: "Resources/\(name)", withExtension: kind) else {
        throw .unavailable("the package's resource bundle lacks \(name).\(kind): build the package again")
    }
    return url
}
