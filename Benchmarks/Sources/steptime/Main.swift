// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Experiments
import Foundation
import Networks
import Probes
import Records
import StepCases

/// Times training steps on data from a folder and prints one JSON object. Loading and evaluations are not timed; the probes write their
/// samples to disk as in a real run.
@main
struct StepTime: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steptime",
        abstract: "Times training steps.",
        discussion: """
            Examples:
              steptime mnist-step --data folder --precision float32 --probes 10 --steps 200 --repetitions 5
              steptime mnist-step --width 2000 --depth 2 --batch 128 --threads 2
            """)

    @Argument(help: "The case: \(StepCase.allCases.map(\.rawValue).joined(separator: " or ")).", transform: Self.stepCase)
    var stepCase: StepCase
    @Option(
        help: """
            Folder with inputs.npy, targets.npy, order.npy, initial.safetensors and, to start from moments, optimizer.safetensors; without, \
            data come from a seed.
            """)
    var data: String?
    @Option(help: "float32 or float64.", transform: Self.precision)
    var precision: Precision = .float32
    @Option(help: "none, or n for the default probes at every n-th step.", transform: Self.probeChoice)
    var probes: ProbeChoice = .none
    @Option(help: "adam or rmsprop.", transform: Self.optimizer)
    var optimizer: StepOptimizer = .adam
    @Option(help: "The learning rate.")
    var learningRate = 1e-3
    @Option(help: "What is added to the root of the second moment.")
    var epsilon = 1e-8
    @Option(help: "Nodes of a hidden layer, in place of the case's.")
    var width: Int?
    @Option(help: "Hidden layers.")
    var depth = 1
    @Option(help: "Samples a step, in place of the case's.")
    var batch: Int?
    @Option(help: "Threads for the matrix products.")
    var threads = 1
    @Option(help: "Steps a repetition.")
    var steps = 200
    @Option(help: "Repetitions, one after the other in the same training; the median counts.")
    var repetitions = 5
    @Option(help: "Steps before the first repetition.")
    var warmup = 0
    @Option(help: "Nodes of the hidden layer that are dead from the start.")
    var dead = 0
    @Flag(help: "Leave nodes that are certified dead out of the passes.")
    var compaction = false
    @Option(help: "Where to write the final parameters, a .safetensors file.")
    var model: String?
    @Option(help: "Where to write the optimiser's final state, a .safetensors file.")
    var state: String?
    @Option(help: "Folder that is made and keeps the probes' samples; without, they are removed at the end.")
    var samples: String?

    func validate() throws {
        guard steps >= 1, repetitions >= 1, warmup >= 0, threads >= 1, depth >= 1, width ?? 1 >= 1, batch ?? 1 >= 1, dead >= 0 else {
            throw ValidationError("steps, repetitions, threads, width, depth and batch count from 1, warm-up and dead nodes from 0")
        }
    }

    /// The case with what the options change in it.
    private var variant: StepCase {
        var variant = stepCase
        variant.hidden = Array(repeating: width ?? stepCase.hidden[0], count: depth)
        variant.batch = batch ?? stepCase.batch
        variant.optimizer = optimizer
        variant.learningRate = learningRate
        variant.epsilon = epsilon
        return variant
    }

    func run() throws {
        switch precision {
        case .float32: try time(Float.self)
        case .float64: try time(Double.self)
        }
    }

    private func time<Scalar: TrainingScalar>(_: Scalar.Type) throws {
        let stepCase = variant
        let stepData = try data.map { try StepData(folder: URL(fileURLWithPath: $0)) } ?? StepData(stepCase, seed: 1)
        let folder = try SampleFolder(in: data.map { URL(fileURLWithPath: $0) }, named: samples)
        defer { if samples == nil { try? folder.remove() } }
        let training = try Training<Scalar>(
            stepCase, data: stepData, probes: probes, folder: folder.url, totalSteps: warmup + steps * repetitions, threads: threads,
            dead: dead, compacted: compaction)
        var loss = BatchLoss(mean: .nan, errors: 0, samples: 0)
        for _ in 0..<warmup { loss = try training.step() }
        var (times, processorTimes): ([Double], [Double]) = ([], [])
        for _ in 0..<repetitions {
            let (start, processorStart) = (DispatchTime.now().uptimeNanoseconds, Self.processorNanoseconds())
            for _ in 0..<steps { loss = try training.step() }
            times.append(Double(DispatchTime.now().uptimeNanoseconds - start) / Double(steps))
            processorTimes.append(Double(Self.processorNanoseconds() - processorStart) / Double(steps))
        }
        try training.finish()
        if let model { try ModelFiles.model(of: training.network).write(to: URL(fileURLWithPath: model)) }
        if let state {
            let shapes = training.network.parameters.map(\.value.shape)
            try ModelFiles.optimizer(training.optimizer, shapes: shapes).write(to: URL(fileURLWithPath: state))
        }
        let report: JSONObject = [
            "case": .string(stepCase.rawValue),
            "precision": .string(precision.rawValue),
            "probes": .string("\(probes)"),
            "threads": .integer(threads),
            "dead": .integer(dead),
            "skipped": .integer(training.compaction?.skipped.map(\.count).reduce(0, +) ?? 0),
            "steps": .integer(training.completedSteps),
            "nsPerStep": .number(times.sorted()[times.count / 2]),
            "nsPerStepOfRepetitions": .array(times.map { .number($0) }),
            "processorNsPerStep": .number(processorTimes.sorted()[processorTimes.count / 2]),
            "nodes": .integer(stepCase.hidden.reduce(0, +)),
            "finalLoss": .number(loss.mean),
            "blas": .string(MatrixProduct.libraryDescription),
        ]
        print(JSONValue.object(report).serialized())
    }

    /// Nanoseconds of processor time that the process has used, all threads together.
    private static func processorNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func stepCase(_ text: String) throws -> StepCase {
        guard let stepCase = StepCase(rawValue: text) else {
            throw ValidationError("no case '\(text)'; accepted: \(StepCase.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return stepCase
    }

    private static func optimizer(_ text: String) throws -> StepOptimizer {
        guard let optimizer = StepOptimizer(rawValue: text) else {
            throw ValidationError("no optimiser '\(text)'; accepted: \(StepOptimizer.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return optimizer
    }

    private static func precision(_ text: String) throws -> Precision {
        guard let precision = Precision(rawValue: text) else { throw ValidationError("no precision '\(text)'; accepted: float32, float64") }
        return precision
    }

    private static func probeChoice(_ text: String) throws -> ProbeChoice {
        guard let choice = ProbeChoice(text) else { throw ValidationError("'\(text)' is no choice of probes; accepted: none, or a number from 1") }
        return choice
    }
}
