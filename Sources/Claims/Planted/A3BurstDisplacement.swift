// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks
import Optimizers
import RealModule
import Statistics
import Theory

extension Claim {
    /// A3: how far one burst of gradient carries a weight.
    static let burstDisplacement = Claim(
        id: "A3", title: "One burst's displacement", level: .planted,
        statement: "λ = 0, bias correction spent: one isolated gradient g moves a weight by α(1−β₁)/(√(1−β₂)(1−β₁/√β₂)) in total, about "
            + "α/√(1−β₂), whatever g is; memory v₀ divides it by √(1 + β₂v₀/((1−β₂)g²)).",
        prediction: "each weight's displacement, to what ε takes away; slope 0 on log₁₀|g|",
        source: "theory notes A3",
        hypotheses: [.plantedRectified, .plantedWithoutL2, .spentCorrection, .frozenOutput],
        experiment: "60 networks of 12 one-sided ReLU nodes of 2 inputs, biases and output weights frozen; one sample whose linear loss gives "
            + "node j the gradient g_j, log-uniform on 1e-4–1e4 and of either sign, then samples of loss 0 until the geometric tail is "
            + "below 1e-13. α log-uniform on 1e-5–1e-2, β₁ on 0.5–0.95, β₂ on 0.99–0.9999; half of the nodes with v₀/((1−β₂)g²) on 0.01–100.",
        test: "Displacement of every weight against the prediction, within its own bound (what ε takes away) and rounding; slope of "
            + "measured over predicted displacement on log₁₀|g| against 0.",
        falsifier: "A displacement outside the bound, or one that grows with the size of the burst."
    ) { trial in
        var stream = trial.random("A3")
        let networks = trial.count(60)
        var moves: [BurstMove] = []
        for index in 0..<networks {
            try trial.checkCancellation()
            moves += try BurstMove.network(trial, &stream)
            trial.progress(Double(index + 1) / Double(networks))
        }
        let fit = try LinearFit(finite: moves.map { Double.log10($0.gradient) }, moves.map(\.relative))
        // ε alone makes the displacement depend on g: at most the largest bound, over the eight decades.
        let tolerance = (moves.map { $0.predicted.errorBound / $0.predicted.value }.max() ?? 0) / 8 + BurstMove.rounding
        let slope = try fit.map {
            try Comparison.within(
                "change of measured over predicted displacement per decade of |g|", estimate: $0.slope,
                standardError: $0.slopeVariance.squareRoot(), interval: try $0.slopeInterval(), predicted: 0, tolerance: tolerance,
                degreesOfFreedom: Double($0.count - 2), count: $0.count)
        }
        return Measurement(
            [
                .noException(
                    "weights that one burst doesn't carry as far as predicted", exceptions: moves.count { !$0.isPredicted }, of: moves.count)
            ] + [slope].compactMap { $0 },
            table: MeasuredTable(
                columns: ["gradient", "predicted", "errorBound", "measured"],
                rows: moves.map { [$0.gradient, $0.predicted.value, $0.predicted.errorBound, $0.displacement] }))
    }
}

/// One weight and its one burst.
private struct BurstMove {
    /// |g|.
    var gradient: Double
    var predicted: Prediction
    /// How far the weight went against g.
    var displacement: Double

    /// Some hundred roundings of a weight of order 1, against a displacement of 1e-5 at least.
    static let rounding = 1e-8

    var relative: Double { displacement / predicted.value }
    var isPredicted: Bool { (displacement - predicted.value).magnitude <= predicted.errorBound + Self.rounding * predicted.value }

    static func network(_ trial: Trial, _ stream: inout RandomStream) throws -> [BurstMove] {
        let nodes = 12
        let alpha = stream.logUniform(in: 1e-5..<1e-2)
        let beta1 = stream.uniform(in: 0.5..<0.95)
        let beta2 = 1 - stream.logUniform(in: 1e-4..<1e-2)
        let x = stream.uniforms(2, in: 0.5..<1)
        let bursts = (0..<nodes).map { _ in stream.sign() * stream.logUniform(in: 1e-4..<1e4) }
        let planted = try PlantedNetwork<Double>(
            trial, [.dense(units: nodes), .activation(.relu()), .dense(units: 1, bias: false)], inputs: 2, batch: 1,
            rule: Adam(learningRate: alpha, beta1: beta1, beta2: beta2))
        let weights = stream.uniforms(2 * nodes, in: 0.1..<1)
        planted.plant(weights, as: "0.weight")
        planted.plant(bursts, as: "2.weight")
        planted.freeze("0.bias")
        planted.freeze("2.weight")
        let memory = bursts.indices.flatMap { node in
            let share = node % 2 == 0 ? 0 : stream.logUniform(in: 1e-2..<1e2)
            return x.map { share * (1 - beta2) * Double.pow(bursts[node] * $0, 2) }
        }
        try planted.plantMoments(second: memory, step: spentBiasCorrection, of: "0.weight")
        let silence = Int(30 / -Double.log(beta1 / beta2.squareRoot()))
        let training = try planted.training(
            on: Samples(inputs: Array(repeating: x, count: silence), targets: [[1]] + Array(repeating: [0], count: silence - 1)), steps: silence)
        for _ in 0..<silence { try training.step() }
        let final = planted.parameter("0.weight").value.values
        return try weights.indices.map { index in
            let gradient = bursts[index / 2] * x[index % 2]
            return BurstMove(
                gradient: gradient.magnitude,
                predicted: try CriticalSilence.displacement(
                    gradient: gradient, learningRate: alpha, beta1: beta1, beta2: beta2, secondMoment: memory[index]),
                displacement: gradient > 0 ? weights[index] - final[index] : final[index] - weights[index])
        }
    }
}
