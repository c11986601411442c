// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Optimizers
import Theory

/// What laws assume of planted networks.
extension Hypothesis {
    static let plantedRectified = Hypothesis.ofNetwork("every hidden activation is ReLU with derivative 0 at 0") { start in
        start.layers.allSatisfy { if case .activation(let activation) = $0 { activation == .relu(derivativeAtZero: 0) } else { true } }
    }

    /// ReLU, or a leak whose gradient the law knows.
    static let plantedOneSided = Hypothesis.ofNetwork("the activation is ReLU or LeakyReLU, and every node is on its negative side") { start in
        start.layers.allSatisfy { layer in
            switch layer {
            case .activation(.relu), .activation(.leakyReLU), .dense, .batchNorm: true
            case .activation: false
            }
        } && start.areSilent(first: start.parameters["0.bias"]?.count ?? 0)
    }

    static let nonNegativeInputs = Hypothesis.ofNetwork("every input is at least 0, and some are positive") { start in
        start.inputs.allSatisfy { $0 >= 0 } && start.inputs.contains { $0 > 0 }
    }

    static let plantedWithoutL2 = Hypothesis.ofNetwork("λ = 0") { $0.l2 == .none }

    static let plantedL2OnWeights = Hypothesis.ofNetwork("L2 on the weights, none on biases or batch normalisation") { start in
        start.l2.weights > 0 && start.l2.biases == 0 && start.l2.batchNorm == 0
    }

    static let plantedL2OnBiases = Hypothesis.ofNetwork("the same λ > 0 on weights and biases, every weight 0, every bias negative") { start in
        start.l2.weights > 0 && start.l2.weights == start.l2.biases && start.parameters["0.weight"]?.allSatisfy { $0 == 0 } == true
            && start.parameters["0.bias"]?.allSatisfy { $0 < 0 } == true
    }

    static let spentCorrection = Hypothesis.ofNetwork("the moments of the incoming weights are planted, their bias correction long spent") { start in
        start.isCorrectionSpent(of: "0.weight")
    }

    static let spentBiasMoments = Hypothesis.ofNetwork("the moments of the biases are planted, their bias correction long spent") { start in
        start.isCorrectionSpent(of: "0.bias")
    }

    static let freshMoments = Hypothesis.ofNetwork("no optimiser step was made: m = v = 0") { start in
        start.steps.values.allSatisfy { $0 == 0 } && start.secondMoments.values.allSatisfy { $0.allSatisfy { $0 == 0 } }
    }

    static let frozenOutput = Hypothesis.ofNetwork("the outgoing weights are frozen, so that the loss derivative stays") {
        $0.frozen.contains("2.weight")
    }

    static let drivenFromActivity = Hypothesis.ofNetwork("every node is active on the one sample, x ≥ 0") { start in
        start.inputs.allSatisfy { $0 >= 0 } && (0..<(start.parameters["0.bias"]?.count ?? 0)).allSatisfy { !start.isSilent($0) }
    }

    static let negativeFrozenBias = Hypothesis.ofNetwork("the biases are negative and frozen") { start in
        start.frozen.contains("0.bias") && start.parameters["0.bias"]?.allSatisfy { $0 < 0 } == true
    }

    static let plantedBelowEdge = Hypothesis.ofNetwork("the rule is Adam with αλ/ε under η* = 2(1+β₁)/(1−β₁)") { start in
        guard let adam = start.rule as? Adam, let edge = try? StabilityThreshold.effectiveDecay(.adam(beta1: adam.beta1)) else { return false }
        return adam.learningRate * start.l2.weights / adam.epsilon < edge
    }

    static let finitePlantedState = Hypothesis.ofNetwork("parameters and second moments are finite, the latter not negative") { start in
        start.parameters.values.allSatisfy { $0.allSatisfy(\.isFinite) }
            && start.secondMoments.values.allSatisfy { $0.allSatisfy { $0.isFinite && $0 >= 0 } }
    }

    static let everyThirdSilent = Hypothesis.ofNetwork("every third node is planted silent on every batch") { start in
        stride(from: 0, to: start.parameters["0.bias"]?.count ?? 0, by: 3).allSatisfy(start.isSilent)
    }

    /// - Parameter count: how many nodes are planted dead, the first of the layer; nil for all.
    static func plantedSilent(first count: Int?) -> Hypothesis {
        .ofNetwork("the planted nodes are silent: z ≤ 0 on every sample, or β + |γ|√(B−1) ≤ 0 behind batch normalisation") { start in
            start.areSilent(first: count ?? start.parameters["0.bias"]?.count ?? 0)
        }
    }
}
