// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Datasets
import Foundation
import Networks
import Optimizers
import Probes
import Records
import Theory

/// A model trained elsewhere, such as by PyTorch: which of its hidden nodes are dead, and the states from which to foretell what becomes of
/// them.
///
/// Between dense layers ReLU is assumed (``ModelArchitecture``). A model file may hold the optimiser's states too.
public struct TrainedModel: Sendable {
    public let architecture: ModelArchitecture
    /// Precision of the weights in the file.
    public let precision: Precision
    /// The model's tensors, by the file's names.
    let model: SafetensorsFile
    private let modelName: String
    /// The optimiser's states, by the file's names.
    let states: SafetensorsFile
    private let statesName: String

    /// Reads a model, and the optimiser's states from a file of their own if there is one.
    /// - Throws: ``ModelArchitectureError``, ``ModelFileError``, `RecordsError`.
    public init(model url: URL, states statesURL: URL? = nil, batchNormEpsilon: Double = 1e-5) throws {
        let file = try SafetensorsFile.read(url)
        // `0.weight.exp_avg`, or one `step` for all.
        func isState(_ name: String) -> Bool {
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            return name == "step" || parts.count == 3 && Int(parts[0]) != nil && ["weight", "bias"].contains(parts[1])
        }
        model = SafetensorsFile(file.tensors.filter { !isState($0.name) })
        modelName = url.relativePath
        states = try statesURL.map { try SafetensorsFile.read($0) } ?? SafetensorsFile(file.tensors.filter { isState($0.name) })
        statesName = statesURL?.relativePath ?? modelName
        architecture = try ModelArchitecture(of: model, named: modelName, batchNormEpsilon: batchNormEpsilon)
        precision = model.tensors.contains { $0.tensor.elementType == .float64 } ? .float64 : .float32
    }

    /// Looks at every hidden node.
    ///
    /// - Parameters:
    ///   - box: the interval that every input lies in, for certificates; the data's own box where nil; nothing is known without data.
    ///   - batch: samples of the largest training batch, for certificates under batch normalisation and for the pass over `data`.
    ///   - data: samples to run through the network: one epoch in training mode, in their order, and all in evaluation mode.
    /// - Throws: ``ModelFileError``, `NetworkError`; ``TrainedModelError`` for data that don't fit.
    public func nodes(box: ClosedRange<Double>? = nil, batch: Int? = nil, data: Dataset? = nil) throws -> [ModelNode] {
        switch precision {
        case .float32: try ModelSurvey<Float>(self, box: box, batch: batch, data: data).nodes
        case .float64: try ModelSurvey<Double>(self, box: box, batch: batch, data: data).nodes
        }
    }

    /// The network, with the file's parameters.
    func network<Scalar: TrainingScalar>(capacity: Int) throws -> Network<Scalar> {
        let network = try Network<Scalar>(architecture.specification, inputCount: architecture.inputCount, capacity: capacity)
        try architecture.plant(model, named: modelName, into: network)
        return network
    }

    /// A node's incoming weights with the states that `rule` keeps of them.
    ///
    /// - Throws: ``ModelFileError`` for a state that is missing, of another shape, or impossible.
    public func deadNode(_ node: ModelNode, rule: DeadWeightRule) throws -> DeadNode<Double> {
        let parameter = "\(node.layer).weight"
        func row(_ name: String, in file: SafetensorsFile, _ source: String, nonNegative: Bool = false) throws -> [Double] {
            guard let record = file[name] else { throw ModelFileError.missing(name: name, file: source, found: file.names) }
            let shape = model[parameter]?.shape ?? []
            guard record.shape == shape, shape.count == 2, node.node < shape[0] else {
                throw ModelFileError.wrongShape(name: name, file: source, found: record.shape, expected: shape)
            }
            let values: [Double] = try ModelFiles.values(of: record, name, source, nonNegative: nonNegative)
            return Array(values[node.node * shape[1]..<(node.node + 1) * shape[1]])
        }
        func state(_ name: String?) throws -> [Double] {
            try name.map { try row("\(parameter).\($0)", in: states, statesName, nonNegative: ModelFiles.nonNegativeStates.contains($0)) } ?? []
        }
        let names = rule.stateNames
        let step = rule.countsSteps ? try steps(of: parameter) : 0
        return DeadNode(
            weights: try row(parameter, in: model, modelName), firstMoments: try state(names.firstMoment),
            secondMoments: try state(names.secondMoment), auxiliaries: try state(names.auxiliary),
            momentumProduct: try product(of: parameter, rule: rule, step: step), step: step)
    }

    /// `<parameter>.step`, or one `step` for all.
    private func steps(of parameter: String) throws -> Int {
        let own = "\(parameter).step"
        guard let name = [own, "step"].first(where: { states[$0] != nil }), let record = states[name] else {
            throw ModelFileError.missing(name: own, file: statesName, found: states.names)
        }
        let value = try ModelFiles.scalar(of: record, name, statesName, nonNegative: true)
        guard let steps = Int(exactly: value) else {
            throw ModelFileError.impossibleValue(name: name, file: statesName, found: "\(value)", accepted: "one whole number from 0 to 2^53")
        }
        return steps
    }

    /// NAdam's `mu_product`; computed from the steps where the file lacks it.
    private func product(of parameter: String, rule: DeadWeightRule, step: Int) throws -> Double {
        let name = "\(parameter).mu_product"
        return try states[name].map { try ModelFiles.scalar(of: $0, name, statesName) } ?? rule.momentumProduct(steps: 0..<step)
    }
}

/// What is known of a hidden node of a trained model.
public struct ModelNode: Sendable, Equatable {
    /// Index of its dense layer in the file.
    public let layer: String
    public let node: Int
    /// Certificates that the parameters meet as they are; ``DeathCertificate/data`` is that of evaluation mode on the given data.
    public let certificates: [DeathCertificate]
    /// On the input box with the running statistics folded in: dead in evaluation, not in training.
    public let isCertifiedInEvaluation: Bool
    /// Silent on every training batch of the given data; nil without data.
    public let isSilentInTraining: Bool?

    /// Proved to be silent in training, or silent on all the data given.
    public var isDead: Bool { isSilentInTraining == true || certificates.contains { $0 != .data } }

    /// Silent in evaluation mode, by proof or on the data given.
    public var isDeadInEvaluation: Bool { isCertifiedInEvaluation || certificates.contains { $0 == .data || $0 == .box || $0 == .anySigns } }
}

/// Why data don't fit a trained model.
public enum TrainedModelError: Error, Equatable, CustomStringConvertible {
    case features(found: Int, expected: Int, data: String)
    case batchTooSmall(batch: Int, smallest: Int, needed: Int)

    public var description: String {
        switch self {
        case .features(let found, let expected, let data): "\(data): samples have \(found) features, the model's first layer takes \(expected)"
        case .batchTooSmall(let batch, let smallest, let needed):
            "--batch \(batch) leaves a batch of \(smallest), but batch normalisation needs \(needed); accepted: another batch size"
        }
    }
}
