// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// The built command `adamprobe`, which the package manager builds with the tests and puts beside them, running.
public struct BuiltProgram {
    public struct Missing: Error, CustomStringConvertible {
        public let description = "adamprobe is not beside the tests: run `swift build --build-tests` first"
    }

    private static let executable: URL? = {
        let candidate = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent().appendingPathComponent("adamprobe")
        return FileManager.default.isExecutableFile(atPath: candidate.path) ? candidate : nil
    }()

    public let process = Process()
    private let logs: URL
    private var output: URL { logs.appendingPathComponent("out") }
    private var errors: URL { logs.appendingPathComponent("err") }

    /// Starts the command with its output going to files, so that no pipe can fill up.
    ///
    /// - Parameters:
    ///   - folder: the working directory; nil for the tests' own.
    ///   - environment: variables to set besides the tests' own.
    public init(_ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:]) throws {
        guard let executable = Self.executable else { throw Missing() }
        logs = FileManager.default.temporaryDirectory.appendingPathComponent("adamprobe-output-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        for file in [output, errors] { try Data().write(to: file) }
        process.executableURL = executable
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = folder }
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
    }

    /// Waits for the end, but no longer than a minute, and returns the exit status (or the signal's number, negative) and what was printed.
    public func finish() throws -> (status: Int, output: String, errors: String) {
        defer { try? FileManager.default.removeItem(at: logs) }
        for _ in 0..<1200 where process.isRunning { Thread.sleep(forTimeInterval: 0.05) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        let status = Int(process.terminationStatus) * (process.terminationReason == .uncaughtSignal ? -1 : 1)
        return (status, try String(contentsOf: output, encoding: .utf8), try String(contentsOf: errors, encoding: .utf8))
    }
}
