// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Optimizers
import Probes
import Records

/// A network and an optimiser to and from safetensors files with PyTorch's names.
///
/// A model file holds what the `state_dict` of the corresponding `nn.Sequential` holds: `0.weight` [out, in], `1.running_mean`,
/// `1.num_batches_tracked`, …. An optimiser file holds, for each parameter, `0.weight.exp_avg` and the like, and `0.weight.step`.
public enum ModelFiles {
    /// Which numbers a file may hold.
    enum Acceptance {
        /// Those that a run can start from: finite, and no negative variances, squares or counts.
        case possible
        /// Whatever a run may have come to, NaN among it.
        case anything
    }

    /// The network's parameters and running statistics.
    public static func model<Scalar: TrainingScalar>(of network: Network<Scalar>) -> SafetensorsFile {
        var tensors: [(name: String, tensor: TensorRecord)] = []
        for layer in network.layers {
            tensors += layer.parameters.map { ($0.name, Scalar.record($0.value.values, shape: $0.value.shape)) }
            tensors += layer.buffers.map { ($0.name, Scalar.record($0.tensor.values, shape: $0.tensor.shape)) }
            if let norm = layer as? BatchNorm<Scalar> {
                tensors.append((norm.batchesTrackedName, TensorRecord([norm.batchesTracked], shape: [])))
            }
        }
        return SafetensorsFile(tensors, metadata: ["format": "pt"])
    }

    /// The network of these layers with the parameters and running statistics of a file, for single samples. Its input's width is the data's, which
    /// the first dense layer has in its shape; layers before it keep it.
    /// - Throws: as ``plant(_:named:into:)``.
    static func network<Scalar: TrainingScalar>(
        _ layers: [LayerSpecification], _ file: SafetensorsFile, named source: String
    ) throws -> Network<Scalar> {
        let first = layers.firstIndex(where: \.isDense).map { "\($0).weight" } ?? "0.weight"
        guard let shape = file[first]?.shape, shape.count == 2 else {
            throw ModelFileError.missing(name: first, file: source, found: file.names)
        }
        let network = try Network<Scalar>(layers, inputCount: shape[1], capacity: 1)
        try plant(file, named: source, into: network)
        return network
    }

    /// The optimiser's state, with one `step` a parameter.
    public static func optimizer<Scalar: TrainingScalar>(_ optimizer: Optimizer<Scalar>, shapes: [[Int]]) throws -> SafetensorsFile {
        var tensors: [(name: String, tensor: TensorRecord)] = []
        for (index, parameter) in optimizer.parameters.enumerated() {
            for state in optimizer.stateNames {
                tensors.append(("\(parameter.name).\(state)", Scalar.record(try optimizer.state(state, of: index), shape: shapes[index])))
            }
            for scalar in optimizer.scalarNames {
                tensors.append(("\(parameter.name).\(scalar)", TensorRecord([try optimizer.scalar(scalar, of: index)], shape: [])))
            }
        }
        return SafetensorsFile(tensors, metadata: ["format": "pt", "optimizer": type(of: optimizer.rule).name])
    }

    /// Replaces every parameter of the network, and its running statistics where the file has them.
    /// - Throws: ``ModelFileError`` for a missing, unknown or wrongly shaped tensor and for values that no run can start from (not finite,
    ///   or negative variances and counts); the network may then be partly replaced.
    public static func plant<Scalar: TrainingScalar>(_ file: SafetensorsFile, named source: String, into network: Network<Scalar>) throws {
        try plant(file, named: source, into: network, accepting: .possible)
    }

    static func plant<Scalar: TrainingScalar>(
        _ file: SafetensorsFile, named source: String, into network: Network<Scalar>, accepting acceptance: Acceptance
    ) throws {
        var unused = Set(file.names)
        func take(_ name: String, _ tensor: Tensor<Scalar>, required: Bool, nonNegative: Bool = false) throws {
            guard let record = file[name] else {
                if required { throw ModelFileError.missing(name: name, file: source, found: file.names) }
                return
            }
            guard record.shape == tensor.shape else {
                throw ModelFileError.wrongShape(name: name, file: source, found: record.shape, expected: tensor.shape)
            }
            tensor.assign(try values(of: record, name, source, nonNegative: nonNegative, accepting: acceptance))
            unused.remove(name)
        }
        for layer in network.layers {
            for parameter in layer.parameters { try take(parameter.name, parameter.value, required: true) }
            for buffer in layer.buffers {
                try take(buffer.name, buffer.tensor, required: false, nonNegative: buffer.name.hasSuffix(".running_var"))
            }
            if let norm = layer as? BatchNorm<Scalar>, let tracked = file[norm.batchesTrackedName] {
                norm.batchesTracked = Int(try scalar(of: tracked, norm.batchesTrackedName, source, nonNegative: true))
                unused.remove(norm.batchesTrackedName)
            }
        }
        if let stranger = unused.sorted().first {
            throw ModelFileError.unknown(name: stranger, file: source, known: model(of: network).names)
        }
    }

