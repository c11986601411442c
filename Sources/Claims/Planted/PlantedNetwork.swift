// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Experiments
import Networks
import Optimizers
import Probes
import RealModule
import Statistics

/// A small network whose parameters and moments are planted, so that a law's hypotheses hold by construction.
///
/// Layers and rule are those of the law, each replaced by what the trial's subject puts in its place; nothing here knows a law.
struct PlantedNetwork<Scalar: TrainingScalar> {
    let network: Network<Scalar>
    let optimizer: Optimizer<Scalar>
    /// What the law names, whatever the subject puts in its place.
    let layers: [LayerSpecification]
    let rule: any UpdateRule
    /// Of the claim under way.
    let hypotheses: HypothesisChecks

    /// Every weight and bias 0, γ 1, β 0, the optimiser's state as it starts.
    init(_ trial: Trial, _ layers: [LayerSpecification], inputs: Int, batch: Int, rule: any UpdateRule) throws {
        (self.layers, self.rule, hypotheses) = (layers, rule, trial.hypotheses)
        let changed = layers.map { layer in
            if case .activation(let activation) = layer { LayerSpecification.activation(trial.subject.activation(activation)) } else { layer }
        }
        network = try Network(changed, inputCount: inputs, capacity: batch)
        optimizer = try Optimizer(
            rule: trial.subject.rule(rule),
            parameters: network.parameters.map { OptimizedParameter(name: $0.name, count: $0.value.count, group: $0.role.decayGroup) })
    }

    /// The first hidden layer, where the planted nodes are.
    var hidden: HiddenLayer<Scalar> { network.hiddenLayers[0] }

    /// The parameter that PyTorch calls `name`, such as `0.weight`.
    func parameter(_ name: String) -> Parameter<Scalar> { network.parameters[index(of: name)] }

    /// Replaces a parameter's values.
    func plant(_ values: [Double], as name: String) { parameter(name).value.assign(values.map(Scalar.init)) }

    /// Replaces a parameter's moments and step count: m, v and, where the rule keeps it, the largest v. A rule that has no such state goes
    /// without it.
    func plantMoments(first: [Double]? = nil, second: [Double], step: Int, of name: String) throws {
        let parameter = index(of: name)
        if let first, optimizer.stateNames.contains("exp_avg") { try optimizer.plant(first.map(Scalar.init), as: "exp_avg", of: parameter) }
        for state in ["exp_avg_sq", "max_exp_avg_sq"] where optimizer.stateNames.contains(state) {
            try optimizer.plant(second.map(Scalar.init), as: state, of: parameter)
        }
        try optimizer.plant(Double(step), as: "step", of: parameter)
    }

    /// Keeps a parameter as it is; before ``training(on:batch:loss:l2:steps:)``.
    func freeze(_ name: String) { parameter(name).isFrozen = true }

    /// State tensor `state` of a parameter as it is now; NaN if the rule has none of that name, so that no comparison with it holds.
    func state(_ state: String, of name: String) -> [Scalar] {
        (try? optimizer.state(state, of: index(of: name))) ?? Array(repeating: .nan, count: parameter(name).value.count)
    }

    /// A training of the network on the samples in their order. Between its steps the network shows what the last one saw: inputs,
    /// pre-activations and data gradients of its batch, and the parameters that it left.
    /// - Throws: also ``ClaimError/hypothesesNotMet(_:)``, for a network that is not what the claim assumes.
    func training(on samples: Samples, batch: Int = 1, loss: Loss = .linear, l2: CoupledL2 = .none, steps: Int) throws -> Training<Scalar> {
        try checkHypotheses(inputs: samples.inputs(as: Double.self), batch: batch, l2: l2)
        return try Training(
            network: network, loss: loss, optimizer: optimizer, l2: l2, schedule: .constant,
            order: try .sequential(samples: samples.count, batch: batch), samples: samples, totalSteps: steps, probes: [])
    }

    /// The largest pre-activation of a node over the first `batch` samples of the last pass.
    func largestPreactivation(of node: Int, batch: Int) -> Scalar {
        let z = hidden.preactivation.elements
        return (0..<batch).reduce(-.infinity) { max($0, z[$1 * hidden.nodeCount + node]) }
    }

    private func index(of name: String) -> Int {
        guard let index = network.parameters.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("a planted network has no parameter \(name), only \(network.parameters.map(\.name))")
        }
        return index
    }
}

/// A step count at which bias correction has long rounded to 1, for β up to 0.99999.
let spentBiasCorrection = 10_000_000

extension Samples {
    /// Samples with real targets.
    init(inputs: [[Double]], targets: [[Double]]) {
        self.init(values: inputs.flatMap { $0 }, featureCount: inputs[0].count, targets: .values(targets.flatMap { $0 }, width: targets[0].count))
    }
}

extension RandomStream {
    /// `count` numbers, uniform on `range`.
    mutating func uniforms(_ count: Int, in range: Range<Double>) -> [Double] { (0..<count).map { _ in uniform(in: range) } }

    /// `count` normal numbers of standard deviation `deviation`.
    mutating func normals(_ count: Int, deviation: Double) -> [Double] { (0..<count).map { _ in deviation * normal() } }

    /// −1 or 1.
    mutating func sign() -> Double { uniform() < 0.5 ? -1 : 1 }
}

/// Σ a_j b_j.
func innerProduct(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

extension LinearFit {
    /// The line through the points whose coordinates are finite; nil if they are fewer than three. A point that isn't finite is an exception
    /// to the law, and counted as one elsewhere.
    init?(finite x: [Double], _ y: [Double]) throws {
        let points = zip(x, y).filter { $0.isFinite && $1.isFinite }
        guard points.count >= 3 else { return nil }
        try self.init(x: points.map(\.0), y: points.map(\.1))
    }
}
