// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Networks
import Testing

@testable import Reduction

@Suite("Removal of certified nodes")
struct SilentNodesTests {
    private let box = Box(count: 2, lower: 0, upper: 1)

    private func network(bias: Double, isNormalized: Bool = false) throws -> Network<Float> {
        let norm: [LayerSpecification] = isNormalized ? [.batchNorm()] : []
        let network = try Network<Float>(
            [.dense(units: 2)] + norm + [.activation(.relu()), .dense(units: 1)], inputCount: 2, capacity: 4)
        network.parameters[0].value.assign([1, 2, -1, 0.5])
        if isNormalized {
            network.parameters[3].value.assign([0, Float(bias)])
        } else {
            network.parameters[1].value.assign([0, Float(bias)])
        }
        network.parameters[network.parameters.count - 2].value.assign([1, 1])
        return network
    }

    private func removed(_ network: Network<Float>, certifies: Bool = true, largestBatch: Int? = nil) throws -> [RemovedNode] {
        try NetworkReduction(of: network, options: ReductionOptions(certifies: certifies, box: box, largestBatch: largestBatch)).removed
    }

    @Test("A node that the box keeps silent goes if certificates are asked for, and only then")
    func onTheBox() throws {
        // −x + y/2 + b reaches b + ½.
        let silent = try removed(network(bias: -0.75))
        #expect(silent.map(\.reason) == [.certificate] && silent.map(\.certificates) == [[.box]])
        #expect(try removed(network(bias: -1.75)).map(\.certificates) == [[.box, .anySigns]])
        #expect(try removed(network(bias: -0.75), certifies: false).isEmpty)
        #expect(try removed(network(bias: -0.25)).isEmpty)
    }

    @Test("Under batch normalisation it is the folded form that removes; certificates of training are told, and remove nothing by themselves")
    func behindBatchNorm() throws {
        let network = try network(bias: -2.5, isNormalized: true)
        #expect(try removed(network, largestBatch: 4).map(\.certificates) == [[.box, .batch]])
        // Running statistics far from what training sees: silent in training, active in evaluation.
        let norm = try #require(network.layers[1] as? BatchNorm<Float>)
        norm.runningMean.assign([0, -10])
        #expect(try removed(network, largestBatch: 4).isEmpty)
    }

    @Test("Silence in front makes nodes behind silent: certificates go on until none is left")
    func chain() throws {
        let network = try Network<Float>(
            [.dense(units: 2), .activation(.relu()), .dense(units: 2), .activation(.relu()), .dense(units: 1)], inputCount: 2, capacity: 4)
        let values: [[Float]] = [[1, 2, -1, -1], [0, 0], [1, 1, -1, 5], [1, -1], [1, 1], [0]]
        for (parameter, numbers) in zip(network.parameters, values) { parameter.value.assign(numbers) }
        let nodes = try removed(network)
        #expect(nodes.map { [$0.layer, $0.node] } == [[0, 1], [2, 1]])
        #expect(nodes.allSatisfy { $0.reason == .certificate })
    }
}
