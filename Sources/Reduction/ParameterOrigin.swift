// SPDX-License-Identifier: GPL-3.0-or-later

/// Where a parameter of a reduced network comes from, so that whatever belongs to its numbers one by one (optimiser states) can follow them.
public struct ParameterOrigin: Sendable, Equatable {
    /// Name in the reduced network, such as `3.weight`.
    public let name: String
    /// Shape in the reduced network.
    public let shape: [Int]
    /// Name in the original network; nil for what the reduction made: a bias where there was none, the weights of a constant network.
    public let original: String?
    /// Shape in the original network; empty without an original.
    public let originalShape: [Int]
    /// Rows and columns of the original that stay, rising; a vector has rows only.
    public let rows: [Int]
    public let columns: [Int]

    /// Those of the original's elements, in row-major order, that stay.
    /// - Precondition: there is an original, and as many values as it has elements.
    public func select<Element>(_ values: [Element]) -> [Element] {
        precondition(values.count == originalShape.reduce(1, *), "\(values.count) values for \(name), once \(originalShape)")
        guard originalShape.count == 2 else { return rows.map { values[$0] } }
        let width = originalShape[1]
        return rows.flatMap { row in columns.map { values[row * width + $0] } }
    }
}

extension NodeRemoval {
    /// The origins of every parameter of the network that ``cut(round:)`` makes, in its order.
    func origins(of reduced: SequentialModel) -> [ParameterOrigin] {
        var origins: [ParameterOrigin] = []
        var position = 0
        func vectors(_ index: Int, _ names: [String], _ features: [Int], count: Int) {
            origins += names.map { name in
                ParameterOrigin(
                    name: "\(position).\(name)", shape: [features.count], original: "\(index).\(name)", originalShape: [count], rows: features,
                    columns: [])
            }
        }
        func add(_ layers: [any ElementwiseLayer], _ features: [Int], count: Int) {
            for layer in layers {
                if layer is BatchNormValues { vectors(layer.index, ["weight", "bias"], features, count: count) }
                position += 1
            }
        }
        add(reduced.leading, kept[0], count: model.inputCount)
        for (number, stage) in reduced.stages.enumerated() {
            // Of a constant network the first and the last stage stay.
            let place = isConstant && number > 0 ? model.stages.count - 1 : number
            let original = model.stages[place].mixing
            let index = original.index
            let features = isConstant && number == 0 ? [0] : kept[place + 1]
            let inputs = isConstant && number > 0 ? [0] : kept[place]
            origins.append(
                ParameterOrigin(
                    name: "\(position).weight", shape: [features.count, inputs.count], original: isConstant ? nil : "\(index).weight",
                    originalShape: isConstant ? [] : [original.featureCount, original.inputCount], rows: features, columns: inputs))
            if stage.mixing.hasBias {
                if original.hasBias {
                    vectors(index, ["bias"], features, count: original.featureCount)
                } else {
                    origins.append(
                        ParameterOrigin(
                            name: "\(position).bias", shape: [features.count], original: nil, originalShape: [], rows: features, columns: []))
                }
            }
            position += 1
            add(stage.elementwise, features, count: original.featureCount)
        }
        return origins
    }
}
