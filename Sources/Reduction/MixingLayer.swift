// SPDX-License-Identifier: GPL-3.0-or-later

/// A layer that makes each of its features, linearly, out of all features of the layer before it: the producer of the features behind it,
/// the consumer of those in front.
///
/// All that reduction asks of such a layer is here. A dense layer's features are its nodes; a convolution's would be its channels, with a
/// kernel where a dense layer has a weight. (One that pads with zeros sees a constant only inside, not at its border: its `offset` would
/// depend on the place, and it could fold only constants that are 0.)
protocol MixingLayer: Sendable {
    /// Place in the network, as in PyTorch's `nn.Sequential`.
    var index: Int { get }
    var featureCount: Int { get }
    var inputCount: Int { get }
    /// The bias of these features, as it is; nil without one.
    func bias(of features: [Int]) -> [Double]?
    /// Trained numbers.
    var parameterCount: Int { get }
    /// Multiply–adds for one sample.
    var multiplyAdds: Int { get }

    /// L2 norm of what connects `inputs` with a feature, bias left out; right over the whole range of numbers.
    func incomingNorm(of feature: Int, from inputs: [Int]) -> Double
    /// L2 norm of what connects an input with `features`.
    func outgoingNorm(of input: Int, to features: [Int]) -> Double
    /// b + Σ w·c over inputs that are constants, in twice the precision and rounded once.
    func offset(of feature: Int, constants: [ConstantInput]) -> Double
    /// Bounds of the same.
    func offsetRange(of feature: Int, constants: [ConstantInput]) -> ValueInterval
    /// Bounds of the feature where each input lies within its own.
    func range(of feature: Int, over inputs: [ValueInterval]) -> ValueInterval
    /// Σ |w|·d over the inputs, rounded up: the most that the feature changes when input j changes by d_j.
    func change(of feature: Int, for inputs: [Double]) -> Double
    /// The most by which a network's own arithmetic errs in the feature, given bounds of its inputs and of the errors they come with.
    func error(of feature: Int, over inputs: [ValueInterval], errors: [Double], in precision: NetworkPrecision) -> Double
    /// The weights of a feature, for certificates.
    func incoming(of feature: Int) -> [Double]
    /// The layer with these features and inputs only, and a bias of its own if one is given.
    func selecting(features: [Int], inputs: [Int], bias: [Double]?) -> any MixingLayer
}

extension MixingLayer {
    var hasBias: Bool { bias(of: []) != nil }
}

/// An input that does not depend on the sample.
struct ConstantInput: Sendable {
    let input: Int
    let value: Double
}

/// The arithmetic that a network computes in; numbers here are doubles, which hold a float32 network's exactly.
struct NetworkPrecision: Sendable {
    /// Half the distance from 1 to the next number.
    let unitRoundoff: Double
    /// Most that underflow takes from an operand or a result, for threads that flush subnormals to zero.
    let underflow: Double
    /// Sums of this size and above may overflow.
    let overflow: Double

    /// 2·γ_k, γ_k = k·u/(1 − k·u): the relative error of k operations (Higham 2002, §3.1), twice over for the arithmetic of the bound itself.
    func relativeError(operations: Int) -> Double {
        let product = Double(operations) * unitRoundoff
        return product < 1 ? 2 * product / (1 - product) : .infinity
    }
}
