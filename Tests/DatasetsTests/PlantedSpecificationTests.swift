// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Datasets

@Suite struct PlantedSpecificationTests {
    private func targets(_ specification: PlantedSpecification, seed: UInt64 = 1) throws -> [Double] {
        guard case .values(let values, width: 1) = try DataSource.planted(specification).load(seed: seed).training.targets else { return [] }
        return values
    }

    @Test func constantInputsAndTargetsAreWhatWasPlanted() throws {
        let data = try DataSource.planted(PlantedSpecification(features: 3, samples: 2, inputs: .constant(0.5), target: 2)).load(seed: 1)
        #expect(data.training.inputs(as: Double.self) == Array(repeating: 0.5, count: 6))
        #expect(data.training.targets == .values([2, 2], width: 1))
        #expect(data.inputBox == InputBox(0.5...0.5, features: 3))
        #expect(data.test == nil)
    }

    @Test func aBurstComesOnceAPeriodAcrossEpochs() throws {
        let specification = PlantedSpecification(samples: 6, target: 0, burst: .init(every: 3, target: 5))
        let planted = try targets(specification)
        var order = try BatchOrder.sequential(samples: 6, batch: 1)
        let seen = (0..<12).map { _ in order.next().map { planted[Int($0)] }[0] }
        #expect(seen == [5, 0, 0, 5, 0, 0, 5, 0, 0, 5, 0, 0])
    }

    @Test func uniformInputsLieInTheirBoxAndNoiseHasItsOwnStream() throws {
        var specification = PlantedSpecification(samples: 1000, inputs: .uniform(lower: -1, upper: 3), target: 1)
        let data = try DataSource.planted(specification).load(seed: 8)
        let inputs = data.training.inputs(as: Double.self)
        #expect(inputs.allSatisfy { $0 >= -1 && $0 < 3 })
        // Mean 1, standard deviation 4/√12, 4,000 draws: five standard errors.
        let mean = inputs.reduce(0, +) / 4000
        #expect(abs(mean - 1) < 5 * 4 / (12.0 * 4000).squareRoot())
        specification.noise = 0.1
        let noisy = try DataSource.planted(specification).load(seed: 8)
        #expect(noisy.training.inputs(as: Double.self) == inputs)
        let meanTarget = try targets(specification, seed: 8).reduce(0, +) / 1000
        #expect(meanTarget != 1)
        #expect(abs(meanTarget - 1) < 5 * 0.1 / 1000.0.squareRoot())
    }

    @Test(arguments: [
        (PlantedSpecification(features: 0), "planted.features: 0 can't be used; accepted: 1 to 2147483647"),
        (
            PlantedSpecification(samples: 7, burst: .init(every: 3, target: 1)),
            "planted.burst.every: 3 can't be used; accepted: a divisor of samples (7)"
        ),
        (PlantedSpecification(burst: .init(every: 0, target: 1)), "planted.burst.every: 0 can't be used; accepted: a divisor of samples (1)"),
        (
            PlantedSpecification(inputs: .uniform(lower: 1, upper: 1)),
            "planted.inputs: (1.0, 1.0) can't be used; accepted: lower < upper, both finite"
        ),
        (PlantedSpecification(target: .nan), "planted.target: nan can't be used; accepted: a finite number"),
        (PlantedSpecification(noise: -1), "planted.noise: -1.0 can't be used; accepted: 0 or more, finite"),
    ])
    func impossibleSpecificationsNameTheKey(specification: PlantedSpecification, expected: String) {
        #expect(errorText { _ = try DataSource.planted(specification).load(seed: 1) } == expected)
    }
}
