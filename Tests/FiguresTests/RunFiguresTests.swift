// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Figures

/// What the tests that draw wait for.
private let hasGnuplot = Gnuplot.executable() != nil

@Suite struct RunFiguresTests {
    @Test(.enabled(if: hasGnuplot, "gnuplot is not installed"), arguments: FigureFormat.allCases)
    func everyFigureIsScriptDataAndPictureAndNothingElse(format: FigureFormat) throws {
        let run = try TinyRun()
        let written = try run.figures.write(format: format, to: nil) { Issue.record("\($0) left out: \($1)") }
        #expect(written.map(\.lastPathComponent) == FigureKind.allCases.map { "\($0.rawValue).\(format.rawValue)" })
        let names = try FileManager.default.contentsOfDirectory(atPath: run.file("figures").path).sorted()
        #expect(names == FigureKind.allCases.flatMap { kind in ["dat", "gp", format.rawValue].map { "\(kind.rawValue).\($0)" } }.sorted())
        let opening =
            switch format {
            case .svg: Data("<?xml".utf8)
            case .png: Data([0x89] + "PNG".utf8)
            case .pdf: Data("%PDF".utf8)
            }
        for picture in written {
            let content = try Data(contentsOf: picture)
            #expect(content.starts(with: opening))
            #expect(format != .svg || content.suffix(8).contains(Data("</svg>".utf8)))
        }
    }

    @Test(.enabled(if: hasGnuplot, "gnuplot is not installed"))
    func aScriptDrawsTheSamePictureByItselfInItsFolder() throws {
        let run = try TinyRun()
        for picture in try run.figures.write(format: .png, to: nil) {
            let first = try Data(contentsOf: picture)
            try FileManager.default.removeItem(at: picture)
            try Gnuplot.render(script: picture.deletingPathExtension().appendingPathExtension("gp"))
            #expect(try Data(contentsOf: picture) == first)
        }
    }

    @Test(.enabled(if: hasGnuplot, "gnuplot is not installed"))
    func whatARunLacksCostsOnlyTheFiguresThatNeedIt() throws {
        let run = try TinyRun()
        try run.remove("probe/0.signCoherence.npy")
        try run.remove("probe/0.effectiveDecay.q50.npy")
        // A file cut short, as by a full disk.
        let norms = try Data(contentsOf: run.file("probe/0.incomingNorm.npy"))
        try norms.prefix(500).write(to: run.file("probe/0.incomingNorm.npy"))
        var reasons: [FigureKind: String] = [:]
        let written = try run.figures.write(format: .svg, to: nil) { reasons[$0] = "\($1)" }
        #expect(written.map(\.lastPathComponent) == ["node-raster.svg", "survival.svg", "final-norms.svg", "node-census.svg"])
        #expect(Set(reasons.keys) == [.nodeNorms, .secondMomentAtDeath, .signCoherence])
        #expect(reasons[.signCoherence]?.hasPrefix("0.signCoherence.npy is missing in") == true)
        #expect(reasons[.nodeNorms]?.contains("incomingNorm.npy") == true)
    }

    @Test func aRunWithoutAProbeStillHasWhatTheLedgerAndTheMetricsTell() throws {
        let run = try TinyRun()
        try run.remove("probe")
        for kind in FigureKind.allCases {
            let source = try? run.figures.source(of: kind)
            #expect((source != nil) == [.survival, .finalNorms, .nodeCensus].contains(kind), "\(kind)")
        }
    }

    @Test func raggedRecordsAreUsedAsFarAsTheyGoTogether() throws {
        let run = try TinyRun()
        try run.quantity("0.incomingNorm", samples: 11) { _, _ in 0.5 }
        try run.quantity("0.effectiveDecay.q50", samples: 26) { _, _ in 0.01 }
        #expect(try run.figures.source(of: .nodeNorms).blocks.joined().allSatisfy { $0[0] <= 100 })
        #expect(try run.figures.source(of: .secondMomentAtDeath).blocks.allSatisfy { $0.last![0] <= 200 })
        try run.quantity("0.incomingNorm", samples: 0) { _, _ in 0.5 }
        #expect(throws: FigureError.nothingToShow("the probe holds no sample")) { try run.figures.source(of: .nodeNorms) }
    }

    @Test func aNetworkWithoutHiddenNodesHasNoFigures() throws {
        let run = try TinyRun()
        try run.write("nodes.csv", "layer,node,fate,deathStep,censoredAt,finalNorm\n")
        for kind in FigureKind.allCases {
            let error = #expect(throws: FigureError.self) { try run.figures.source(of: kind) }
            #expect(error == .nothingToShow("the network has no hidden nodes"))
        }
    }

    @Test func aFolderThatIsNoRunIsAnError() throws {
        let run = try TinyRun()
        let other = run.file("figures")
        #expect(throws: FigureError.notARun(other)) { try RunFigures(run: other) }
    }
}
