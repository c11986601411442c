// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// The built command `adamprobe`, which the package manager puts beside the tests.
struct BuiltProgram {
    static let isMissing: Comment = "adamprobe is not built: run `swift build` first"

    static let executable: URL? = {
        let candidate = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent().appendingPathComponent("adamprobe")
        return FileManager.default.isExecutableFile(atPath: candidate.path) ? candidate : nil
    }()

    let process = Process()
    private let output: URL
    private let errors: URL

    /// Starts the command with its output going to files in `folder`, which is also the working directory.
    init(_ arguments: [String], in folder: RunFolder) throws {
        let logs = folder[".logs-\(UUID().uuidString)"]
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        (output, errors) = (logs.appendingPathComponent("out"), logs.appendingPathComponent("err"))
        for file in [output, errors] { try Data().write(to: file) }
        let program: URL = try #require(Self.executable)
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder.url
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
    }

    /// Waits for the end, but no longer than a minute, and returns the exit status (or the signal's number, negative) and what was printed.
    func finish() throws -> (status: Int, output: String, errors: String) {
        for _ in 0..<1200 where process.isRunning { Thread.sleep(forTimeInterval: 0.05) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        let status = Int(process.terminationStatus) * (process.terminationReason == .uncaughtSignal ? -1 : 1)
        return (status, try String(contentsOf: output, encoding: .utf8), try String(contentsOf: errors, encoding: .utf8))
    }
}
