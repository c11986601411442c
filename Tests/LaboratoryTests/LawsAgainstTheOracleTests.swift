// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Testing
import Theory

/// The adiabatic law (B3, B8) where its range of exponents is as wide as its own: against 200 bits.
@Suite struct LawsAgainstTheOracleTests {
    /// The theory notes' margin for passages with little of the weight's own gradient in v, at β₂ = 0.999. Here β₂ = 0.99 and memories fade ten times as
    /// fast: near the edge (30 of 38) the law is 7 steps off in 818, within its own bound of 21, but 6 in 5,002 at 1e-100, where its bound
    /// is 4.4. So either the bound holds or the margin does.
    static let passageShare = 0.005
    /// The theory notes' margin for a revival with an unbounded range of exponents.
    static let revivalShare = 0.02

    private func trajectory(_ laboratoryCase: LaboratoryCase, _ threshold: Double, _ steps: Int) -> Conclusion {
        OracleTrajectory(laboratoryCase, threshold: threshold, steps: steps, window: nil).conclusion
    }

    @Test(arguments: [10.0, 100, 1_000], [5.0, 30])
    func passagesFarDownAreWhereTheLawSays(_ memory: Double, _ limit: Double) throws {
        let (l2, root) = (5e-4, memory * 5e-4 * 0.02)
        let laboratoryCase = LaboratoryCase(
            rule: .adam(beta2: 0.99, epsilon: l2 * 1e-3 / limit), learningRate: .constant(1e-3), l2: l2,
            weight: DeadWeight(weight: 0.02, secondMoment: root * root))
        for threshold in [1e-15, 1e-100, 0x1p-1070] {
            let law = try AdiabaticPassage.predict(
                laboratoryCase.weight, rule: laboratoryCase.rule, learningRate: laboratoryCase.learningRate, l2: l2, threshold: threshold,
                budget: 20_000)
            let predicted = try #require(law.passage)
            let conclusion = trajectory(laboratoryCase, threshold, 2 * Int(predicted.value) + 200)
            let measured = try #require(conclusion.passage)
            #expect(
                (predicted.value - Double(measured)).magnitude <= max(predicted.errorBound, Self.passageShare * Double(measured)),
                "ξ \(threshold): \(predicted), measured \(measured)")
        }
    }

    @Test(arguments: [1.3, 2, 5])
    func revivalsFromAnyDepthAreWhereTheLawSays(_ ratio: Double) throws {
        let (alpha, l2) = (1e-3, 5e-4)
        let root = 1e3 * l2 * 0.02
        let laboratoryCase = LaboratoryCase(
            rule: .adam(beta2: 0.99, epsilon: alpha * l2 / (38 * ratio)), learningRate: .constant(alpha), l2: l2,
            weight: DeadWeight(weight: 0.02, secondMoment: root * root))
        let law = try AdiabaticPassage.predict(
            laboratoryCase.weight, rule: laboratoryCase.rule, learningRate: laboratoryCase.learningRate, l2: l2, threshold: 1e-8,
            budget: 20_000, extent: .untilRevival)
        let conclusion = trajectory(laboratoryCase, 1e-8, 20_000)
        let (predicted, measured) = (try #require(law.revival), try #require(conclusion.revival))
        #expect(
            (predicted.value - Double(measured)).magnitude <= Self.revivalShare * Double(measured),
            "predicted \(predicted), measured \(conclusion)")
    }
}
