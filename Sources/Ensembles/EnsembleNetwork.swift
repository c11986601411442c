// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels
import Networks

/// The network that all members have: dense layers with a piecewise linear activation after each but the last.
struct EnsembleNetwork: Sendable {
    /// What is accepted, in words.
    static let accepted = "dense layers, relu with derivative 0 at 0 or leakyRelu with a slope > 0 after each but the last, at least one of them"

    let specification: [LayerSpecification]
    let inputCount: Int
    let layers: [adamprobe_ensemble_layer]
    /// Place in ``specification`` of each dense layer.
    let denseIndices: [Int]
    /// Parameters of a member.
    let parameterCount: Int
    /// Hidden nodes of a member.
    let hiddenCount: Int

    var outputCount: Int { layers.last.map { Int($0.units) } ?? 0 }
    /// The layers with nodes of their own, the last one not among them.
    var hiddenLayers: ArraySlice<adamprobe_ensemble_layer> { layers.dropLast() }

    /// - Throws: ``EnsembleError/unsupportedLayer(index:found:accepted:)``.
    init(_ specification: [LayerSpecification], inputCount: Int) throws(EnsembleError) {
        self.specification = specification
        self.inputCount = inputCount
        var layers: [adamprobe_ensemble_layer] = []
        var indices: [Int] = []
        var (width, parameters, nodes) = (inputCount, 0, 0)
        var expectsActivation = false
        for (index, entry) in specification.enumerated() {
            switch entry {
            case .dense(let units, let bias) where !expectsActivation && units >= 1:
                layers.append(
                    adamprobe_ensemble_layer(
                        inputs: width, units: units, weight: parameters, bias: parameters + width * units, node: nodes,
                        has_bias: bias ? 1 : 0, activation: adamprobe_ensemble_identity, slope: 0))
                parameters += width * units + (bias ? units : 0)
                nodes += units
                width = units
                indices.append(index)
            case .activation(.relu(derivativeAtZero: 0)) where expectsActivation:
                layers[layers.count - 1].activation = adamprobe_ensemble_relu
            case .activation(.leakyReLU(let slope)) where expectsActivation && slope > 0 && slope.isFinite:
                layers[layers.count - 1].activation = adamprobe_ensemble_leaky_relu
                layers[layers.count - 1].slope = slope
            default: throw .unsupportedLayer(index: index, found: "\(entry)", accepted: Self.accepted)
            }
            expectsActivation.toggle()
        }
        guard layers.count >= 2, expectsActivation else {
            throw .unsupportedLayer(
                index: max(0, specification.count - 1), found: specification.last.map { "\($0)" } ?? "missing", accepted: Self.accepted)
        }
        self.layers = layers
        denseIndices = indices
        parameterCount = parameters
        hiddenCount = nodes - width
    }
}
