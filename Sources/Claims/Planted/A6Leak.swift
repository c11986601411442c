// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks
import Optimizers
import RealModule
import Statistics
import Theory

extension Claim {
    /// A6: a node that keeps a small mean gradient stops at |w| = |ḡ|/λ; only an exact zero lets it go to 0.
    static let leak = Claim(
        id: "A6", title: "The leak", level: .planted,
        statement: "A weight with a steady data gradient ḡ ends at w = −ḡ/λ: u = w + ḡ/λ is a dead weight and goes to 0 as B3 says, while "
            + "αλ/ε is below the edge. Behind ReLU ḡ is exactly 0, and so is the weight's end.",
        prediction: "w = −ḡ/λ for each weight behind LeakyReLU, to 1e-6, so that ln|w| rises by 1 with ln(|ḡ|/λ); |w| < 1e-15 behind ReLU",
        source: "theory notes A6, B3, B6",
        hypotheses: [.plantedOneSided, .plantedL2OnWeights, .plantedBelowEdge, .spentCorrection, .frozenOutput],
        experiment: "40 networks of 12 one-sided nodes of 2 inputs, bias −1 and output weights frozen, linear loss: behind LeakyReLU of slope "
            + "0.01 with ḡ log-uniform on 1e-10–1e-6 and of either sign, and behind ReLU with the same loss. α log-uniform on 3e-4–3e-3, "
            + "αλ/ε on 3–30, s₀ on 1e-6–1e-4; each until B3, its bound included, has all |u| below 1e-6·|ḡ|/λ, or all |w| below 1e-15.",
        test: "Resting weights behind LeakyReLU against −ḡ/λ to the 1e-6 waited for; slope of ln|w| on ln(|ḡ|/λ); no weight above 1e-15 "
            + "behind ReLU.",
        falsifier: "A resting weight elsewhere, another power of ḡ, or a ReLU node that stops short of 0."
    ) { trial in
        var stream = trial.random("A6")
        let networks = trial.count(480) / RestingWeight.nodes
        var leaky: [RestingWeight] = []
        var silent: [RestingWeight] = []
        for index in 0..<networks {
            try trial.checkCancellation()
            leaky += try RestingWeight.network(trial, .leakyReLU(slope: RestingWeight.slope), &stream)
            silent += try RestingWeight.network(trial, .relu(), &stream)
            trial.progress(Double(index + 1) / Double(networks))
        }
        let line = try LinearFit(
            finite: leaky.map { Double.log($0.predicted.magnitude) }, leaky.map { Double.log($0.measured.magnitude) })
        let slope = try line.map { try Comparison.slope("slope of ln|w| at rest on ln(|ḡ|/λ)", $0, tolerance: RestingWeight.precision) }
        return Measurement(
            [
                .noException(
                    "weights behind LeakyReLU that don't rest at −ḡ/λ to 1e-6", exceptions: leaky.count { !$0.isAtRest }, of: leaky.count),
                .noException(
                    "weights behind ReLU that stop above 1e-15", exceptions: silent.count { !($0.measured.magnitude < RestingWeight.zero) },
                    of: silent.count),
            ] + [slope].compactMap { $0 },
            table: MeasuredTable(
                columns: ["predicted", "measured"], rows: (leaky + silent).map { [$0.predicted, $0.measured] }))
    }
}

/// One weight with a steady gradient, and where it ends.
private struct RestingWeight {
    static let slope = 0.01
    static let zero = 1e-15
    /// What the run waits for, relative to |ḡ|/λ.
    static let precision = 1e-6
    static let nodes = 12

    /// −ḡ/λ.
    var predicted: Double
    var measured: Double

    var isAtRest: Bool { (measured - predicted).magnitude <= Self.precision * predicted.magnitude }

    static func network(_ trial: Trial, _ activation: Activation, _ stream: inout RandomStream) throws -> [RestingWeight] {
        let alpha = stream.logUniform(in: 3e-4..<3e-3)
        let l2 = stream.logUniform(in: 3..<30) * 1e-8 / alpha
        let x = stream.uniforms(2, in: 0.5..<1)
        let deltas = (0..<nodes).map { _ in stream.sign() * stream.logUniform(in: 1e-10..<1e-6) / slope }
        let initial = (0..<2 * nodes).map { _ in stream.sign() * stream.uniform(in: 0.01..<0.1) }
        let seconds = initial.map { _ in
            let root = stream.logUniform(in: 1e-6..<1e-4)
            return root * root
        }
        let passesGradient = activation != .relu()
        let rests = try initial.indices.map { index in
            let gradient = passesGradient ? deltas[index / 2] * slope * x[index % 2] : 0
            return try Leak.restingWeight(.adam(), meanGradient: gradient, learningRate: alpha, l2: l2).value
        }
        var steps = 0
        for index in initial.indices {
            let passage = try AdiabaticPassage.predict(
                DeadWeight(weight: initial[index] - rests[index], secondMoment: seconds[index]), rule: .adam(),
                learningRate: .constant(alpha), l2: l2, threshold: passesGradient ? precision * rests[index].magnitude : zero,
                budget: AdiabaticPassage.stepLimit)
            steps = max(steps, Int((passage.passage?.range.upperBound ?? 0).rounded(.up)))
        }
        let planted = try PlantedNetwork<Double>(
            trial, [.dense(units: nodes), .activation(activation), .dense(units: 1, bias: false)], inputs: 2, batch: 1,
            rule: Adam(learningRate: alpha))
        planted.plant(initial, as: "0.weight")
        planted.plant(Array(repeating: -1, count: nodes), as: "0.bias")
        planted.plant(deltas, as: "2.weight")
        planted.freeze("0.bias")
        planted.freeze("2.weight")
        try planted.plantMoments(second: seconds, step: spentBiasCorrection, of: "0.weight")
        let training = try planted.training(on: Samples(inputs: [x], targets: [[1]]), l2: CoupledL2(weights: l2), steps: steps)
        for _ in 0..<steps { try training.step() }
        return zip(rests, planted.parameter("0.weight").value.values).map { RestingWeight(predicted: $0, measured: $1) }
    }
}
