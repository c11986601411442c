// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Networks
import Optimizers
import Probes

/// Many small networks that train at once, one in each lane of the processor's vectors: the same layers, samples and schedule, each with its own
/// seed, α, β₁, β₂, ε and λ.
///
/// Every step takes all samples, in their order; loss is the mean squared error, the rule Adam with coupled L2.
///
/// A member's parameters and moments are, bit for bit, those of a `Training` of its network alone on the same samples in sequential order, as
/// long as no product of that network has more than 4,096 multiply–adds: those run by the same definition, sums over k in rising order. Larger
/// ones go through OpenBLAS there, whose order of summation is its own, while here it stays the same; the two then agree to rounding. (A member that diverged
/// to infinities or NaN is NaN in both, but possibly not in the same step.)
///
/// *Determinism*: a member depends neither on its neighbours nor on the number of threads. *Memory* does not grow with steps.
public final class Ensemble<Scalar: TrainingScalar> {
    public let members: [EnsembleMember]
    public let schedule: Schedule
    public let threads: Int
    public let flushesSubnormals: Bool
    /// Names of a member's parameters, PyTorch's, in order.
    public let parameterNames: [String]
    /// Steps made so far.
    public private(set) var completedSteps = 0
    private let network: EnsembleNetwork
    private let blocks: [EnsembleBlock<Scalar>]
    private let corrections: BiasCorrections
    private let shapes: [(start: Int, count: Int)]
    /// Block and lane of each member.
    private let places: [(block: Int, lane: Int)]

    /// Draws every member's weights as `Network.initialize` does for its seed.
    ///
    /// - Parameters:
    ///   - network: dense layers, with `relu` (derivative 0 at 0) or `leakyReLU` (slope > 0) after each but the last, with or without biases.
    ///   - loss: `meanSquaredError`.
    ///   - flushesSubnormals: whether the steps are made with subnormal operands and results read as 0.
    ///   - threads: threads that share out the members.
    /// - Throws: ``EnsembleError``; `HyperParameterError` of the schedule.
    public init(
        _ network: [LayerSpecification], initialization: Initialization = .heNormal, loss: Loss = .meanSquaredError, samples: Samples,
        members: [EnsembleMember], schedule: Schedule = .constant, flushesSubnormals: Bool = false,
        threads: Int = ProcessInfo.processInfo.activeProcessorCount
    ) throws {
        guard loss == .meanSquaredError else {
            throw EnsembleError.unsupported(key: "loss", found: "\(loss)", accepted: "meanSquaredError")
        }
        guard !members.isEmpty else { throw EnsembleError.noMembers }
        guard threads >= 1 else { throw EnsembleError.invalidThreads(threads) }
        for (index, member) in members.enumerated() { try member.validate(index: index) }
        try schedule.validate()
        let plan = try EnsembleNetwork(network, inputCount: samples.featureCount)
        let data = try EnsembleSamples<Scalar>(samples, network: plan)
        let corrections = BiasCorrections(members, capacity: EnsembleFields<Scalar>.rows)
        let drawn = try Network<Scalar>(network, inputCount: samples.featureCount, capacity: 1)
        self.network = plan
        self.members = members
        self.schedule = schedule
        self.threads = threads
        self.flushesSubnormals = flushesSubnormals
        self.corrections = corrections
        parameterNames = drawn.parameters.map(\.name)
        var start = 0
        shapes = drawn.parameters.map { parameter in
            defer { start += parameter.value.count }
            return (start, parameter.value.count)
        }
        let lanes = EnsembleFields<Scalar>.lanes
        let isInsideRoot = { (index: Int) in members[index].optimizer.epsilonPlacement == .insideRoot }
        blocks = [members.indices.filter { !isInsideRoot($0) }, members.indices.filter(isInsideRoot)].flatMap { indices in
            stride(from: 0, to: indices.count, by: lanes).map {
                EnsembleBlock(
                    Array(indices[$0..<min($0 + lanes, indices.count)]), of: members, network: plan, samples: data, corrections: corrections,
                    initialization: initialization, drawn: drawn)
            }
        }
        var places = Array(repeating: (block: 0, lane: 0), count: members.count)
        for (index, block) in blocks.enumerated() {
            for (lane, member) in block.members.enumerated() { places[member] = (index, lane) }
        }
        self.places = places
    }

    /// Hidden nodes of a member.
    public var nodeCount: Int { network.hiddenCount }

