// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Experiments
import Foundation
import Networks
import Probes
import Records

/// A whole training twice, with subnormals kept and flushed, taking turns step by step: processor seconds of each epoch, and where the numbers lie.
struct TrainingTimes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "training", abstract: "A whole training with subnormals kept and flushed: processor seconds an epoch, subnormal shares.")
    @OptionGroup var output: Output
    @Argument(help: "Configuration (YAML); its probes and its own flushToZero don't count here.")
    var configuration: String
    @Option(help: "Name of the table.")
    var name = "training"
    @Option(help: "Epochs a row of the table.")
    var every = 1

    func validate() throws {
        guard every >= 1 else { throw ValidationError("epochs a row count from 1") }
    }

    func run() throws {
        let configuration = try RunConfiguration.load(url: URL(fileURLWithPath: configuration))
        switch configuration.precision {
        case .float32: try time(configuration, Float.self)
        case .float64: try time(configuration, Double.self)
        }
        try output.describeMachine(part: name)
    }

    private func time<Scalar: TrainingScalar>(_ configuration: RunConfiguration, _: Scalar.Type) throws {
        let dataset = try configuration.data.load(seed: configuration.seed)
        let kept = try PlannedTraining<Scalar>(configuration, dataset: dataset)
        let flushed = try PlannedTraining<Scalar>(configuration, dataset: dataset)
        let states = kept.optimizer.stateNames
        let url = URL(fileURLWithPath: output.out).appendingPathComponent("\(name).csv")
        try Folder.create(at: url.deletingLastPathComponent())
        let partial = url.appendingPathExtension("partial")
        let shareColumns: [String] = (["weight"] + states).flatMap { ["\($0)Subnormal", "\($0)Zero"] }
        let columns = ["epoch", "secondsKept", "secondsFlushed", "ratio", "ratioLeast", "ratioLargest"] + shareColumns + ["weightFlushedZero"]
        let table = try CSVWriter(url: partial, columns: columns)
        let epochSteps = kept.training.stepsPerEpoch * every
        let turns = max(7, output.pairs)
        while kept.training.completedSteps < kept.training.totalSteps {
            let start = kept.training.completedSteps
            let end = min(start + epochSteps, kept.training.totalSteps)
            let times = try Self.turns(kept.training, flushed.training, count: turns, from: start, to: end)
            let ratios = zip(times.kept, times.flushed).map { $0 / $1 }
            let seconds: [Double] = [times.kept.reduce(0, +) / 1e9, times.flushed.reduce(0, +) / 1e9]
            let spread: [Double] = [PairedTimes.median(ratios), ratios.min() ?? .nan, ratios.max() ?? .nan]
            let shares: [Double] = try kept.subnormalShares().flatMap { [$0.subnormal, $0.zero] }
            let flushedZero = try flushed.subnormalShares()[0].zero
            let numbers = (seconds + spread + shares + [flushedZero]).map { CSVField.number(TimesTable.rounded($0)) }
            try table.append([.integer(end / kept.training.stepsPerEpoch)] + numbers)
            try table.flush()
        }
        try table.close()
        try? FileManager.default.removeItem(at: url)
        try FileManager.default.moveItem(at: partial, to: url)
    }

    /// Takes both trainings from step `start` to step `end` in `count` turns of about as many steps each; who goes first alternates.
    /// - Returns: nanoseconds of each turn.
    private static func turns<Scalar: TrainingScalar>(
        _ kept: Training<Scalar>, _ flushed: Training<Scalar>, count: Int, from start: Int, to end: Int
    ) throws -> (kept: [Double], flushed: [Double]) {
        var times: (kept: [Double], flushed: [Double]) = ([], [])
        func time(_ training: Training<Scalar>, flushes: Bool, steps: Int) throws {
            try FloatingPointState(flushesSubnormals: flushes).run {
                let begin = PairedTimes.processorNanoseconds()
                for _ in 0..<steps { try training.step() }
                let nanoseconds = PairedTimes.processorNanoseconds() - begin
                if flushes { times.flushed.append(nanoseconds) } else { times.kept.append(nanoseconds) }
            }
        }
        for turn in 0..<count {
            let steps = (end - start) * (turn + 1) / count - (end - start) * turn / count
            if steps == 0 { continue }
            for flushes in turn % 2 == 0 ? [false, true] : [true, false] {
                try time(flushes ? flushed : kept, flushes: flushes, steps: steps)
            }
        }
        return times
    }
}
