// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Datasets
import Foundation
import Networks
import Probes
import Records
import Reduction

/// A run's or a model's network without the nodes that do nothing for it: the reduced model with its optimiser's states, and the report.
public struct ModelReduction: Sendable {
    public let report: ReductionReport
    public let architecture: ArchitectureFile
    /// The reduced model's parameters and running statistics.
    public let model: SafetensorsFile
    /// Of each of the source's optimiser states what stays; empty if the source has none.
    public let states: SafetensorsFile
    private let sources: [URL]

    /// Reduces.
    ///
    /// - Parameters:
    ///   - threshold: ξ, below which the norm of a group of weights counts as zero.
    ///   - certifies: also removes nodes that are proved to be silent on the input box.
    ///   - dropsInputs: also removes inputs that no node reads.
    /// - Throws: `ReductionError`, ``ModelFileError``, ``ReductionSourceError`` for data that don't fit.
    public init(_ source: ReductionSource, threshold: Double = 1e-15, certifies: Bool = false, dropsInputs: Bool = false) throws {
        let options = ReductionOptions(threshold: threshold, certifies: certifies, dropsInputs: dropsInputs, largestBatch: source.largestBatch)
        switch source.precision {
        case .float32: self = try Self.reduce(Float.self, source, options)
        case .float64: self = try Self.reduce(Double.self, source, options)
        }
    }

    private init(report: ReductionReport, architecture: ArchitectureFile, model: SafetensorsFile, states: SafetensorsFile, sources: [URL]) {
        (self.report, self.architecture, self.model, self.states, self.sources) = (report, architecture, model, states, sources)
    }

    /// Samples that a pass takes at a time.
    private static var batch: Int { 256 }

    private static func reduce<Scalar: TrainingScalar>(
        _: Scalar.Type, _ source: ReductionSource, _ options: ReductionOptions
    ) throws -> ModelReduction {
        let network: Network<Scalar> = try source.network(capacity: batch)
        let inputs = source.inputs ?? Array(0..<network.inputCount)
        if let data = source.data {
            let (features, last) = (data.training.featureCount, inputs.last ?? 0)
            guard source.inputs == nil ? features == inputs.count : features > last else {
                throw ReductionSourceError.features(
                    found: features, expected: source.inputs == nil ? "\(inputs.count)" : "those up to \(last)", data: data.name)
            }
        }
        var options = options
        options.box =
            source.interval.map { Box(count: inputs.count, lower: $0.lowerBound, upper: $0.upperBound) }
            ?? source.data.map { data in Box(lower: inputs.map { data.inputBox.lower[$0] }, upper: inputs.map { data.inputBox.upper[$0] }) }
        let reduction = try NetworkReduction(of: network, options: options)
        let reduced = try reduction.network(capacity: batch)
        let parts: [(String, Samples?)] = [("training", source.data?.training), ("test", source.data?.test)]
        let comparisons = try parts.compactMap { part, samples in
            try samples.map {
                try OutputComparison(
                    of: network, and: reduced, on: $0, part: part, isLabelled: source.data?.classCount != nil, inputs: inputs,
                    secondInputs: reduction.keptInputs)
            }
        }
        return ModelReduction(
            report: ReductionReport(
                reduction, precision: source.precision, model: source.model, comparisons: comparisons, fileIndex: source.fileIndex),
            architecture: ArchitectureFile(
                network: reduction.specification, inputs: reduction.keptInputs.map { inputs[$0] },
                unreadInputs: reduction.unreadInputs.map { inputs[$0] }, precision: source.precision),
            model: ModelFiles.model(of: reduced),
            states: try states(source, network.parameters.map { ($0.name, $0.value.shape) }, reduction.origins), sources: source.files)
    }

    /// `<parameter>.<state>` of every parameter's shape cut like the parameter, and numbers such as `<parameter>.step` as they are.
    /// - Throws: ``ModelFileError`` for a tensor that is none of the parameters', or of another shape.
    private static func states(
        _ source: ReductionSource, _ parameters: [(name: String, shape: [Int])], _ origins: [ParameterOrigin]
    ) throws -> SafetensorsFile {
        let shapes = Dictionary(uniqueKeysWithValues: parameters.map { (source.fileName(of: $0.name), $0.shape) })
        for (name, tensor) in source.states.tensors where name != "step" {
            guard let dot = name.lastIndex(of: "."), let shape = shapes[String(name[..<dot])] else {
                let known = parameters.map { "\(source.fileName(of: $0.name)).<state>" } + ["step"]
                throw ModelFileError.unknown(name: name, file: source.statesName, known: known)
            }
            guard tensor.shape == shape || tensor.count == 1 else {
                throw ModelFileError.wrongShape(name: name, file: source.statesName, found: tensor.shape, expected: shape)
            }
        }
        var states = SafetensorsFile(metadata: source.states.metadata)
        states["step"] = source.states["step"]
        for origin in origins {
            guard let original = origin.original else { continue }
            let prefix = source.fileName(of: original) + "."
            for (name, tensor) in source.states.tensors where name.hasPrefix(prefix) {
                states["\(origin.name).\(name.dropFirst(prefix.count))"] =
                    tensor.shape == origin.originalShape ? try tensor.selecting(origin) : tensor
            }
        }
        return states
    }

    /// Writes the model, and beside it its architecture, the optimiser's states if there are any, and the report: `architecture.json`,
    /// `optimizer.safetensors` and `reduction.json`, with the model's own name in front unless that is `model.safetensors`. All of them or none:
    /// the model appears last.
    /// - Returns: the files, the model first.
    /// - Throws: ``ReductionSourceError/overwritesSource(_:)``; ``ReductionSourceError/outputExists(_:)`` for any of the four that is there, the
    ///   optimiser's states too if there are none to write; `RecordsError`.
    public func write(to url: URL) throws -> [URL] {
        let folder = url.deletingLastPathComponent()
        let stem = url.deletingPathExtension().lastPathComponent
        func beside(_ name: String) -> URL { folder.appendingPathComponent(stem == "model" ? name : "\(stem)-\(name)") }
        func path(_ file: URL) -> String { file.standardizedFileURL.resolvingSymlinksInPath().path }
        let (layers, optimizer, account) = (beside("architecture.json"), beside("optimizer.safetensors"), beside("reduction.json"))
        let places = [url, layers, optimizer, account]
        let read = Set(sources.map(path))
        if let file = places.first(where: { read.contains(path($0)) }) { throw ReductionSourceError.overwritesSource(file.relativePath) }
        if let file = places.first(where: { FileManager.default.fileExists(atPath: $0.path) }) {
            throw ReductionSourceError.outputExists(file.relativePath)
        }
        var files = [(url: layers, data: Data(architecture.json.serialized().utf8))]
        if !states.names.isEmpty { files.append((optimizer, try states.encoded(file: optimizer.path))) }
        files += [(account, Data(report.json.serialized().utf8)), (url, try model.encoded(file: url.path))]
        try Folder.create(at: folder)
        try AtomicFile.create(files)
        return places.filter { place in files.contains { $0.url == place } }
    }
}

extension TensorRecord {
    /// The elements of a tensor of the original's shape that stay.
    fileprivate func selecting(_ origin: ParameterOrigin) throws -> TensorRecord {
        let places = origin.select(Array(0..<count))
        var selected = Data(capacity: places.count * elementType.size)
        data.withUnsafeBytes { bytes in
            for place in places { selected.append(contentsOf: bytes[place * elementType.size..<(place + 1) * elementType.size]) }
        }
        return try TensorRecord(elementType: elementType, shape: origin.shape, data: selected)
    }
}
