// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Optimizers
import Testing

/// Agreement with torch.optim and its schedulers; values and the script that made them: Tests/Reference/optimizers.{json,py}.
@Suite struct PyTorchTests {
    /// 1,000 float64 steps on the same gradients. PyTorch fuses some multiply-adds and we none, a difference of one rounding a step, which
    /// forgetting moments keep from growing; measured at most 2e-15.
    static let tolerance = 1e-13

    /// What optimizers.json holds, as far as it is compared.
    struct Reference: Decodable {
        struct Run: Decodable {
            let checkpoints: [String: [String: [Double]]]
        }
        let l2: Double
        let everyEpochs: Int
        let stepsPerEpoch: Int
        let factor: Double
        let runs: [String: Run]
        let schedules: [String: [Double]]
    }

    static let reference: Reference? = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Reference/optimizers.json")
        return try? JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }()

    @Test func everyRunOfTheReferenceFileHasARuleHere() throws {
        let runs = try #require(Self.reference).runs
        let missing = Set(runs.keys).subtracting(NamedRule.all.map(\.name))
        #expect(runs.count == 16)
        #expect(missing.isEmpty)
    }

    @Test(arguments: NamedRule.all.filter { reference?.runs[$0.name] != nil })
    func weightsAndStateAgreeWithPyTorch(_ named: NamedRule) throws {
        let reference = try #require(Self.reference)
        let checkpoints = try #require(reference.runs[named.name]).checkpoints
        let l2 = named.rule is AdamW ? 0 : reference.l2
        let schedule = Schedule.step(everyEpochs: reference.everyEpochs, factor: reference.factor)

        let planted = Planted<Double>(steps: 1000)
        var trained = try PlantedRun<Double>(named.rule, weights: planted.weights)
        var compared = 0
        for (step, gradient) in planted.gradients.enumerated() {
            let factor = schedule.factor(step: step, epoch: step / reference.stepsPerEpoch)
            trained.step(gradient, learningRate: named.rule.learningRate * factor, l2: l2)
            guard let expected = checkpoints["\(step + 1)"] else { continue }
            compared += 1
            var names = Set(expected.keys)
            #expect(relativeDifference(trained.weights, try #require(expected["weights"])) < Self.tolerance, "weights, step \(step + 1)")
            names.remove("weights")
            for name in trained.optimizer.stateNames {
                let values = try trained.optimizer.state(name, of: 0)
                #expect(relativeDifference(values, try #require(expected[name])) < Self.tolerance, "\(name), step \(step + 1)")
                names.remove(name)
            }
            for name in trained.optimizer.scalarNames where expected[name] != nil {
                let value = try trained.optimizer.scalar(name, of: 0)
                #expect(relativeDifference([value], try #require(expected[name])) < Self.tolerance, "\(name), step \(step + 1)")
                names.remove(name)
            }
            #expect(names.isEmpty, "state of PyTorch's that has no counterpart")
        }
        #expect(compared == checkpoints.count)
    }

    /// PyTorch multiplies the rate on and on where the closed form takes a power: a rounding an epoch, over 60 epochs.
    static let scheduleTolerance = 1e-13

    @Test(arguments: [
        ("step", Schedule.step(everyEpochs: 7, factor: 0.3), 1),
        ("exponential", .exponential(factor: 0.97), 1),
        ("cosine", .cosine(epochs: 40), 1),
        ("cosine.minimum", .cosine(epochs: 40, minimumFactor: 0.125), 1),
        ("warmup", .warmup(steps: 12, then: .step(everyEpochs: 2, factor: 0.5)), 5),
    ])
    func schedulesAgreeWithPyTorch(_ name: String, _ schedule: Schedule, _ stepsPerEpoch: Int) throws {
        let expected = try #require(Self.reference?.schedules[name])
        #expect(expected.count >= 40)
        for (index, value) in expected.enumerated() {
            let factor = schedule.factor(step: index, epoch: index / stepsPerEpoch)
            #expect(abs(factor - value) < Self.scheduleTolerance, "\(name), \(index)")
        }
    }
}
