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

    /// ‖w‖₂ of the incoming weights of each hidden node of a lane, and of the outgoing ones, as probes compute them; written to places `start` on.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func writeNorms(lane: Int, incoming: inout [Double], outgoing: inout [Double], from start: Int) {
        let values = fields.value + lane
        var place = start
        for (layer, next) in zip(network.layers, network.layers.dropFirst()) {
            for node in 0..<layer.units {
                incoming[place] = norm(of: values, from: layer.weight + node * layer.inputs, step: 1, count: layer.inputs)
                outgoing[place] = norm(of: values, from: next.weight + node, step: next.inputs, count: next.units)
                place += 1
            }
        }
    }

    /// The norm of parameters `from`, `from` + `step`, … of one lane, gathered for the loop that sums squares.
    @inline(__always)
    private func norm(of values: UnsafePointer<Scalar>, from: Int, step: Int, count: Int) -> Double {
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: count) { weights in
            for index in 0..<count { weights[index] = values[(from + index * step) * EnsembleFields<Scalar>.lanes] }
            return Scalar.norm(of: UnsafeBufferPointer(weights))
        }
    }
}
