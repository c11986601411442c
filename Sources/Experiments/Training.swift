// SPDX-License-Identifier: GPL-3.0-or-later
import Compaction
import Datasets
import Dispatch
import Networks
import Optimizers
import Probes
import Records

/// One training under probes: forward → loss → backward → step (coupled L2 inside, then the penalty's proximal step) → observe.
///
/// Everything a step needs is planned here, so that ``step()`` allocates nothing but scratch space that it gives back, and everything that is random was drawn
/// before: the same plan gives the same bits, with probes or without.
public final class Training<Scalar: TrainingScalar> {
    public let network: Network<Scalar>
    public let loss: Loss
    public let optimizer: Optimizer<Scalar>
    public let schedule: Schedule
    /// Steps until the training ends.
    public let totalSteps: Int
    public let stepsPerEpoch: Int
    /// Steps made so far.
    public private(set) var completedSteps = 0
    /// Nanoseconds spent in probes so far.
    public private(set) var probeNanoseconds: UInt64 = 0
    private var order: BatchOrder
    private let samples: Samples
    private let targets: TargetBuffer<Scalar>
    private let probes: [any Probe<Scalar>]
    /// What leaves dead nodes out of the passes; nil where every pass is the whole network's.
    public let compaction: Compaction<Scalar>?
    private let layers: [NodeLayerView<Scalar>]
    /// The network's threads, for the update.
    private let sharing: WorkSharing?
    /// Parameters that are updated, with their index in the optimiser, their λ, and what the sparsity-inducing penalty does to them.
    private let trained: [(index: Int, parameter: Parameter<Scalar>, l2: Double, penalty: PenalizedRows<Scalar>?)]

    /// - Parameters:
    ///   - sparsity: a penalty of the incoming weights of the hidden layers; nil for none.
    ///   - compaction: made for the network, to leave dead nodes out of the passes; nil for none.
    ///   - position: where to go on, with network and optimiser as they were there; nil for the start.
    /// - Precondition: the optimiser was made for the network's parameters, in their order, and the network's capacity holds a batch.
    /// - Throws: whatever a probe throws at its start; `DatasetError` for a position in another order; ``RunError/notResumable(probe:)``.
    public init(
        network: Network<Scalar>, loss: Loss, optimizer: Optimizer<Scalar>, l2: CoupledL2, sparsity: SparsityPenalty? = nil, schedule: Schedule,
        order: BatchOrder, samples: Samples, totalSteps: Int, probes: [any Probe<Scalar>], compaction: Compaction<Scalar>? = nil,
        resuming position: TrainingPosition? = nil
    ) throws {
        self.network = network
        self.loss = loss
        self.optimizer = optimizer
        self.schedule = schedule
        self.order = order
        self.samples = samples
        self.totalSteps = totalSteps
        self.probes = probes
        self.compaction = compaction
        let product = network.product
        sharing = product.threads > 1 ? WorkSharing(pieces: product.threads, perform: { product.perform($0, $1) }) : nil
        stepsPerEpoch = order.stepsPerEpoch
        targets = TargetBuffer(samples.targets, capacity: network.capacity)
        let trained = network.parameters.enumerated().compactMap { index, parameter in
            parameter.isFrozen
                ? nil
                : (
                    index: index, parameter: parameter, l2: l2.coefficient(for: parameter.role.decayGroup),
                    penalty: sparsity.flatMap { network.penalizedRows(of: parameter, $0) }
                )
        }
        self.trained = trained
        layers = network.hiddenLayers.map { layer in
            NodeLayerView(
                layer, parameters: network.parameters, optimizer: optimizer, l2: l2.coefficient(for: .weights),
                penalty: trained.first { $0.parameter === layer.incoming }?.penalty)
        }
        if let position {
            completedSteps = position.completedSteps
            probeNanoseconds = position.probeNanoseconds
            try self.order.restore(position.order)
            try compaction?.restore(position.memory)
        }
        let (step, epoch) = (completedSteps, completedSteps / stepsPerEpoch)
        let view = StepView(
            step: step, epoch: epoch, endsEpoch: false, isLast: totalSteps == step, isNextLast: totalSteps == step + 1, batch: 0,
            loss: BatchLoss(mean: .nan, errors: 0, samples: 0),
            learningRate: optimizer.rule.learningRate * schedule.factor(step: step, epoch: epoch), layers: layers)
        if let position {
            for probe in try Self.resumable(probes) { try probe.resume(view, memory: position.memory) }
        } else {
            for probe in probes { try probe.start(view) }
        }
    }

    /// Where the training stands, and what its probes remember: with it, the network and the optimiser, another process can go on.
    /// - Throws: ``RunError/notResumable(probe:)``; `RecordsError` if a probe's stream can't be written.
    public func position() throws -> TrainingPosition {
        TrainingPosition(
            completedSteps: completedSteps, order: order.state, probeNanoseconds: probeNanoseconds,
            memory: SafetensorsFile(try Self.resumable(probes).flatMap { try $0.memory() } + (try compaction?.memory() ?? [])))
    }

