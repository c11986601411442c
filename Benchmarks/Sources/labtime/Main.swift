// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Foundation
import Laboratory
import Records
import Theory

/// Times the dead-weight laboratory on a grid from a folder and prints one JSON object. Reading the grid is not timed; planning the blocks is.
@main
struct LabTime: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "labtime",
        abstract: "Times the dead-weight laboratory under Adam.",
        discussion: "Example: labtime --data folder --precision float32 --steps 2000 --repetitions 5")

    @Option(help: "Folder with grid.npy, float64 [8, cases]: rows α, λ, ε, β₁, β₂, w₀, m₀, v₀.")
    var data: String
    @Option(help: "float32, float64 or float80.", transform: Self.arithmetic)
    var precision: Arithmetic = .float32
    @Option(help: "Steps a repetition.")
    var steps = 2_000
    @Option(help: "Repetitions, each from the start; the median counts.")
    var repetitions = 5
    @Option(help: "Threads.")
    var threads = 1
    @Option(help: "Step count of every weight; without, no bias correction.")
    var step: Int?
    @Option(parsing: .upToNextOption, help: "Thresholds to watch.")
    var thresholds: [Double] = []
    @Flag(help: "Flush subnormals to zero.")
    var flush = false
    @Flag(help: "One case at a time by the exact recursion, not the vector loops.")
    var exact = false
    @Option(help: "Where to write the final weights, a float64 .npy file.")
    var final: String?

    func validate() throws {
        guard steps >= 1, repetitions >= 1, threads >= 1 else { throw ValidationError("steps, repetitions and threads count from 1") }
    }

    func run() throws {
        let cases = try readCases()
        let laboratory = Laboratory(
            arithmetic: precision, flushesSubnormals: flush, threads: threads, engine: exact ? .exactRecursion : .vector)
        let measurement = LaboratoryMeasurement(thresholds: thresholds)
        var (times, processorTimes): ([Double], [Double]) = ([], [])
        var outcomes: [LaboratoryOutcome] = []
        for _ in 0..<repetitions {
            let (start, processorStart) = (Self.nanoseconds(CLOCK_MONOTONIC), Self.nanoseconds(CLOCK_PROCESS_CPUTIME_ID))
            outcomes = try laboratory.run(cases, steps: steps, measuring: measurement)
            times.append(Double(Self.nanoseconds(CLOCK_MONOTONIC) - start) / Double(steps * cases.count))
            processorTimes.append(Double(Self.nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - processorStart) / Double(steps * cases.count))
        }
        if let final {
            let weights = outcomes.map(\.finalState.weight).withUnsafeBytes { Data($0) }
            try NPY.write(TensorRecord(elementType: .float64, shape: [outcomes.count], data: weights), to: URL(fileURLWithPath: final))
        }
        let report: JSONObject = [
            "precision": .string(precision.rawValue),
            "cases": .integer(cases.count),
            "steps": .integer(steps),
            "nsPerWeightStep": .number(times.sorted()[times.count / 2]),
            "processorNsPerWeightStep": .number(processorTimes.sorted()[processorTimes.count / 2]),
        ]
        print(JSONValue.object(report).serialized())
    }

    private func readCases() throws -> [LaboratoryCase] {
        let record = try NPY.read(URL(fileURLWithPath: data).appendingPathComponent("grid.npy"))
        guard record.shape.count == 2, record.shape[0] == 8 else { throw ValidationError("grid.npy has shape \(record.shape), not [8, cases]") }
        let (values, count) = (try record.values(as: Double.self), record.shape[1])
        return (0..<count).map { index in
            func row(_ number: Int) -> Double { values[number * count + index] }
            return LaboratoryCase(
                rule: .adam(beta1: row(3), beta2: row(4), epsilon: row(2)), learningRate: .constant(row(0)), l2: row(1),
                weight: DeadWeight(weight: row(5), firstMoment: row(6), secondMoment: row(7), step: step))
        }
    }

    private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func arithmetic(_ text: String) throws -> Arithmetic {
        guard let arithmetic = Arithmetic(rawValue: text) else {
            throw ValidationError("no precision '\(text)'; accepted: \(Arithmetic.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return arithmetic
    }
}
