// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Networks
import Optimizers

@testable import Probes

/// A training whose gradients and activity are not computed but told: what a probe sees is known by hand.
///
/// The network is one hidden layer; node j gets the same gradient for all its own parameters, and none when it is told to be silent.
final class ScriptedTraining<Scalar: TrainingScalar> {
    let network: Network<Scalar>
    let optimizer: Optimizer<Scalar>
    let ledger: DeathLedger<Scalar>
    let l2: Double
    let stepsPerEpoch: Int
    private(set) var step = 0
    private let layers: [NodeLayerView<Scalar>]
    private let probe: (any Probe<Scalar>)?
    private static var batch: Int { 4 }

    var hidden: HiddenLayer<Scalar> { network.hiddenLayers[0] }
    var lives: [NodeLife] { ledger.lives[0] }

    /// - Parameters:
    ///   - rule: nil leaves the parameters to the script.
    ///   - weights: rows of the incoming weights; outgoing ones are 1, biases and β 0, γ 1.
    ///   - probe: one more that looks on, after the ledger.
    init(
        weights: [[Scalar]], behind: [LayerSpecification] = [.activation(.relu())], outputs: Int = 1, rule: any UpdateRule = Adam(), l2: Double = 0,
        stepsPerEpoch: Int = 3, thresholds: [Double] = [1e-3], persistence: Int = 3, box: Box? = nil,
        probe: (any Probe<Scalar>)? = nil
    ) throws {
        let inputs = weights[0].count
        network = try Network([.dense(units: weights.count)] + behind + [.dense(units: outputs)], inputCount: inputs, capacity: Self.batch)
        optimizer = try Optimizer(
            rule: rule, parameters: network.parameters.map { OptimizedParameter(name: $0.name, count: $0.value.count) })
        ledger = DeathLedger(
            settings: LedgerSettings(
                thresholds: thresholds, persistence: persistence, largestBatch: Self.batch,
                boxes: [box ?? Box(count: inputs, lower: 0, upper: 1)]))
        self.l2 = l2
        self.probe = probe
        self.stepsPerEpoch = stepsPerEpoch
        let (parameters, optimizer) = (network.parameters, optimizer)
        layers = network.hiddenLayers.map { NodeLayerView($0, parameters: parameters, optimizer: optimizer, l2: l2) }
        hidden.incoming.value.assign(weights.flatMap { $0 })
        hidden.outgoing.value.assign(Array(repeating: 1, count: hidden.outgoing.value.count))
        try ledger.start(view())
        try probe?.start(view())
    }

    private func view(isLast: Bool = false) -> StepView<Scalar> {
        StepView(
            step: step, epoch: (step + stepsPerEpoch - 1) / stepsPerEpoch, endsEpoch: step > 0 && step % stepsPerEpoch == 0, isLast: isLast,
            isNextLast: false, batch: Self.batch, loss: BatchLoss(mean: 0, errors: 0, samples: Self.batch), learningRate: optimizer.rule.learningRate,
            layers: layers)
    }

    /// One step.
    /// - Parameters:
    ///   - gradients: of each node; 0 is silence.
    ///   - active: which nodes are active; those with a gradient, if not said otherwise.
    ///   - trains: whether the optimiser makes its update; else the parameters stay.
    ///   - set: what the script itself does to the parameters, in the update's place.
    func run(_ gradients: [Scalar], active: [Bool]? = nil, trains: Bool = false, set: (HiddenLayer<Scalar>) -> Void = { _ in }) throws {
        step += 1
        for (node, gradient) in gradients.enumerated() {
            let isActive = active?[node] ?? (gradient != 0)
            hidden.activation.activeSamples.mutableElements[node] = isActive ? 2 : 0
            for j in 0..<hidden.inputCount { hidden.incoming.gradient.mutableElements[node * hidden.inputCount + j] = gradient * Scalar(j + 1) }
            hidden.bias?.gradient.mutableElements[node] = gradient
            hidden.batchNorm?.scale.gradient.mutableElements[node] = gradient
            hidden.batchNorm?.shift.gradient.mutableElements[node] = gradient
            for output in 0..<hidden.outgoing.value.shape[0] {
                hidden.outgoing.gradient.mutableElements[output * hidden.nodeCount + node] = isActive ? gradient / 2 : 0
            }
        }
        try ledger.beforeUpdate(view())
        try probe?.beforeUpdate(view())
        if trains {
            for (index, parameter) in network.parameters.enumerated() {
                optimizer.update(
                    parameter: index, weights: parameter.value.mutableElements, gradient: parameter.gradient.elements,
                    learningRate: optimizer.rule.learningRate, l2: parameter.role == .weight ? l2 : 0)
            }
        }
        set(hidden)
        try ledger.afterUpdate(view())
        try probe?.afterUpdate(view())
    }

    /// As many steps as there are gradients, all of one node.
    func tell(_ gradients: [Scalar]) throws {
        for gradient in gradients { try run([gradient]) }
    }
}
