// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks
import Optimizers
import RealModule
import Statistics
import Theory

extension Claim {
    /// A2: under Adam a driven node's death time doesn't depend on the size of its gradient; under SGD it is inversely proportional.
    static let normalisedDrift = Claim(
        id: "A2", title: "Normalised drift", level: .planted,
        statement: "λ = 0, no batch normalisation, one sample x ≥ 0 that drives the node down with constant δ ≫ ε. Adam: death after "
            + "z₀/(α(‖x‖₁+1)) steps, whatever δ is. SGD: after z₀/(αδ(‖x‖²+1)) steps.",
        prediction: "the step of each node's death to one step; slope 0 of its relative time on log₁₀δ under Adam, power −1 under SGD",
        source: "theory notes A2",
        hypotheses: [.plantedRectified, .plantedWithoutL2, .freshMoments, .frozenOutput, .drivenFromActivity],
        experiment: "60 networks of 12 one-sided ReLU nodes for Adam and 30 for SGD, output weights frozen at δ, linear loss; 1–6 inputs uniform "
            + "on 0.1–1, z₀ on 0.5–1 and α log-uniform on 1e-4–1e-3 (SGD: 0.02), alike in a network; δ log-uniform on 1e-4–1e3 (SGD: 3e-3–0.3).",
        test: "Death steps against the prediction, which is exact but for one step of rounding; slope of relative death time on log₁₀ δ "
            + "against 0 for Adam, slope of log death time on log δ against −1 for SGD, each within what a step of rounding leaves open.",
        falsifier: "A death more than a step from its prediction, or a significant dependence on δ under Adam, or another power than −1 under SGD."
    ) { trial in
        var stream = trial.random("A2")
        let (adam, sgd) = (trial.count(60), trial.count(30))
        var (adamDeaths, sgdDeaths): ([DrivenNode], [DrivenNode]) = ([], [])
        for index in 0..<adam + sgd {
            try trial.checkCancellation()
            if index < adam {
                let alpha = stream.logUniform(in: 1e-4..<1e-3)
                let unit: DrivenNode.Unit = { z, x in z / (alpha * x.reduce(1, +)) }
                adamDeaths += try DrivenNode.network(trial, rule: Adam(learningRate: alpha), sizes: 1e-4..<1e3, unit: unit, &stream) {
                    try DrivenDeath.adam(preactivation: $0, inputs: $1, lossDerivative: $2, learningRate: alpha)
                }
            } else {
                let alpha = 0.02
                let unit: DrivenNode.Unit = { z, x in z / (alpha * (1 + innerProduct(x, x))) }
                let rule = StochasticGradientDescent(learningRate: alpha)
                sgdDeaths += try DrivenNode.network(trial, rule: rule, sizes: 3e-3..<0.3, unit: unit, &stream) {
                    try DrivenDeath.gradientDescent(preactivation: $0, inputs: $1, lossDerivative: $2, learningRate: alpha)
                }
            }
            trial.progress(Double(index + 1) / Double(adam + sgd))
        }
        let independence = try LinearFit(x: adamDeaths.map { Double.log10($0.delta) }, y: adamDeaths.map(\.relativeTime))
        let power = try LinearFit(x: sgdDeaths.map { Double.log($0.delta) }, y: sgdDeaths.map { Double.log($0.relativeTime) })
        let (shortest, shortestSGD) = (adamDeaths.shortest, sgdDeaths.shortest)
        // A step of rounding, and ε against the smallest gradient, 1e-4·0.1, over the seven decades of δ; a step over SGD's range.
        let (adamTolerance, sgdTolerance) = ((1 / shortest + 1e-3) / 7, 1 / shortestSGD / Double.log(100))
        return Measurement(
            [
                .noException(
                    "nodes that don't die within a step of the predicted one under Adam", exceptions: adamDeaths.count { !$0.isPredicted },
                    of: adamDeaths.count),
                try .within(
                    "change of the relative death time per decade of δ under Adam", estimate: independence.slope,
                    standardError: independence.slopeVariance.squareRoot(), interval: try independence.slopeInterval(), predicted: 0,
                    tolerance: adamTolerance, degreesOfFreedom: Double(adamDeaths.count - 2), count: adamDeaths.count),
                .noException(
                    "nodes that don't die within a step of the predicted one under SGD", exceptions: sgdDeaths.count { !$0.isPredicted },
                    of: sgdDeaths.count),
                try .within(
                    "power of δ in the death time under SGD", estimate: power.slope, standardError: power.slopeVariance.squareRoot(),
                    interval: try power.slopeInterval(), predicted: -1, tolerance: sgdTolerance,
                    degreesOfFreedom: Double(sgdDeaths.count - 2), count: sgdDeaths.count),
            ],
            notes: ["Death times: \(brief(shortest)) steps and more under Adam, \(brief(shortestSGD)) and more under SGD."],
            table: MeasuredTable(
                columns: ["isSGD", "delta", "predicted", "measured"],
                rows: adamDeaths.map { [0, $0.delta, $0.predicted.value, $0.death] } + sgdDeaths.map { [1, $0.delta, $0.predicted.value, $0.death] }))
    }
}

