// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Ensembles
import Experiments
import Foundation

/// `adamprobe ensemble`: a sweep over seeds and hyper-parameters of a small network, trained all at once.
struct EnsembleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ensemble",
        abstract: "Train thousands of small networks at once, which differ in seed, α, β₁, β₂, ε or λ.",
        discussion: """
            Takes a sweep's file, as 'adamprobe sweep' does, whose points differ in nothing but seed, l2 and optimizer.adam.*, and trains one network \
            in each lane of the processor's vectors: thousands of times as many steps a second as runs one by one. All have the same dense layers with \
            relu (or leakyRelu) between them, the loss meanSquaredError, all samples in every step (batch: their number or more; order: sequential), \
            and Adam. Each ends, to the bit, where its run alone would, as long as no product of the network has more than 4096 multiply-adds.

            A sweep's file:
              base:
                data: {npy: {inputs: x.npy, targets: y.npy}}
                network: [{dense: 8}, relu, {dense: 1}]
                loss: meanSquaredError
                optimizer: {adam: {learningRate: 1e-3}}
                batch: 64
                order: sequential
                steps: 20000
              axes:
                l2: [0, 1e-4, 1e-3]
                optimizer.adam.epsilon: [1e-8, 1e-4]
                seed: {range: [1, 1000]}

            DIR/results.csv has a row a member: loss, silent nodes and for how long, nodes under each threshold of probe.thresholds; DIR/nodes.csv a row \
            a member and hidden node; with --every, DIR/trajectories.csv a row a sampled step and member. Of 'probe' nothing else is read, and compaction \
            is refused.

            Exit codes: 0 done, 1 the file is refused, 64 wrong usage, 130 interrupted (the tables then hold what was reached).

            Examples:
              adamprobe ensemble grid.yaml --out ensembles/grid
              adamprobe ensemble grid.yaml --out ensembles/grid --every 1000 --jobs 1
            """)

    @Argument(
        help: ArgumentHelp("A sweep's YAML file.", valueName: "sweep"), completion: .file(extensions: ["yaml", "yml", "json"]))
    var file: String

    @Option(help: "The directory for the tables; new or empty.", completion: .directory)
    var out: String

    @Option(parsing: .unconditional, help: "Threads, at most one a processor; results don't depend on it.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @Option(parsing: .unconditional, help: ArgumentHelp("Write losses and node counts of all members at every N-th step.", valueName: "n"))
    var every: Int?

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        if jobs < 1 { throw ValidationError("--jobs is \(jobs), but must be at least 1") }
        if let every, every < 1 { throw ValidationError("--every is \(every); accepted: a whole number of steps, 1 or more") }
    }

    func run() throws {
        let ensemble = try EnsembleSweep(Sweep(fileOrName: file))
        let session = EnsembleSession(ensemble, in: URL(fileURLWithPath: out), jobs: jobs, every: every)
        let display = quiet ? nil : LineDisplay()
        Interruption.watch()
        let summary = try session.perform(isCancelled: { Interruption.isRequested }) { progress in
            display?.show(Self.line(progress), seconds: progress.seconds, isLast: progress.step == progress.totalSteps)
        }
        display?.finish()
        let time = Duration.seconds(summary.seconds).formattedBriefly
        print("\(summary.members) networks, \(summary.steps) steps each, in \(time)\nresults in \(out)/results.csv")
        if summary.wasCancelled { throw ExitCode(130) }
    }

    private static func line(_ progress: EnsembleProgress) -> String {
        var parts = ["step \(progress.step)/\(progress.totalSteps) of \(progress.members) networks"]
        if progress.seconds > 0 {
            parts.append(String(format: "%.3g network steps/s", Double(progress.step) * Double(progress.members) / progress.seconds))
        }
        if progress.step > 0, progress.step < progress.totalSteps {
            let left = progress.seconds / Double(progress.step) * Double(progress.totalSteps - progress.step)
            parts.append("\(Duration.seconds(left).formattedBriefly) left")
        }
        return parts.joined(separator: " · ")
    }
}
