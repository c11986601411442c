// SPDX-License-Identifier: GPL-3.0-or-later

/// Bounds, over a box of inputs, of every feature that a network's mixing layers take in, and of the outputs, in evaluation mode.
///
/// Interval arithmetic rounded outward: sound for every input of the box, and the wider the deeper, since it forgets how features go together.
struct ValueBounds {
    /// Group by group, what the features are in exact arithmetic with the numbers as they are.
    private(set) var values: [[ValueInterval]] = []
    /// Group by group, by how much the features that a network computes in its precision may differ from that; infinite where that is not known.
    private(set) var errors: [[Double]] = []

    init(of model: SequentialModel, on box: [ValueInterval], precision: NetworkPrecision) {
        // An input that is a number of the network's precision comes without an error.
        var (ranges, deviations) = (box, Array(repeating: 0.0, count: box.count))
        for feature in box.indices { Self.pass(model.leading, feature, &ranges[feature], &deviations[feature], precision) }
        values.append(ranges)
        errors.append(deviations)
        for stage in model.stages {
            let (inputs, inputErrors) = (ranges, deviations)
            ranges = (0..<stage.mixing.featureCount).map { stage.mixing.range(of: $0, over: inputs) }
            deviations = ranges.indices.map { stage.mixing.error(of: $0, over: inputs, errors: inputErrors, in: precision) }
            for feature in ranges.indices { Self.pass(stage.elementwise, feature, &ranges[feature], &deviations[feature], precision) }
            values.append(ranges)
            errors.append(deviations)
        }
    }

    private static func pass(
        _ layers: [any ElementwiseLayer], _ feature: Int, _ range: inout ValueInterval, _ error: inout Double, _ precision: NetworkPrecision
    ) {
        for layer in layers {
            error = layer.error(of: error, in: range, feature: feature, precision: precision)
            range = layer.range(of: range, feature: feature)
        }
    }

    /// Bounds of what a network computes in its own precision, for the inputs of stage `group`; `layers` are those that the features come from.
    func computed(group: Int, behind layers: [any ElementwiseLayer]) -> [ValueInterval] {
        values[group].indices.map { feature in
            let range = values[group][feature].widened(by: errors[group][feature])
            guard let last = layers.last else { return range }
            return range.intersection(last.outputs(feature: feature))
        }
    }
}
