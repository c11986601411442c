// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Optimizers
import Records
import Theory

/// A node at its last transition from active to silent, as a run kept it.
public struct NodeRecord: Sendable, Equatable {
    /// The hidden layer's name, the `0` of `0.weight`.
    public let layer: String
    /// Row of the node.
    public let node: Int
    /// Steps that the run had made; the first silent step is the next.
    public let lastStep: Int
    /// Incoming weights with their optimiser's state, in double precision whatever the run's.
    public let state: DeadNode<Double>
    /// The incoming weights were frozen: they stay what they are.
    public let isFrozen: Bool
}

/// The states of a run's nodes at death, with all that decides what becomes of them: rule, α step by step, λ, precision (theory notes, B0).
///
/// Read from `deaths.safetensors` and `manifest.json`. A node that was silent for a while and is active again has a record too, of no meaning
/// for what came after: ``NodeLedger`` tells which nodes are dead.
public struct DeathRecords: Sendable {
    public let url: URL
    public let rule: DeadWeightRule
    /// α by the run's step.
    public var learningRate: LearningRate { rate(0) }
    private let rate: @Sendable (_ offset: Int) -> LearningRate
    /// λ of the coupled L2 on weights.
    public let l2: Double
    public let precision: Precision
    public let flushToZero: Bool
    /// ξ, largest first.
    public let thresholds: [Double]
    /// Steps that a norm must stay under ξ for a passage, as the run's ledger counted them.
    public let persistence: Int
    public let stepsPerEpoch: Int
    public let status: RunDirectory.Status
    /// Steps that the run was to make.
    public let totalSteps: Int
    /// Steps that it made; nil for one that is running, was killed, or failed.
    public let completedSteps: Int?
    /// Names of the hidden layers, from the input on.
    public let layers: [String]
    /// Every node that was ever silent, layer by layer.
    public let records: [NodeRecord]

    /// Reads a run's records.
    ///
    /// - Throws: ``RunError/notARun(_:found:accepted:)``; ``DeathRecordsError``: no deaths (`probe: none`), an optimiser that the theory has no rule for, a
    ///   sparsity-inducing penalty, a damaged file, tensor or key; ``ConfigurationError`` for a configuration in the manifest that doesn't
    ///   parse; `RecordsError` for files that can't be read.
    public init(run url: URL) throws {
        let run = RunDirectory(url)
        let manifest = try run.readManifest(orModel: true)
        let configuration = try manifest.configuration()
        if let penalty = configuration.sparsity, penalty.coefficient > 0 {
            throw DeathRecordsError.penalized(file: run.manifest.path)
        }
        guard let rule = DeadWeightRule(configuration.optimizer) else {
            throw DeathRecordsError.unknownRule(name: type(of: configuration.optimizer).name, file: run.manifest.path)
        }
        guard !configuration.probe.isOff else { throw DeathRecordsError.noDeaths(url.path, reason: "it was made with probe: none") }
        guard FileManager.default.fileExists(atPath: run.deaths.path) else {
            throw DeathRecordsError.noDeaths(url.path, reason: "it has no deaths.safetensors")
        }
        self.url = url
        self.rule = rule
        l2 = configuration.l2.weights
        precision = configuration.precision
        flushToZero = configuration.flushToZero
        thresholds = configuration.probe.thresholds.sorted(by: >)
        persistence = configuration.optimizer.passagePersistence
        stepsPerEpoch = try manifest.count("stepsPerEpoch", from: 1)
        totalSteps = try manifest.count("totalSteps", from: 0)
        status = try manifest.status()
        switch status {
        case .completed: completedSteps = totalSteps
        case .interrupted:
            completedSteps = try RunManifest(content: try JSONValue.read(run.summary), file: run.summary.path).count("steps", from: 0)
        case .running, .failed: completedSteps = nil
        }
        layers = LayerSpecification.hiddenLayers(in: configuration.network).map { "\($0)" }
        let start = try PlantedSteps(configuration)
        let (alpha, schedule, period) = (configuration.optimizer.learningRate, configuration.schedule, stepsPerEpoch)
        rate = { LearningRate(alpha, schedule: schedule, stepsPerEpoch: period, offset: $0) }
        let file = DeathFile(content: try SafetensorsFile.read(run.deaths), file: run.deaths.path, rule: rule, totalSteps: totalSteps)
        records = try layers.flatMap { layer in
            try file.records(
                of: layer, units: LayerSpecification.units(of: layer, in: configuration.network),
                isFrozen: configuration.freeze.contains("\(layer).weight"), start: start)
        }
    }

