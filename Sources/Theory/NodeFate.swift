// SPDX-License-Identifier: GPL-3.0-or-later

/// Where a dead node is when a forecast ends.
public struct NodeFate: Sendable, Equatable {
    public let regime: DeadWeightForecast.Regime
    /// Norm of the node at its floor, √n times a weight's (theory notes B7, B11); nil where zero attracts at the last α or no floor is known.
    public let floorNorm: Prediction?
    /// η's limit at the last α, and the edge that it is compared with; nil for sign descent and Lion.
    public let effectiveDecayLimit: Double?
    public let stabilityThreshold: Double?
}

extension NodeForecast {
    /// An η beyond this share of the edge has arrived there; as for a single weight.
    private static let nearEdge = 0.5

    /// The node's regime at the end of the steps: `zero` under the smallest ξ; else `floor` where the rule has one at the last α and the
    /// node has come to it (its norm rose again, or η is near the edge); `divergence` past the edge of a rule whose denominator does not grow with the weight; else `notOnThisBudget`.
    ///
    /// - Parameters:
    ///   - rule: the optimiser.
    ///   - learningRate: α of the last step.
    ///   - l2: λ.
    ///   - weights: incoming weights of the node that are not 0 for ever.
    ///   - finalEffectiveDecay: η at the end, ``AdiabaticNodeForecast/finalEffectiveDecay``; nil where there is no linear regime.
    public func fate(
        rule: DeadWeightRule, learningRate: Double, l2: Double, weights: Int, finalEffectiveDecay: Double?
    ) -> NodeFate {
        let isZero = crossings.min { $0.threshold < $1.threshold }?.isBelow ?? (finalNorm == 0)
        let root = Double(weights).squareRoot()
        let floor = Self.floor(of: rule, learningRate, l2).map { Prediction(root * $0.value, errorBound: root * $0.errorBound) }
        let limit = try? StabilityThreshold.effectiveDecayLimit(rule, learningRate: learningRate, l2: l2)
        let edge = try? StabilityThreshold.effectiveDecay(rule, learningRate: learningRate)
        var regime = DeadWeightForecast.Regime.notOnThisBudget
        if isZero {
            regime = .zero
        } else if !finalNorm.isFinite {
            regime = .divergence
        } else if let limit, let edge {
            if limit > edge, rule.denominatorIgnoresWeight {
                regime = .divergence
            } else if limit > edge, rule.denominatorFollowsWeight,
                crossings.contains(where: { $0.rise != nil }) || (finalEffectiveDecay ?? 0) > Self.nearEdge * edge
            {
                regime = .floor
            }
        } else if let floor, finalNorm <= floor.range.upperBound {
            regime = .floor
        }
        return NodeFate(regime: regime, floorNorm: floor, effectiveDecayLimit: limit, stabilityThreshold: edge)
    }

    /// A single weight's floor: that of the edge, or the limit cycle of sign descent and Lion.
    private static func floor(of rule: DeadWeightRule, _ learningRate: Double, _ l2: Double) -> Prediction? {
        switch rule {
        case .lion(let beta1, let beta2, let decay):
            return l2 > 0 && decay == 0 ? try? LimitCycle.lion(beta1: beta1, beta2: beta2, learningRate: learningRate) : nil
        case .signDescent:
            // Between α/2 and α/√2, by what is left of each weight.
            return l2 > 0 ? Prediction(learningRate * (1 + 2.0.squareRoot()) / 4, errorBound: learningRate * (2.0.squareRoot() - 1) / 4) : nil
        default:
            return try? Floor.rms(rule, learningRate: learningRate, l2: l2)
        }
    }
}
