// SPDX-License-Identifier: GPL-3.0-or-later
import Networks

/// What a probe sees of one step.
public struct StepView<Scalar: TrainingScalar> {
    /// k, counted from 1: the step whose update is under way. 0 before training.
    public let step: Int
    /// Epoch of the step, counted from 1; 0 before training.
    public let epoch: Int
    /// True if the step is its epoch's last.
    public let endsEpoch: Bool
    /// True if the step is the training's last.
    public let isLast: Bool
    /// True if the step after this one is the training's last.
    public let isNextLast: Bool
    /// Samples in the step's batch.
    public let batch: Int
    /// Loss and errors of the batch, before the update.
    public let loss: BatchLoss
    /// α of the step, after the schedule.
    public let learningRate: Double
    /// The hidden layers, from the input on.
    public let layers: [NodeLayerView<Scalar>]

    public init(
        step: Int, epoch: Int, endsEpoch: Bool, isLast: Bool, isNextLast: Bool, batch: Int, loss: BatchLoss, learningRate: Double,
        layers: [NodeLayerView<Scalar>]
    ) {
        self.step = step
        self.epoch = epoch
        self.endsEpoch = endsEpoch
        self.isLast = isLast
        self.isNextLast = isNextLast
        self.batch = batch
        self.loss = loss
        self.learningRate = learningRate
        self.layers = layers
    }
}
