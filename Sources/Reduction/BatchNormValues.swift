// SPDX-License-Identifier: GPL-3.0-or-later

/// The numbers of a batch normalisation, in evaluation mode y = γ(x − r)/√(v + ε) + β with running mean r and variance v.
struct BatchNormValues: ElementwiseLayer {
    let index: Int
    /// γ, β, r and v, [features] each.
    let scale: [Double]
    let shift: [Double]
    let runningMean: [Double]
    let runningVariance: [Double]
    /// ε as the network has it, rounded to its precision.
    let epsilon: Double
    let batchesTracked: Int

    var parameterCount: Int { scale.count + shift.count }
    /// One a feature: the factor γ/√(v + ε) is known beforehand.
    var multiplyAdds: Int { scale.count }

    func image(of value: Double, feature: Int) -> Double {
        shift[feature] + scale[feature] * (value - runningMean[feature]) / (runningVariance[feature] + epsilon).squareRoot()
    }

    /// 1/√(v + ε), of both ends.
    private func inverseDeviation(_ feature: Int) -> ValueInterval {
        let variance = ValueInterval(runningVariance[feature]) + ValueInterval(epsilon)
        guard variance.lower > 0 else { return .everything }
        return ValueInterval((1 / variance.upper.squareRoot().nextUp).nextDown, (1 / variance.lower.squareRoot().nextDown).nextUp)
    }

    func range(of range: ValueInterval, feature: Int) -> ValueInterval {
        if scale[feature] == 0 { return ValueInterval(shift[feature]) }
        let centered = range - ValueInterval(runningMean[feature])
        return centered * (scale[feature] * inverseDeviation(feature)) + ValueInterval(shift[feature])
    }

    func change(of change: Double, in range: ValueInterval, feature: Int) -> Double {
        Directed.productUp(change, (scale[feature] * inverseDeviation(feature)).magnitude)
    }

    /// (x − r)·s·γ + β with s = 1/√(v + ε): eight operations, each of which may also underflow.
    func error(of error: Double, in range: ValueInterval, feature: Int, precision: NetworkPrecision) -> Double {
        let variance = runningVariance[feature] + epsilon
        guard variance >= precision.underflow else { return .infinity }
        let inverse = inverseDeviation(feature).magnitude
        let factor = abs(scale[feature]) * inverse
        let magnitude = range.magnitude + error + abs(runningMean[feature])
        let total = magnitude * factor + abs(shift[feature])
        guard max(magnitude, magnitude * inverse, total) < precision.overflow else { return .infinity }
        let lost = 8 * factor + magnitude * inverse + abs(scale[feature]) + 4
        return (factor * error + precision.relativeError(operations: 8) * total + precision.underflow * lost) * (1 + 0x1p-46)
    }

    func selecting(features: [Int]) -> any ElementwiseLayer { selecting(features: features, runningMean: features.map { runningMean[$0] }) }

    /// The layer with these features only, and another running mean for them.
    func selecting(features: [Int], runningMean: [Double]) -> BatchNormValues {
        BatchNormValues(
            index: index, scale: features.map { scale[$0] }, shift: features.map { shift[$0] }, runningMean: runningMean,
            runningVariance: features.map { runningVariance[$0] }, epsilon: epsilon, batchesTracked: batchesTracked)
    }
}
