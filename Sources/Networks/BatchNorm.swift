// SPDX-License-Identifier: GPL-3.0-or-later

/// Batch normalisation of each feature over the batch (Ioffe & Szegedy, arXiv 1502.03167), in PyTorch's conventions.
///
/// Training: x̂ = (x − μ)/√(σ² + ε) with the batch's mean μ and *biased* variance σ² (divided by n), y = γx̂ + β. Running statistics:
/// r ← (1 − momentum)·r + momentum·s, with s the batch's mean and its *unbiased* variance (divided by n − 1), starting from 0 and 1.
/// Evaluation: the running statistics in place of the batch's.
/// With s = 1/√(σ² + ε), the input gradient is (δ − mean(δ) − (x − μ)·(Σ δ(x − μ))·s²/n)·s·γ, ∂γ = Σ δ(x − μ)·s, ∂β = Σ δ: all exactly 0
/// where δ is 0 for every sample. Sums run over the samples in rising order, in the network's precision.
///
/// - Warning: TensorFlow's momentum is 1 − PyTorch's, and its default ε is 1e-3.
public final class BatchNorm<Scalar: NetworkScalar>: Layer {
    public let inputShape: [Int]
    public var outputShape: [Int] { inputShape }
    /// γ, [features].
    public let scale: Parameter<Scalar>
    /// β, [features].
    public let shift: Parameter<Scalar>
    public let runningMean: Tensor<Scalar>
    public let runningVariance: Tensor<Scalar>
    /// Training passes so far, PyTorch's `num_batches_tracked`.
    public var batchesTracked = 0
    public let epsilon: Scalar
    /// Weight of a batch in the running statistics; 1/n at the n-th batch makes them plain means.
    public var momentum: Scalar
    private let name: String
    /// Of the last training batch, for the backward pass.
    private let mean: Tensor<Scalar>
    private let inverseDeviation: Tensor<Scalar>
    /// 1/√(r + ε) of the running variance r.
    private let evaluationInverse: Tensor<Scalar>

    public init(name: String, features: Int, epsilon: Double, momentum: Double) {
        self.name = name
        inputShape = [features]
        scale = Parameter(name: "\(name).weight", role: .batchNormScale, shape: [features], repeating: 1)
        shift = Parameter(name: "\(name).bias", role: .batchNormShift, shape: [features])
        runningMean = Tensor(shape: [features])
        runningVariance = Tensor(shape: [features], repeating: 1)
        mean = Tensor(shape: [features])
        inverseDeviation = Tensor(shape: [features])
        evaluationInverse = Tensor(shape: [features])
        self.epsilon = Scalar(epsilon)
        self.momentum = Scalar(momentum)
    }

    public var parameters: [Parameter<Scalar>] { [scale, shift] }

    public var buffers: [(name: String, tensor: Tensor<Scalar>)] {
        [("\(name).running_mean", runningMean), ("\(name).running_var", runningVariance)]
    }

    /// PyTorch's name of ``batchesTracked``.
    public var batchesTrackedName: String { "\(name).num_batches_tracked" }

    /// The unbiased variance of one sample does not exist, and its x̂ would be 0 whatever the input.
    public var smallestTrainingBatch: Int { 2 }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func forward(_ input: Tensor<Scalar>, into output: Tensor<Scalar>, batch: Int, mode: PassMode) {
        let features = inputShape[0]
        switch mode {
        case .training:
            Scalar.batchNormForward(
                input.base, into: output.base, rows: batch, columns: features, scale: scale.value.base, shift: shift.value.base,
                epsilon: epsilon, momentum: momentum, mean: mean.base, inverseDeviation: inverseDeviation.base,
                runningMean: runningMean.base, runningVariance: runningVariance.base)
            batchesTracked += 1
        case .evaluation:
            let (inverse, variance) = (evaluationInverse.base, runningVariance.base)
            for j in 0..<features { inverse[j] = 1 / (variance[j] + epsilon).squareRoot() }
            Scalar.normalise(
                input.base, into: output.base, rows: batch, columns: features, scale: scale.value.base, shift: shift.value.base,
                mean: runningMean.base, inverseDeviation: inverse)
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func backward(
        input: Tensor<Scalar>, output: Tensor<Scalar>, outputGradient: Tensor<Scalar>, inputGradient: Tensor<Scalar>?, batch: Int
    ) {
        Scalar.batchNormBackward(
            input.base, delta: outputGradient.base, into: inputGradient?.base, rows: batch, columns: inputShape[0], scale: scale.value.base,
            mean: mean.base, inverseDeviation: inverseDeviation.base, scaleGradient: scale.gradient.base, shiftGradient: shift.gradient.base)
    }
}
