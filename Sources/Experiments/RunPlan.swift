// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Datasets
import Networks
import Optimizers
import Probes
import Records

/// What a configuration amounts to, in one precision: data loaded, network planned and planted, optimiser made.
struct RunPlan<Scalar: TrainingScalar> {
    let configuration: RunConfiguration
    let dataset: Dataset
    let network: Network<Scalar>
    let optimizer: Optimizer<Scalar>
    let order: BatchOrder
    let totalSteps: Int

    init(_ configuration: RunConfiguration) throws {
        self.configuration = configuration
        dataset = try configuration.data.load(seed: configuration.seed)
        network = try Network(
            configuration.network, inputCount: dataset.training.featureCount, capacity: max(configuration.batch, Self.evaluationBatch),
            threads: configuration.threads)
        try Self.check(dataset, configuration.loss, outputs: network.outputCount)
        let known = network.parameters.map(\.name)
        for name in configuration.freeze {
            guard let parameter = network.parameters.first(where: { $0.name == name }) else {
                throw RunError.unknownParameter(name: name, known: known)
            }
            parameter.isFrozen = true
        }
        for reference in configuration.probe.observed {
            _ = try reference.find(in: network.hiddenLayers.map { ($0.name, $0.nodeCount, $0.inputCount) })
        }
        optimizer = try Optimizer(
            rule: configuration.optimizer,
            parameters: network.parameters.map { OptimizedParameter(name: $0.name, count: $0.value.count, group: $0.role.decayGroup) })
        switch configuration.initial {
        case .drawn(let initialization): network.initialize(initialization, seed: configuration.seed)
        case .planted(let model, let state):
            try ModelFiles.plant(try SafetensorsFile.read(model), named: model.path, into: network)
            if let state { try ModelFiles.plant(try SafetensorsFile.read(state), named: state.path, into: optimizer) }
        }
        let samples = dataset.training.count
        switch configuration.order {
        case .shuffled: order = try .shuffled(samples: samples, batch: configuration.batch, seed: configuration.seed)
        case .sequential: order = try .sequential(samples: samples, batch: configuration.batch)
        case .file(let url): order = try .explicit(rows: try NPY.read(url), samples: samples, name: url.path)
        }
        switch configuration.length {
        case .steps(let steps): totalSteps = steps
        case .epochs(let epochs): totalSteps = epochs * order.stepsPerEpoch
        }
        if order.batch > configuration.batch { throw RunError.orderTooWide(columns: order.batch, batch: configuration.batch) }
        if let rows = order.rowCount, rows < totalSteps { throw RunError.orderTooShort(rows: rows, steps: totalSteps) }
        let (smallest, needed) = (order.smallestBatch(inFirst: totalSteps), network.smallestTrainingBatch)
        if smallest < needed { throw NetworkError.batchTooSmall(batch: smallest, smallest: needed) }
    }

    /// Samples that an evaluation takes at a time: enough to make the matrix products efficient, few enough to stay in the cache.
    private static var evaluationBatch: Int { 256 }

    private static func check(_ dataset: Dataset, _ loss: Loss, outputs: Int) throws {
        let name = "\(loss)"
        for samples in [dataset.training, dataset.test].compactMap({ $0 }) {
            switch (loss, samples.targets) {
            case (.crossEntropy, .classes(let classes)):
                if let largest = classes.max(), largest >= outputs {
                    throw RunError.targetsDoNotFit(loss: name, reason: "there is a class \(largest), but the network has \(outputs) outputs")
                }
            case (.crossEntropy, .values): throw RunError.targetsDoNotFit(loss: name, reason: "it needs integer classes, the targets are real")
            case (_, .values(_, let width)):
                if width != outputs {
                    throw RunError.targetsDoNotFit(loss: name, reason: "targets have \(width) columns, the network \(outputs) outputs")
                }
            case (_, .classes): throw RunError.targetsDoNotFit(loss: name, reason: "it needs real targets, the data have classes")
            }
        }
    }

    /// What the ledger has to know: thresholds, how long a passage must last, and what is known of each hidden layer's inputs.
    var ledgerSettings: LedgerSettings {
        LedgerSettings(
            thresholds: configuration.probe.thresholds, persistence: Int((6 / (1 - configuration.optimizer.firstMomentDecay)).rounded(.up)),
            largestBatch: configuration.batch, boxes: boxes)
    }

    /// The input box for the first layer; behind a hidden layer what its activation can put out, if nothing else stands between.
    private var boxes: [Box] {
        network.hiddenLayers.map { layer in
            let index = Int(layer.name)!
            if index == 0 { return Box(lower: dataset.inputBox.lower, upper: dataset.inputBox.upper) }
            if case .activation(let activation) = network.specification[index - 1] {
                return Box(outputsOf: activation, count: layer.inputCount)
            }
            return Box(count: layer.inputCount, lower: -.infinity, upper: .infinity)
        }
    }
}
