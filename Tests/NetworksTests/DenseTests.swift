// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Networks

@Suite("Dense layer")
struct DenseTests {
    @Test("outputs and gradients are those of the definition, on whole numbers exactly")
    func definition() {
        func check<Scalar: NetworkScalar>(_: Scalar.Type) {
            let layer = Dense<Scalar>(name: "0", inputs: 2, units: 3, bias: true, product: MatrixProduct())
            let (x, y, delta, result) = (
                Tensor<Scalar>(shape: [2, 2]), Tensor<Scalar>(shape: [2, 3]), Tensor<Scalar>(shape: [2, 3]), Tensor<Scalar>(shape: [2, 2])
            )
            layer.weight.value.assign([1, 2, 3, 4, 5, 6])
            layer.bias?.value.assign([10, 20, 30])
            x.assign([1, -1, 2, 0])
            delta.assign([1, 0, -1, 2, 1, 0])
            layer.forward(x, into: y, batch: 2, mode: .training)
            #expect(y.values == [9, 19, 29, 12, 26, 40])
            layer.backward(input: x, output: y, outputGradient: delta, inputGradient: result, batch: 2)
            #expect(layer.weight.gradient.values == [5, -1, 2, 0, -1, 1])
            #expect(layer.bias?.gradient.values == [3, 1, -1])
            #expect(result.values == [-4, -4, 5, 8])
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("gradients are those of one batch alone, not added to the last one's")
    func overwritten() {
        let layer = Dense<Double>(name: "0", inputs: 1, units: 1, bias: true, product: MatrixProduct())
        let (x, y, delta) = (Tensor<Double>(shape: [2, 1]), Tensor<Double>(shape: [2, 1]), Tensor<Double>(shape: [2, 1], repeating: 1))
        x.assign([2, 5])
        for batch in [2, 1, 1] { layer.backward(input: x, output: y, outputGradient: delta, inputGradient: nil, batch: batch) }
        #expect(layer.weight.gradient.values == [2])
        #expect(layer.bias?.gradient.values == [1])
    }

    @Test("names, shapes and roles are PyTorch's, with and without bias", arguments: [true, false])
    func parameters(hasBias: Bool) {
        let layer = Dense<Float>(name: "3", inputs: 4, units: 5, bias: hasBias, product: MatrixProduct())
        #expect(layer.parameters.map(\.name) == (hasBias ? ["3.weight", "3.bias"] : ["3.weight"]))
        #expect(layer.parameters.map(\.role) == (hasBias ? [.weight, .bias] : [.weight]))
        #expect(layer.weight.value.shape == [5, 4])
        #expect(layer.weight.fan == (4, 5))
        #expect(layer.bias?.value.shape == (hasBias ? [5] : nil))
    }
}
