// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Probes
import Records

/// A sequential network as its file tells it: dense layers, batch normalisations, and the modules without parameters between them.
///
/// A file holds `<index>.<tensor>` for the modules of an `nn.Sequential`. A `weight` of two dimensions is a dense layer, one of one dimension
/// with `running_mean` a batch normalisation. Modules without parameters leave gaps in the indices; the first gap behind a dense layer (and its
/// batch normalisation) is *assumed* to be a ReLU, and other gaps to pass values on (dropout, flatten).
public struct ModelArchitecture: Sendable, Equatable {
    /// Layers from input to output, without the gaps that pass values on.
    public let specification: [LayerSpecification]
    public let inputCount: Int
    /// The index that each layer has in the file; nil for a ReLU.
    public let fileIndices: [Int?]
    /// Indices of the file where a ReLU was assumed.
    public let assumedActivations: [Int]
    public var hasBatchNorm: Bool { specification.contains { if case .batchNorm = $0 { true } else { false } } }

    /// Tensors that a module may have.
    private static let known: Set = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]

    /// - Parameters:
    ///   - file: the model's tensors, optimiser states left out.
    ///   - source: the file's name in errors.
    ///   - batchNormEpsilon: ε of the batch normalisations, which files don't hold.
    /// - Throws: ``ModelArchitectureError``, ``ModelFileError``.
    public init(of file: SafetensorsFile, named source: String, batchNormEpsilon: Double = 1e-5) throws {
        var modules: [Int: Set<String>] = [:]
        for name in file.names {
            let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let index = Int(parts[0]), index >= 0, Self.known.contains(parts[1]) else {
                throw ModelArchitectureError.notUnderstood(
                    name: name, file: source, reason: "its name is not that of a module's tensor",
                    accepted: "names of an nn.Sequential, such as 0.weight, 0.bias, 1.running_mean")
            }
            modules[index, default: []].insert(parts[1])
        }
        var (specification, indices, activations): ([LayerSpecification], [Int?], [Int]) = ([], [], [])
        var (width, inputs, last): (Int?, Int?, Int?) = (nil, nil, nil)
        var isActivated = false
        for index in modules.keys.sorted() {
            let name = "\(index).weight"
            func refusal(_ reason: String, _ accepted: String) -> ModelArchitectureError {
                .notUnderstood(name: name, file: source, reason: reason, accepted: accepted)
            }
            if let last, index > last + 1, !isActivated {
                specification.append(.activation(.relu()))
                indices.append(nil)
                activations.append(last + 1)
                isActivated = true
            }
            let shape = try Self.shape(of: name, in: file, source)
            switch shape.count {
            case 2:
                guard width == nil || isActivated else {
                    throw refusal("it follows another dense layer without an activation between", "a ReLU between dense layers")
                }
                guard shape[0] > 0, shape[1] > 0, width == nil || shape[1] == width else {
                    throw ModelFileError.wrongShape(name: name, file: source, found: shape, expected: [max(1, shape[0]), width ?? max(1, shape[1])])
                }
                inputs = inputs ?? shape[1]
                (width, isActivated) = (shape[0], false)
                specification.append(.dense(units: shape[0], bias: modules[index]!.contains("bias")))
            case 1 where modules[index]!.contains("running_mean"):
                guard let width else { throw refusal("there is no dense layer in front of it", "batch normalisation behind a dense layer") }
                guard shape[0] == width else {
                    throw ModelFileError.wrongShape(name: name, file: source, found: shape, expected: [width])
                }
                specification.append(.batchNorm(epsilon: batchNormEpsilon))
            case 1:
                throw refusal(
                    "it has one dimension, and there is no \(index).running_mean", "a batch normalisation with running statistics")
            default:
                throw refusal("it has shape \(shape)", "dense layers [outputs, inputs] and batch normalisations [features]")
            }
            indices.append(index)
            last = index
        }
        guard let inputs, LayerSpecification.hiddenLayers(in: specification).count > 0 else {
            throw ModelArchitectureError.noHiddenLayer(file: source)
        }
        self.specification = specification
        inputCount = inputs
        fileIndices = indices
        assumedActivations = activations
    }

    private static func shape(of name: String, in file: SafetensorsFile, _ source: String) throws -> [Int] {
        guard let record = file[name] else { throw ModelFileError.missing(name: name, file: source, found: file.names) }
        guard record.elementType.isFloatingPoint else {
            throw ModelFileError.impossibleValue(
                name: name, file: source, found: "elements of type \(record.elementType.rawValue)", accepted: "floating-point numbers")
        }
        return record.shape
    }

    /// Plants the file's parameters and statistics into a network of this architecture.
    func plant<Scalar: TrainingScalar>(_ file: SafetensorsFile, named source: String, into network: Network<Scalar>) throws {
        var renamed = SafetensorsFile()
        var names: [String: String] = [:]
        for (position, index) in fileIndices.enumerated() {
            guard let index else { continue }
            for suffix in Self.known.sorted() {
                guard let record = file["\(index).\(suffix)"] else { continue }
                renamed["\(position).\(suffix)"] = record
                names["\(position).\(suffix)"] = "\(index).\(suffix)"
            }
        }
        do {
            try ModelFiles.plant(renamed, named: source, into: network)
        } catch let error as ModelFileError {
            throw error.renamed { names[$0] ?? $0 }
        }
    }
}

/// Why a file's network is not understood.
public enum ModelArchitectureError: Error, Equatable, CustomStringConvertible {
    case notUnderstood(name: String, file: String, reason: String, accepted: String)
    case noHiddenLayer(file: String)

    public var description: String {
        switch self {
        case .notUnderstood(let name, let file, let reason, let accepted): "\(file): tensor '\(name)': \(reason); accepted: \(accepted)"
        case .noHiddenLayer(let file): "\(file): there is no hidden layer; accepted: two dense layers or more with a ReLU between"
        }
    }
}

extension ModelFileError {
    /// The same error with tensors called by other names.
    func renamed(_ name: (String) -> String) -> ModelFileError {
        switch self {
        case .missing(let tensor, let file, let found): .missing(name: name(tensor), file: file, found: found.map(name))
        case .unknown(let tensor, let file, let known): .unknown(name: name(tensor), file: file, known: known.map(name))
        case .wrongShape(let tensor, let file, let found, let expected): .wrongShape(name: name(tensor), file: file, found: found, expected: expected)
        case .impossibleValue(let tensor, let file, let found, let accepted):
            .impossibleValue(name: name(tensor), file: file, found: found, accepted: accepted)
        }
    }
}
