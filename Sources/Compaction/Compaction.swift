// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Networks
import Optimizers

/// What a compaction has to know of a run.
public struct CompactionSettings: Sendable, Equatable {
    /// What is known of the inputs of each hidden layer.
    public let boxes: [Box]
    /// Samples in the largest batch.
    public let largestBatch: Int
    /// Share of the multiply–adds that must be saved before nodes are skipped; below it the copying costs more than it gives.
    public let leastSaving: Double
    /// Steps from one look for newly dead nodes to the next.
    public let interval: Int

    /// - Precondition: `interval` ≥ 1, `largestBatch` ≥ 1.
    public init(boxes: [Box], largestBatch: Int, leastSaving: Double = 1.0 / 3, interval: Int = 128) {
        precondition(interval >= 1 && largestBatch >= 1, "interval and batch count from 1")
        self.boxes = boxes
        self.largestBatch = largestBatch
        self.leastSaving = leastSaving
        self.interval = interval
    }
}

/// Leaves nodes that are certified dead out of a training's passes (theory notes, D6), and takes them in again the moment their certificate
/// lapses.
///
/// A node is skipped while one of its certificates holds for its parameters as they are: under batch normalisation D6 (iii) or (iv), else
/// D6 (ii) on the box. Then no batch can lift it, its data gradient is exactly 0, and its weights follow the optimiser's scalar recursion,
/// which goes on for all parameters of the whole network. Certificates of skipped nodes are looked at before every step; new nodes are taken up every
/// ``CompactionSettings/interval`` steps.
///
/// *Rest.* A skipped node's incoming weights that no update moves any more are passed over by the optimiser too
/// (``Optimizer/rest(parameter:range:weights:learningRate:l2:)``), to the bit; most dead weights come to that in float32, among the subnormal numbers.
///
/// *What is equal.* Parameters, optimiser state and the batches' losses are those of the whole network: to the bit where its products sum in a
/// fixed order, to rounding where OpenBLAS groups terms by their shapes; as long as the training stays finite. Where it overflows, the whole
/// network's dead nodes become NaN with the rest (0·∞), and skipped ones don't: D6 (iii) holds only for sums that don't overflow.
///
/// *Running statistics.* Batch normalisation's mean and variance of a skipped node stand still while it is skipped, since no pass computes
/// its inputs. ``refreshStatistics(load:)`` sets them to the plain mean over the last 2/momentum − 1 batches (64 at most) with the weights
/// as they are: as many batches as the running mean weighs in effect. It is called whenever a node is taken in again, and by whoever is about
/// to evaluate or save the network.
public final class Compaction<Scalar: NetworkScalar & OptimizerScalar> {
    public let settings: CompactionSettings

    /// Where a compaction stands between two steps, for checkpoints.
    public struct State: Sendable, Equatable, Codable {
        let skipped: [[Int]]
        let recent: RecentBatches
        let releases: Int
        let savedSteps: Double
    }

    private let whole: Network<Scalar>
    private let compactable: Set<Int>
    private let certificates: [[DeathCertificate]]
    private let rows: [RestingRows<Scalar>]
    private var compacted: CompactedNetwork<Scalar>? {
        didSet { saving = compacted.map { CompactedNetwork.saving(whole, skipping: $0.skipped) } ?? 0 }
    }
    /// Share of the multiply–adds that a step saves now.
    private var saving = 0.0
    private var recent: RecentBatches
    /// Times so far that a skipped node was taken in again because its certificate had lapsed.
    public private(set) var releases = 0
    /// Multiply–adds saved so far, in units of one step of the whole network.
    public private(set) var savedSteps = 0.0

