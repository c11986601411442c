// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Datasets
import Networks
import Probes

/// What certificates and data say of every hidden node of a trained model, in its own precision.
struct ModelSurvey<Scalar: TrainingScalar> {
    private(set) var nodes: [ModelNode] = []

    init(_ model: TrainedModel, box: ClosedRange<Double>?, batch: Int?, data: Dataset?) throws {
        let inputs = model.architecture.inputCount
        if let data, data.training.featureCount != inputs {
            throw TrainedModelError.features(found: data.training.featureCount, expected: inputs, data: data.name)
        }
        let size = batch ?? Self.usualBatch
        let network: Network<Scalar> = try model.network(capacity: max(1, min(size, data?.training.count ?? 1)))
        // Evaluation first: training mode moves the running statistics.
        let evaluated = try data.map { try Self.largestPreactivations($0.training, network, .evaluation) }
        let certificates = network.hiddenLayers.enumerated().map { position, layer in
            let known = Self.box(of: layer, network, first: box, data: data)
            return (0..<layer.nodeCount).map { node -> (all: [DeathCertificate], inEvaluation: Bool) in
                var all = Self.certificates(layer, node, box: known, batch: batch)
                if let evaluated, evaluated[position][node] <= 0 { all.append(.data) }
                return (all, Self.isCertifiedInEvaluation(layer, node, box: known))
            }
        }
        let trained = try data.map { data in
            try Self.requireNormalizable(data.training.count, size, network.smallestTrainingBatch)
            return try Self.largestPreactivations(data.training, network, .training)
        }
        for (position, layer) in network.hiddenLayers.enumerated() {
            let name = Int(layer.name).flatMap { model.architecture.fileIndices[$0] }.map { "\($0)" } ?? layer.name
            for node in 0..<layer.nodeCount {
                let (all, inEvaluation) = certificates[position][node]
                nodes.append(
                    ModelNode(
                        layer: name, node: node, certificates: all, isCertifiedInEvaluation: inEvaluation,
                        isSilentInTraining: trained.map { $0[position][node] <= 0 }))
            }
        }
    }

    /// Samples a batch where none is said.
    private static var usualBatch: Int { 64 }

    private static func requireNormalizable(_ samples: Int, _ batch: Int, _ needed: Int) throws(TrainedModelError) {
        let smallest = samples % batch == 0 ? batch : samples % batch
        guard smallest >= needed else { throw .batchTooSmall(batch: batch, smallest: smallest, needed: needed) }
    }

    /// The largest pre-activation of each node over all samples, in batches of the network's capacity.
    private static func largestPreactivations(_ samples: Samples, _ network: Network<Scalar>, _ mode: PassMode) throws -> [[Scalar]] {
        var largest = network.hiddenLayers.map { Array(repeating: -Scalar.infinity, count: $0.nodeCount) }
        let all = Array(0..<Int32(samples.count))
        for start in stride(from: 0, to: samples.count, by: network.capacity) {
            let indices = all[start..<min(start + network.capacity, samples.count)]
            samples.gather(indices, into: network.input.mutableElements)
            try network.forward(batch: indices.count, mode: mode)
            for (index, layer) in network.hiddenLayers.enumerated() {
                Evaluation<Scalar>.raise(&largest[index], to: layer.preactivation.rows(0..<indices.count))
            }
        }
        return largest
    }

    /// What is known of a layer's inputs: the box of the network's input, what a ReLU puts out, or nothing.
    private static func box(
        of layer: HiddenLayer<Scalar>, _ network: Network<Scalar>, first: ClosedRange<Double>?, data: Dataset?
    ) -> Box {
        let index = Int(layer.name) ?? 0
        if index == 0 {
            if let first { return Box(count: layer.inputCount, lower: first.lowerBound, upper: first.upperBound) }
            if let data { return Box(lower: data.inputBox.lower, upper: data.inputBox.upper) }
        } else if case .activation(let activation) = network.specification[index - 1] {
            return Box(outputsOf: activation, count: layer.inputCount)
        }
        return Box(count: layer.inputCount, lower: -.infinity, upper: .infinity)
    }

    /// The certificates of silence in training that a node's parameters meet.
    private static func certificates(_ layer: HiddenLayer<Scalar>, _ node: Int, box: Box, batch: Int?) -> [DeathCertificate] {
        // Without a batch size nothing is known under batch normalisation.
        guard let batch = layer.batchNorm == nil ? 1 : batch else { return [] }
        return layer.certificates.filter { layer.isCertified(node, by: $0, box: box, largestBatch: batch) }
    }

    private static func isCertifiedInEvaluation(_ layer: HiddenLayer<Scalar>, _ node: Int, box: Box) -> Bool {
        guard let norm = layer.batchNorm else { return false }
        return DeathCertificate.holdsOnBox(
            weights: layer.incoming.value.rows(node..<node + 1), bias: layer.bias?.value.elements[node] ?? 0,
            foldedInto: NormalizedNode(
                scale: norm.scale.value.elements[node], shift: norm.shift.value.elements[node],
                runningMean: norm.runningMean.elements[node], runningVariance: norm.runningVariance.elements[node], epsilon: norm.epsilon),
            box: box)
    }
}