    /// Plants moments and step counts: `<parameter>.<state>`, and `<parameter>.step` or one `step` for all. What the file lacks stays at
    /// its initial value.
    /// - Parameter shapes: the parameters' shapes, in the optimiser's order; a state tensor has that of its parameter.
    /// - Throws: ``ModelFileError`` for a tensor that no parameter has, of another shape, or with values that no moment can have (not
    ///   finite, or negative where squares or sizes are summed); `OptimizerError` for an impossible step.
    public static func plant<Scalar: TrainingScalar>(
        _ file: SafetensorsFile, named source: String, into optimizer: Optimizer<Scalar>, shapes: [[Int]]
    ) throws {
        try plant(file, named: source, into: optimizer, shapes: shapes, accepting: .possible)
    }

    static func plant<Scalar: TrainingScalar>(
        _ file: SafetensorsFile, named source: String, into optimizer: Optimizer<Scalar>, shapes: [[Int]], accepting acceptance: Acceptance
    ) throws {
        var unused = Set(file.names)
        let commonStep = try file["step"].map { try scalar(of: $0, "step", source) }
        unused.remove("step")
        var known: [String] = ["step"]
        for (index, parameter) in optimizer.parameters.enumerated() {
            for state in optimizer.stateNames {
                let name = "\(parameter.name).\(state)"
                known.append(name)
                guard let record = file[name] else { continue }
                guard record.shape == shapes[index] else {
                    throw ModelFileError.wrongShape(name: name, file: source, found: record.shape, expected: shapes[index])
                }
                try optimizer.plant(
                    try values(of: record, name, source, nonNegative: nonNegativeStates.contains(state), accepting: acceptance),
                    as: state, of: index)
                unused.remove(name)
            }
            for scalar in optimizer.scalarNames {
                let name = "\(parameter.name).\(scalar)"
                known.append(name)
                let own = try file[name].map { try Self.scalar(of: $0, name, source) }
                if let value = own ?? (scalar == "step" ? commonStep : nil) { try optimizer.plant(value, as: scalar, of: index) }
                unused.remove(name)
            }
        }
        if let stranger = unused.sorted().first { throw ModelFileError.unknown(name: stranger, file: source, known: known) }
    }

    /// States that sum or bound squares or sizes, so that their roots are taken or they divide.
    static let nonNegativeStates: Set = ["exp_avg_sq", "max_exp_avg_sq", "exp_inf", "square_avg", "acc_delta", "sum"]

    static func values<Scalar: TrainingScalar>(
        of record: TensorRecord, _ name: String, _ source: String, nonNegative: Bool, accepting acceptance: Acceptance = .possible
    ) throws -> [Scalar] {
        let values = try record.values(as: Scalar.self)
        if acceptance == .possible, let index = values.firstIndex(where: { !$0.isFinite || nonNegative && $0 < 0 }) {
            throw ModelFileError.impossibleValue(
                name: name, file: source, found: "\(values[index]) at element \(index)",
                accepted: "finite \(Scalar.elementType.rawValue) numbers" + (nonNegative ? " ≥ 0" : ""))
        }
        return values
    }

    /// The one number of a tensor of shape [] or [1].
    static func scalar(of record: TensorRecord, _ name: String, _ source: String, nonNegative: Bool = false) throws -> Double {
        let values = try record.values(as: Double.self)
        guard values.count == 1, values[0].isFinite, !nonNegative || (0...0x1p53).contains(values[0]) else {
            throw ModelFileError.impossibleValue(
                name: name, file: source, found: values.count == 1 ? "\(values[0])" : "\(values.count) numbers",
                accepted: nonNegative ? "one whole number from 0 to 2^53" : "one finite number")
        }
        return values[0]
    }
}

/// What is wrong with a model or optimiser file for a given network.
public enum ModelFileError: Error, Equatable, CustomStringConvertible {
    case missing(name: String, file: String, found: [String])
    case unknown(name: String, file: String, known: [String])
    case wrongShape(name: String, file: String, found: [Int], expected: [Int])
    case impossibleValue(name: String, file: String, found: String, accepted: String)

    public var description: String {
        switch self {
        case .missing(let name, let file, let found): "\(file): tensor '\(name)' is missing; the file has \(found.joined(separator: ", "))"
        case .unknown(let name, let file, let known): "\(file): nothing here is called '\(name)'; accepted: \(known.joined(separator: ", "))"
        case .wrongShape(let name, let file, let found, let expected): "\(file): tensor '\(name)' has shape \(found), expected \(expected)"
        case .impossibleValue(let name, let file, let found, let accepted): "\(file): tensor '\(name)': found \(found); accepted: \(accepted)"
        }
    }
}
