// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Testing

/// Edges of the schedules; their agreement with torch is in PyTorchTests.
@Suite struct ScheduleTests {
    @Test func aConstantScheduleIsOneThroughout() {
        #expect([0, 1, 1_000_000].allSatisfy { Schedule.constant.factor(step: $0, epoch: $0) == 1 })
    }

    @Test func aStepFallsAtTheFirstStepOfItsEpoch() {
        let schedule = Schedule.step(everyEpochs: 25, factor: 0.5)
        #expect([0, 24, 25, 49, 50, 99].map { schedule.factor(step: 0, epoch: $0) } == [1, 1, 0.5, 0.5, 0.25, 0.125])
    }

    @Test func aFactorOfZeroLeavesTheFirstEpochsAloneAndEndsTheTrainingThere() {
        #expect((0..<4).map { Schedule.exponential(factor: 0).factor(step: 0, epoch: $0) } == [1, 0, 0, 0])
        let step = Schedule.step(everyEpochs: 25, factor: 0)
        #expect([0, 24, 25, 50].map { step.factor(step: 0, epoch: $0) } == [1, 1, 0, 0])
    }

    @Test func aCosineStaysAtItsMinimum() {
        let schedule = Schedule.cosine(epochs: 10, minimumFactor: 0.25)
        #expect(schedule.factor(step: 0, epoch: 0) == 1)
        #expect(abs(schedule.factor(step: 0, epoch: 5) - 0.625) < 1e-15)
        #expect([10, 11, 20, 1000].allSatisfy { schedule.factor(step: 0, epoch: $0) == 0.25 })
    }

    @Test func aWarmUpRisesByEqualPartsAndThenLeavesTheOtherScheduleAlone() {
        let schedule = Schedule.warmup(steps: 4, then: .exponential(factor: 0.5))
        #expect((0..<6).map { schedule.factor(step: $0, epoch: 0) } == [0.25, 0.5, 0.75, 1, 1, 1])
        #expect(schedule.factor(step: 1, epoch: 1) == 0.25)
        #expect(schedule.factor(step: 9, epoch: 3) == 0.125)
    }

    @Test(arguments: [
        ("everyEpochs", Schedule.step(everyEpochs: 0, factor: 0.5)), ("factor", .step(everyEpochs: 1, factor: -1)),
        ("factor", .exponential(factor: .nan)), ("epochs", .cosine(epochs: 0)), ("minimumFactor", .cosine(epochs: 1, minimumFactor: -0.1)),
        ("steps", .warmup(steps: 0)), ("factor", .warmup(steps: 1, then: .exponential(factor: -1))),
    ])
    func impossibleSchedulesAreNamed(_ key: String, _ schedule: Schedule) {
        let error = #expect(throws: HyperParameterError.self) { try schedule.validate() }
        #expect(error?.key == key)
    }
}
