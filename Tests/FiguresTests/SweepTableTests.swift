// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Records
import Testing

@testable import Figures

/// A sweep's table of two axes and three seeds, one run of which failed and one diverged.
enum SmallResults {
    static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adamprobe-results-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    static let text = """
        run,optimizer,l2,seed,status,testError,zeroNodes,finite,regime,message,seconds
        a1,sgd,0,1,completed,0.10,0,true,zero,,1
        a2,sgd,0,2,completed,0.12,0,true,zero,,2
        a3,sgd,0,3,completed,0.14,0,true,zero,,3
        b1,sgd,1e-3,1,completed,0.20,1,true,zero,,1
        b2,sgd,1e-3,2,failed,,,,,no memory,
        b3,sgd,1e-3,3,completed,nan,3,true,zero,,1
        c1,adam,0,1,completed,0.05,10,true,zero,,1
        d1,adam,1e-3,1,completed,0.06,20,true,zero,,1
        d2,adam,1e-3,2,completed,0.08,22,true,zero,,1
        d3,adam,1e-3,3,completed,0.90,0,false,zero,,1

        """

    static func write(_ text: String = text, to folder: URL) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent("results.csv"))
        try Data("{}".utf8).write(to: folder.appendingPathComponent("sweep.json"))
    }
}

@Suite("Tables of sweeps")
struct SweepTableTests {
    private let folder: URL
    private let results: ResultsTable

    init() throws {
        folder = try SmallResults.folder()
        try SmallResults.write(to: folder)
        results = try ResultsTable(folder)
    }

    @Test("Mean, Student's interval and number of runs by hand: 0.10, 0.12, 0.14 have mean 0.12, s = 0.02, t₀.₉₇₅(2) = 4.3026527")
    func byHand() throws {
        let table = try SweepTable(results, rows: ["optimizer"], columns: "l2")
        #expect(table.rows == [["sgd"], ["adam"]] && table.columns == ["0", "1e-3"] && table.incomplete == 1 && table.diverged == 1)
        let cell = try #require(table.cell(row: ["sgd"], column: "0", value: "testError"))
        let half = 4.302652729749462 * 0.02 / 3.0.squareRoot()
        #expect(cell.count == 3 && abs(cell.mean - 0.12) < 1e-15)
        #expect(abs((cell.interval?.lower ?? 0) - (0.12 - half)) < 1e-12 && abs((cell.interval?.upper ?? 0) - (0.12 + half)) < 1e-12)
        #expect(cell.text == "0.12 ± 0.05 (3)")
    }

    @Test("One run has no interval; what is not finite and what failed is not averaged, and the former is told")
    func few() throws {
        let table = try SweepTable(results, values: ["testError", "zeroNodes"])
        #expect(table.rowAxes == ["optimizer", "l2"])
        #expect(table.cell(row: ["adam", "0"], value: "testError")?.text == "0.05 (1)")
        #expect(table.cell(row: ["sgd", "1e-3"], value: "testError")?.text == "0.2 (1, 1 not finite)")
        #expect(table.cell(row: ["sgd", "1e-3"], value: "zeroNodes")?.count == 2)
        #expect(table.cell(row: ["adam", "1e-3"], value: "testError")?.count == 2)
    }

    @Test("A table without a run to tell of is refused by name, with exit code 1")
    func nothing() throws {
        let rows = SmallResults.text.split(separator: "\n")
        try SmallResults.write(([rows[0], rows[5], rows[10]]).joined(separator: "\n") + "\n", to: folder)
        #expect(throws: FigureError.self) { try ResultsTable(folder) }
        let told = try BuiltProgram(["table", folder.path]).finish()
        #expect(told.status == 1 && told.errors.contains("results.csv") && told.errors.contains("none of which completed"), "\(told)")
    }

    @Test("Axes are put together only if asked for")
    func over() throws {
        #expect(try SweepTable(results, rows: ["optimizer"]).rowAxes == ["optimizer", "l2"])
        let table = try SweepTable(results, over: ["l2"], values: ["zeroNodes"])
        #expect(table.rowAxes == ["optimizer"] && table.cell(row: ["adam"], value: "zeroNodes")?.count == 3)
        #expect(throws: FigureError.unknownColumn("width", accepted: ["optimizer", "l2", "seed"])) { try SweepTable(results, rows: ["width"]) }
        #expect(throws: FigureError.namedTwice("l2")) { try SweepTable(results, rows: ["l2"], columns: "l2") }
        #expect(throws: FigureError.unknownColumn("regime", accepted: results.values)) { try SweepTable(results, values: ["regime"]) }
    }

    @Test("A run counts once in a cell and among those left out, however many of the points that share it are there")
    func sharedRuns() throws {
        let text = """
            run,twin,l2,seed,status,testError,zeroNodes,finite,seconds
            a,x,0,1,completed,0.10,1,true,1
            a,y,0,1,completed,0.10,1,true,1
            b,x,0,2,completed,0.20,3,true,1
            b,y,0,2,completed,0.20,3,true,1
            c,x,1,1,failed,,,,
            c,y,1,1,failed,,,,
            d,x,1,2,completed,0.5,1,false,1
            d,y,1,2,completed,0.5,1,false,1

            """
        try SmallResults.write(text, to: folder)
        let shared = try ResultsTable(folder)
        let together = try SweepTable(shared, over: ["twin"])
        let cell = try #require(together.cell(row: ["0"], value: "testError"))
        #expect(cell == (try Aggregate([0.10, 0.20])) && cell.count == 2 && together.incomplete == 1 && together.diverged == 1)
        // Each twin has a cell of its own with both seeds.
        let apart = try SweepTable(shared, rows: ["twin"])
        #expect(["x", "y"].allSatisfy { apart.cell(row: [$0, "0"], value: "testError")?.count == 2 })
        let told = try BuiltProgram(["table", folder.path, "--over", "twin"]).finish()
        #expect(told.output.hasSuffix("| 0 | 0.15 ± 0.64 (2) |\n") && told.errors.contains("1 runs that did not complete"), "\(told)")
    }

    @Test("The command tells it as Markdown, CSV and JSON")
    func command() throws {
        let markdown = try BuiltProgram(["table", folder.path, "--rows", "optimizer", "--columns", "l2", "--value", "zeroNodes"]).finish()
        #expect(markdown.status == 0 && markdown.errors.contains("1 runs that did not complete are left out"))
        #expect(markdown.errors.contains("1 runs that diverged are left out"))
        #expect(
            markdown.output == """
                | optimizer | 0 | 1e-3 |
                | --- | ---: | ---: |
                | sgd | 0 ± 0 (3) | 2 ± 13 (2) |
                | adam | 10 (1) | 21 ± 13 (2) |

                """)
        let file = folder.appendingPathComponent("results.csv").path
        let csv = try BuiltProgram(["table", file, "--format", "csv"]).finish()
        let table = try CSVTable(decoding: Data(csv.output.utf8))
        #expect(table.columns == ["optimizer", "l2", "value", "mean", "lower", "upper", "n", "nonFinite"] && table.rowCount == 4)
        let json = try BuiltProgram(["table", file, "--format", "json"]).finish()
        #expect(try JSONValue(parsing: Data(json.output.utf8)).array?.count == 4)
        #expect(try BuiltProgram(["table", file, "--value", "nothing"]).finish().status == 1)
    }

    @Test("A table of something else is refused")
    func other() throws {
        try Data("a,b\n1,2\n".utf8).write(to: folder.appendingPathComponent("results.csv"))
        #expect(throws: FigureError.self) { try ResultsTable(folder) }
    }
}
