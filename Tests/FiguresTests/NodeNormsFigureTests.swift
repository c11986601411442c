// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Figures

@Suite struct NodeNormsFigureTests {
    @Test func livingAndDyingNodesStandInBlocksOfTheirOwnAndLinesEndAtTheBottom() throws {
        let run = try TinyRun()
        let source = try run.figures.source(of: .nodeNorms)
        let blocks = source.blocks
        #expect(blocks[0].allSatisfy { $0[1] == 0.5 })
        // Three straight living lines of two points each.
        #expect(blocks[0].count == 6)
        #expect(source.commands.contains("alive at the end (3)"))
        // Node 2 falls a decade every 5 steps from step 50: at 1e-45, the bottom, by step 280.
        let bottom = blocks[1].filter { $0[1] <= 1.001e-45 }.map { $0[0] }
        #expect(bottom.first == 280)
        #expect(blocks[1].allSatisfy { $0[1] >= 0.999e-45 })
    }

    @Test func theAxisSpansWholeDecadesDownToTheFloorAtMost() {
        #expect(NodeNormsFigure.decades([[0.5, 0.02]]) == -2...0)
        #expect(NodeNormsFigure.decades([[3, 1e-300, 0, .nan]]) == -45...1)
        #expect(NodeNormsFigure.decades([[0, 0]]) == 0...1)
    }

    @Test(arguments: [1, 7, 42])
    func noLeftOutPointLiesFartherFromTheThinnedLineThanTheTolerance(seed: UInt64) {
        var state = seed
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / Double(1 << 53)
        }
        let x = (0..<500).map(Double.init)
        var level = 0.0
        let y = x.map { _ in
            level += uniform() - 0.5; return level
        }
        let significance = PolylineThinning.significance(x: x, y: y)
        for tolerance in [0.05, 0.5, 2] {
            let kept = x.indices.filter { significance[$0] >= tolerance }
            #expect(kept.count < x.count)
            for (left, right) in zip(kept, kept.dropFirst()) {
                for point in left...right {
                    let chord = y[left] + (y[right] - y[left]) * (x[point] - x[left]) / (x[right] - x[left])
                    #expect(abs(y[point] - chord) <= tolerance)
                }
            }
        }
        let budget = PolylineThinning.tolerance(significance, budget: 60, least: 0)
        #expect(significance.count { $0 >= budget } <= 60)
        #expect(significance.count { $0 >= budget } >= 50)
    }
}
