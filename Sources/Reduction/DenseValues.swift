// SPDX-License-Identifier: GPL-3.0-or-later

/// The numbers of a dense layer, y = W·x + b, in double precision.
struct DenseValues: MixingLayer {
    let index: Int
    let featureCount: Int
    let inputCount: Int
    /// W, [features, inputs].
    let weight: [Double]
    let bias: [Double]?

    var parameterCount: Int { weight.count + (bias?.count ?? 0) }
    var multiplyAdds: Int { weight.count }

    func bias(of features: [Int]) -> [Double]? { bias.map { bias in features.map { bias[$0] } } }

    func incomingNorm(of feature: Int, from inputs: [Int]) -> Double {
        let start = feature * inputCount
        return Self.norm { body in for input in inputs { body(weight[start + input]) } }
    }

    func outgoingNorm(of input: Int, to features: [Int]) -> Double {
        Self.norm { body in for feature in features { body(weight[feature * inputCount + input]) } }
    }

    /// √Σx², scaled by the largest |x|, so that no square over- or underflows; NaN if an element is.
    private static func norm(_ forEach: ((Double) -> Void) -> Void) -> Double {
        var (largest, squares) = (0.0, 0.0)
        forEach { largest = abs($0) > largest || $0.isNaN ? abs($0) : largest }
        guard largest > 0, largest.isFinite else { return largest }
        forEach { squares += ($0 / largest) * ($0 / largest) }
        return largest * squares.squareRoot()
    }

    func offset(of feature: Int, constants: [ConstantInput]) -> Double {
        var sum = CompensatedSum(bias?[feature] ?? 0)
        for constant in constants { sum.add(weight[feature * inputCount + constant.input], times: constant.value) }
        return sum.value
    }

    func offsetRange(of feature: Int, constants: [ConstantInput]) -> ValueInterval {
        constants.reduce(ValueInterval(bias?[feature] ?? 0)) { sum, constant in
            sum + weight[feature * inputCount + constant.input] * ValueInterval(constant.value)
        }
    }

    func range(of feature: Int, over inputs: [ValueInterval]) -> ValueInterval {
        var sum = ValueInterval(bias?[feature] ?? 0)
        for input in 0..<inputCount where weight[feature * inputCount + input] != 0 {
            sum = sum + weight[feature * inputCount + input] * inputs[input]
        }
        return sum
    }

    func change(of feature: Int, for inputs: [Double]) -> Double {
        var sum = 0.0
        for input in 0..<inputCount {
            sum = Directed.sumUp(sum, Directed.productUp(abs(weight[feature * inputCount + input]), inputs[input]))
        }
        return sum
    }

    /// Σ |w|·e + 2γ_{n+2}(Σ |w|(|x| + e) + |b|), and what underflow can take; infinite where sums may overflow.
    func error(of feature: Int, over inputs: [ValueInterval], errors: [Double], in precision: NetworkPrecision) -> Double {
        var (carried, magnitude, operands) = (0.0, abs(bias?[feature] ?? 0), 4.0)
        for input in 0..<inputCount {
            let w = abs(weight[feature * inputCount + input])
            guard w != 0 else { continue }
            let reach = inputs[input].magnitude + errors[input]
            carried += w * errors[input]
            magnitude += w * reach
            operands += w + reach + 2
        }
        guard magnitude < precision.overflow else { return .infinity }
        // These sums err themselves, in double precision, by less than the factor of the last line.
        let error = carried + precision.relativeError(operations: inputCount + 2) * magnitude + precision.underflow * operands
        return error * (1 + Double(inputCount + 8) * 0x1p-51)
    }

    func incoming(of feature: Int) -> [Double] { Array(weight[feature * inputCount..<(feature + 1) * inputCount]) }

    func selecting(features: [Int], inputs: [Int], bias: [Double]?) -> any MixingLayer {
        DenseValues(
            index: index, featureCount: features.count, inputCount: inputs.count,
            weight: features.flatMap { feature in inputs.map { weight[feature * inputCount + $0] } }, bias: bias)
    }
}
