// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Probes
import Records
import Testing

@testable import Experiments

@Suite(
    "A probe of one's own, in a package of one's own",
    .enabled(if: ProcessInfo.processInfo.environment["ADAMPROBE_SLOW"] == "1", "building a package takes a minute: set ADAMPROBE_SLOW=1"))
struct ExternalProbeTests {
    private let package = ReferenceFiles.folder.deletingLastPathComponent().appendingPathComponent("ExternalProbe")

    private func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test("The package builds, runs, and counts what the full observations say")
    func built() throws {
        let folder = try RunFolder()
        let build = try run("swift", ["build", "--package-path", package.path])
        try #require(build.status == 0, "\(build.output)")
        #expect(!build.output.contains("warning:"), "\(build.output)")
        let counted = try run(package.appendingPathComponent(".build/debug/SignChanges").path, [folder["theirs"].path])
        #expect(counted.status == 0, "\(counted.output)")
        // The same run here, which the manifest describes, with every node observed.
        let recorded = try #require(try JSONValue.read(RunDirectory(folder["theirs"]).manifest)["configuration"]).serialized()
        var configuration = try RunConfiguration.parse(yaml: recorded)
        configuration.probe.observed = (0..<8).map { NodeReference(layer: "0", node: $0) }
        let ours = try folder.run(configuration, as: "ours")
        #expect(try ours.finalState() == RunDirectory(folder["theirs"]).finalState(), "a probe of one's own changes nothing")
        let expected = try (0..<8).map { node in
            let values = try ours.samples("observations.0.\(node)").values(as: Double.self)
            let changes = stride(from: 0, to: values.count, by: 5).count { values[$0] * values[$0 + 4] < 0 }
            return "node \(node): \(changes) sign changes"
        }
        #expect(counted.output.split(separator: "\n").map(String.init) == expected)
        #expect(!expected.allSatisfy { $0.hasSuffix(": 0 sign changes") })
    }
}
