// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Datasets
import Ensembles
import Experiments
import Foundation
import Networks
import Optimizers
import Probes
import Records

/// Times an ensemble on samples and members from a folder and prints one JSON object. Reading, drawing weights and planning are not timed.
@main
struct EnsembleTime: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ensembletime",
        abstract: "Times many small networks that train at once.",
        discussion: """
            The folder holds inputs.npy [samples, features], targets.npy [samples, outputs] and members.npy [members, 6], float64, with the columns \
            seed, α, λ of the weights, ε, β₁, β₂. Layers are dense with ReLU between them; the loss is the mean squared error of all samples.

            Example: ensembletime --data folder --hidden 8 --precision float32 --steps 200 --repetitions 5
            """)

    @Option(help: "Folder with inputs.npy, targets.npy and members.npy.")
    var data: String
    @Option(parsing: .upToNextOption, help: "Nodes of each hidden layer.")
    var hidden = [8]
    @Option(help: "float32 or float64.", transform: Self.precision)
    var precision = Precision.float32
    @Option(help: "Steps a repetition.")
    var steps = 200
    @Option(help: "Repetitions, each from the start; the median counts.")
    var repetitions = 5
    @Option(help: "Threads.")
    var threads = 1
    @Option(help: "Observe every node at each n-th step; 0 for never.")
    var observe = 0
    @Option(help: "Where to write the initial parameters, a float64 .npy file [members, parameters].")
    var initial: String?
    @Option(help: "Where to write the final parameters, likewise.")
    var final: String?

    func validate() throws {
        guard steps >= 1, repetitions >= 1, threads >= 1, observe >= 0 else {
            throw ValidationError("steps, repetitions and threads count from 1")
        }
        guard !hidden.isEmpty, hidden.allSatisfy({ $0 >= 1 }) else { throw ValidationError("a hidden layer has 1 node or more") }
    }

    func run() throws {
        if precision == .float32 { try run(Float.self) } else { try run(Double.self) }
    }

    private func run<Scalar: TrainingScalar>(_: Scalar.Type) throws {
        let (samples, members) = (try readSamples(), try readMembers())
        let outputs = samples.targets.width
        let network = hidden.flatMap { [LayerSpecification.dense(units: $0), .activation(.relu())] } + [.dense(units: outputs)]
        func made() throws -> Ensemble<Scalar> { try Ensemble(network, samples: samples, members: members, threads: threads) }
        if let initial { try write(made(), to: initial) }
        let cadence = observe > 0 ? Cadence(every: observe) : nil
        var (times, processorTimes): ([Double], [Double]) = ([], [])
        var last: Ensemble<Scalar>?
        for _ in 0..<repetitions {
            let ensemble = try made()
            let (start, processorStart) = (Self.nanoseconds(CLOCK_MONOTONIC), Self.nanoseconds(CLOCK_PROCESS_CPUTIME_ID))
            try ensemble.run(steps: steps, cadence: cadence)
            let memberSteps = Double(steps * members.count)
            times.append(Double(Self.nanoseconds(CLOCK_MONOTONIC) - start) / memberSteps)
            processorTimes.append(Double(Self.nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - processorStart) / memberSteps)
            last = ensemble
        }
        if let final, let last { try write(last, to: final) }
        let report: JSONObject = [
            "precision": .string(precision.rawValue), "members": .integer(members.count), "steps": .integer(steps),
            "nsPerMemberStep": .number(times.sorted()[times.count / 2]),
            "processorNsPerMemberStep": .number(processorTimes.sorted()[processorTimes.count / 2]),
        ]
        print(JSONValue.object(report).serialized())
    }

    private func readSamples() throws -> Samples {
        let (inputs, targets) = (try read("inputs.npy"), try read("targets.npy"))
        return Samples(
            values: try inputs.values(as: Double.self), featureCount: inputs.shape[1],
            targets: .values(try targets.values(as: Double.self), width: targets.shape[1]))
    }

    private func readMembers() throws -> [EnsembleMember] {
        let record = try read("members.npy")
        guard record.shape[1] == 6 else { throw ValidationError("members.npy has shape \(record.shape), not [members, 6]") }
        let values = try record.values(as: Double.self)
        return stride(from: 0, to: values.count, by: 6).map { start in
            EnsembleMember(
                seed: UInt64(values[start]),
                optimizer: Adam(
                    learningRate: values[start + 1], beta1: values[start + 4], beta2: values[start + 5], epsilon: values[start + 3]),
                l2: CoupledL2(weights: values[start + 2]))
        }
    }

    private func read(_ name: String) throws -> TensorRecord {
        let record = try NPY.read(URL(fileURLWithPath: data).appendingPathComponent(name))
        guard record.shape.count == 2 else { throw ValidationError("\(name) has shape \(record.shape), not two axes") }
        return record
    }

    private func write<Scalar: TrainingScalar>(_ ensemble: Ensemble<Scalar>, to path: String) throws {
        let values = ensemble.members.indices.flatMap { ensemble.parameters(of: $0).joined().map { Double($0) } }
        let shape = [ensemble.members.count, values.count / ensemble.members.count]
        try NPY.write(
            TensorRecord(elementType: .float64, shape: shape, data: values.withUnsafeBytes { Data($0) }), to: URL(fileURLWithPath: path))
    }

    private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func precision(_ text: String) throws -> Precision {
        guard let precision = Precision(rawValue: text) else {
            throw ValidationError("no precision '\(text)'; accepted: \(Precision.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return precision
    }
}

extension Targets {
    /// Numbers a sample; 1 for classes.
    fileprivate var width: Int { if case .values(_, let width) = self { width } else { 1 } }
}
