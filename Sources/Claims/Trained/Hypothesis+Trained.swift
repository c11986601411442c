// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Networks
import Optimizers
import Theory

/// Hypotheses read the configuration that a law speaks of, not the changed one of a subject under test.
extension Hypothesis {
    static let adamWithCoupledL2 = Hypothesis("the optimiser is Adam with coupled L2 on the weights alone") { configuration in
        configuration.optimizer is Adam && configuration.l2.weights > 0 && configuration.l2.biases == 0 && configuration.l2.batchNorm == 0
    }

    static let rectified = Hypothesis("every hidden activation is ReLU with derivative 0 at 0") { configuration in
        configuration.network.allSatisfy { layer in
            if case .activation(let activation) = layer { activation == .relu(derivativeAtZero: 0) } else { true }
        }
    }

    static let keepsSubnormals = Hypothesis("subnormal numbers are not flushed to zero") { !$0.flushToZero }

    static let belowEdge = Hypothesis("αλ/ε lies below η* = 2(1+β₁)/(1−β₁)") { configuration in
        guard let rule = DeadWeightRule(configuration.optimizer) else { return false }
        let (rate, l2) = (configuration.optimizer.learningRate, configuration.l2.weights)
        guard let limit = try? StabilityThreshold.effectiveDecayLimit(rule, learningRate: rate, l2: l2),
            let edge = try? StabilityThreshold.effectiveDecay(rule, learningRate: rate)
        else { return false }
        return limit < edge
    }
}
