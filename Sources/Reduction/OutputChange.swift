// SPDX-License-Identifier: GPL-3.0-or-later

/// A bound, output by output, of what a reduction changes over a box of inputs, in exact arithmetic with the numbers as they are.
///
/// A node that stays changes, behind its mixing layer, by at most
/// Σ_{j stays} |w_j|·δ_j + Σ_{j went} |w_j|·max|h_j − c_j| + |b + Σ_{j went} w_j c_j − b′|
/// (δ_j what its input j changes by, h_j what the removed node puts out over the box, c_j what took its place, b′ the bias as it was rounded),
/// and each elementwise layer multiplies that by its Lipschitz constant (theory notes, D3).
enum OutputChange {
    static func bound(of removal: NodeRemoval, reduced: SequentialModel, values: ValueBounds) -> [Double] {
        let model = removal.model
        // Nothing in front of its last stage matters to a constant network.
        let firstStage = removal.isConstant ? model.stages.count - 1 : 0
        var changes = Array(repeating: 0.0, count: model.groupSizes[firstStage])
        for stage in firstStage..<model.stages.count {
            for constant in removal.constants[stage] {
                changes[constant.input] = values.values[stage][constant.input].distance(from: constant.value)
            }
            let inputs = changes
            changes = Array(repeating: 0, count: model.groupSizes[stage + 1])
            let constants = removal.folded(intoStage: stage)
            let (mixing, behind) = (model.stages[stage].mixing, model.stages[stage].elementwise)
            let replacement = reduced.stages[reduced.stages.count - model.stages.count + stage]
            let biases = replacement.mixing.bias(of: Array(0..<replacement.mixing.featureCount))
            for (row, feature) in removal.kept[stage + 1].enumerated() {
                var rest = mixing.offsetRange(of: feature, constants: constants) - ValueInterval(biases?[row] ?? 0)
                if model.normalizesOffset(ofStage: stage), let old = behind[0] as? BatchNormValues,
                    let new = replacement.elementwise[0] as? BatchNormValues
                {
                    rest = rest + (ValueInterval(new.runningMean[row]) - ValueInterval(old.runningMean[feature]))
                }
                var change = Directed.sumUp(mixing.change(of: feature, for: inputs), rest.magnitude)
                var range = mixing.range(of: feature, over: values.values[stage])
                for layer in behind {
                    change = layer.change(of: change, in: range, feature: feature)
                    range = layer.range(of: range, feature: feature)
                }
                changes[feature] = change
            }
        }
        return changes
    }
}