    /// The record of a node; nil if it was never silent.
    public func record(layer: String, node: Int) -> NodeRecord? { records.first { $0.layer == layer && $0.node == node } }

    /// What becomes of a node by the exact recursion, in the run's precision and floating-point state, `extraSteps` beyond the run's end.
    ///
    /// The forecast's step k is the run's step `record.lastStep + k`.
    public func exact(_ record: NodeRecord, extraSteps: Int = 0) throws(LawError) -> NodeForecast {
        try dynamics(of: record).exact(record.state, steps: steps(after: record, extraSteps)).forecast
    }

    /// The incoming weights that the exact recursion leads to, `extraSteps` beyond the run's end.
    public func finalWeights(_ record: NodeRecord, extraSteps: Int = 0) throws(LawError) -> [Double] {
        try dynamics(of: record).exact(record.state, steps: steps(after: record, extraSteps)).weights
    }

    /// What becomes of a node by the adiabatic law.
    /// - Throws: `LawError` where the rule has no linear regime.
    public func adiabatic(_ record: NodeRecord, extraSteps: Int = 0) throws(LawError) -> AdiabaticNodeForecast {
        try dynamics(of: record).adiabatic(record.state, steps: steps(after: record, extraSteps))
    }

    /// Whether the norm is under the smallest ξ at the run's end, by the adiabatic law: what ``adiabatic(_:extraSteps:)`` says of it, at a
    /// fraction of the cost.
    /// - Throws: `LawError` where the rule has no linear regime.
    public func endsBelow(_ record: NodeRecord) throws(LawError) -> Bool {
        try dynamics(of: record).endsBelow(record.state, steps: steps(after: record))
    }

    /// Both, and the regime at the end.
    public func predict(_ record: NodeRecord, extraSteps: Int = 0) throws(LawError) -> NodePrediction {
        try dynamics(of: record).predict(record.state, steps: steps(after: record, extraSteps))
    }

    /// Steps from a record to `extraSteps` beyond the run's end, the planned one where the run has none yet.
    public func steps(after record: NodeRecord, _ extraSteps: Int = 0) -> Int {
        max(0, (completedSteps ?? totalSteps) - record.lastStep + extraSteps)
    }

    /// What a record's incoming weights are under, α by the optimiser's own step count. Frozen weights are under gradient descent that does not
    /// descend.
    public func dynamics(of record: NodeRecord) -> NodeDynamics {
        NodeDynamics(
            rule: record.isFrozen ? .gradientDescent : rule,
            learningRate: record.isFrozen ? .constant(0) : rate((record.state.step ?? 0) - record.lastStep), l2: record.isFrozen ? 0 : l2,
            precision: precision, flushToZero: flushToZero, thresholds: thresholds, persistence: persistence)
    }
}

extension UpdateRule {
    /// Steps that a norm must stay under ξ for the ledger to call it a passage: 6/(1−β₁) rounded up.
    var passagePersistence: Int { Int((6 / (1 - firstMomentDecay)).rounded(.up)) }
}

extension LayerSpecification {
    /// Units of the dense layer of that name.
    fileprivate static func units(of layer: String, in network: [LayerSpecification]) -> Int {
        if let index = Int(layer), network.indices.contains(index), case .dense(let units, _) = network[index] { units } else { 0 }
    }
}

/// What is wrong with a run's records of deaths.
public enum DeathRecordsError: Error, Equatable, CustomStringConvertible {
    case noDeaths(String, reason: String)
    /// An optimiser that the theory has no rule for.
    case unknownRule(name: String, file: String)
    /// A sparsity-inducing penalty moves dead weights too: they don't follow the recursion of g = λw (theory notes, B0).
    case penalized(file: String)
    case damaged(file: String, key: String, problem: String, accepted: String)

    public var description: String {
        switch self {
        case .noDeaths(let path, let reason): "\(path) keeps no states of dead nodes: \(reason); accepted: a run with probes"
        case .unknownRule(let name, let file):
            "\(file): the theory has no rule for the optimiser '\(name)'; accepted: \(ConfigurationOptimizer.words.joined(separator: ", "))"
        case .penalized(let file):
            "\(file): the run had a sparsity-inducing penalty, under which dead weights don't follow the laws of L2; accepted: a run with sparsity: none"
        case .damaged(let file, let key, let problem, let accepted): "\(file): '\(key)' \(problem); accepted: \(accepted)"
        }
    }
}
