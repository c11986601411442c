// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Optimizers
import Probes

/// How many of a training's numbers are subnormal: the weights that decay and the moments that forget end there, and arithmetic on them is
/// slow on many processors (theory notes, B9).
public struct SubnormalCount: Sendable, Equatable {
    /// Among the parameters.
    public let parameters: Int
    /// Among the optimiser's state tensors.
    public let moments: Int

    /// - Precondition: the optimiser was made for the network's parameters, in their order.
    init<Scalar: TrainingScalar>(_ network: Network<Scalar>, _ optimizer: Optimizer<Scalar>) {
        parameters = network.parameters.reduce(0) { $0 + Self.count($1.value.elements) }
        moments = network.parameters.indices.reduce(0) { sum, index in
            let state = optimizer.stateTensors(of: index)
            return optimizer.stateNames.indices.reduce(sum) { $0 + Self.count(UnsafeBufferPointer(state[$1])) }
        }
    }

    /// Read from the bits, and so the same where arithmetic flushes such numbers to zero.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private static func count<Scalar: TrainingScalar>(_ values: UnsafeBufferPointer<Scalar>) -> Int {
        var count = 0
        for value in values where value.isSubnormal { count += 1 }
        return count
    }
}
