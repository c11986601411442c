// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Networks
import Optimizers

/// The type that a run computes in.
public enum Precision: String, Sendable, CaseIterable {
    case float32, float64
}

/// Where a run's parameters start from.
public enum InitialState: Sendable, Equatable {
    /// Drawn from the seed.
    case drawn(Initialization)
    /// A `.safetensors` file of parameters, and possibly one of the optimiser's moments and step counts (zeros and 0 without).
    case planted(model: URL, optimizer: URL? = nil)
}

/// In which order samples are shown.
public enum SampleOrder: Sendable, Equatable {
    /// A new permutation each epoch, from the seed.
    case shuffled
    case sequential
    /// A `.npy` file, int64, one row of sample indices a step.
    case file(URL)
}

/// How long a run is; 0 writes the initial model and stops.
public enum RunLength: Sendable, Equatable {
    case epochs(Int)
    case steps(Int)
}

/// All that decides a run: the same configuration on the same machine gives the same bits.
///
/// In YAML (``load(url:overrides:)``, ``parse(yaml:name:folder:overrides:)``) `data`, `network`, `optimizer` and one of `epochs` and `steps`
/// are required; the rest has the defaults of the initialiser. `ConfigurationTemplate.yaml` explains every key.
public struct RunConfiguration: Sendable {
    /// Every random number comes from a stream that this seed and the stream's name decide.
    public var seed: UInt64
    public var precision: Precision
    public var data: DataSource
    /// Layers from input to output; the size of the input is the data's.
    public var network: [LayerSpecification]
    public var initial: InitialState
    /// Names of parameters that are never updated, such as `2.weight`.
    public var freeze: [String]
    public var loss: Loss
    public var optimizer: any UpdateRule
    public var l2: CoupledL2
    /// A sparsity-inducing penalty of the incoming weights of all hidden layers; nil for none. Losses in the results stay those of the data.
    public var sparsity: SparsityPenalty?
    public var schedule: Schedule
    /// Samples a step; the last batch of an epoch may be smaller.
    public var batch: Int
    public var length: RunLength
    public var order: SampleOrder
    public var probe: ProbeConfiguration
    /// Threads for the matrix products; the results don't depend on it.
    public var threads: Int
    /// Whether subnormal results are flushed to 0 by the CPU (theory notes, B9).
    public var flushToZero: Bool
    /// Whether nodes that are certified dead are left out of the passes; see ``Compaction``.
    public var compaction: Bool

    public init(
        seed: UInt64 = 0, precision: Precision = .float64, data: DataSource, network: [LayerSpecification],
        initial: InitialState = .drawn(.heNormal), freeze: [String] = [], loss: Loss = .crossEntropy, optimizer: any UpdateRule,
        l2: CoupledL2 = .none, sparsity: SparsityPenalty? = nil, schedule: Schedule = .constant, batch: Int = 64, length: RunLength,
        order: SampleOrder = .shuffled, probe: ProbeConfiguration = ProbeConfiguration(), threads: Int = 1, flushToZero: Bool = false,
        compaction: Bool = false
    ) {
        self.seed = seed
        self.precision = precision
        self.data = data
        self.network = network
        self.initial = initial
        self.freeze = freeze
        self.loss = loss
        self.optimizer = optimizer
        self.l2 = l2
        self.sparsity = sparsity
        self.schedule = schedule
        self.batch = batch
        self.length = length
        self.order = order
        self.probe = probe
        self.threads = threads
        self.flushToZero = flushToZero
        self.compaction = compaction
    }
}

extension RunConfiguration: Equatable {
    /// Equal in every field; rules are equal when they are of the same type and equal there (a rule that isn't `Equatable` never is).
    public static func == (left: RunConfiguration, right: RunConfiguration) -> Bool {
        guard let rule = left.optimizer as? any Equatable, isSame(rule, right.optimizer) else { return false }
        return left.seed == right.seed && left.precision == right.precision && left.data == right.data && left.network == right.network
            && left.initial == right.initial && left.freeze == right.freeze && left.loss == right.loss && left.l2 == right.l2
            && left.sparsity == right.sparsity && left.schedule == right.schedule && left.batch == right.batch && left.length == right.length
            && left.order == right.order
            && left.probe == right.probe && left.threads == right.threads && left.flushToZero == right.flushToZero
            && left.compaction == right.compaction
    }

    private static func isSame<Rule: Equatable>(_ rule: Rule, _ other: any UpdateRule) -> Bool { other as? Rule == rule }
}
