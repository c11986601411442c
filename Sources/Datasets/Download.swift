// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// One transfer by the `curl` command, which brings proxies, redirects, certificates and resuming along.
struct Download {
    let source: String
    /// Where the bytes go; what is already there is taken for the beginning and continued.
    let part: URL
    /// The transfer stops beyond this many bytes.
    let largestSize: Int
    /// Whether curl draws its progress bar on standard error.
    let showsProgress: Bool

    /// curl's exit codes where a partial file can't be continued: no range support, a range that doesn't fit.
    private static let resumeFailures: Set<Int32> = [31, 33, 36]

    /// Runs the transfer; returns why it failed, or nil. A partial file stays for the next attempt, unless it can't be continued.
    func run() -> String? {
        let had = FileManager.default.fileExists(atPath: part.path)
        var outcome = transfer()
        let couldNotContinue = Self.resumeFailures.contains(outcome.status) || outcome.httpStatus == "416"
        if outcome.status != 0, had, couldNotContinue {
            try? FileManager.default.removeItem(at: part)
            outcome = transfer()
        }
        return outcome.status == 0 ? nil : outcome.message
    }

    private func transfer() -> (status: Int32, httpStatus: String, message: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            [
                "curl", "--fail", "--location", "--proto", "=https,http,file", "--proto-redir", "=https,http", "--connect-timeout", "30",
                "--retry", "2", "--max-filesize", "\(largestSize)", "--continue-at", "-", "--output", part.path,
                "--write-out", "%{http_code}",
            ] + (showsProgress ? ["--progress-bar"] : ["--silent", "--show-error"]) + ["--url", source]
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), showsProgress ? nil : Pipe())
        process.standardOutput = output
        if let errors { process.standardError = errors }
        do { try process.run() } catch { return (-1, "", "curl can't be started: \((error as NSError).localizedDescription)") }
        let said = errors?.fileHandleForReading.readDataToEndOfFile() ?? Data()
        let httpStatus = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let status = process.terminationStatus
        if status == 127 { return (status, "", "the curl command is not installed (Debian: apt-get install curl)") }
        // curl says the same again for every retry.
        let words = String(decoding: said, as: UTF8.self).split(separator: "\n").last.map(String.init) ?? ""
        return (status, httpStatus, words.isEmpty ? "curl ended with code \(status)" : words)
    }
}
