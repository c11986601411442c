// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Probes
import Records

/// A trained model, of a run or from a file, whose smallest nodes were made zero nodes: ready for exact removal, or to be trained on with
/// `initial:`.
///
/// Only parameters and running statistics: an optimiser that goes on starts anew, since the old moments would move pruned weights off 0.
public struct PrunedModel: Sendable {
    /// The model's tensors by the names that they had, all shapes as before.
    public let file: SafetensorsFile
    /// What was pruned, smallest magnitude first.
    public let pruned: [RankedNode]
    /// Names of the hidden layers, such as the 0 of `0.weight`.
    public let layers: [String]
    /// Hidden nodes of the model.
    public let nodeCount: Int

    /// Prunes the model of a run directory, whose manifest says the architecture, or a `.safetensors` file, in which ReLU is assumed between
    /// dense layers (``ModelArchitecture``).
    ///
    /// - Throws: ``PruningError``, ``ModelFileError``, ``ModelArchitectureError``, ``RunError/notARun(_:found:accepted:)``,
    ///   `RecordsError`.
    public init(of source: URL, _ size: PruningSize, by magnitude: NodeMagnitude) throws {
        if source.pathExtension == "safetensors" {
            let model = try TrainedModel(model: source)
            switch model.precision {
            case .float32: try self.init(try model.network(capacity: 1) as Network<Float>, model.architecture.fileIndices, size, magnitude)
            case .float64: try self.init(try model.network(capacity: 1) as Network<Double>, model.architecture.fileIndices, size, magnitude)
            }
            return
        }
        let run = RunDirectory(source)
        let configuration = try run.readManifest(orModel: true).configuration()
        let (file, name) = (try SafetensorsFile.read(run.model), run.model.path)
        switch configuration.precision {
        case .float32: try self.init(try ModelFiles.network(configuration.network, file, named: name) as Network<Float>, nil, size, magnitude)
        case .float64: try self.init(try ModelFiles.network(configuration.network, file, named: name) as Network<Double>, nil, size, magnitude)
        }
    }

    /// - Parameter fileIndices: the index that each layer has in the file; nil if its own.
    private init<Scalar: TrainingScalar>(
        _ network: Network<Scalar>, _ fileIndices: [Int?]?, _ size: PruningSize, _ magnitude: NodeMagnitude
    ) throws {
        pruned = try NodePruning.prune(network, size, by: magnitude)
        func fileIndex(_ name: some StringProtocol) -> String {
            guard let position = Int(name), let index = fileIndices?[position] else { return String(name) }
            return "\(index)"
        }
        layers = network.hiddenLayers.map { fileIndex($0.name) }
        nodeCount = network.hiddenLayers.reduce(0) { $0 + $1.nodeCount }
        file = SafetensorsFile(
            ModelFiles.model(of: network).tensors.map { name, tensor in
                let parts = name.split(separator: ".")
                return ("\(fileIndex(parts[0])).\(parts[1])", tensor)
            }, metadata: ["format": "pt"])
    }
}
