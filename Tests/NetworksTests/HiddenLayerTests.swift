// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Networks

@Suite("Hidden layers")
struct HiddenLayerTests {
    private typealias Layers = [LayerSpecification]

    @Test("batch norm in front of the activation belongs to the hidden layer")
    func batchNormInFront() throws {
        let network = try Network<Float>([.dense(units: 4), .batchNorm(), .activation(.relu()), .dense(units: 2)], inputCount: 3, capacity: 5)
        let layer = try #require(network.hiddenLayers.first)
        #expect(network.hiddenLayers.count == 1)
        #expect(layer.name == "0")
        #expect(layer.incoming === network.parameters[0])
        #expect(layer.bias === network.parameters[1])
        #expect(layer.batchNorm === network.layers[1])
        #expect(layer.activation === network.layers[2])
        #expect(layer.outgoing.name == "3.weight")
        #expect(layer.preactivation === network.activations[2])
        #expect(layer.nodeCount == 4)
        #expect(layer.inputCount == 3)
    }

    @Test("batch norm behind the activation does not")
    func batchNormBehind() throws {
        let network = try Network<Float>(
            [.dense(units: 4, bias: false), .activation(.tanh), .batchNorm(), .dense(units: 2)], inputCount: 3, capacity: 5)
        let layer = try #require(network.hiddenLayers.first)
        #expect(layer.batchNorm == nil)
        #expect(layer.bias == nil)
        #expect(layer.preactivation === network.activations[1])
        #expect(layer.outgoing.name == "3.weight")
    }

    @Test("deep networks have one a dense layer but the last; linear layers in a row and outputs with an activation have none")
    func others() throws {
        let deep: Layers = [
            .dense(units: 4), .activation(.relu()), .dense(units: 5), .batchNorm(), .activation(.elu()), .dense(units: 6), .dense(units: 2),
            .activation(.sigmoid),
        ]
        let network = try Network<Double>(deep, inputCount: 3, capacity: 2)
        #expect(network.hiddenLayers.map(\.name) == ["0", "2"])
        #expect(network.hiddenLayers.map(\.nodeCount) == [4, 5])
        #expect(network.hiddenLayers.map(\.outgoing.name) == ["2.weight", "5.weight"])
        #expect(try Network<Double>([.dense(units: 2), .activation(.relu())], inputCount: 3, capacity: 2).hiddenLayers.isEmpty)
        #expect(try Network<Double>([.dense(units: 2)], inputCount: 3, capacity: 2).hiddenLayers.isEmpty)
    }

    @Test("a dense layer behind an input batch norm is one too")
    func normalisedInput() throws {
        let network = try Network<Double>([.batchNorm(), .dense(units: 2), .activation(.relu()), .dense(units: 1)], inputCount: 3, capacity: 2)
        #expect(network.hiddenLayers.map(\.name) == ["1"])
    }
}
