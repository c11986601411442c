// SPDX-License-Identifier: GPL-3.0-or-later

/// A fully connected layer, y = W·x + b.
///
/// W is [outputs, inputs] and b [outputs], as in PyTorch's `nn.Linear`. For a batch X [batch, inputs] with output gradient δ [batch, outputs]:
/// Y = X·Wᵀ + 1·bᵀ, ∂W = δᵀ·X, ∂b = δᵀ·1 (samples in rising order), ∂X = δ·W.
public final class Dense<Scalar: NetworkScalar>: Layer {
    public let inputShape: [Int]
    public let outputShape: [Int]
    public let weight: Parameter<Scalar>
    public let bias: Parameter<Scalar>?
    private let product: MatrixProduct

    public init(name: String, inputs: Int, units: Int, bias hasBias: Bool, product: MatrixProduct) {
        inputShape = [inputs]
        outputShape = [units]
        weight = Parameter(name: "\(name).weight", role: .weight, shape: [units, inputs], fan: (inputs, units))
        bias = hasBias ? Parameter(name: "\(name).bias", role: .bias, shape: [units], fan: (inputs, units)) : nil
        self.product = product
    }

    public var parameters: [Parameter<Scalar>] { bias.map { [weight, $0] } ?? [weight] }

    public func forward(_ input: Tensor<Scalar>, into output: Tensor<Scalar>, batch: Int, mode: PassMode) {
        let inputs = inputShape[0]
        let units = outputShape[0]
        product(input.base, weight.value.base, transposeB: true, into: output.base, m: batch, n: units, k: inputs)
        if let bias { Scalar.addToRows(bias.value.base, of: output.base, rows: batch, columns: units) }
    }

    public func backward(
        input: Tensor<Scalar>, output: Tensor<Scalar>, outputGradient: Tensor<Scalar>, inputGradient: Tensor<Scalar>?, batch: Int
    ) {
        let inputs = inputShape[0]
        let units = outputShape[0]
        product(outputGradient.base, transposeA: true, input.base, into: weight.gradient.base, m: units, n: inputs, k: batch)
        if let bias { Scalar.sumRows(of: outputGradient.base, into: bias.gradient.base, rows: batch, columns: units) }
        if let inputGradient {
            product(outputGradient.base, weight.value.base, into: inputGradient.base, m: batch, n: inputs, k: units)
        }
    }
}
