// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Testing

@testable import Figures

@Suite(.enabled(if: Gnuplot.executable() != nil, "gnuplot is not installed"))
struct PlotCommandTests {
    /// Exit status, pictures named on standard output, and the lines on standard error.
    private func plot(_ run: TinyRun) throws -> (status: Int, pictures: [String], errors: [String]) {
        let (status, output, errors) = try BuiltProgram(["plot", run.folder.path]).finish()
        let lines = [output, errors].map { $0.split(separator: "\n").map(String.init) }
        return (status, lines[0].map { URL(fileURLWithPath: $0).lastPathComponent }, lines[1])
    }

    @Test(arguments: ["nowhere", "empty", "file"])
    func whatIsNoDirectoryOfARunOrASweepIsAnErrorThatNamesBoth(name: String) throws {
        let run = try TinyRun()
        try FileManager.default.createDirectory(at: run.folder.appendingPathComponent("empty"), withIntermediateDirectories: true)
        try run.write("file", "")
        let (status, _, errors) = try BuiltProgram(["plot", name], in: run.folder).finish()
        #expect(status == 1 && errors.contains("\(name) is neither a run's directory, with nodes.csv or a probe folder, nor a sweep's"))
        #expect(errors.contains("accepted: a folder that 'adamprobe run' or 'adamprobe sweep' wrote"))
    }

    @Test func missingInputsCostOnlyTheirFiguresAndAreNoError() throws {
        let run = try TinyRun()
        try run.remove("probe/0.signCoherence.npy")
        let result = try plot(run)
        #expect(result.status == 0)
        #expect(result.pictures == FigureKind.allCases.filter { $0 != .signCoherence }.map { "\($0.rawValue).svg" })
        #expect(result.errors.count == 1)
        #expect(result.errors.first?.hasPrefix("left out sign-coherence: 0.signCoherence.npy is missing") == true)
    }

    @Test(arguments: [("metrics.csv", FigureKind.nodeCensus), ("manifest.json", .secondMomentAtDeath), ("probe/0.signCoherence.npy", .signCoherence)])
    func aDamagedInputIsAnErrorThoughTheOtherFiguresAreDrawn(file: String, kind: FigureKind) throws {
        let run = try TinyRun()
        try run.write(file, "step,epoch\n0,0\n1\n")
        let result = try plot(run)
        #expect(result.status == 1)
        #expect(result.pictures == FigureKind.allCases.filter { $0 != kind }.map { "\($0.rawValue).svg" })
        #expect(result.errors.last == "left out because an input is damaged: \(kind.rawValue)")
        #expect(result.errors.first?.contains(file) == true)
    }

    @Test(arguments: ["no table at all", "layer,node,fate,deathStep,censoredAt,finalNorm\n0,0,asleep,,400,1\n"])
    func nothingDrawnFromAMalformedLedgerIsAnError(ledger: String) throws {
        let run = try TinyRun()
        try run.write("nodes.csv", ledger)
        let result = try plot(run)
        #expect(result.status == 1)
        #expect(result.pictures.isEmpty)
        #expect(result.errors.dropLast().allSatisfy { $0.contains("nodes.csv") })
        #expect(result.errors.last == "nothing was drawn: all 7 figures were left out")
    }

    @Test func nothingDrawnForLackOfNodesIsAnError() throws {
        let run = try TinyRun()
        try run.write("nodes.csv", "layer,node,fate,deathStep,censoredAt,finalNorm\n")
        let result = try plot(run)
        #expect(result.status == 1)
        #expect(result.errors.last == "nothing was drawn: all 7 figures were left out")
    }
}
