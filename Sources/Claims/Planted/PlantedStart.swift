// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Optimizers

/// A planted network as it stands before its first step: what hypotheses of planted claims read.
struct PlantedStart: Sendable {
    /// Layers and rule as the law names them, whatever a subject puts in their place.
    let layers: [LayerSpecification]
    let rule: any UpdateRule
    let l2: CoupledL2
    let batch: Int
    /// Row-major [samples × inputs]; empty where the experiment brings its own.
    let inputs: [Double]
    /// Values by PyTorch's name, such as `0.weight`.
    let parameters: [String: [Double]]
    let frozen: Set<String>
    /// Step counts and second moments of the parameters' states; no second moments for a rule without.
    let steps: [String: Int]
    let secondMoments: [String: [Double]]

    var isNormalized: Bool { layers.contains { if case .batchNorm = $0 { true } else { false } } }

    private var nodeCount: Int { if case .dense(let units, _)? = layers.first { units } else { 0 } }
    private var inputCount: Int { (parameters["0.weight"]?.count ?? 0) / max(1, nodeCount) }

    /// The incoming weights of a node of the first layer.
    func weights(of node: Int) -> ArraySlice<Double> {
        parameters["0.weight"].map { $0[node * inputCount..<(node + 1) * inputCount] } ?? []
    }

    /// Whether a node of the first layer is silent: on every sample; behind batch normalisation on every batch, β + |γ|√(B−1) ≤ 0.
    func isSilent(_ node: Int) -> Bool {
        if isNormalized {
            let (scale, shift) = (parameters["1.weight"]?[node] ?? .nan, parameters["1.bias"]?[node] ?? .nan)
            return shift + scale.magnitude * Double(batch - 1).squareRoot() <= 0
        }
        let (weights, bias) = (weights(of: node), parameters["0.bias"]?[node] ?? 0)
        return stride(from: 0, to: inputs.count, by: inputCount).allSatisfy { start in
            zip(weights, inputs[start...]).reduce(bias) { $0 + $1.0 * $1.1 } <= 0
        }
    }

    /// Whether nodes 0 ..< `count` are silent.
    func areSilent(first count: Int) -> Bool { count <= nodeCount && (0..<count).allSatisfy(isSilent) }

    /// Whether the bias correction of a parameter's moments has rounded to 1.
    func isCorrectionSpent(of name: String) -> Bool { steps[name] == spentBiasCorrection }
}

extension PlantedNetwork {
    /// Checks the claim's hypotheses on the network as it is now.
    /// - Throws: ``ClaimError/hypothesesNotMet(_:)``.
    func checkHypotheses(inputs: [Double] = [], batch: Int = 1, l2: CoupledL2 = .none) throws(ClaimError) {
        try hypotheses.check {
            let indices = Array(network.parameters.enumerated())
            func table<Value>(_ value: (Int, Parameter<Scalar>) -> Value?) -> [String: Value] {
                Dictionary(uniqueKeysWithValues: indices.compactMap { index, parameter in value(index, parameter).map { (parameter.name, $0) } })
            }
            return PlantedStart(
                layers: layers, rule: rule, l2: l2, batch: batch, inputs: inputs,
                parameters: table { $1.value.values.map(Double.init) },
                frozen: Set(network.parameters.filter(\.isFrozen).map(\.name)),
                steps: table { index, _ in optimizer.step(of: index) },
                secondMoments: table { index, _ in (try? optimizer.state("exp_avg_sq", of: index))?.map(Double.init) })
        }
    }
}
