// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Laboratory
import Networks
import Optimizers
import Theory

/// What one step of Adam on dead weights costs, by where (w, m, v) lie: in the training's update and in the laboratory.
struct UpdateTimes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "updates", abstract: "Adam's update on dead weights by where their numbers lie: nanoseconds a weight-step.")
    @OptionGroup var output: Output

    /// Where a weight's numbers lie, in float32 and in float64, at α = 1e-3, λ = 5e-4.
    private struct Place {
        let name: String
        let single: DeadWeight<Double>
        let double: DeadWeight<Double>

        init(_ name: String, single: (Double, Double, Double), double: (Double, Double, Double)) {
            self.name = name
            self.single = DeadWeight(weight: single.0, firstMoment: single.1, secondMoment: single.2)
            self.double = DeadWeight(weight: double.0, firstMoment: double.1, secondMoment: double.2)
        }
    }

    /// m has settled at λw in each; the denominator is normal, √v + ε ≥ 1e-2, so that the weight hardly moves while it is timed.
    private static let places = [
        Place("all normal", single: (0.02, 1e-5, 1e-4), double: (0.02, 1e-5, 1e-4)),
        Place("(1−β₂)g·g subnormal", single: (2e-17, 1e-20, 1e-4), double: (2e-155, 1e-158, 1e-4)),
        Place("w m subnormal; α·m = 0", single: (2e-40, 1e-43, 1e-4), double: (2e-318, 1e-321, 1e-4)),
        Place("w m α·m subnormal", single: (9e-39, 4.5e-42, 1e-4), double: (2e-310, 1e-313, 1e-4)),
        Place("w m v subnormal; α·m = 0", single: (2e-40, 1e-43, 1e-40), double: (2e-318, 1e-321, 1e-310)),
        Place("v subnormal; w = m = 0", single: (0, 0, 1e-40), double: (0, 0, 1e-310)),
    ]
    private static let (learningRate, l2, epsilon) = (1e-3, 5e-4, 1e-2)
    /// Weights of the training's update: four vectors of them fit a second-level cache. The second count is MNIST's first layer with 1000 nodes.
    private static let counts = [16_384, 784_000]

    func run() throws {
        let table = try TimesTable("updates.csv", in: output.out, keys: ["loop", "numbers", "precision"])
        for place in Self.places {
            for (precision, arithmetic, weight) in [("float32", Arithmetic.float32, place.single), ("float64", .float64, place.double)] {
                try table.append(["laboratory", place.name, precision], try laboratory(weight, arithmetic))
                for count in Self.counts {
                    let times = arithmetic == .float32 ? try update(weight, count, Float.self) : try update(weight, count, Double.self)
                    try table.append(["update of \(count) weights", place.name, precision], times)
                }
            }
        }
        try table.finish()
        try output.describeMachine(part: "updates")
    }

    private func laboratory(_ weight: DeadWeight<Double>, _ arithmetic: Arithmetic) throws -> PairedTimes {
        let one = LaboratoryCase(rule: .adam(epsilon: Self.epsilon), learningRate: .constant(Self.learningRate), l2: Self.l2, weight: weight)
        let (cases, steps) = (Array(repeating: one, count: 1_024), 4_000)
        return try PairedTimes(pairs: output.pairs, units: Double(cases.count * steps)) {
        } work: {
            // The laboratory sets the state of its own threads: here the running one.
            let laboratory = Laboratory(
                arithmetic: arithmetic, flushesSubnormals: FloatingPointState.current.flushesSubnormals, threads: 1, engine: .vector)
            _ = try laboratory.run(cases, steps: steps, measuring: LaboratoryMeasurement())
        }
    }

    private func update<Scalar: OptimizerScalar>(_ weight: DeadWeight<Double>, _ count: Int, _: Scalar.Type) throws -> PairedTimes {
        let optimizer = try Optimizer<Scalar>(
            rule: Adam(learningRate: Self.learningRate, epsilon: Self.epsilon), parameters: [OptimizedParameter(name: "weight", count: count)])
        let gradient = [Scalar](repeating: 0, count: count)
        var weights = gradient
        let steps = 200
        let rounds = max(1, 4_000_000 / (count * steps))
        return try PairedTimes(pairs: output.pairs, units: Double(count * steps), rounds: rounds) {
            for index in weights.indices { weights[index] = Scalar(weight.weight) }
            try optimizer.plant(Array(repeating: Scalar(weight.firstMoment), count: count), as: "exp_avg", of: 0)
            try optimizer.plant(Array(repeating: Scalar(weight.secondMoment), count: count), as: "exp_avg_sq", of: 0)
            // So late that no bias correction is left.
            try optimizer.plant(0x1p40, as: "step", of: 0)
        } work: {
            gradient.withUnsafeBufferPointer { gradient in
                weights.withUnsafeMutableBufferPointer { weights in
                    for _ in 0..<steps {
                        optimizer.update(parameter: 0, weights: weights, gradient: gradient, learningRate: Self.learningRate, l2: Self.l2)
                    }
                }
            }
        }
    }
}
