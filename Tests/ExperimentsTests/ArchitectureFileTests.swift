// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Records
import Testing

@testable import Experiments

@Suite("Architecture files")
struct ArchitectureFileTests {
    @Test("What is written is read back, every kind of layer with its options")
    func roundTrip() throws {
        let activations: [Activation] = [
            .relu(derivativeAtZero: 0.5), .leakyReLU(slope: 0.2), .elu(alpha: 2), .selu, .gelu(tanhApproximation: true), .silu,
            .softplus(beta: 2, threshold: 10), .tanh, .sigmoid, .identity,
        ]
        let layers: [LayerSpecification] =
            [.batchNorm(epsilon: 1e-3, momentum: 0.2)] + activations.flatMap { [.dense(units: 3, bias: false), .activation($0)] } + [.dense(units: 2)]
        let file = ArchitectureFile(network: layers, inputs: [0, 2, 5], unreadInputs: [2], precision: .float64)
        let folder = try RunFolder()
        try file.json.write(to: folder["architecture.json"])
        #expect(try ArchitectureFile.read(folder["architecture.json"]) == file)
    }

    @Test(
        "What is no architecture is refused, with the key",
        arguments: [
            ("{}", "network"), (#"{"network": [{"dense": 2}]}"#, "inputCount"),
            (#"{"inputCount": 2, "network": [{"dense": 2}], "inputs": [0, 1, 2]}"#, "inputs"),
            (#"{"inputCount": 2, "network": [{"dense": 2}], "inputs": [1, 0]}"#, "inputs"),
            (#"{"inputCount": 2, "network": ["deep"]}"#, "network.0"),
            (#"{"format": "other/1", "inputCount": 2, "network": [{"dense": 2}]}"#, "format"),
        ])
    func refusals(text: String, key: String) throws {
        let folder = try RunFolder()
        try text.write(to: folder["architecture.json"], atomically: true, encoding: .utf8)
        #expect {
            try ArchitectureFile.read(folder["architecture.json"])
        } throws: {
            "\($0)".contains("architecture.json") && "\($0)".contains(key)
        }
    }
}
