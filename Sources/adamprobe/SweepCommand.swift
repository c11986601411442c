// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Experiments
import Foundation
import Records

/// `adamprobe sweep`: makes the runs of a grid, and collects what shards of it found.
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Make many runs: grids, lists and random draws over any key of a configuration.",
        subcommands: [SweepRunCommand.self, SweepCollectCommand.self], defaultSubcommand: SweepRunCommand.self)
}

/// `adamprobe sweep SWEEP.yaml`.
struct SweepRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Make the runs of a sweep (this is what 'adamprobe sweep FILE' does).",
        discussion: """
            A sweep's file:
              base: paper/digits-adam      a named experiment, a configuration's path, or the configuration itself
              set: {steps: 5000}           changes to all runs, with keys as for --set
              axes:                        all combinations; the last axis varies fastest
                optimizer:                 named sets of changes
                  sgd: {optimizer: {sgd: {learningRate: 0.1}}}
                  adam: {}
                l2: [0, 1e-4, 1e-3]        values of a configuration key
                seed: {range: [1, 5]}
              zip: {batch: [32, 64], epochs: [10, 20]}           axes in step
              points: [{batch: 32, l2: 0}]                       points one by one
              random: {count: 20, seed: 1, draws: {l2: {logUniform: [1e-6, 1e-2]}}}    also uniform, integer, choice
            axes, zip, points and random multiply, in the order of the file. All runs are checked before the first is made.

            DIR/runs holds a run directory a configuration; its name depends on the configuration alone, so that a sweep can grow. DIR/results.csv \
            has a row a run and is whole at any time. --resume keeps finished runs, also those copied into DIR/runs by hand, goes on with those that \
            have a checkpoint, and makes the rest (again), also runs with files that are no longer what was written, which are named; run directories that belong to no point, as after a change of the file, are named and \
            left alone; a file with another base or set, none of whose runs are there, is refused. Data that are absent, or not what they should be, are refused before anything is written. Each run is single-threaded and \
            the same to the bit as alone. Shards need nothing of each other; each has its own DIR, and 'adamprobe sweep collect' puts them together.

            Exit codes: 0 all runs completed, 1 one failed (the others are made all the same), or the file or its data are refused, 64 wrong usage, \
            130 interrupted.

            Examples:
              adamprobe sweep paper/digits-optimizers --out sweeps/optimizers
              adamprobe sweep grid.yaml --out sweeps/grid --resume --jobs 2
              adamprobe sweep grid.yaml --out sweeps/first --shard 1/2
            """)

    @Argument(
        help: ArgumentHelp("A sweep's YAML file, or the name of one; see adamprobe experiments.", valueName: "sweep"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var file: String

    @Option(help: "The sweep's directory; new or empty, unless --resume is given.", completion: .directory)
    var out: String?

    @Option(parsing: .unconditional, help: "Runs made at a time, at most one a processor; results don't depend on it.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Make only every N-th point from the K-th on.", valueName: "k/n"),
        transform: SweepShard.init(argument:))
    var shard: SweepShard = .whole

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Write a checkpoint of each run every so many steps, from which --resume goes on with it.", valueName: "steps"))
    var checkpointEvery: Int?

    @Flag(help: "Go on with a directory that is there.")
    var resume = false

    @Flag(help: "List the runs and make none; data are checked.")
    var dryRun = false

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        if jobs < 1 { throw ValidationError("--jobs is \(jobs), but must be at least 1") }
        if let checkpointEvery, checkpointEvery < 1 {
            throw ValidationError("--checkpoint-every is \(checkpointEvery); accepted: a whole number of steps, 1 or more")
        }
        if out == nil, !dryRun { throw ValidationError("--out is needed") }
    }

    func run() throws {
        let sweep = try Sweep(fileOrName: file)
        // A dry run without --out finds nothing made.
        let folder = URL(fileURLWithPath: out ?? "/dev/null")
        let session = SweepSession(sweep, in: folder, shard: shard, jobs: jobs, checkpointEvery: checkpointEvery)
        if dryRun {
            list(session)
            return try session.checkData()
        }
        let display = quiet ? nil : SweepDisplay()
        Interruption.watch()
        let summary = try session.perform(resume: resume, isCancelled: { Interruption.isRequested }, progress: { display?.show($0) })
        display?.finish()
        for failure in summary.failures { FileHandle.standardError.write(Data("failed: \(failure)\n".utf8)) }
        print(Self.text(summary))
        if let note = OtherPrograms.note(summary.otherPrograms) { print("\(summary.ofOtherPrograms) runs \(note)") }
        tellOfDamage(summary.damaged.map { session.directory.url.appendingPathComponent($0).relativePath })
        tellOfStrays(summary.strays.map { session.directory.run($0).url.relativePath })
        print("results in \(session.directory.results.relativePath)")
        if summary.wasCancelled { throw ExitCode(130) }
        if !summary.failures.isEmpty { throw ExitCode.failure }
    }

    private func list(_ session: SweepSession) {
        for point in session.points {
            let isThere = session.directory.run(point.fingerprint).isFinished(point.configuration)
            let labels = zip(session.sweep.axes, point.labels).map { "\($0)=\($1)" }.joined(separator: " ")
            print("\(point.fingerprint) \(labels)\(isThere ? " (finished)" : "")")
        }
        tellOfStrays(session.strays.map { session.directory.run($0).url.relativePath })
        print("\(session.points.count) points of \(session.sweep.points.count), \(Set(session.points.map(\.fingerprint)).count) runs")
    }

    private static func text(_ summary: SweepSummary) -> String {
        var parts = ["\(summary.completed) runs completed"]
        if summary.kept > 0 { parts.append("\(summary.kept) kept") }
        if summary.interrupted > 0 { parts.append("\(summary.interrupted) interrupted") }
        if !summary.failures.isEmpty { parts.append("\(summary.failures.count) failed") }
        return parts.joined(separator: ", ")
    }
}

