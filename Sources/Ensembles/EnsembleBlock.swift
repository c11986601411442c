// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels
import Networks
import Optimizers
import Probes

/// Up to 16 (float32) or 8 (float64) members that train together, in cache, many steps at a time.
///
/// Memory is planned at creation; steps allocate nothing. One thread at a time may use it.
final class EnsembleBlock<Scalar: TrainingScalar>: @unchecked Sendable {
    /// What a lane's coefficients are computed from at every step; plain data, so that reading it counts no references.
    private struct Lane {
        let learningRate: Double
        let placement: EpsilonPlacement
        /// Rows of β₁ and β₂ in the table of bias corrections.
        let beta1: Int
        let beta2: Int
    }

    /// Places of the members in the ensemble, by lane.
    let members: [Int]
    let fields: EnsembleFields<Scalar>
    private let network: EnsembleNetwork
    private let lanes: [Lane]

    /// - Parameters:
    ///   - indices: places of the members that the block holds, at most as many as it has lanes; all with ε inside the root, or all outside.
    ///   - drawn: a network to draw the initial weights in.
    init(
        _ indices: [Int], of members: [EnsembleMember], network: EnsembleNetwork, samples: EnsembleSamples<Scalar>, corrections: BiasCorrections,
        initialization: Initialization, drawn: Network<Scalar>
    ) {
        self.members = indices
        self.network = network
        fields = EnsembleFields(
            network, samples: samples, isInsideRoot: members[indices[0]].optimizer.epsilonPlacement == .insideRoot)
        lanes = indices.map { index in
            let optimizer = members[index].optimizer
            return Lane(
                learningRate: optimizer.learningRate, placement: optimizer.epsilonPlacement, beta1: corrections.row(of: optimizer.beta1),
                beta2: corrections.row(of: optimizer.beta2))
        }
        for (lane, index) in indices.enumerated() {
            fields.load(members[index], lane: lane)
            drawn.initialize(initialization, seed: members[index].seed)
            var place = lane
            for parameter in drawn.parameters {
                for value in parameter.value.elements {
                    fields.value[place] = value
                    place += EnsembleFields<Scalar>.lanes
                }
            }
        }
    }

    /// Makes one step for each of the schedule's factors.
    ///
    /// - Parameter corrections: those of these steps.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func advance(_ factors: [Double], corrections: BiasCorrections, counts: Bool) {
        var corrects = false
        for (lane, own) in lanes.enumerated() {
            let (first, second) = (corrections.values(own.beta1), corrections.values(own.beta2))
            for step in factors.indices {
                let pace = own.placement.pace(
                    learningRate: own.learningRate * factors[step], correction1: first[step], correction2: second[step])
                let place = step * EnsembleFields<Scalar>.lanes + lane
                fields.rate[place] = Scalar(pace.stepSize)
                fields.correction[place] = Scalar(pace.correction)
                corrects = corrects || pace.correction != 1
            }
        }
        // An empty lane divides as well, 0 by 1.
        for lane in lanes.count..<EnsembleFields<Scalar>.lanes {
            for step in factors.indices { fields.correction[step * EnsembleFields<Scalar>.lanes + lane] = 1 }
        }
        fields.advance(steps: factors.count, corrects: corrects, counts: counts)
    }

    /// Loss and activity at the parameters as they are.
    func evaluate() { fields.advance(steps: 0, corrects: false, counts: true) }

    /// ‖w‖₂ of the incoming and of the outgoing weights of each hidden node of a lane, as probes compute them.
    func norms(lane: Int) -> (incoming: [Double], outgoing: [Double]) {
        func norm(_ weights: [Scalar]) -> Double { weights.withUnsafeBufferPointer { Scalar.norm(of: $0) } }
        let stride = EnsembleFields<Scalar>.lanes
        var (incoming, outgoing): ([Double], [Double]) = ([], [])
        for (layer, next) in zip(network.layers, network.layers.dropFirst()) {
            for node in 0..<layer.units {
                let first = layer.weight + node * layer.inputs
                incoming.append(norm((first..<first + layer.inputs).map { fields.value[$0 * stride + lane] }))
                outgoing.append(norm((0..<next.units).map { fields.value[(next.weight + $0 * next.inputs + node) * stride + lane] }))
            }
        }
        return (incoming, outgoing)
    }
}
