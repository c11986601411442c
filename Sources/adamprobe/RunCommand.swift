// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Experiments
import Foundation
import Probes
import Records

/// `adamprobe run`: trains what a configuration describes and leaves a run directory.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Train under probes, as a configuration says.",
        discussion: """
            Progress goes to standard error, the result to standard output. Interrupted with Ctrl-C, the run ends after the step under way, \
            and everything recorded so far is kept. With --checkpoint-every a run that was interrupted or killed can be gone on with by the same \
            command and --resume, and ends with the same bits.

            Exit codes: 0 completed, 1 failed, 64 wrong usage, 130 interrupted.

            Examples:
              adamprobe run adamprobe.yaml --set optimizer.adam.epsilon=1e-7 --out runs/small-epsilon
              adamprobe run adamprobe.yaml --out runs/long --checkpoint-every 5000 --resume
            """)

    @Argument(
        help: "The configuration: a YAML file (see adamprobe init), or a name (see adamprobe experiments).",
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var config: String

    @Option(help: "The run directory to make; without it, runs/NAME after the configuration, numbered if that is taken.", completion: .directory)
    var out: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Replace one value of the configuration, such as batch=32; may be repeated.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(parsing: .unconditional, help: ArgumentHelp("Write a checkpoint every so many steps, and when interrupted.", valueName: "steps"))
    var checkpointEvery: Int?

    @Flag(help: "Go on with an earlier attempt at this run in --out, from its last checkpoint; without one there, start it.")
    var resume = false

    @Flag(help: "Print the summary as JSON.")
    var json = false

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        if let checkpointEvery, checkpointEvery < 1 {
            throw ValidationError("--checkpoint-every is \(checkpointEvery); accepted: a whole number of steps, 1 or more")
        }
        if resume, out == nil { throw ValidationError("--resume needs the run directory to go on in: --out DIR") }
    }

    func run() throws {
        let configuration = try Self.load(config, overrides: overrides)
        let output = out.map { URL(fileURLWithPath: $0) } ?? Self.freeFolder(for: config)
        let display = quiet ? nil : ProgressDisplay()
        Interruption.watch()
        let observer = RunObserver(progress: { display?.show($0) }, isCancelled: { Interruption.isRequested })
        let directory = RunDirectory(output)
        if resume, directory.isFinished(configuration) {
            print("completed already; results in \(output.relativePath)")
            if let note = OtherPrograms.note(directory.otherPrograms()) { print("note: \(note)") }
            return
        }
        let summary =
            resume
            ? try Run.resume(configuration, in: output, checkpointEvery: checkpointEvery, observer: observer)
            : try Run.perform(configuration, output: output, checkpointEvery: checkpointEvery, observer: observer)
        display?.finish()
        print(json ? Self.json(summary, directory) : Self.text(summary, directory))
        if summary.status == .interrupted { throw ExitCode(130) }
    }

    private static func load(_ config: String, overrides: [String]) throws -> RunConfiguration {
        guard let experiment = NamedExperiment(config) else {
            return try RunConfiguration.load(url: URL(fileURLWithPath: config), overrides: overrides)
        }
        if experiment.isSweep { throw ValidationError("\(config) is a sweep: adamprobe sweep \(config) --out DIR") }
        return try experiment.configuration(overrides: overrides)
    }

    /// runs/NAME, runs/NAME-2, …: the first that is not there.
    private static func freeFolder(for config: String) -> URL {
        let name = URL(fileURLWithPath: config).deletingPathExtension().lastPathComponent
        let candidates = sequence(first: 1) { $0 + 1 }.lazy.map { "runs/\(name)\($0 == 1 ? "" : "-\($0)")" }
        let free = candidates.first { !FileManager.default.fileExists(atPath: $0) }
        return URL(fileURLWithPath: free ?? "runs/\(name)")
    }

    private static func json(_ summary: RunSummary, _ directory: RunDirectory) -> String {
        guard case .object(var object) = summary.json else { return "" }
        object["directory"] = .string(directory.url.path)
        object["otherPrograms"] = .array(directory.otherPrograms().map { .string($0) })
        return JSONValue.object(object).serialized(.pretty)
    }

    private static func text(_ summary: RunSummary, _ directory: RunDirectory) -> String {
        let output = directory.url
        var lines = ["\(summary.status.rawValue) after \(summary.steps) steps in \(Duration.seconds(summary.seconds).formattedBriefly)"]
        if !summary.isFinite {
            let what = summary.firstNonFiniteParameter.map { "the parameter \($0)" } ?? "the training loss"
            lines.append("warning: \(what) is not finite at the end")
        }
        func percent(_ share: Double?) -> String { share.map { String(format: ", error %.2f %%", $0 * 100) } ?? "" }
        if let loss = summary.trainingLoss { lines.append("training loss \(loss.formattedBriefly)" + percent(summary.trainingError)) }
        if let loss = summary.testLoss { lines.append("test loss \(loss.formattedBriefly)" + percent(summary.testError)) }
        if let census = summary.census, let belowThresholds = summary.belowThresholds {
            lines.append("nodes: " + NodeState.allCases.map { "\(census[$0] ?? 0) \($0)" }.joined(separator: ", "))
            let below = zip(summary.thresholds, belowThresholds).map { "\($1) under \($0)" }
            lines.append("node norms: " + below.joined(separator: ", "))
            lines.append(String(format: "probes took %.1f %% of the time, %d samples", summary.probeShare * 100, summary.samples))
        }
        if summary.subnormal.parameters + summary.subnormal.moments > 0 {
            lines.append("subnormal numbers: \(summary.subnormal.parameters) parameters, \(summary.subnormal.moments) of the optimiser's state")
        }
        lines += summary.notes.map { "note: \($0)" }
        if let note = OtherPrograms.note(directory.otherPrograms()) { lines.append("note: \(note)") }
        lines.append("results in \(output.relativePath)")
        if summary.census != nil { lines.append("figures: adamprobe plot \(output.relativePath)") }
        return lines.joined(separator: "\n")
    }
}