/// `adamprobe sweep collect DIR…`.
struct SweepCollectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect",
        abstract: "Merge directories of one sweep, such as its shards, into one table, and say what is missing.",
        discussion: """
            Exit codes: 0 every run is completed, 1 some are missing (the table has the rest), a run's files are no longer what it wrote \
            (they are named, and count as missing), or a directory is no \
            sweep's or another sweep's: axes, base and set have to be the same, and equal labels the same run; 64 wrong usage.

            Example: adamprobe sweep collect sweeps/first sweeps/second --out results.csv
            """)

    @Argument(help: ArgumentHelp("Directories that 'adamprobe sweep' made.", valueName: "dir"), completion: .directory)
    var directories: [String]

    @Option(
        help: ArgumentHelp("The table to write; without it, only what is missing is told.", valueName: "file"),
        completion: .file(extensions: ["csv"]))
    var out: String?

    func run() throws {
        let collection = try SweepCollection(directories.map { URL(fileURLWithPath: $0) })
        if let out { try collection.write(to: URL(fileURLWithPath: out)) }
        let incomplete = collection.incomplete
        for (labels, state) in incomplete { print("\(labels): \(state)") }
        tellOfDamage(collection.damaged)
        tellOfStrays(collection.strays)
        let count = collection.results.record.points.count
        print("\(count - incomplete.count) of \(count) runs completed" + (out.map { "; table in \($0)" } ?? ""))
        if !incomplete.isEmpty || !collection.damaged.isEmpty { throw ExitCode.failure }
    }
}

/// Says which run directories belong to no point; nothing where there are none.
private func tellOfStrays(_ paths: [String]) {
    tell("run directories that belong to no point of this sweep, left alone and not in the table", paths)
}

/// Says which files of runs are damaged; nothing where there are none.
private func tellOfDamage(_ paths: [String]) {
    tell("files that are no longer what their run wrote, so that it counts as not made", paths)
}

private func tell(_ what: String, _ paths: [String]) {
    if paths.isEmpty { return }
    let shown = 10
    let rest = paths.count > shown ? ", and \(paths.count - shown) more" : ""
    print("\(what) (\(paths.count)): \(paths.prefix(shown).joined(separator: ", "))\(rest)")
}

extension Sweep {
    /// - Throws: `ConfigurationError` for a file that is no sweep's; `ValidationError` for the name of a single run.
    init(fileOrName file: String) throws {
        guard let experiment = NamedExperiment(file) else {
            self = try Sweep.load(url: URL(fileURLWithPath: file))
            return
        }
        guard experiment.isSweep else { throw ValidationError("\(file) is a single run: adamprobe run \(file)") }
        self = try experiment.sweep()
    }
}

extension SweepShard {
    fileprivate init(argument: String) throws {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let number = parts[0], let count = parts[1], let shard = SweepShard(number: number, count: count) else {
            throw ValidationError("accepted: K/N, whole numbers with 1 ≤ K ≤ N, such as 1/4")
        }
        self = shard
    }
}