    /// - Parameters:
    ///   - optimizer: what updates the network's parameters, made for them in their order.
    ///   - l2: λ of the weights.
    ///   - letsRest: whether skipped weights that don't move are passed over by the optimiser: not where something else than its update
    ///     changes them.
    /// - Precondition: a box a hidden layer.
    public init(
        _ network: Network<Scalar>, optimizer: Optimizer<Scalar>, l2: Double, letsRest: Bool = true, settings: CompactionSettings
    ) {
        precondition(settings.boxes.count == network.hiddenLayers.count, "one box a hidden layer")
        whole = network
        self.settings = settings
        compactable = Set(network.compactableLayers)
        certificates = network.hiddenLayers.map(\.certificates)
        rows = letsRest ? network.hiddenLayers.map { RestingRows($0, in: network, optimizer: optimizer, l2: l2) } : []
        let momenta = network.hiddenLayers.compactMap { $0.batchNorm.map { Double($0.momentum) } }.filter { $0 > 0 }
        // Bounded before it is an integer: a momentum may be as small as a subnormal number.
        let batches = momenta.map { Int(min(Double(Self.mostBatches), max(1, (2 / $0 - 1).rounded()))) }.max() ?? 0
        recent = RecentBatches(capacity: batches, largestBatch: settings.largestBatch)
    }

    public var state: State { State(skipped: skipped, recent: recent, releases: releases, savedSteps: savedSteps) }

    /// Goes on from a state, with the network as it was there.
    /// - Returns: false, and nothing done, for a state of another network.
    public func restore(_ state: State) throws -> Bool {
        let fits = zip(state.skipped, whole.hiddenLayers).allSatisfy { nodes, layer in
            nodes.count < layer.nodeCount && nodes.allSatisfy { (0..<layer.nodeCount).contains($0) } && nodes == nodes.sorted()
        }
        guard fits, state.skipped.count == whole.hiddenLayers.count, state.recent.capacity == recent.capacity else { return false }
        compacted = state.skipped.allSatisfy(\.isEmpty) ? nil : try CompactedNetwork(whole, skipping: state.skipped)
        (recent, releases, savedSteps) = (state.recent, state.releases, state.savedSteps)
        return true
    }

    /// Batches that a refresh goes through at most: it costs as many forward passes.
    private static var mostBatches: Int { 64 }

    /// The nodes of each hidden layer that are left out now, rising.
    public var skipped: [[Int]] { compacted?.skipped ?? whole.hiddenLayers.map { _ in [] } }

