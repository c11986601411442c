// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Foundation
import Networks
import Records
import Reduction
import Statistics

/// Times the evaluation of a network with zero nodes and of the same network reduced, and prints one JSON object.
///
/// Both networks are there at once and take turns, a pass each, so that whatever else the machine does meets both; the ratio is taken pair by
/// pair in processor time.
@main
struct ReduceTime: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reducetime",
        abstract: "Times a network against its reduction.",
        discussion: "Example: reducetime --hidden 1000 --zero 250 500 683 900 --precision float32")

    @Option(help: "Inputs.") var inputs = 784
    @Option(help: "Nodes of the hidden layer.") var hidden = 1000
    @Option(help: "Outputs.") var outputs = 10
    @Option(parsing: .upToNextOption, help: "Numbers of zero nodes to plant, one measurement each.") var zero: [Int] = [0, 250, 500, 683, 900]
    @Option(help: "float32 or float64.") var precision = "float32"
    @Option(help: "Samples a pass.") var batch = 256
    @Option(help: "Pairs of passes.") var pairs = 101

    func validate() throws {
        guard inputs >= 1, hidden >= 1, outputs >= 1, batch >= 1, pairs >= 1 else { throw ValidationError("sizes and pairs count from 1") }
        guard zero.allSatisfy({ (0...hidden).contains($0) }) else { throw ValidationError("--zero: 0 to \(hidden) nodes can be zero") }
        guard ["float32", "float64"].contains(precision) else { throw ValidationError("no precision '\(precision)'; accepted: float32, float64") }
    }

    func run() throws {
        let rows = try zero.map { precision == "float32" ? try measure(Float.self, zero: $0) : try measure(Double.self, zero: $0) }
        let report: JSONObject = [
            "layers": .string("\(inputs)-\(hidden)-\(outputs), batch normalisation and ReLU"), "precision": .string(precision),
            "batch": .integer(batch), "pairs": .integer(pairs), "blas": .string(MatrixProduct.libraryDescription), "rows": .array(rows),
        ]
        print(JSONValue.object(report).serialized())
    }

    private func measure<Scalar: NetworkScalar>(_: Scalar.Type, zero: Int) throws -> JSONValue {
        let full = try Network<Scalar>(
            [.dense(units: hidden), .batchNorm(), .activation(.relu()), .dense(units: outputs)], inputCount: inputs, capacity: batch)
        full.initialize(.pytorch, seed: 1)
        // Zero nodes lie among the others, as training leaves them.
        for count in 0..<zero {
            let node = count * hidden / zero
            for input in 0..<inputs { full.parameters[0].value.mutableElements[node * inputs + input] = 0 }
        }
        let reduction = try NetworkReduction(of: full)
        let reduced = try reduction.network(capacity: batch)
        var stream = RandomStream(seed: 2, name: "inputs")
        let samples = (0..<batch * inputs).map { _ in Scalar(stream.uniform()) }
        for network in [full, reduced] { network.input.assign(samples) }
        func time(_ network: Network<Scalar>) throws -> Double {
            let start = Self.processorNanoseconds()
            try network.forward(batch: batch, mode: .evaluation)
            return Double(Self.processorNanoseconds() - start)
        }
        for _ in 0..<3 { _ = (try time(full), try time(reduced)) }
        let times = try (0..<pairs).map { pair -> (full: Double, reduced: Double) in
            // Each goes first in every other pair.
            if pair % 2 == 0 { return (try time(full), try time(reduced)) }
            let second = try time(reduced)
            return (try time(full), second)
        }
        let change = zip(full.output.values, reduced.output.values).map { abs(Double($0 - $1)) }.max() ?? 0
        func quantiles(_ values: [Double]) -> JSONValue {
            let sorted = values.sorted()
            return .array([0.25, 0.5, 0.75].map { .number(sorted[Int($0 * Double(sorted.count - 1))]) })
        }
        return [
            "zeroNodes": .integer(zero), "nodesAfter": .integer(hidden - reduction.removed.count),
            "multiplyAddsRatio": .number(Double(reduction.before.multiplyAdds) / Double(reduction.after.multiplyAdds)),
            "timeRatioQuartiles": quantiles(times.map { $0.full / $0.reduced }), "fullNanoseconds": quantiles(times.map(\.full)),
            "reducedNanoseconds": quantiles(times.map(\.reduced)), "largestChange": .number(change),
        ]
    }

    /// Nanoseconds of processor time that the process has used.
    private static func processorNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
