// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import RealModule
import Statistics
import Theory

extension DepartureLaw {
    /// A dead weight under Adam with αλ/ε at `limit`·η* and s₀ = memory·λw₀; β₂ = 0.99, so that memories fade within a few thousand steps.
    private static func adam(_ random: inout RandomStream, limit: Range<Double>, memory: Range<Double>) -> LaboratoryCase {
        let (alpha, l2) = (random.logUniform(in: 1e-4..<1e-2), random.logUniform(in: 1e-5..<1e-2))
        let (beta1, w) = (random.uniform(in: 0.5..<0.95), random.logUniform(in: 1e-2..<1))
        let edge = 2 * (1 + beta1) / (1 - beta1)
        let root = random.logUniform(in: memory) * l2 * w
        return LaboratoryCase(
            rule: .adam(beta1: beta1, beta2: 0.99, epsilon: alpha * l2 / (edge * random.uniform(in: limit))), learningRate: .constant(alpha),
            l2: l2, weight: DeadWeight(weight: w, firstMoment: 0.3 * root * random.uniform(in: -1..<1), secondMoment: root * root))
    }

    /// The family's rules at their defaults with rates at which a weight passes 1e-6 of its start within the budget.
    private static func family(_ random: inout RandomStream) -> LaboratoryCase {
        let l2 = random.logUniform(in: 1e-3..<1e-2)
        let alpha = random.logUniform(in: 1e-3..<5e-3)
        let root = random.logUniform(in: 0.1..<1) * alpha * l2 * 50
        let epsilon = alpha * l2 * random.uniform(in: 1..<3)
        let rules: [(DeadWeightRule, Double)] = [
            (.amsgrad(epsilon: epsilon), alpha), (.adamW(beta2: 0.99, epsilon: epsilon, decay: 1), alpha),
            (.adaMax(beta2: 0.99, epsilon: epsilon), alpha),
            (.nadam(beta2: 0.99, epsilon: epsilon), alpha), (.adaGrad(epsilon: epsilon), alpha), (.rmsprop(epsilon: epsilon), alpha),
            (.rmsprop(epsilon: epsilon, momentum: 0.9), alpha), (.rmsprop(epsilon: epsilon, centered: true), alpha),
            (.adadelta(epsilon: 1e-4), 1 / l2 * random.uniform(in: 0.05..<0.5)), (.gradientDescent, 0.02 / l2), (.heavyBall(), 0.02 / l2),
            (.nesterov(), 0.02 / l2),
        ]
        let (rule, rate) = rules[Int(random.integer(below: UInt64(rules.count)))]
        let square = root * root
        // u and s stand for a root and a sum; the centred mean and D start from nothing.
        let second = if case .adaMax = rule { root } else { square }
        let auxiliary = if case .amsgrad = rule { square } else { 0.0 }
        return LaboratoryCase(
            rule: rule, learningRate: .constant(rate), l2: l2,
            weight: DeadWeight(weight: random.logUniform(in: 1e-3..<1e-1), secondMoment: second, auxiliary: auxiliary))
    }

    /// Every law whose conclusion is about a trajectory.
    static let all: [DepartureLaw] = [
        DepartureLaw(id: "B3", conclusion: "passage of 1e-15 below the edge", threshold: 1e-15, steps: 4_000) {
            adam(&$0, limit: 0.05..<0.8, memory: 10..<1e3)
        },
        DepartureLaw(id: "B4", conclusion: "passage of w₀·1e-6 in the memory phase", threshold: 1e-6, isRelative: true, steps: 4_000) {
            adam(&$0, limit: 0.5..<0.9, memory: 1e2..<1e4)
        },
        DepartureLaw(id: "B5", conclusion: "passage of w₀·1e-9 after the collapse", threshold: 1e-9, isRelative: true, steps: 4_000) {
            adam(&$0, limit: 0.3..<0.8, memory: 1e-2..<0.5)
        },
        DepartureLaw(
            id: "B6", conclusion: "growth from w₀ to 1e3·w₀ just above the edge, none just below", threshold: 1e3, isRelative: true, steps: 4_000
        ) {
            let isAbove = $0.uniform() < 0.5
            var laboratoryCase = adam(&$0, limit: isAbove ? 1.02..<1.1 : 0.9..<0.98, memory: 1..<2)
            laboratoryCase.weight = DeadWeight(weight: 1e-12)
            return laboratoryCase
        },
        DepartureLaw(id: "B7", conclusion: "rms at the floor", threshold: 1e-30, steps: 8_000, window: 4_000..<8_001) {
            adam(&$0, limit: 1.5..<20, memory: 1..<10)
        },
        DepartureLaw(id: "B8", conclusion: "passage of 1e-8 and revival above the edge", threshold: 1e-8, steps: 8_000) {
            adam(&$0, limit: 1.3..<10, memory: 1e2..<1e4)
        },
        DepartureLaw(id: "B9-float32", conclusion: "passage of 1e-42, among float32's subnormals", threshold: 1e-42, steps: 6_000) {
            adam(&$0, limit: 0.05..<0.8, memory: 10..<1e3)
        },
        DepartureLaw(id: "B9-float64", conclusion: "passage of 2^-1064 (5e-321), among float64's subnormals", threshold: 0x1p-1064, steps: 20_000) {
            adam(&$0, limit: 0.05..<0.8, memory: 10..<1e2)
        },
        DepartureLaw(id: "B11", conclusion: "passage of w₀·1e-6 under the family", threshold: 1e-6, isRelative: true, steps: 6_000) { family(&$0) },
        DepartureLaw(id: "B12", conclusion: "passage of 1e-15 once the schedule has carried the run below the edge", threshold: 1e-15, steps: 6_000) {
            var laboratoryCase = adam(&$0, limit: 1.2..<1.9, memory: 1..<10)
            laboratoryCase.learningRate = .stepDecay(laboratoryCase.learningRate[0], period: 3_000, factor: 0.5)
            return laboratoryCase
        },
    ]
}
