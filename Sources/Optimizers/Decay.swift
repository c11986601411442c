// SPDX-License-Identifier: GPL-3.0-or-later

/// Which coefficient of an L2 term or a decay a parameter gets.
public enum DecayGroup: String, Sendable, CaseIterable {
    /// Weights of dense layers and kernels of convolutions.
    case weights
    /// Additive biases.
    case biases
    /// γ and β of batch normalisations.
    case batchNorm
}

/// Coupled L2: the objective is L + Σ (λ/2)‖w‖², so that every rule sees g = g_data + λw; λ by group, all ≥ 0.
///
/// PyTorch's `weight_decay` of every optimiser but AdamW, there the same λ for all parameters. For decay that bypasses the moments see
/// ``DecoupledDecay``: under an adaptive optimiser the two differ in kind (Loshchilov & Hutter, arXiv 1711.05101).
public struct CoupledL2: Sendable, Equatable {
    public var weights: Double
    public var biases: Double
    public var batchNorm: Double

    public init(weights: Double = 0, biases: Double = 0, batchNorm: Double = 0) {
        self.weights = weights
        self.biases = biases
        self.batchNorm = batchNorm
    }

    public static let none = CoupledL2()

    /// λ of a group.
    public func coefficient(for group: DecayGroup) -> Double {
        switch group {
        case .weights: weights
        case .biases: biases
        case .batchNorm: batchNorm
        }
    }
}

/// Decoupled decay: w ← w·(1 − α·ω) before the step, outside gradient and moments, with α after the schedule; ω by group, all ≥ 0.
///
/// PyTorch's convention. Loshchilov & Hutter's own decay is not multiplied by α, only by the schedule's factor.
public struct DecoupledDecay: Sendable, Equatable {
    public var weights: Double
    public var biases: Double
    public var batchNorm: Double

    public init(weights: Double = 0, biases: Double = 0, batchNorm: Double = 0) {
        self.weights = weights
        self.biases = biases
        self.batchNorm = batchNorm
    }

    /// One coefficient for all parameters, as in PyTorch's AdamW.
    public init(everywhere coefficient: Double) {
        self.init(weights: coefficient, biases: coefficient, batchNorm: coefficient)
    }

    public static let none = DecoupledDecay()

    /// ω of a group.
    public func coefficient(for group: DecayGroup) -> Double {
        switch group {
        case .weights: weights
        case .biases: biases
        case .batchNorm: batchNorm
        }
    }
}
