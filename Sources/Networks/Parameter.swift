// SPDX-License-Identifier: GPL-3.0-or-later

/// What a parameter is to its layer; coupled L2 chooses its coefficient by it.
public enum ParameterRole: String, Sendable, CaseIterable {
    /// Weights of a dense layer (or kernels of a convolution).
    case weight
    /// Additive bias of a dense layer.
    case bias
    /// γ of a batch normalisation.
    case batchNormScale
    /// β of a batch normalisation.
    case batchNormShift
}

/// A trained tensor with its data gradient.
public final class Parameter<Scalar: NetworkScalar> {
    /// PyTorch's name within the network's `nn.Sequential`, such as `0.weight`.
    public let name: String
    public let role: ParameterRole
    /// Numbers of inputs and outputs that one weight connects, for initialisation; 0 where it has no meaning.
    public let fan: (in: Int, out: Int)
    /// The parameter's values; a weight is [out, in].
    public let value: Tensor<Scalar>
    /// ∂(data loss)/∂value of the last backward pass. No regularisation term ever enters it.
    public let gradient: Tensor<Scalar>
    /// A frozen parameter is not updated, and its optimiser state stays as it is.
    public var isFrozen = false

    init(name: String, role: ParameterRole, shape: [Int], fan: (in: Int, out: Int) = (0, 0), repeating value: Scalar = 0) {
        self.name = name
        self.role = role
        self.fan = fan
        self.value = Tensor(shape: shape, repeating: value)
        gradient = Tensor(shape: shape)
    }
}
