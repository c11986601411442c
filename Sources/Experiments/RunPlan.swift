// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Compaction
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
        try RunMemory.require(configuration.data, limit: RunMemory.limit)
        dataset = try configuration.data.load(seed: configuration.seed)
        let samples = dataset.training.count
        switch configuration.order {
        case .shuffled: order = try .shuffled(samples: samples, batch: configuration.batch, seed: configuration.seed)
        case .sequential: order = try .sequential(samples: samples, batch: configuration.batch)
        case .file(let url): order = try .explicit(rows: try NPY.read(url), samples: samples, name: url.path)
        }
        if order.batch > configuration.batch { throw RunError.orderTooWide(columns: order.batch, batch: configuration.batch) }
        totalSteps = try Self.steps(of: configuration.length, stepsPerEpoch: order.stepsPerEpoch)
        if let rows = order.rowCount, rows < totalSteps { throw RunError.orderTooShort(rows: rows, steps: totalSteps) }

        // A row of an explicit order may repeat samples; any other batch has each of them once at most.
        let widest = order.rowCount == nil ? min(configuration.batch, samples) : order.batch
        let capacity = max(widest, Self.evaluationBatch)
        try RunMemory(
            network: configuration.network, inputCount: dataset.training.featureCount, capacity: capacity,
            scalarSize: MemoryLayout<Scalar>.size,
            // A subgradient is kept beside the data gradient, as large as a state.
            stateCount: configuration.optimizer.stateNames.count + (configuration.sparsity?.method == .subgradient ? 1 : 0),
            isProbed: !configuration.probe.isOff, isCompacted: configuration.compaction
        ).require(limit: RunMemory.limit, smallestCapacity: Self.evaluationBatch)
        network = try Network(
            configuration.network, inputCount: dataset.training.featureCount, capacity: capacity, threads: configuration.threads)
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
            if let state {
                try ModelFiles.plant(
                    try SafetensorsFile.read(state), named: state.path, into: optimizer, shapes: network.parameters.map(\.value.shape))
            }
        }
        let (smallest, needed) = (order.smallestBatch(inFirst: totalSteps), network.smallestTrainingBatch)
        if smallest < needed { throw Self.batchTooSmall(smallest, needed, order) }
    }

    /// Steps that a double still counts one by one, as files and schedules need.
    private static var mostSteps: Int { 1 << 53 }

    private static func steps(of length: RunLength, stepsPerEpoch: Int) throws(RunError) -> Int {
        switch length {
        case .steps(let steps):
            guard steps <= mostSteps else { throw .tooLong(key: "steps", found: steps, most: mostSteps) }
            return steps
        case .epochs(let epochs):
            let (steps, overflow) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
            guard !overflow, steps <= mostSteps else { throw .tooLong(key: "epochs", found: epochs, most: mostSteps / stepsPerEpoch) }
            return steps
        }
    }

    /// Samples that an evaluation takes at a time: enough to make the matrix products efficient, few enough to stay in the cache.
    private static var evaluationBatch: Int { 256 }

    /// The key to change, and to what: the nearest batch size whose last batch is large enough.
    private static func batchTooSmall(_ smallest: Int, _ needed: Int, _ order: BatchOrder) -> RunError {
        let isExplicit = order.rowCount != nil
        let (samples, batch) = (order.sampleCount, order.batch)
        let fits = { (size: Int) in size >= needed && (samples % size == 0 || samples % size >= needed) }
        let nearest = (1..<max(2, samples)).lazy.flatMap { [batch - $0, batch + $0] }.first { $0 <= samples && fits($0) }
        let accepted =
            isExplicit ? "rows of \(needed) samples or more" : nearest.map { "another batch size, such as \($0)" } ?? "\(needed) samples or more"
        return .batchTooSmall(key: isExplicit ? "order" : "batch", smallest: smallest, needed: needed, accepted: accepted)
    }

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

    /// What a reader of the node counts has to know about the network.
    var networkNotes: [String] {
        LayerSpecification.unactivatedLayers(in: configuration.network).map {
            "layer \($0) is dense and reaches the next dense layer without an activation: it is no hidden layer, and its nodes are not probed"
        }
    }

    /// What the ledger has to know: thresholds, how long a passage must last, and what is known of each hidden layer's inputs.
    var ledgerSettings: LedgerSettings {
        LedgerSettings(
            thresholds: configuration.probe.thresholds, persistence: configuration.optimizer.passagePersistence,
            largestBatch: configuration.batch, boxes: boxes)
    }

    /// What leaves dead nodes out of the passes, if the configuration asks for it.
    func makeCompaction() -> Compaction<Scalar>? {
        guard configuration.compaction else { return nil }
        // A proximal step shrinks weights outside the optimiser.
        return Compaction(
            network, optimizer: optimizer, l2: configuration.l2.weights, letsRest: configuration.sparsity == nil,
            settings: CompactionSettings(boxes: boxes, largestBatch: configuration.batch))
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
