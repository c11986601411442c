// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Figures

@Suite struct TimeAxisTests {
    @Test func aSteadyCadenceGivesALinearAxisEvenWithARaggedEnd() {
        let axis = TimeAxis(steps: Array(stride(from: 0, through: 1000, by: 10)) + [1003], stepsPerEpoch: 23)
        #expect(!axis.isLogarithmic)
        #expect(axis.position(0) == 0)
        #expect(axis.position(1003) == 1)
        #expect(axis.commands().contains("set x2label 'epoch'"))
    }

    @Test func aGrowingCadenceGivesALogAxisFromTheFirstPositiveStep() {
        let axis = TimeAxis(steps: [0] + (0..<14).map { 1 << $0 }, stepsPerEpoch: nil)
        #expect(axis.isLogarithmic)
        #expect(axis.first == 1)
        #expect(!axis.shows(0))
        // Halfway, in logarithms, between 1 and 8192.
        #expect(abs(axis.step(at: 0.5) - 90.50966799) < 1e-6)
        #expect(!axis.commands().contains("epoch"))
    }

    @Test(arguments: [1, 2, 50, 1000])
    func thinnedSamplesAscendAndKeepTheLast(count: Int) {
        let steps = Array(stride(from: 0, through: 5000, by: 7))
        let kept = TimeAxis(steps: steps, stepsPerEpoch: nil).evenly(steps, count: count)
        #expect(kept.count <= count + 1)
        #expect(kept.last == steps.count - 1)
        #expect(kept == kept.sorted())
        #expect(Set(kept).count == kept.count)
    }

    @Test(arguments: [(1030.0, 200.0), (6.0, 1.0), (23_000, 5000), (100_000, 20_000)])
    func ticsStandAtRoundDistances(span: Double, distance: Double) {
        #expect(TimeAxis.ticDistance(span: span, count: 6) == distance)
    }
}
