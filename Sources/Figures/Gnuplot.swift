// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Runs gnuplot, the program that turns a figure's script and data into a picture.
public enum Gnuplot {
    /// What can go wrong between a script and its picture.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// No folder of PATH holds an executable `gnuplot`.
        case notInstalled
        /// gnuplot stopped with this status; the text is what it said on standard error.
        case failed(script: URL, status: Int32, message: String)

        public var description: String {
            switch self {
            case .notInstalled:
                "gnuplot is not on the PATH; install it (Debian, Ubuntu: apt-get install gnuplot-nox; macOS: brew install gnuplot)"
            case .failed(let script, let status, let message):
                "gnuplot failed on \(script.lastPathComponent) with status \(status):\n\(message)"
            }
        }
    }

    /// The gnuplot that `render` runs: the first executable of that name on `path`, or nil.
    public static func executable(
        path: String = ProcessInfo.processInfo.environment["PATH"] ?? ""
    ) -> URL? {
        path.split(separator: ":")
            .map { URL(fileURLWithPath: String($0)).appendingPathComponent("gnuplot") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// The text as a string of a script.
    static func quoted(_ text: String) -> String { "'" + text.replacingOccurrences(of: "'", with: "''") + "'" }

    /// Runs `gnuplot script` with the script's folder as the working directory, so that its relative paths hold.
    ///
    /// The script itself names its output; where it fails half-way, that output may be incomplete: `RunFigures` therefore renders in a
    /// staging folder and moves only what is whole.
    /// - Throws: `Failure.notInstalled`, or `Failure.failed` with gnuplot's standard error.
    public static func render(script: URL) throws {
        guard let executable = executable() else { throw Failure.notInstalled }
        let process = Process()
        process.executableURL = executable
        process.arguments = [script.lastPathComponent]
        process.currentDirectoryURL = script.deletingLastPathComponent()
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0, process.terminationReason == .exit else {
            throw Failure.failed(
                script: script, status: process.terminationStatus,
                message: String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }
}
