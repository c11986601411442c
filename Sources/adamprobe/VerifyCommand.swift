// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Claims
import Foundation
import Records

/// `adamprobe verify`: puts the laws to the test.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Put the laws to the test, each with a verdict.",
        discussion: """
            For each law: what is assumed, what it predicts, what was measured, how the two were compared, and the verdict: supported, violated, or \
            hypotheses not met. p-values are corrected for the number of tests made (Holm). adamprobe claims lists the laws.

            Progress goes to standard error, a line a claim to standard output as it finishes, the report to --out. Trained networks (level 3) take \
            long; their runs are kept in OUT/runs and used again by the next call.

            Exit codes: 0 every claim asked for is supported, 1 one is violated, 3 one could not be tested (and none is violated), \
            2 misuse, 4 the report can't be written, 130 interrupted.

            Examples:
              adamprobe verify --quick
              adamprobe verify B3 B6 --format markdown
              adamprobe verify --level 3 --seeds 5 --out verification
            """)

    @Argument(help: "Claims, such as B3; without any, all of them.")
    var ids: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Only claims of this level: 1 isolated weights, 2 planted networks, 3 trained networks; may be repeated.", valueName: "1|2|3"))
    var level: [Int] = []

    @Flag(help: "A tenth of the cases, and no trained networks unless a claim's full id or --level 3 asks for them: within a minute.")
    var quick = false

    @Option(parsing: .unconditional, help: "Number of seeds of trained networks, in place of each claim's own.")
    var seeds: Int?

    @Option(help: "Seed of the drawn cases.")
    var seed: UInt64 = 1

    @Option(
        help: "Folder for report.md, report.json, the numbers behind each claim, figures, and the runs; made if it isn't there.",
        completion: .directory)
    var out: String?

    @Option(help: "What standard output is: text, a line a claim as it finishes; json or markdown, the report at the end.")
    var format = OutputFormat.text

    @Option(parsing: .unconditional, help: "Threads; results don't depend on it.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "No progress on standard error.")
    var quiet = false

    enum OutputFormat: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }

    func run() throws {
        let claims = try selected()
        let folder = out.map { URL(fileURLWithPath: $0) }
        if let folder {
            do { try Folder.create(at: folder) } catch { throw misuse("--out: \(error)") }
        }
        Interruption.watch()
        let display = quiet ? nil : ClaimDisplay(count: claims.count)
        let trial = Trial(
            extent: quick ? .quick : .full, seed: seed, runSeeds: seeds, runs: folder?.appendingPathComponent("runs"), threads: threads,
            progress: { display?.show($0) }, isCancelled: { Interruption.isRequested })
        var printed: [String: Verdict] = [:]
        let report: VerificationReport
        do {
            report = try Verification(claims: claims).perform(
                trial, started: { display?.start($0.id) },
                finished: { result in
                    display?.clear()
                    printed[result.claim.id] = result.verdict
                    // Not print: a redirected standard output would hold lines back until the end.
                    if format == .text { FileHandle.standardOutput.write(Data("\(result.line)\n".utf8)) }
                })
        } catch ClaimError.cancelled {
            display?.clear()
            throw ExitCode(130)
        }
        if let folder {
            do { try report.write(to: folder, figures: try report.drawFigures(in: folder)) } catch {
                FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
                throw ExitCode(4)
            }
        }
        switch format {
        case .text:
            // p-values are corrected over all tests: one that decided alone may not among many.
            for result in report.results where printed[result.claim.id] != result.verdict { print("corrected over all tests:\n\(result.line)") }
            print("\n\(report.summary)" + (folder.map { "; the report is \($0.appendingPathComponent("report.md").path)" } ?? ""))
        case .json: print(report.json.serialized(.pretty))
        case .markdown: print(report.markdown(), terminator: "")
        }
        if report.isViolated { throw ExitCode(1) }
        if !report.isSupported { throw ExitCode(3) }
    }

    private func selected() throws -> [Claim] {
        for (name, value) in [("--seeds", seeds), ("--threads", threads)] {
            if let value, value < 1 { throw misuse("\(name) is \(value), but must be at least 1") }
        }
        let levels = try level.map { number in
            guard let level = Claim.Level(rawValue: number) else { throw misuse("there is no level \(number): 1, 2 or 3") }
            return level
        }
        let named = Result { try ids.isEmpty ? Claim.all : Claim.named(ids) }
        if case .failure(let error) = named { throw misuse("\(error)") }
        var claims = try named.get()
        if !levels.isEmpty { claims = claims.filter { levels.contains($0.level) } }
        if quick && levels.isEmpty {
            claims = claims.filter { claim in claim.level != .trained || ids.contains { $0.lowercased() == claim.id.lowercased() } }
        }
        if claims.isEmpty { throw misuse("none of the claims named has a level asked for") }
        return claims
    }

    /// Wrong usage under this command's own exit code.
    private func misuse(_ message: String) -> ExitCode {
        FileHandle.standardError.write(Data("Error: \(message)\nSee adamprobe verify --help.\n".utf8))
        return ExitCode(2)
    }
}
