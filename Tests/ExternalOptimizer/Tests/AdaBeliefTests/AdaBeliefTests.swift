// SPDX-License-Identifier: GPL-3.0-or-later
import AdaBelief
import OptimizerLaws
import Testing

@Test func adaBeliefObeysTheLaws() throws {
    try OptimizerLaws.check(AdaBelief(), seed: 1)
}

@Test func adaBeliefObeysTheLawsThatNeedToKnowMoreOfIt() throws {
    let traits = RuleTraits<AdaBelief>(
        hyperParameters: [\.learningRate, \.beta1, \.beta2, \.epsilon, \.rootEpsilon],
        gradientScaling: GradientScaling(degree: 0) {
            $0.epsilon *= $1
            $0.rootEpsilon *= $1 * $1
        })
    print(try OptimizerLaws.check(AdaBelief(), traits: traits, seed: 1))
}

/// ε₀ of 1.9e-19 puts αλ/√(ε₀/(1−β₂)) at 36.3, one of 1.6e-19 at 39.5; the edge is 2(1+β₁)/(1−β₁) = 38.
@Test(arguments: [1.9e-19, 1.6e-19])
func onlyBelowTheEdgeADeadWeightGoesToZero(_ rootEpsilon: Double) throws {
    let report = try OptimizerLaws.check(AdaBelief(rootEpsilon: rootEpsilon), seed: 1, laws: [.deadWeight])
    let regime = try #require(report[.deadWeight]?.measurements.first)
    print("ε₀ = \(rootEpsilon), \(regime)")
    #expect(regime.contains("λ = 0.0005: below 1e-15 from") == (rootEpsilon > 1.73e-19))
}
