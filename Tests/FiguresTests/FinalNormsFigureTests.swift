// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Figures

@Suite struct FinalNormsFigureTests {
    @Test func everyNodeIsCountedOnceUnderItsFateInTheBinOfItsNorm() throws {
        let run = try TinyRun()
        let rows = try run.figures.source(of: .finalNorms).blocks[0]
        // Columns: centre, alive, dead, certified, zero. Exactly zero stands at the far left, then 1e-60, which lies below the floor.
        #expect(rows[0][1...] == [0, 1, 0, 0])
        #expect(rows[1][1...] == [0, 0, 0, 1])
        #expect(rows[0][0] < rows[1][0] && rows[1][0] < rows[2][0])
        #expect(rows.map { $0[1...].reduce(0, +) }.reduce(0, +) == Double(TinyRun.nodeCount))
        let width = rows[3][0] - rows[2][0]
        for (node, norm) in TinyRun.finalNorms.enumerated() where norm > 1e-45 {
            let row = rows.dropFirst(2).first { abs($0[0] - log10(norm)) <= width / 2 }
            let column = try #require(["alive": 1, "dead": 2, "certified": 3, "zero": 4][TinyRun.fates[node]])
            #expect((row?[column] ?? 0) >= 1, "norm \(norm)")
        }
    }

    @Test func zeroAndTheFloorAreNamedOnTheAxisWhereTheirBarsStand() throws {
        let run = try TinyRun()
        let source = try run.figures.source(of: .finalNorms)
        let places = source.blocks[0].prefix(2).map { Number.short($0[0]) }
        #expect(source.commands.contains("'0' \(places[0])"))
        #expect(source.commands.contains("'<10^{-45}' \(places[1])"))
        #expect(source.caption.joined().contains("1 nodes with a norm of exactly zero, 1 with a positive one below"))
    }

    @Test(arguments: [
        (-0.7, 0.0, ["0.2", "0.5", "1"]), (-4.0, 0.0, ["10^{-4}", "10^{-3}", "10^{-2}", "10^{-1}", "10^{0}"]),
        (-20.0, 1.0, ["10^{-20}", "10^{-15}", "10^{-10}", "10^{-5}", "10^{0}"]),
    ])
    func ticsAreDecadesOrPartsOfThem(low: Double, high: Double, names: [String]) {
        let tics = FinalNormsFigure.tics(from: low, to: high)
        #expect(tics.map(\.name) == names)
        #expect(tics.allSatisfy { (low...high).contains($0.place) })
    }

    @Test(arguments: [(1e-3, 1.0, 0.1), (1e-20, 1.0, 0.25), (1e-44, 10.0, 0.5)])
    func binsAreTheFinestThatStayWithinTheBudget(low: Double, high: Double, width: Double) {
        let histogram = FinalNormsFigure.histogram([(.zero, low * 1.01), (.alive, high * 1.01)])
        #expect(histogram.width == width)
        #expect(histogram.bins.count <= FinalNormsFigure.binBudget)
        #expect(histogram.bins.first?.counts == [.zero: 1])
        #expect(histogram.bins.last?.counts == [.alive: 1])
    }

    @Test func zerosAndNormsBelowTheFloorHaveBarsOfTheirOwn() {
        let histogram = FinalNormsFigure.histogram([(.zero, 0), (.zero, .leastNonzeroMagnitude), (.dead, 0)])
        #expect(histogram.bins.isEmpty)
        #expect(histogram.zeros.counts == [.zero: 1, .dead: 1])
        #expect(histogram.belowFloor.counts == [.zero: 1])
    }
}