    /// - Throws: ``RunError/notResumable(probe:)`` for the first probe that can't be resumed.
    static func resumable(_ probes: [any Probe<Scalar>]) throws(RunError) -> [any ResumableProbe<Scalar>] {
        var resumable: [any ResumableProbe<Scalar>] = []
        for probe in probes {
            guard let probe = probe as? any ResumableProbe<Scalar> else { throw .notResumable(probe: "\(type(of: probe))") }
            resumable.append(probe)
        }
        return resumable
    }

    /// Makes one step on the next batch and returns the batch's loss before the update.
    /// - Throws: ``NetworkError`` for a batch too small to be normalised, and whatever a probe throws; the step is then not counted.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    @discardableResult
    public func step() throws -> BatchLoss {
        let indices = order.next()
        let batch = indices.count
        let epoch = completedSteps / stepsPerEpoch
        let learningRate = optimizer.rule.learningRate * schedule.factor(step: completedSteps, epoch: epoch)
        try compaction?.prepare(step: completedSteps, learningRate: learningRate, batch: indices, load: load)
        load(indices)
        if let compaction { try compaction.forward(batch: batch) } else { try network.forward(batch: batch, mode: .training) }
        let batchLoss = loss.evaluate(
            network.output, targets: targets.gather(indices), batch: batch, gradient: network.gradients[network.layers.count])
        if let compaction { compaction.backward(batch: batch) } else { network.backward(batch: batch) }
        for (_, parameter, _, penalty) in trained {
            penalty?.addSubgradient(at: parameter.value.elements, to: parameter.gradient.elements)
        }

        let view = StepView(
            step: completedSteps + 1, epoch: epoch + 1, endsEpoch: (completedSteps + 1) % stepsPerEpoch == 0,
            isLast: completedSteps + 1 == totalSteps, isNextLast: completedSteps + 2 == totalSteps, batch: batch, loss: batchLoss,
            learningRate: learningRate, layers: layers)
        try observe { try $0.beforeUpdate(view) }
        for (index, parameter, l2, penalty) in trained {
            optimizer.update(
                parameter: index, weights: parameter.value.mutableElements, gradient: penalty?.gradient ?? parameter.gradient.elements,
                learningRate: learningRate, l2: l2, sharing: sharing)
            penalty?.shrink(parameter.value.mutableElements, learningRate: learningRate, by: optimizer, parameter: index)
        }
        try observe { try $0.afterUpdate(view) }
        completedSteps += 1
        return batchLoss
    }

    private func load(_ indices: ArraySlice<Int32>) { samples.gather(indices, into: network.input.mutableElements) }

    /// Makes the network ready to be evaluated or saved: brings the running statistics of nodes that a compaction skips up to the weights.
    /// - Throws: ``NetworkError`` of a pass.
    public func settle() throws { try compaction?.refreshStatistics(load: load) }

    /// Tells every probe that the training ended, here or by interruption.
    public func finish() throws { try observe { try $0.finish() } }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private func observe(_ call: (any Probe<Scalar>) throws -> Void) throws {
        guard !probes.isEmpty else { return }
        let start = DispatchTime.now().uptimeNanoseconds
        defer { probeNanoseconds += DispatchTime.now().uptimeNanoseconds - start }
        for probe in probes { try call(probe) }
    }
}

/// Where a training stands between two steps, beside its network and its optimiser.
public struct TrainingPosition {
    public let completedSteps: Int
    public let order: BatchOrder.State
    public let probeNanoseconds: UInt64
    /// What the probes remember, which are ``ResumableProbe``s.
    public let memory: SafetensorsFile

    public init(completedSteps: Int, order: BatchOrder.State, probeNanoseconds: UInt64, memory: SafetensorsFile) {
        self.completedSteps = completedSteps
        self.order = order
        self.probeNanoseconds = probeNanoseconds
        self.memory = memory
    }
}

extension Network where Scalar: TrainingScalar {
    /// The penalty's part in the training of a parameter: nil unless it holds the incoming weights of a hidden layer and λ > 0.
    fileprivate func penalizedRows(of parameter: Parameter<Scalar>, _ penalty: SparsityPenalty) -> PenalizedRows<Scalar>? {
        guard penalty.coefficient > 0, let layer = hiddenLayers.first(where: { $0.incoming === parameter }) else { return nil }
        return PenalizedRows(penalty, rows: layer.nodeCount, columns: layer.inputCount)
    }
}

extension ParameterRole {
    /// The group whose coefficient the parameter's L2 term and decoupled decay have.
    public var decayGroup: DecayGroup {
        switch self {
        case .weight: .weights
        case .bias: .biases
        case .batchNormScale, .batchNormShift: .batchNorm
        }
    }
}
