// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Testing

@testable import Figures

@Suite("Figures of sweeps")
struct SweepFigureTests {
    private let folder: URL

    init() throws {
        folder = try SmallResults.folder()
        try SmallResults.write(to: folder)
    }

    private func results(_ lines: [String]) throws -> ResultsTable {
        try SmallResults.write(lines.joined(separator: "\n") + "\n", to: folder)
        return try ResultsTable(folder)
    }

    @Test("An axis of numbers is horizontal, with a block a level of the other; a logarithm where it spans decades, 0 a decade below")
    func curves() throws {
        let figure = try SweepFigure.make(try ResultsTable(folder), value: "testError")
        #expect(figure.data.contains("# sgd\n# l2, mean, lower, upper\n"))
        #expect(figure.name == "sweep-testError" && figure.commands.contains("set xlabel 'l2'"))
        // One number above 0 spans no decade.
        #expect(!figure.commands.contains("logscale"))
        let scale = SweepFigure.Scale([0, 1e-6, 1e-2])
        #expect(scale.isLogarithmic && scale.place(0) == 1e-7 && scale.commands.contains("('0' 1e-07)"))
        #expect(scale.commands.contains("set xrange [6.25e-08:0.016]"))
        #expect(!SweepFigure.Scale([1, 2, 3, 4]).isLogarithmic && !SweepFigure.Scale([-1, 0.01, 100]).isLogarithmic)
    }

    @Test("Two axes of names make a table, one makes points; every figure is drawn")
    func names() throws {
        let head = "run,optimizer,activation,seed,status,testError"
        let table = try results([head, "a,sgd,relu,1,completed,0.1", "b,sgd,it's,1,completed,0.3", "c,adam,relu,1,completed,0.2"])
        let heat = try SweepFigure.make(table, value: "testError")
        #expect(heat.data.hasSuffix("0.2 NaN\n0.1 0.3\n") && heat.commands.contains("'it''s' 1"))
        #expect(FileManager.default.fileExists(atPath: try heat.draw(format: .svg, in: folder).path))
        let points = try SweepFigure.make(
            try results(["run,optimizer,seed,status,testError", "a,sgd,1,completed,0.1", "b,sgd,2,completed,0.3", "c,adam,1,completed,0.2"]),
            value: "testError")
        #expect(points.data.contains("1 0.2 0.2 0.2"))
        #expect(FileManager.default.fileExists(atPath: try points.draw(format: .svg, in: folder).path))
    }

    @Test("The command draws a sweep's directory; a value that is not there is an error")
    func command() throws {
        let drawn = try BuiltProgram(["plot", folder.path, "--format", "png"]).finish()
        #expect(drawn.status == 0, "\(drawn)")
        for name in ["sweep-testError.png", "sweep-zeroNodes.png"] {
            #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent("figures/\(name)").path))
        }
        #expect(try BuiltProgram(["plot", folder.path, "--value", "nothing"]).finish().status == 1)
    }
}
