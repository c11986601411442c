// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// NAdam's momenta μ_t, μ_{t+1} and Π_t at step t; without a step count their limits β₁, β₁ and 0.
package struct NesterovMoments {
    package let now: Double
    package let next: Double
    package let product: Double

    package init(beta1: Double, momentumDecay: Double, step: Int?, product before: Double) {
        guard let step else {
            (now, next, product) = (beta1, beta1, 0)
            return
        }
        now = Self.momentum(step, beta1: beta1, momentumDecay: momentumDecay)
        next = Self.momentum(step + 1, beta1: beta1, momentumDecay: momentumDecay)
        product = before * now
    }

    /// μ_t = β₁(1 − ½·0.96^(tψ)).
    package static func momentum(_ step: Int, beta1: Double, momentumDecay: Double) -> Double {
        beta1 * (1 - 0.5 * Double.pow(0.96, Double(step) * momentumDecay))
    }
}

extension DeadWeightRule {
    /// NAdam's Π after the steps of a range (from 0), multiplied on from `product` in the order in which training does; 1 for rules without.
    public func momentumProduct(from product: Double = 1, steps: Range<Int>) -> Double {
        guard case .nadam(let beta1, _, _, _, let momentumDecay) = self else { return 1 }
        return steps.reduce(product) { $0 * NesterovMoments.momentum($1 + 1, beta1: beta1, momentumDecay: momentumDecay) }
    }
}
