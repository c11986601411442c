// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Networks
import Optimizers

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
}
