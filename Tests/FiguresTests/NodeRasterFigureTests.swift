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
        for name in ["alive", "dead on the data", "certified dead", "norm below smallest ξ"] { #expect(script.contains("title '\(name)'")) }
    }

    @Test func anInterruptedRunWithoutALedgerIsOrderedByItsStates() throws {
        let run = try TinyRun()
        let whole = try run.figures.source(of: .nodeRaster).data
        try run.remove("nodes.csv")
        #expect(try run.figures.source(of: .nodeRaster).data == whole)
    }
}
