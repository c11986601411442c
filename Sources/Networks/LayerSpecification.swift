// SPDX-License-Identifier: GPL-3.0-or-later

/// An activation function φ, with its parameters. Formulas and defaults are PyTorch's.
public enum Activation: Sendable, Equatable {
    /// max(z, 0). The derivative at 0 is a choice, `derivativeAtZero` (0 by default, as in PyTorch).
    case relu(derivativeAtZero: Double = 0)
    /// z for z > 0, else slope·z.
    case leakyReLU(slope: Double = 0.01)
    /// z for z > 0, else alpha·(eᶻ − 1).
    case elu(alpha: Double = 1)
    /// scale·(z for z > 0, else alpha·(eᶻ − 1)), with Klambauer et al.'s constants (arXiv 1706.02515).
    case selu
    /// z·Φ(z), or its tanh approximation (Hendrycks & Gimpel, arXiv 1606.08415).
    case gelu(tanhApproximation: Bool = false)
    /// z·σ(z), also called swish.
    case silu
    /// ln(1 + e^{βz})/β, linear where βz > threshold.
    case softplus(beta: Double = 1, threshold: Double = 20)
    case tanh
    case sigmoid
    case identity
}

/// One entry of a network's description, before sizes of inputs are known.
public enum LayerSpecification: Sendable, Equatable {
    /// y = W·x + b, W [units, inputs].
    case dense(units: Int, bias: Bool = true)
    /// Batch normalisation over the batch, one γ and β a feature (PyTorch's `BatchNorm1d`).
    case batchNorm(epsilon: Double = 1e-5, momentum: Double = 0.1)
    case activation(Activation)
}

extension LayerSpecification {
    /// Indices of a network's hidden layers: the dense layers with an activation between them and the next dense layer.
    public static func hiddenLayers(in network: [LayerSpecification]) -> [Int] {
        innerDenseLayers(in: network).filter(\.isActivated).map(\.index)
    }

    /// Indices of the dense layers that another one follows without an activation between: they are no hidden layers, since their nodes
    /// have nothing to be silent behind.
    public static func unactivatedLayers(in network: [LayerSpecification]) -> [Int] {
        innerDenseLayers(in: network).filter { !$0.isActivated }.map(\.index)
    }

    private static func innerDenseLayers(in network: [LayerSpecification]) -> [(index: Int, isActivated: Bool)] {
        let dense = network.indices.filter { if case .dense = network[$0] { true } else { false } }
        return zip(dense, dense.dropFirst()).map { index, next in
            (index, network[index..<next].contains { if case .activation = $0 { true } else { false } })
        }
    }
}

/// A network's loss.
public enum Loss: Sendable, Equatable {
    /// Softmax cross-entropy with integer classes, mean over the batch.
    case crossEntropy
    /// Mean over batch and outputs of (output − target)², as PyTorch's `MSELoss`.
    case meanSquaredError
    /// Mean over the batch of Σ_o target_o·output_o: the target is the planted output gradient times the batch size (theory notes, A2).
    case linear
}

/// How a network's parameters are drawn before training; biases 0, γ 1, β 0 unless said otherwise.
public enum Initialization: String, Sendable, CaseIterable {
    /// Normal, standard deviation √(2/fanIn) (He et al. 2015, arXiv 1502.01852).
    case heNormal
    /// Uniform on ±√(6/fanIn).
    case heUniform
    /// Normal, standard deviation √(2/(fanIn + fanOut)) (Glorot & Bengio 2010).
    case glorotNormal
    /// Uniform on ±√(6/(fanIn + fanOut)).
    case glorotUniform
    /// PyTorch's default for `nn.Linear`: weights and biases uniform on ±1/√fanIn.
    case pytorch
}