    /// Makes `steps` steps of every member.
    ///
    /// - Parameters:
    ///   - cadence: at which steps to observe; none by default. The last step counts as such.
    ///   - observe: called on the caller's thread with every observation, in the order of steps.
    ///   - isCancelled: asked every few hundred steps; true leaves the rest.
    ///   - progress: called with ``completedSteps`` as often.
    public func run(
        steps: Int, cadence: Cadence? = nil, observe: (EnsembleObservation) throws -> Void = { _ in }, isCancelled: () -> Bool = { false },
        progress: (Int) -> Void = { _ in }
    ) throws {
        precondition(steps >= 0, "an ensemble does not step back, got \(steps) steps")
        let end = completedSteps + steps
        while completedSteps < end, !isCancelled() {
            let last = nextStop(before: end, cadence)
            let isObserved = cadence?.samples(step: last, isLast: last == end) ?? false
            advance(to: last, counts: isObserved)
            if isObserved { try observe(observation()) }
            progress(completedSteps)
        }
    }

    /// What each member came to. Between two steps, at any time.
    public func outcomes() -> [EnsembleOutcome] {
        perform { $0.evaluate() }
        return members.indices.map { outcome(of: $0) }
    }

    /// A member's parameters, in the order of ``parameterNames``.
    public func parameters(of member: Int) -> [[Scalar]] { rows(of: member) { $0.value } }

    /// A member's first moments (`exp_avg`), in the same order.
    public func firstMoments(of member: Int) -> [[Scalar]] { rows(of: member) { $0.first } }

    /// A member's second moments (`exp_avg_sq`), in the same order.
    public func secondMoments(of member: Int) -> [[Scalar]] { rows(of: member) { $0.second } }

    // MARK: Steps

    /// The last step of the next stretch: one to be observed, or as far as the table of coefficients reaches.
    private func nextStop(before end: Int, _ cadence: Cadence?) -> Int {
        let reach = min(end, completedSteps + EnsembleFields<Scalar>.rows)
        guard let cadence else { return reach }
        return (completedSteps + 1..<reach).first { cadence.samples(step: $0, isLast: $0 == end) } ?? reach
    }

    private func advance(to last: Int, counts: Bool) {
        let range = completedSteps..<last
        // Every step takes all samples, so that an epoch is a step.
        let factors = range.map { schedule.factor(step: $0, epoch: $0) }
        corrections.fill(from: completedSteps + 1, count: range.count, sharing: MatrixProduct(threads: threads))
        perform { [corrections] in $0.advance(factors, corrections: corrections, counts: counts) }
        completedSteps = last
    }

    /// Runs all blocks on the ensemble's threads.
    private func perform(_ work: @escaping @Sendable (EnsembleBlock<Scalar>) -> Void) {
        FloatingPointState(flushesSubnormals: flushesSubnormals).run {
            MatrixProduct(threads: threads).perform(blocks.count) { [blocks] in work(blocks[$0]) }
        }
    }

    // MARK: Measurements

    private func observation() -> EnsembleObservation {
        let nodes = network.hiddenCount
        var observation = EnsembleObservation(step: completedSteps, members: members.count, nodes: nodes)
        for block in blocks {
            for (lane, member) in block.members.enumerated() {
                observation.losses[member] = block.fields.loss(lane: lane)
                let (incoming, outgoing) = block.norms(lane: lane)
                for node in 0..<nodes {
                    let place = member * nodes + node
                    observation.activeSamples[place] = block.fields.activeSamples(node, lane: lane)
                    observation.isSilent[place] = block.fields.lastGradientStep(node, lane: lane) < completedSteps
                    observation.incomingNorms[place] = incoming[node]
                    observation.outgoingNorms[place] = outgoing[node]
                }
            }
        }
        return observation
    }

    private func outcome(of member: Int) -> EnsembleOutcome {
        let (fields, lane) = (blocks[places[member].block].fields, places[member].lane)
        let (incoming, outgoing) = blocks[places[member].block].norms(lane: lane)
        return EnsembleOutcome(
            steps: completedSteps, loss: fields.loss(lane: lane), isFinite: parameters(of: member).allSatisfy { $0.allSatisfy(\.isFinite) },
            nodes: incoming.indices.map { node in
                EnsembleOutcome.Node(
                    incomingNorm: incoming[node], outgoingNorm: outgoing[node],
                    activeSamples: fields.activeSamples(node, lane: lane),
                    silentSteps: completedSteps - fields.lastGradientStep(node, lane: lane))
            })
    }

    private func rows(of member: Int, _ rows: (EnsembleFields<Scalar>) -> UnsafeMutablePointer<Scalar>) -> [[Scalar]] {
        let (block, lane) = places[member]
        let fields = blocks[block].fields
        return shapes.map { fields.column(rows(fields), $0.start..<$0.start + $0.count, lane: lane) }
    }
}
