// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Networks
import Probes
import Records

/// What is reduced: a run's final network, or a model's, with its optimiser's states and what is known of its data.
public struct ReductionSource: Sendable {
    /// Where it was read from.
    public let files: [URL]
    public let precision: Precision
    /// nil if there are none to compare outputs on.
    public let data: Dataset?
    /// The interval of every input, where nothing better is known than what the user says.
    public let interval: ClosedRange<Double>?
    /// Samples of the largest training batch; nil if it is not known.
    public let largestBatch: Int?
    /// Features of the data that the network takes, rising; nil for all.
    let inputs: [Int]?
    private let content: Content
    let states: SafetensorsFile
    /// The model's tensors as its file holds them.
    var model: SafetensorsFile {
        switch content {
        case .layers(_, _, let file, _): file
        case .trained(let model): model.model
        }
    }
    /// The states' file, for messages.
    let statesName: String

    private enum Content: Sendable {
        case layers([LayerSpecification], inputCount: Int, SafetensorsFile, name: String)
        case trained(TrainedModel)
    }

    /// A run that has ended, by its manifest, model and optimiser files.
    /// - Throws: ``RunError/notARun(_:found:accepted:)``, ``ReductionSourceError`` for one without a model yet, ``ConfigurationError``,
    ///   `DatasetError`, `RecordsError`.
    public init(run url: URL) throws {
        let run = RunDirectory(url)
        let manifest = try run.readManifest(orModel: true)
        guard FileManager.default.fileExists(atPath: run.model.path) else {
            throw ReductionSourceError.noModel(url.path, status: try manifest.status().rawValue)
        }
        let configuration = try manifest.configuration()
        let dataset = try configuration.data.load(seed: configuration.seed)
        files = [run.model, run.optimizer]
        precision = configuration.precision
        data = dataset
        interval = nil
        largestBatch = configuration.batch
        inputs = nil
        content = .layers(
            configuration.network, inputCount: dataset.training.featureCount, try SafetensorsFile.read(run.model), name: run.model.path)
        states = try SafetensorsFile.read(run.optimizer)
        statesName = run.optimizer.path
    }

    /// A model's file, with the optimiser's states in it or in a file of their own.
    ///
    /// - Parameters:
    ///   - architecture: the file that tells its layers; without one they are read off the model as ``ModelArchitecture`` does, with ReLU
    ///     between dense layers.
    ///   - interval: the interval of every input; the data's own box where nil.
    /// - Throws: ``ModelArchitectureError``, ``ModelFileError``, ``ConfigurationError``, `RecordsError`.
    public init(
        model url: URL, states statesURL: URL? = nil, architecture: URL? = nil, batchNormEpsilon: Double = 1e-5, data: Dataset? = nil,
        interval: ClosedRange<Double>? = nil, largestBatch: Int? = nil
    ) throws {
        files = [url, statesURL, architecture].compactMap(\.self)
        self.data = data
        self.interval = interval
        self.largestBatch = largestBatch
        statesName = (statesURL ?? url).relativePath
        if let architecture {
            let layers = try ArchitectureFile.read(architecture)
            precision = layers.precision
            inputs = layers.inputs
            content = .layers(layers.network, inputCount: layers.inputs.count, try SafetensorsFile.read(url), name: url.relativePath)
            states = try statesURL.map { try SafetensorsFile.read($0) } ?? SafetensorsFile()
        } else {
            let model = try TrainedModel(model: url, states: statesURL, batchNormEpsilon: batchNormEpsilon)
            precision = model.precision
            inputs = nil
            content = .trained(model)
            states = model.states
        }
    }

    /// Where a ReLU was assumed, by index in the model's file.
    public var assumedActivations: [Int] {
        if case .trained(let model) = content { model.architecture.assumedActivations } else { [] }
    }

    /// The name that layer `index` of the network has in the source's files.
    func fileIndex(of index: Int) -> Int {
        if case .trained(let model) = content { model.architecture.fileIndices[index] ?? index } else { index }
    }

    /// The name that a parameter of the network has in the source's files.
    func fileName(of parameter: String) -> String {
        guard let dot = parameter.firstIndex(of: "."), let index = Int(parameter[..<dot]) else { return parameter }
        return "\(fileIndex(of: index))\(parameter[dot...])"
    }

    func network<Scalar: TrainingScalar>(capacity: Int) throws -> Network<Scalar> {
        switch content {
        case .trained(let model): return try model.network(capacity: capacity)
        case .layers(let layers, let inputCount, let file, let name):
            let network = try Network<Scalar>(layers, inputCount: inputCount, capacity: capacity)
            try ModelFiles.plant(file, named: name, into: network)
            return network
        }
    }
}

/// Why a source or its data can't be reduced.
public enum ReductionSourceError: Error, Equatable, CustomStringConvertible {
    case noModel(String, status: String)
    case features(found: Int, expected: String, data: String)
    case overwritesSource(String)
    case outputExists(String)

    public var description: String {
        switch self {
        case .noModel(let path, let status):
            "\(path) has no model.safetensors yet, its status is \(status); accepted: a run that was completed or interrupted"
        case .features(let found, let expected, let data): "\(data): samples have \(found) features, the model takes \(expected)"
        case .overwritesSource(let path): "\(path) would be replaced, but is what is read; choose another --out"
        case .outputExists(let path): "\(path) is there already; choose another --out, or remove it"
        }
    }
}
