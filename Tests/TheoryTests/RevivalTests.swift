// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule
import Testing
import Theory

/// The revival's earliest step and the revival after a drop, against the exact recursion.
@Suite struct RevivalTests {
    private let rule = DeadWeightRule.adam(beta2: 0.99, epsilon: 1e-9)

    @Test(arguments: [1e-3, 1e-4, 1e-5])
    func noWeightIsBackBeforeTheEarliestStep(root: Double) throws {
        let earliest = try Revival.earliestStep(rule, rootSecondMoment: root, learningRate: 1e-3, l2: 5e-4)
        let start = DeadWeight<Double>(weight: 1e-4, secondMoment: root * root)
        var recursion = try ExactRecursion(start, rule: rule, learningRate: .constant(1e-3), l2: 5e-4)
        let measured = Double(try #require(recursion.passage(below: 1e-7, limit: 50_000, followingRevival: true).revival))
        #expect(measured >= earliest && measured < 2 * earliest + 200, "\(measured) against \(earliest)")
    }

    @Test func thereIsNoRevivalWhereZeroAttracts() {
        #expect(throws: LawError.self) { try Revival.earliestStep(.adam(epsilon: 1e-6), rootSecondMoment: 1e-3, learningRate: 1e-3, l2: 5e-4) }
        #expect(throws: LawError.self) { try Revival.earliestStep(.amsgrad(), rootSecondMoment: 1e-3, learningRate: 1e-3, l2: 5e-4) }
    }

    @Test func aWeightAtItsFloorIsBackAfterADropWhenTheLawSays() throws {
        let law = try Revival.afterDrop(rule, learningRate: 1e-3, l2: 5e-4, factor: 0.25, threshold: 1e-7)
        let forgetting = 2 / -Double.log(0.99) * Double.log((5e-7 / 38 - 1e-9) / (1.25e-7 / 38 - 1e-9))
        #expect(law.steps.value > forgetting)
        let start = DeadWeight<Double>(weight: law.floor, secondMoment: 25e-8 * law.floor * law.floor)
        var recursion = try ExactRecursion(
            start, rule: rule, learningRate: .stepDecay(1e-3, period: 20_000, factor: 0.25), l2: 5e-4)
        for _ in 0..<20_000 { recursion.advance() }
        let measured = Double(try #require(recursion.passage(below: 1e-7, limit: 39_000, followingRevival: true).revival)) - 20_000
        #expect(law.steps.range.contains(measured), "\(law.steps) against \(measured)")
    }
}
