// SPDX-License-Identifier: GPL-3.0-or-later
import Networks

/// A sequential network in numbers, as reduction cuts it: stages of one mixing layer and the elementwise layers behind it.
///
/// *Group* g of features is what stage g takes in: group 0 the inputs behind the elementwise layers that lead, group g + 1 the features of
/// stage g behind its elementwise layers. Nodes of stage g are the features of group g + 1; those of the last stage are outputs.
struct SequentialModel: Sendable {
    struct Stage: Sendable {
        var mixing: any MixingLayer
        var elementwise: [any ElementwiseLayer]
    }

    let inputCount: Int
    /// Elementwise layers in front of the first stage.
    var leading: [any ElementwiseLayer] = []
    var stages: [Stage] = []

    init(inputCount: Int, leading: [any ElementwiseLayer] = [], stages: [Stage] = []) {
        (self.inputCount, self.leading, self.stages) = (inputCount, leading, stages)
    }

    /// The numbers that a network has now.
    init<Scalar: NetworkScalar>(_ network: Network<Scalar>) {
        inputCount = network.inputCount
        for (index, layer) in network.layers.enumerated() {
            switch layer {
            case let dense as Dense<Scalar>:
                let values = DenseValues(
                    index: index, featureCount: dense.outputShape[0], inputCount: dense.inputShape[0], weight: Self.doubles(dense.weight.value),
                    bias: dense.bias.map { Self.doubles($0.value) })
                stages.append(Stage(mixing: values, elementwise: []))
            case let norm as BatchNorm<Scalar>:
                append(
                    BatchNormValues(
                        index: index, scale: Self.doubles(norm.scale.value), shift: Self.doubles(norm.shift.value),
                        runningMean: Self.doubles(norm.runningMean), runningVariance: Self.doubles(norm.runningVariance),
                        epsilon: Double(norm.epsilon), batchesTracked: norm.batchesTracked))
            case let layer as ActivationLayer<Scalar>: append(ActivationValues(index: index, activation: layer.activation))
            default: preconditionFailure("layer \(index) is of a kind that reduction does not know: \(type(of: layer))")
            }
        }
    }

    private mutating func append(_ layer: any ElementwiseLayer) {
        if stages.isEmpty { leading.append(layer) } else { stages[stages.count - 1].elementwise.append(layer) }
    }

    private static func doubles<Scalar: NetworkScalar>(_ tensor: Tensor<Scalar>) -> [Double] { tensor.values.map { Double($0) } }

    /// Features of each group, the inputs and the outputs included.
    var groupSizes: [Int] { [inputCount] + stages.map(\.mixing.featureCount) }

    /// Indices, in the original network, of the layers in order.
    var indices: [Int] { leading.map(\.index) + stages.flatMap { [$0.mixing.index] + $0.elementwise.map(\.index) } }

    /// Trained numbers, multiply–adds for one sample in evaluation mode.
    var parameterCount: Int { layerSum(\.parameterCount, \.parameterCount) }
    var multiplyAdds: Int { layerSum(\.multiplyAdds, \.multiplyAdds) }

    private func layerSum(_ mixing: KeyPath<any MixingLayer, Int>, _ elementwise: KeyPath<any ElementwiseLayer, Int>) -> Int {
        let behind = stages.map { stage in stage.elementwise.map { $0[keyPath: elementwise] }.reduce(stage.mixing[keyPath: mixing], +) }
        return (leading.map { $0[keyPath: elementwise] } + behind).reduce(0, +)
    }

    /// True if a batch normalisation takes up what the stage's mixing layer adds: with no bias in front of it, it is its running mean that a
    /// constant moves.
    func normalizesOffset(ofStage stage: Int) -> Bool {
        !stages[stage].mixing.hasBias && stages[stage].elementwise.first is BatchNormValues
    }
}

extension [any ElementwiseLayer] {
    /// What a feature becomes behind all of them.
    func image(of value: Double, feature: Int) -> Double { reduce(value) { $1.image(of: $0, feature: feature) } }
}
