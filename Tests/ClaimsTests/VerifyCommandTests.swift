// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Testing

/// `adamprobe verify` and `adamprobe claims` as a user meets them.
@Suite struct VerifyCommandTests {
    private func run(_ arguments: String...) throws -> (status: Int, output: String, errors: String) { try BuiltProgram(arguments).finish() }

    @Test func `a supported claim ends with 0 and its line`() throws {
        let done = try run("verify", "B6", "--quick")
        #expect(done.status == 0)
        #expect(done.output.hasPrefix("B6"))
        #expect(done.output.contains("1 supported"))
    }

    @Test func `misuse ends with 2 and says what would be accepted`() throws {
        let unknown = try run("verify", "B99")
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("there is no claim B99; there are B0"))
        #expect(try run("verify", "B6", "--level", "7").status == 2)
        #expect(try run("verify", "B6", "--level", "3").errors.contains("none of the claims named has a level asked for"))
        #expect(try run("verify", "--seeds", "0").status == 2)
        for wrong in [["--bogus"], ["--format", "xml"], ["--seeds", "many"], ["--out", "/dev/null/x"]] {
            let done = try BuiltProgram(["verify", "B6"] + wrong).finish()
            #expect(done.status == 2, "\(wrong)")
            #expect(done.errors.contains(wrong[0]), "\(wrong): \(done.errors)")
        }
        #expect(try run("run").status == 64)
    }

    @Test func `a report that can't be written ends with 4`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("verify-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("report.json/mine"), withIntermediateDirectories: true)
        let done = try run("verify", "B6", "--quick", "--quiet", "--out", folder.path)
        #expect(done.status == 4 && done.errors.contains("report.json"))
    }

    @Test func `a quick trial of a law's number trains no network`() throws {
        let done = try run("verify", "B3", "--quick", "--quiet")
        #expect(done.output.contains("1 supported"), "\(done.output)")
    }

    @Test func `a report is written whole`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("verify-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try run("verify", "B6", "--quick", "--quiet", "--out", folder.path).status == 0)
        for name in ["report.md", "report.json", "B6.csv"] {
            #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path), "\(name)")
        }
        // Every picture that the report shows is there; without gnuplot it says why there is none.
        let report = try String(contentsOf: folder.appendingPathComponent("report.md"), encoding: .utf8)
        let pictures = report.matches(of: /!\[[^\]]*\]\(([^)]+)\)/).map { String($0.output.1) }
        let isWithout = report.contains("There are no figures: gnuplot is not on the PATH")
        #expect(pictures == (isWithout ? [] : ["figures/comparisons-level-1.svg", "figures/B6.svg"]))
        for picture in pictures { #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent(picture).path), "\(picture)") }
    }

    @Test func `without gnuplot the report is written all the same, and says so`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("verify-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = try BuiltProgram(["verify", "B6", "--quick", "--quiet", "--out", folder.path], environment: ["PATH": "/nonexistent"])
        #expect(try program.finish().status == 0)
        let report = try String(contentsOf: folder.appendingPathComponent("report.md"), encoding: .utf8)
        #expect(report.contains("There are no figures: gnuplot is not on the PATH"))
        #expect(!report.contains("]("))
        #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("figures").path))
    }

    @Test func `claims are explained with their falsifier`() throws {
        let done = try run("claims", "B3")
        #expect(done.status == 0)
        #expect(done.output.contains("Would be refuted by"))
    }

    @Test func `an unknown name ends with 1 wherever one is told of, wrong usage with 64`() throws {
        for (command, accepted) in [(["claims", "nonsense"], "there are B0"), (["experiments", "show", "nonsense"], "paper/mnist-adam")] {
            let unknown = try BuiltProgram(command).finish()
            #expect(unknown.status == 1 && unknown.errors.contains(accepted) && unknown.output.isEmpty, "\(command): \(unknown)")
            #expect(try BuiltProgram(command + ["--bogus"]).finish().status == 64, "\(command)")
        }
    }
}
