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
        #expect(scale.isLogarithmic && scale.place(0) == 1e-7 && scale.commands.contains("'0' 1e-07"))
        #expect(scale.commands.contains("set xrange [6.30957e-08:0.0158489]"))
        #expect(!SweepFigure.Scale([1, 2, 3, 4]).isLogarithmic && !SweepFigure.Scale([-1, 0.01, 100]).isLogarithmic)
    }

    private func svg(_ figure: FigureSource) throws -> String { try String(contentsOf: figure.draw(format: .svg, in: folder), encoding: .utf8) }

    /// The texts of a picture, with how far from its top they stand.
    private func texts(_ svg: String) -> [(text: String, height: String)] {
        svg.components(separatedBy: "<g transform=\"translate(").dropFirst().compactMap { group in
            guard let text = group.components(separatedBy: "</text>").first?.components(separatedBy: "<text>").dropFirst().first else { return nil }
            let words = text.components(separatedBy: "<").map { $0.components(separatedBy: ">").last ?? "" }.joined()
            let place = group.components(separatedBy: ")")[0].components(separatedBy: ",")
            return (words.trimmingCharacters(in: .whitespacesAndNewlines), place.last ?? "")
        }
    }

    @Test("Every cell of a table is seen, in one row or one column too", arguments: [(1, 1), (1, 2), (2, 1), (1, 5), (5, 1), (3, 4)])
    func cells(rows: Int, columns: Int) throws {
        let lines = (0..<rows * columns).map { "\($0),r\($0 / columns),c\($0 % columns),1,completed,\(Double($0 * 7 % 5) / 8)" }
        let picture = try svg(SweepFigure.make(try results(["run,setUp,precision,seed,status,testError"] + lines), value: "testError"))
        #expect(picture.components(separatedBy: "<polygon fill = 'rgb(").count - 1 == rows * columns)
        // A light label stands on a dark cell only.
        let (light, dark) = ("fill=\"rgb(255, 255, 255)\"", "rgb(  0, 114, 178)")
        #expect(!picture.contains(light) || picture.contains(dark))
        #expect(texts(picture).map(\.text).contains("c\(columns - 1)"))
    }

    @Test(
        "An axis can be read: labels at its numbers if there is room, else at powers of ten, or at 1, 2 and 5 times those",
        arguments: [
            (["25", "50", "100", "200", "400"], ["25", "50", "100", "200", "400"]),
            (["16", "32", "64", "128", "256"], ["16", "32", "64", "128", "256"]),
            (["1", "2", "3", "4"], ["1", "2", "3", "4"]),
            (["0", "1e-4", "1e-3"], ["0", "0.0001", "0.001"]),
            (["1e-8", "3e-7", "1e-5"], ["10-8", "3·10-7", "10-5"]),
            (["0", "1e-6", "1e-5", "1e-4", "5e-4", "1e-3", "1e-2"], ["0", "10-6", "10-5", "10-4", "10-3", "10-2"]),
            (["20", "22", "24", "50", "100", "200", "400"], ["20", "50", "100", "200"]),
            (["0", "20", "22", "500"], ["0", "20", "50", "100", "200", "500"]),
            (["0.5", "0.9", "0.99", "0.999"], ["0.5", "0.6", "0.7", "0.8", "0.9", "1"]),
        ])
    func ticks(levels: [String], seen: [String]) throws {
        let lines = levels.map { "\($0),\($0),1,completed,0.73" }
        let figure = try SweepFigure.make(try results(["run,width,seed,status,testError"] + lines), value: "testError")
        let texts = texts(try svg(figure))
        // Labels of one height are those of the horizontal axis.
        let labels = texts.filter { text in texts.count { $0.height == text.height } > 1 }.map(\.text)
        #expect(labels.sorted() == seen.sorted(), "\(texts)")
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
