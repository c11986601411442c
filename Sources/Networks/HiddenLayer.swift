// SPDX-License-Identifier: GPL-3.0-or-later

/// A hidden layer as the theory sees it: nodes with incoming weights, a bias, perhaps a batch normalisation, an activation, and
/// outgoing weights. The output layer is none.
public struct HiddenLayer<Scalar: NetworkScalar> {
    /// Index of the dense layer in the network, as in PyTorch's `nn.Sequential`: the `0` of `0.weight`.
    public let name: String
    /// Incoming weights [nodes, inputs]; row j belongs to node j.
    public let incoming: Parameter<Scalar>
    public let bias: Parameter<Scalar>?
    /// Batch normalisation between the dense layer and its activation.
    public let batchNorm: BatchNorm<Scalar>?
    public let activation: ActivationLayer<Scalar>
    /// Weights of the next dense layer [outputs, nodes]; column j belongs to node j.
    public let outgoing: Parameter<Scalar>
    /// z [capacity, nodes]: what the activation was last applied to, after batch normalisation.
    public let preactivation: Tensor<Scalar>

    public var nodeCount: Int { incoming.value.shape[0] }
    public var inputCount: Int { incoming.value.shape[1] }
}
