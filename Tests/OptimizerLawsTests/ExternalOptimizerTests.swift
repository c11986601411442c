// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// An optimiser written in a notebook, `notebooks-md/your-own-optimizer.md`, in a package outside of this one, `Tests/ExternalOptimizer`.
@Suite struct ExternalOptimizerTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    private static let package = tests.appending(path: "ExternalOptimizer")

    private static func notebook() throws -> String {
        try String(contentsOf: tests.deletingLastPathComponent().appending(path: "notebooks-md/your-own-optimizer.md"), encoding: .utf8)
    }

    @Test(arguments: ["Package.swift", "Sources/AdaBelief/AdaBelief.swift", "Tests/AdaBeliefTests/AdaBeliefTests.swift"])
    func theNotebookShowsTheCodeOfThePackage(_ file: String) throws {
        let code = try String(contentsOf: Self.package.appending(path: file), encoding: .utf8)
        #expect(try Self.notebook().contains("```swift\n\(code)```"), "\(file) has changed: call make notebooks")
    }

    /// Every line that the package's tests print of the report stands in the notebook, which has them from report.txt and edge.txt, but for a floor's height: bursts are chaotic, and the
    /// last bit of a power decides them.
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["ADAMPROBE_SLOW"] == "1", "building a package takes a minute: set ADAMPROBE_SLOW=1"))
    func thePackageBuildsAndItsOptimiserObeysTheLaws() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["swift", "test", "--package-path", Self.package.path]
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(output)")
        #expect(!output.contains("warning:"), "\(output)")
        let lines = output.split(separator: "\n").filter { line in
            ["held  ", "skipped  ", "         measured", "ε₀ ="].contains { line.hasPrefix($0) }
        }
        #expect(lines.count == 20)
        let notebook = try Self.notebook()
        for line in lines {
            let steady = line.components(separatedBy: "rms |w|")[0]
            #expect(notebook.contains(steady), "the notebook does not say: \(line)")
        }
    }
}
