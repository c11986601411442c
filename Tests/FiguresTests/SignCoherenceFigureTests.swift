// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Figures

@Suite struct SignCoherenceFigureTests {
    @Test func nodesThatDieAndNodesThatLiveAreKeptApartAndSilentOnesLeftOut() throws {
        let run = try TinyRun()
        // Three nodes a bin are too few for quartiles: 200 nodes, by 34 copies of each.
        try manyNodes(in: run)
        let blocks = try run.figures.source(of: .signCoherence).blocks
        #expect(blocks.count == 3)
        #expect(blocks[0].allSatisfy { Array($0[1...]) == [0.4, 0.4, 0.4] })
        #expect(blocks[1].allSatisfy { Array($0[1...]) == [0.8, 0.8, 0.8] })
        #expect(blocks[2].allSatisfy { Array($0[1...]) == [0.8, 0.8, 0.8] })
        // The last to die does so at 200; nothing of the dying is shown after that.
        #expect(blocks[1].allSatisfy { $0[0] < 200 })
        #expect(blocks[0].contains { $0[0] > 390 })
    }

    @Test func aBinShowsTheMeanAndTheMiddleHalfAndNothingWhereValuesAreFew() throws {
        // 20 values, a quarter of them 1: the mean is 0.25, the median 0, and the upper quartile lies between the 15th and the 16th.
        let pool = (0..<20).map { $0 < 5 ? 1.0 : 0.0 }
        let summary = try #require(try SignCoherenceFigure.Summary(pool, least: 20))
        #expect(summary.mean == 0.25)
        #expect(summary.lower == 0)
        #expect(summary.upper == 0.25)
        #expect(try SignCoherenceFigure.Summary(Array(pool.dropLast()), least: 20) == nil)
    }

    @Test func quartilesLeaveOutWhatIsNotFinite() throws {
        let quartiles = try #require(try Quartiles([4, .nan, 1, 3, .infinity, 2, 5]))
        #expect(quartiles.lower == 2)
        #expect(quartiles.median == 3)
        #expect(quartiles.upper == 4)
        #expect(try Quartiles([.nan, .nan]) == nil)
        #expect(try Quartiles([1, 2, .nan], least: 3) == nil)
    }

    private func manyNodes(in run: TinyRun) throws {
        let header = "layer,node,fate,deathStep,censoredAt,finalNorm"
        let rows = (0..<34).flatMap { layer in
            (0..<TinyRun.nodeCount).map { node in
                let death = TinyRun.deaths[node].map(String.init) ?? ""
                return "\(layer),\(node),\(TinyRun.fates[node]),\(death),,1"
            }
        }
        try run.write("nodes.csv", ([header] + rows).joined(separator: "\n") + "\n")
        for layer in 0..<34 {
            try run.quantity("\(layer).signCoherence") { node, step in
                TinyRun.deaths[node].map { step < $0 ? 0.8 : .nan } ?? 0.4
            }
        }
    }
}
