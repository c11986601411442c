// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Experiments
import Networks
import Optimizers

/// A sweep whose points differ in nothing but what an ensemble's members may differ in: `seed`, `l2` and Adam's hyper-parameters.
///
/// Every point is a member: its parameters are those that `adamprobe sweep` would end with, to the bit for small networks; see ``Ensemble``.
public struct EnsembleSweep: Sendable {
    public let sweep: Sweep
    public let members: [EnsembleMember]
    /// Steps of every member.
    public let steps: Int
    let samples: Samples

    /// What all members share: the first point's.
    var configuration: RunConfiguration { sweep.points[0].configuration }

    /// Loads the data.
    /// - Throws: ``EnsembleError`` for points that can't train as an ensemble; `DatasetError` for the data.
    public init(_ sweep: Sweep) throws {
        let shared = sweep.points[0].configuration
        for point in sweep.points.dropFirst() {
            guard let key = Self.firstDifference(point.configuration, shared) else { continue }
            let place = zip(sweep.axes, point.labels).map { "\($0)=\($1)" }.joined(separator: " ")
            throw EnsembleError.unsupported(
                key: key, found: "another value at \(place) than at the first point",
                accepted: "points that differ in seed, l2 and Adam's hyper-parameters alone")
        }
        try Self.check(shared, seeds: Set(sweep.points.map(\.configuration.seed)).count)
        samples = try shared.data.load(seed: shared.seed).training
        guard shared.batch >= samples.count else {
            throw EnsembleError.unsupported(
                key: "batch", found: "\(shared.batch)", accepted: "all samples in every step, \(samples.count) or more")
        }
        self.sweep = sweep
        members = try sweep.points.map { point in
            guard let adam = point.configuration.optimizer as? Adam else {
                let rule = type(of: point.configuration.optimizer).name
                throw EnsembleError.unsupported(key: "optimizer", found: rule, accepted: Adam.name)
            }
            return EnsembleMember(seed: point.configuration.seed, optimizer: adam, l2: point.configuration.l2)
        }
        // An epoch is a step.
        switch shared.length {
        case .steps(let count), .epochs(let count): steps = count
        }
    }

    /// The first key, in the order of a configuration, in which two points differ that must not; nil for none.
    private static func firstDifference(_ point: RunConfiguration, _ shared: RunConfiguration) -> String? {
        var aligned = point
        (aligned.seed, aligned.l2, aligned.optimizer, aligned.threads) = (shared.seed, shared.l2, shared.optimizer, shared.threads)
        // A rule of another kind is told as such, later.
        guard aligned != shared else { return nil }
        let (here, there) = (aligned.resolved.object, shared.resolved.object)
        let keys = (here?.members ?? []).map(\.key) + (there?.members ?? []).map(\.key)
        return keys.first { here?[$0] != there?[$0] } ?? "configuration"
    }

    /// What can be told without the data.
    private static func check(_ shared: RunConfiguration, seeds: Int) throws(EnsembleError) {
        switch shared.data {
        case .teacher where seeds > 1, .planted where seeds > 1:
            throw .unsupported(key: "data", found: "data drawn from the seed, which differs between points", accepted: "one seed, or data from files")
        default: break
        }
        guard case .drawn = shared.initial else {
            throw .unsupported(key: "initial", found: "a model from a file", accepted: "\(Initialization.allCases.map(\.rawValue))")
        }
        guard shared.freeze.isEmpty else { throw .unsupported(key: "freeze", found: "\(shared.freeze)", accepted: "none") }
        guard shared.sparsity == nil else { throw .unsupported(key: "sparsity", found: "a penalty", accepted: "none") }
        guard !shared.compaction else { throw .unsupported(key: "compaction", found: "true", accepted: "false: every member's nodes take part") }
        guard shared.order == .sequential else {
            throw .unsupported(
                key: "order", found: shared.order == .shuffled ? "shuffled" : "a file", accepted: "sequential, all samples in every step")
        }
    }
}
