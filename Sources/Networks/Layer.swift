// SPDX-License-Identifier: GPL-3.0-or-later

/// Whether a pass belongs to training (batch statistics, running statistics updated) or to evaluation (running statistics used).
public enum PassMode: Sendable {
    case training
    case evaluation
}

/// A map from a batch of samples to a batch of samples, with its derivative.
///
/// Tensors handed to a layer hold one sample a row: shape [capacity, sample shape…], of which the first `batch` rows are meant. The
/// shapes of one sample may have any rank, so that convolution and pooling are layers like the rest.
public protocol Layer<Scalar>: AnyObject {
    associatedtype Scalar: NetworkScalar
    /// Shape of one input sample.
    var inputShape: [Int] { get }
    /// Shape of one output sample.
    var outputShape: [Int] { get }
    /// Trained tensors, in PyTorch's order.
    var parameters: [Parameter<Scalar>] { get }
    /// Tensors that belong to the model but are not trained (running statistics), by PyTorch's name.
    var buffers: [(name: String, tensor: Tensor<Scalar>)] { get }
    /// Smallest batch that a training pass can work on.
    var smallestTrainingBatch: Int { get }

    /// output ← layer(input), for the first `batch` rows.
    func forward(_ input: Tensor<Scalar>, into output: Tensor<Scalar>, batch: Int, mode: PassMode)

    /// Writes ∂loss/∂parameter into each parameter's gradient and, if asked for, ∂loss/∂input. Follows a training pass on the same tensors.
    func backward(
        input: Tensor<Scalar>, output: Tensor<Scalar>, outputGradient: Tensor<Scalar>, inputGradient: Tensor<Scalar>?, batch: Int)
}

extension Layer {
    public var parameters: [Parameter<Scalar>] { [] }
    public var buffers: [(name: String, tensor: Tensor<Scalar>)] { [] }
    public var smallestTrainingBatch: Int { 1 }
}