/// One node that a constant loss derivative drives to its death.
private struct DrivenNode {
    /// The death time that z₀, x and α alone give.
    typealias Unit = (_ preactivation: Double, _ inputs: [Double]) -> Double

    var delta: Double
    var predicted: Prediction
    /// Updates made before the first forward pass with z ≤ 0; infinite if that takes longer than twice the prediction and 10.
    var death: Double
    /// Death time over what z₀, x and α alone give.
    var relativeTime: Double

    var isPredicted: Bool { predicted.range.contains(death) }

    /// Makes one network of twelve such nodes, alike but for δ, and trains it until all are dead.
    ///
    /// - Parameters:
    ///   - sizes: δ is log-uniform there.
    ///   - unit: what death times are measured in.
    ///   - law: the prediction, from z₀, x and δ.
    static func network(
        _ trial: Trial, rule: any UpdateRule, sizes: Range<Double>, unit: Unit, _ stream: inout RandomStream,
        law: (Double, [Double], Double) throws -> Prediction
    ) throws -> [DrivenNode] {
        let nodes = 12
        let x = stream.uniforms(1 + Int(stream.integer(below: 6)), in: 0.1..<1)
        let z = stream.uniform(in: 0.5..<1)
        let deltas = (0..<nodes).map { _ in stream.logUniform(in: sizes) }
        let planted = try PlantedNetwork<Double>(
            trial, [.dense(units: nodes), .activation(.relu()), .dense(units: 1, bias: false)], inputs: x.count, batch: 1, rule: rule)
        // Drawn weights and biases, moved along x to the pre-activation z.
        let biases = stream.normals(nodes, deviation: 0.1)
        let weights = biases.flatMap { bias in
            let drawn = stream.normals(x.count, deviation: 0.2)
            let shift = (z - bias - innerProduct(drawn, x)) / innerProduct(x, x)
            return zip(drawn, x).map { $0 + shift * $1 }
        }
        planted.plant(weights, as: "0.weight")
        planted.plant(biases, as: "0.bias")
        planted.plant(deltas, as: "2.weight")
        planted.freeze("2.weight")
        let predictions = try deltas.map { try law(z, x, $0) }
        let limit = 2 * Int(predictions.map(\.value).max() ?? 0) + 10
        let training = try planted.training(on: Samples(inputs: [x], targets: [[1]]), steps: limit)
        var deaths = Array(repeating: Double.infinity, count: nodes)
        while training.completedSteps < limit, deaths.contains(.infinity) {
            let updates = Double(training.completedSteps)
            try training.step()
            for node in 0..<nodes where deaths[node] == .infinity && planted.largestPreactivation(of: node, batch: 1) <= 0 {
                deaths[node] = updates
            }
        }
        let time = unit(z, x)
        return (0..<nodes).map {
            // A node that lives on counts with the time that was waited for, so that the slopes stay finite.
            DrivenNode(
                delta: deltas[$0], predicted: predictions[$0], death: deaths[$0], relativeTime: min(deaths[$0], Double(limit)) / time)
        }
    }
}

extension [DrivenNode] {
    fileprivate var shortest: Double { map(\.predicted.value).min() ?? 1 }
}
