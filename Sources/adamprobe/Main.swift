// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Experiments
import Foundation

@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adamprobe",
        abstract: "Train small, exactly controlled networks under probes, and see what an optimiser does to every node's weights.",
        discussion: """
            First steps: adamprobe init, then adamprobe run adamprobe.yaml, then adamprobe plot on the run directory that it names.

            Exit codes: 0 done, 1 something failed (the reason is on standard error), 64 wrong usage, 130 interrupted.
            Completion for your shell: adamprobe --generate-completion-script bash|zsh|fish
            """,
        version: adamProbeVersion,
        subcommands: [
            RunCommand.self, SweepCommand.self, EnsembleCommand.self, ExperimentsCommand.self, TableCommand.self, PlotCommand.self,
            InspectCommand.self, DataCommand.self, InitCommand.self, PredictCommand.self, ReduceCommand.self, PruneCommand.self, VerifyCommand.self,
            ClaimsCommand.self, FiguresCommand.self,
        ])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            // The exit codes of `verify` say what became of a law, so that misuse is 2 with it, whoever notices it.
            let isJudging = CommandLine.arguments.dropFirst().first == VerifyCommand.configuration.commandName
            guard isJudging, exitCode(for: error) == .validationFailure else { exit(withError: error) }
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            Foundation.exit(2)
        }
    }
}
