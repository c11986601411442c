// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Testing
import Theory

@Suite struct LaboratoryGridTests {
    private func adam(_ point: LaboratoryGrid.Point) -> DeadWeightRule {
        .adam(beta1: point.beta1, beta2: point.beta2, epsilon: point.epsilon)
    }

    @Test func aProductHasEveryCombinationOnce() throws {
        var grid = LaboratoryGrid()
        grid.l2 = .values([1e-4, 1e-3])
        grid.beta1 = .values([0, 0.5, 0.9])
        grid.weight = .values([0.1, 1])
        grid.secondMoment = .memory(.values([10]))
        let cases = try grid.product(adam)
        #expect(cases.count == 12)
        #expect(Set(cases.map { "\($0.l2) \($0.rule) \($0.weight.weight)" }).count == 12)
        #expect(cases[0].weight.weight == 0.1 && cases[1].weight.weight == 1)
        for laboratoryCase in cases {
            let root = 10 * laboratoryCase.l2 * laboratoryCase.weight.weight
            #expect(laboratoryCase.weight.secondMoment == root * root)
        }
    }

    @Test func drawsStayInTheirRangesAndRepeat() throws {
        var grid = LaboratoryGrid()
        grid.learningRate = .logUniform(1e-5..<1e-2)
        grid.beta1 = .uniform(0..<0.99)
        grid.firstMoment = .shareOfRoot(.uniform(-1..<1))
        grid.secondMoment = .memory(.logUniform(1e-2..<1e6))
        let cases = try grid.draw(500, seed: 3, name: "draws", adam)
        let rates = cases.map { $0.learningRate[0] }
        #expect(rates.allSatisfy { (1e-5..<1e-2).contains($0) })
        // Half of a logarithmic axis lies below its geometric middle, 10^-3.5.
        #expect((200...300).contains(rates.filter { $0 < 3.1623e-4 }.count))
        #expect(cases.allSatisfy { $0.weight.firstMoment.magnitude <= $0.weight.secondMoment.squareRoot() })
        #expect(try grid.draw(500, seed: 3, name: "draws", adam).map(\.weight) == cases.map(\.weight))
        #expect(try grid.draw(500, seed: 4, name: "draws", adam).map(\.weight) != cases.map(\.weight))
    }

    @Test func axesThatCannotServeAreThrownOut() {
        var grid = LaboratoryGrid()
        grid.weight = .logUniform(0..<1)
        #expect(throws: LaboratoryError.self) { try grid.product(adam) }
        #expect(throws: LaboratoryError.invalid(quantity: "lower end of a logarithmic axis", found: 0, accepted: "> 0")) {
            try grid.draw(1, seed: 1, name: "", adam)
        }
        grid.weight = .values([])
        #expect(throws: LaboratoryError.self) { try grid.draw(1, seed: 1, name: "", adam) }
    }
}
