// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Figures

@Suite struct NodeRasterFigureTests {
    @Test func rowsFollowTheOrderOfDeathAndHoldTheStateLastSampledBeforeEachPixel() throws {
        let run = try TinyRun()
        let source = try run.figures.source(of: .nodeRaster)
        let rows = source.blocks[0]
        let order = [2, 0, 4, 1, 3, 5]
        #expect(rows.count == order.count)
        for (row, node) in zip(rows, order) {
            #expect(row.count == TinyRun.steps.count)
            for (column, state) in row.enumerated() {
                let middle = 400 * (Double(column) + 0.5) / Double(row.count)
                let sampled = TinyRun.steps.last { Double($0) <= middle } ?? 0
                #expect(state == Double(TinyRun.state(node: node, step: sampled)), "node \(node), column \(column)")
            }
        }
    }

    @Test func eachStateHasItsColorAndItsNameInTheLegend() throws {
        let run = try TinyRun()
        let script = try run.figures.source(of: .nodeRaster).script(format: .svg)
        #expect(script.contains("palette maxcolors 4 defined (0 '#56B4E9', 1 '#E69F00', 2 '#D55E00', 3 '#000000')"))
        for name in ["alive", "dead on the data", "certified dead", "norm below smallest ξ"] { #expect(script.contains("set label '\(name)'")) }
        let quiet = try TinyRun()
        try quiet.write("nodes.csv", "layer,node,fate,deathStep,censoredAt,finalNorm\n0,1,alive,,400,1\n")
        // Where no node dies there is one panel, with a key.
        let alone = try quiet.figures.source(of: .nodeRaster)
        #expect(alone.blocks.count == 1)
        #expect(alone.commands.contains("title 'certified dead'"))
        #expect(!alone.commands.contains("multiplot"))
    }

    @Test func anInterruptedRunWithoutALedgerIsOrderedByItsStates() throws {
        let run = try TinyRun()
        let whole = try run.figures.source(of: .nodeRaster).data
        try run.remove("nodes.csv")
        #expect(try run.figures.source(of: .nodeRaster).data == whole)
    }

    @Test func theDyingAreShownAgainShiftedToTheirDeath() throws {
        let run = try TinyRun()
        let source = try run.figures.source(of: .nodeRaster)
        #expect(source.blocks.count == 2)
        let order = [2, 0, 4]
        // Only one of the three settles: the window is made from the steps left, [200, 300, 350], of which the fifth part from above is 300.
        let after = min(350, DeathAlignment.margin * 300), before = DeathAlignment.lead * after
        #expect(source.commands.contains("set xrange [\(Number.short(-before)):\(Number.short(after))]"))
        #expect(source.blocks[1].count == order.count)
        for (row, node) in zip(source.blocks[1], order) {
            let death = try #require(TinyRun.deaths[node])
            for (column, state) in row.enumerated() {
                let step = Double(death) - before + (before + after) * (Double(column) + 0.5) / Double(row.count)
                guard let sampled = TinyRun.steps.last(where: { Double($0) <= step }), step <= 400 else {
                    #expect(state.isNaN, "outside of the run: node \(node), column \(column)")
                    continue
                }
                #expect(state == Double(TinyRun.state(node: node, step: sampled)), "node \(node), column \(column)")
            }
        }
    }

    @Test func theWindowFitsMostOfTheWaysFromDeathToTheSmallestThreshold() throws {
        let window = try #require(DeathAlignment(settled: [10, 20, 30, 40, 50, 1000, nil], left: Array(repeating: 5000, count: 7)))
        #expect(window.after == 50 * DeathAlignment.margin)
        #expect(window.before == window.after * DeathAlignment.lead)
        #expect(DeathAlignment(settled: [nil, 5], left: [100, 6])?.after == 5 * DeathAlignment.margin)
        #expect(DeathAlignment(settled: [10], left: [12])?.after == 12)
        #expect(DeathAlignment(settled: [nil], left: [0]) == nil)
    }

    @Test func manyNodesAreThinnedToTheRowsAndPixelsThatPrintShows() {
        func image(_ count: Int) -> NodeRasterFigure.Image {
            let nodes = (0..<count).map {
                NodeHistory(layer: $0 < 10 ? "0" : "2", node: $0, fate: .alive, deathStep: nil, censoredAt: 1, finalNorm: 1, passages: [:])
            }
            return .init(nodes, budget: 95_000, rowBudget: 500, columns: 130...400, mostColumns: 10_000)
        }
        #expect(image(500).stride == 1 && image(501).stride == 2 && image(1_000).rows.count == 500)
        #expect(image(20).columns == 400)
        #expect(image(1_000).columns == 190)
        #expect(image(12).ends == [.init(name: "0", end: 10), .init(name: "2", end: 12)])
    }
}
