// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Statistics
import Theory

extension Claim {
    /// B6: the edge of stability, located by bisection.
    static let stabilityEdge = Claim(
        id: "B6", title: "Zero attracts a dead weight only below the edge of stability", level: .laboratory,
        statement: "Under Adam zero attracts while αλ/ε < η* = 2(1+β₁)/(1−β₁): 38 at β₁ = 0.9. Each other optimiser has an edge of its own.",
        prediction: "growth sets in at αλ/ε = 2(1+β₁)/(1−β₁) under Adam, 2 to 131.3 at the ten β₁, and at each other optimiser's own edge, to 1 %",
        source: "theory notes B6, B11; Cohen et al. 2207.14484 for curvature in place of λ",
        hypotheses: [.decays, .emptyMoments, .smallWeight],
        experiment: "a weight of 10⁻²⁰ with empty moments under Adam at ten β₁ and under every optimiser that has an edge, float64, 400 steps",
        test: "the αλ/ε (αλ where there is no ε) at which the weight begins to grow, by bisection, against η*",
        falsifier: "an edge more than 1 % from the prediction"
    ) { trial in
        let adams = [0, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97].map { DeadWeightRule.adam(beta1: $0) }
        let others: [DeadWeightRule] = [
            .adam(placement: .epsilonHat), .adam(placement: .insideRoot), .adamW(decay: 5), .adaMax(), .nadam(), .rmsprop(), .rmsprop(momentum: 0.5),
            .rmsprop(momentum: 0.9), .rmsprop(centered: true), .gradientDescent, .heavyBall(momentum: 0.5), .heavyBall(), .nesterov(momentum: 0.5),
            .nesterov(), .adadelta(),
        ]
        let rules = adams + others
        var rows: [[Double]] = []
        for (index, rule) in rules.enumerated() {
            let edge = try StabilityThreshold.effectiveDecay(rule, learningRate: edgeRate)
            let measured = try? BracketedRoot.find(in: 0.5 * edge...2 * edge, relativeTolerance: 1e-4) { limit in
                try grows(rule, limit: limit, trial) ? 1 : -1
            }
            rows.append([rule.firstMomentDecay, edge, measured ?? .nan])
            trial.progress(Double(index + 1) / Double(rules.count))
        }
        let errors = rows.map { ($0[2] / $0[1] - 1).magnitude }.map { $0.isNaN ? .infinity : $0 }
        func comparison(_ quantity: String, _ errors: [Double]) -> Comparison {
            let largest = errors.max() ?? .infinity
            return Comparison(
                quantity, predicted: "at most 1 %", accepted: 0...0.01, measured: largest, test: "bisection",
                decision: .exact(holds: largest <= 0.01), count: errors.count)
        }
        return Measurement(
            [
                comparison("largest relative error of Adam's edge over ten β₁", Array(errors.prefix(adams.count))),
                comparison("largest relative error of the other optimisers' edges", Array(errors.dropFirst(adams.count))),
            ],
            notes: zip(rules, rows).map { "\($0.label): predicted \(brief($1[1])), measured \(brief($1[2]))" },
            table: MeasuredTable(columns: ["firstMomentDecay", "predicted", "measured"], rows: rows))
    }

    private static let edgeRate = 1e-3

    /// Whether a small weight grows: from steps 150–200 to steps 350–400, or by a million. At 1 % from the edge the dominant root's logarithm is
    /// about 0.01·η*: a factor of e⁴ over 200 steps at least.
    private static func grows(_ rule: DeadWeightRule, limit: Double, _ trial: Trial) throws -> Bool {
        let hasEpsilon = rule.withEffectiveDecayLimit(limit, of: edgeRate * 5e-4)
        let (alpha, l2) = hasEpsilon == nil ? (limit, 1) : (edgeRate, 5e-4)
        let one = LaboratoryCase(rule: hasEpsilon ?? rule, learningRate: .constant(alpha), l2: l2, weight: DeadWeight(weight: 1e-20))
        let (early, late) = (Array(150..<200), Array(350...400))
        let outcome = try trial.run(one, steps: 400, measuring: LaboratoryMeasurement(samples: early + late))
        let sizes = outcome.sampledWeights.map(\.magnitude)
        if outcome.largestMagnitude > 1e6 * 1e-20 || outcome.finalState.weight.isNaN { return true }
        return (sizes.dropFirst(early.count).max() ?? 0) > (sizes.prefix(early.count).max() ?? 0)
    }
}

extension DeadWeightRule {
    /// The rule with the ε at which `product` = αλ has the effective decay's limit `limit`; nil for rules whose limit is αλ itself.
    func withEffectiveDecayLimit(_ limit: Double, of product: Double) -> DeadWeightRule? {
        let epsilon = product / limit
        func ofPlacement(_ placement: EpsilonPlacement) -> Double { placement == .insideRoot ? epsilon * epsilon : epsilon }
        switch self {
        case .adam(let beta1, let beta2, _, let placement):
            return .adam(beta1: beta1, beta2: beta2, epsilon: ofPlacement(placement), placement: placement)
        case .amsgrad(let beta1, let beta2, _, let placement):
            return .amsgrad(beta1: beta1, beta2: beta2, epsilon: ofPlacement(placement), placement: placement)
        case .adamW(let beta1, let beta2, _, let placement, let decay):
            return .adamW(beta1: beta1, beta2: beta2, epsilon: ofPlacement(placement), placement: placement, decay: decay)
        case .nadam(let beta1, let beta2, _, let placement, let momentumDecay):
            return .nadam(beta1: beta1, beta2: beta2, epsilon: ofPlacement(placement), placement: placement, momentumDecay: momentumDecay)
        case .adaMax(let beta1, let beta2, _): return .adaMax(beta1: beta1, beta2: beta2, epsilon: epsilon)
        case .rmsprop(let beta2, _, let momentum, let centered):
            return .rmsprop(beta2: beta2, epsilon: epsilon, momentum: momentum, centered: centered)
        case .adaGrad, .adadelta, .gradientDescent, .heavyBall, .nesterov, .lion, .signDescent: return nil
        }
    }
}
