// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Figures

@Suite struct SurvivalFigureTests {
    /// The file has six significant digits.
    static let tolerance = 1e-5
    /// The 0.975 quantile of the normal distribution, from tables.
    static let quantile = 1.959963984540054

    /// With nobody censored before the last death, S = (n−k)/n after k deaths, and Greenwood's sum is k/(n(n−k)).
    @Test func theCurveAndItsBandAreThoseOfKaplanAndMeier() throws {
        let run = try TinyRun()
        let rows = try run.figures.source(of: .survival).blocks[0]
        let nodes = Double(TinyRun.nodeCount)
        for (index, death) in TinyRun.deaths.values.sorted().enumerated() {
            let deaths = Double(index + 1)
            let survival = (nodes - deaths) / nodes
            let spread = Self.quantile * (deaths / (nodes * (nodes - deaths))).squareRoot() / log(survival)
            let corners = rows.filter { $0[0] == Double(death) }
            #expect(corners.count == 2)
            #expect(abs(corners[0][1] - (survival + 1 / nodes)) < Self.tolerance)
            #expect(abs(corners[1][1] - survival) < Self.tolerance)
            #expect(abs(corners[1][2] - pow(survival, exp(-spread))) < Self.tolerance)
            #expect(abs(corners[1][3] - pow(survival, exp(spread))) < Self.tolerance)
        }
        #expect(rows.first == [0, 1, 1, 1, nodes])
        #expect(rows.last?[0] == 400)
        #expect(rows.last?[1] == 0.5)
    }

    @Test func aSingleLayerAlsoShowsTheTimeUntilTheSmallestThreshold() throws {
        let run = try TinyRun()
        let blocks = try run.figures.source(of: .survival).blocks
        #expect(blocks.count == 2)
        let drops = zip(blocks[1], blocks[1].dropFirst()).filter { $0[1] > $1[1] }.map { $1[0] }
        #expect(drops == [190, 300])
    }

    @Test func aRunWithoutDeathsHasNoSurvivalFigure() throws {
        let run = try TinyRun()
        try run.write("nodes.csv", "layer,node,fate,deathStep,censoredAt,finalNorm\n0,0,alive,,400,1\n")
        #expect(throws: FigureError.nothingToShow("no node died for good, so there is no survival to estimate")) {
            try run.figures.source(of: .survival)
        }
    }
}
