// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers

/// An optimiser under a schedule, with a mutation's mistakes in rule, schedule and state: ``Mutation/none`` gives the run as it should be.
///
/// Epochs are `stepsPerEpoch` steps long and α changes with the epoch only.
public final class MutatedTraining<Scalar: OptimizerScalar> {
    public private(set) var optimizer: Optimizer<Scalar>
    private let mutation: Mutation
    private let schedule: Schedule
    private let stepsPerEpoch: Int
    private var steps = 0
    private var lastRate = 0.0

    public init(
        _ rule: any UpdateRule, under mutation: Mutation, parameters: [OptimizedParameter], schedule: Schedule, stepsPerEpoch: Int
    ) throws(HyperParameterError) {
        optimizer = try Optimizer(rule: mutation.rule(rule), parameters: parameters)
        self.mutation = mutation
        self.schedule = schedule
        self.stepsPerEpoch = stepsPerEpoch
    }

    /// One step of all parameters; `weights` and `gradients` as they are in the order of the parameters.
    public func step(_ weights: inout [[Scalar]], gradients: [[Scalar]], l2: Double) throws(HyperParameterError) {
        let epoch = steps / stepsPerEpoch + mutation.epochShift
        let rate = optimizer.rule.learningRate * schedule.factor(step: steps + mutation.epochShift * stepsPerEpoch, epoch: epoch)
        if mutation.resetsMomentsAtDrop, rate < lastRate {
            optimizer = try Optimizer(rule: optimizer.rule, parameters: optimizer.parameters)
        }
        let optimizer = optimizer
        for index in weights.indices {
            weights[index].withUnsafeMutableBufferPointer { weights in
                gradients[index].withUnsafeBufferPointer {
                    optimizer.update(parameter: index, weights: weights, gradient: $0, learningRate: rate, l2: l2)
                }
            }
        }
        (steps, lastRate) = (steps + 1, rate)
    }
}
