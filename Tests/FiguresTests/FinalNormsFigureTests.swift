// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Figures

@Suite struct FinalNormsFigureTests {
    @Test func everyNodeIsCountedOnceUnderItsFateInTheBinOfItsNorm() throws {
        let run = try TinyRun()
        let rows = try run.figures.source(of: .finalNorms).blocks[0]
        // Columns: centre, alive, dead, certified, zero. Zero and 1e-60 share the first bar, for they lie below 1e-45.
        #expect(rows[0][1...] == [0, 1, 0, 1])
        #expect(rows.map { $0[1...].reduce(0, +) }.reduce(0, +) == Double(TinyRun.nodeCount))
        let width = rows[2][0] - rows[1][0]
        for (node, norm) in TinyRun.finalNorms.enumerated() where norm > 1e-45 {
            let row = rows.dropFirst().first { abs($0[0] - log10(norm)) <= width / 2 }
            let column = ["alive": 1, "dead": 2, "certified": 3, "zero": 4][TinyRun.fates[node]]!
            #expect((row?[column] ?? 0) >= 1, "norm \(norm)")
        }
    }

    @Test(arguments: [(1e-3, 1.0, 0.1), (1e-20, 1.0, 0.25), (1e-44, 10.0, 0.5)])
    func binsAreTheFinestThatStayWithinTheBudget(low: Double, high: Double, width: Double) {
        let histogram = FinalNormsFigure.histogram([(.zero, low * 1.01), (.alive, high * 1.01)])
        #expect(histogram.width == width)
        #expect(histogram.bins.count <= FinalNormsFigure.binBudget)
        #expect(histogram.bins.first?.counts == [.zero: 1])
        #expect(histogram.bins.last?.counts == [.alive: 1])
    }

    @Test func aRunOfZerosAloneHasOnlyTheBarAtTheLeft() {
        let histogram = FinalNormsFigure.histogram([(.zero, 0), (.zero, .leastNonzeroMagnitude)])
        #expect(histogram.bins.isEmpty)
        #expect(histogram.bottom.counts == [.zero: 2])
    }
}