    /// Decides who takes part in the next step.
    ///
    /// - Parameters:
    ///   - step: steps made so far.
    ///   - learningRate: α of the next step, after the schedule.
    ///   - batch: the next step's samples.
    ///   - load: writes samples into the network's input; called only if a node is taken in again.
    /// - Throws: ``NetworkError`` of a pass.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func prepare(step: Int, learningRate: Double, batch: ArraySlice<Int32>, load: (ArraySlice<Int32>) -> Void) throws {
        let looks = step % settings.interval == 0
        if looks || !allHold() { try choose(looking: looks, load: load) }
        if looks {
            for (layer, nodes) in zip(rows, skipped) { layer.rest(nodes, learningRate: learningRate) }
        }
        recent.append(batch)
        savedSteps += saving
    }

    /// True if every skipped node is still certified.
    private func allHold() -> Bool {
        guard let compacted else { return true }
        return compacted.skipped.indices.allSatisfy { index in
            let layer = whole.hiddenLayers[index]
            return compacted.skipped[index].allSatisfy { isCertified($0, of: layer, index) }
        }
    }

    /// Takes in again whose certificate has lapsed and, if it is time to look, leaves out who is certified now.
    private func choose(looking: Bool, load: (ArraySlice<Int32>) -> Void) throws {
        var next = skipped.enumerated().map { index, nodes in
            let layer = whole.hiddenLayers[index]
            return nodes.filter { isCertified($0, of: layer, index) }
        }
        releases += zip(skipped, next).reduce(0) { $0 + $1.0.count - $1.1.count }
        if looking {
            for index in compactable { next[index] = admitted(index, beside: next[index]) }
        }
        if next.allSatisfy(\.isEmpty) || CompactedNetwork.saving(whole, skipping: next) < settings.leastSaving { next = next.map { _ in [] } }
        guard next != skipped else { return }
        try replace(by: next.allSatisfy(\.isEmpty) ? nil : try CompactedNetwork(whole, skipping: next), load: load)
    }

    private func replace(by candidate: CompactedNetwork<Scalar>?, load: (ArraySlice<Int32>) -> Void) throws {
        let staying = candidate?.skipped ?? skipped.map { _ in [] }
        if zip(skipped, staying).contains(where: { !Set($0).isSubset(of: $1) }) { try refreshStatistics(load: load) }
        for (layer, nodes) in zip(rows, staying) { layer.wake(allBut: nodes) }
        compacted = candidate
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private func isCertified(_ node: Int, of layer: HiddenLayer<Scalar>, _ index: Int) -> Bool {
        certificates[index].contains {
            layer.isCertified(node, by: $0, box: settings.boxes[index], largestBatch: settings.largestBatch)
        }
    }

    /// The skipped nodes of a layer, and those that can be certified besides; one node at least is left.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private func admitted(_ index: Int, beside skipped: [Int]) -> [Int] {
        let layer = whole.hiddenLayers[index]
        let isSkipped = Set(skipped)
        let nodes = (0..<layer.nodeCount).filter { node in
            isSkipped.contains(node) || isCertified(node, of: layer, index)
        }
        return nodes.count < layer.nodeCount ? nodes : Array(nodes.dropLast())
    }

    /// A training pass over the first `batch` rows of the whole network's input, without the skipped nodes.
    /// - Throws: ``NetworkError/batchTooSmall(batch:smallest:)``.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func forward(batch: Int) throws {
        if let compacted { try compacted.forward(batch: batch) } else { try whole.forward(batch: batch, mode: .training) }
    }

    /// Propagates ∂loss/∂output, in the whole network's last gradient, to the whole network's parameters.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func backward(batch: Int) {
        if let compacted { compacted.backward(batch: batch) } else { whole.backward(batch: batch) }
    }

    /// Brings the running statistics of skipped nodes up to the network's weights: their plain mean over the last batches. Those of other
    /// nodes, and every parameter, stay as they are; the planned activations are overwritten.
    ///
    /// - Parameter load: writes samples into the network's input.
    /// - Throws: ``NetworkError`` of a pass.
    public func refreshStatistics(load: (ArraySlice<Int32>) -> Void) throws {
        let stale = zip(whole.hiddenLayers, skipped).compactMap { layer, nodes in
            nodes.isEmpty ? nil : layer.batchNorm.flatMap { $0.momentum > 0 ? (norm: $0, nodes: nodes) : nil }
        }
        let norms = whole.layers.compactMap { $0 as? BatchNorm<Scalar> }
        let batches = recent.batches
        guard !stale.isEmpty, !batches.isEmpty else { return }
        let before = norms.map { (momentum: $0.momentum, tracked: $0.batchesTracked, $0.runningMean.values, $0.runningVariance.values) }
        for (position, batch) in batches.enumerated() {
            for norm in norms { norm.momentum = 1 / Scalar(position + 1) }
            load(batch)
            try whole.forward(batch: batch.count, mode: .training)
        }
        for (norm, (momentum, tracked, mean, variance)) in zip(norms, before) {
            (norm.momentum, norm.batchesTracked) = (momentum, tracked)
            let refreshed = stale.first { $0.norm === norm }?.nodes ?? []
            let (freshMean, freshVariance) = (norm.runningMean.values, norm.runningVariance.values)
            norm.runningMean.assign(mean)
            norm.runningVariance.assign(variance)
            for node in refreshed {
                norm.runningMean.mutableElements[node] = freshMean[node]
                norm.runningVariance.mutableElements[node] = freshVariance[node]
            }
        }
    }
}
